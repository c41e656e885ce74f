"""What a mail says: the date as printed, the last good day, the clause, what is missing, who helps, what to paste."""

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from jinja2 import StrictUndefined, UndefinedError

from notifications import render as rendering
from notifications.letters import MOST_MISSING, Letter, Missing, printed, read_letter
from notifications.render import render
from notifications.sweep import sweep
from tests.notifications.kit import AUTHORITY, BODY, COMMITTEE, SUBMIT, address, messages
from tests.season import SHIPPED, Play, done, leaders, local, opened, pack_of, person, stored, units
from workflow.messages import LANGUAGES, knows
from workflow.rulepack import Per, Wording
from workflow.services.registers import Affects, LateKind, LateLine
from workflow.services.repinning import repin
from workflow.store import commands

HOSTILE = 'Nguyễn <script>alert("x")</script> & "Cộng sự"'


def letter(play: Play, recipient: str, at: str) -> Letter:
    """What the newest message to somebody tells at an instant."""
    message = messages(play, recipient)[-1]
    with play.database.reading() as tx:
        return read_letter(play.context, tx, message, now=local(at))


def swept(play, at):
    play.clock.now = local(at)
    sweep(play.context)
    return play


def lines(text):
    return [one.strip() for one in text.splitlines() if one.strip()]


# — the reminder —


@pytest.mark.row("NT11-1e-1", "NT11-2a-1")
def test_the_reminder_says_all_that_its_reader_needs(play):
    play.review("STC-01")
    words = render(letter(swept(play, "2024-11-28"), "CV-STC", "2024-11-28 07:00"))
    duty, head = play.obligation(SUBMIT, "STC"), play.ref("STC-01")
    assert words.subject == "Nhắc hạn: 2 việc, việc sớm nhất đến hết thứ Tư 04/12/2024"
    told = lines(words.text)
    assert told[0] == "Kính gửi Ông/Bà Người CV-STC,"
    first = told.index("1. Gửi hồ sơ kiểm điểm và báo cáo tổng hợp về Ban Tổ chức Tỉnh ủy")
    assert told[first + 1 : first + 13] == [
        f"Số việc: {duty['ref']}",
        "Đơn vị thực hiện: Đơn vị STC (STC)",
        "Nơi nhận: Ban Tổ chức Tỉnh ủy",
        "Căn cứ: số …/UBND-VXNV, khoản 1, gạch đầu dòng thứ tư",
        "Thời hạn ghi trong văn bản: trước ngày 05/12/2024",
        "Ngày cuối còn kịp: thứ Tư 04/12/2024 (đến hết 24 giờ)",
        "Còn 6 ngày",
        "Còn thiếu 1 hồ sơ:",
        f"- {head}  Người STC-01 (đã tự kiểm điểm)",
        "Nếu cần gia hạn: cơ quan ban hành quyết định (Người CT)",
        "Dòng lệnh để dán: hoso unit submit STC --as CV-STC",
        "2. Gửi hồ sơ thuộc diện ủy quyền về Sở Nội vụ, cùng thời hạn với tuyến chung",
    ]


def test_what_is_handed_in_is_no_longer_missing(play):
    play.to_vote("STC")
    play.close("STC")
    play.submit("STC-02")
    found = letter(swept(play, "2024-11-28"), "CV-STC", "2024-11-28")
    refs = [[one.ref for one in duty.missing] for duty in found.duties]
    assert refs == [[play.ref("STC-01")], [play.ref("STC-03"), play.ref("STC-TT")]]


def test_a_date_that_is_same_as_another_is_told_as_the_other_prints_it(play):
    found = letter(swept(play, "2024-11-28"), "CV-STC", "2024-11-28")
    assert [duty.printed for duty in found.duties] == [("mail.printed_before", {"day": "2024-12-05"})] * 2


@pytest.mark.parametrize(
    ("at", "vi", "en"),
    [
        ("2024-11-28", "Còn 6 ngày", "6 days left"),
        ("2024-12-03 23:59", "Còn 1 ngày", "1 day left"),
        ("2024-12-04 00:00", "HÔM NAY là ngày cuối còn kịp", "TODAY is the last good day"),
        ("2024-12-04 23:59", "HÔM NAY là ngày cuối còn kịp", "TODAY is the last good day"),
        ("2024-12-05 00:00", "ĐÃ QUÁ HẠN, hôm nay là ngày chậm thứ 1", "OVERDUE: today is day 1 of the delay"),
        ("2024-12-05 23:59", "ĐÃ QUÁ HẠN, hôm nay là ngày chậm thứ 1", "OVERDUE: today is day 1 of the delay"),
        ("2024-12-06 00:00", "ĐÃ QUÁ HẠN, hôm nay là ngày chậm thứ 2", "OVERDUE: today is day 2 of the delay"),
    ],
)
def test_how_long_is_left_is_told_for_the_instant_at_which_the_mail_leaves(play, at, vi, en):
    found = letter(swept(play, "2024-11-28"), "CV-STC", at)
    assert vi in lines(render(found).text)
    assert en in lines(render(replace(found, language="en")).text)


def test_once_it_is_late_the_line_to_paste_asks_for_the_reason(play):
    found = letter(swept(play, "2024-12-05"), "CV-STC", "2024-12-05")
    assert [duty.command for duty in found.duties] == ["hoso unit submit STC --reason '…' --as CV-STC"] * 2


def test_a_duty_without_dossiers_is_done_by_a_line_of_its_own(play):
    found = letter(swept(play, "2024-11-28"), BODY, "2024-11-28")
    (duty,) = found.duties
    assert duty.missing == ()
    assert duty.command == f"hoso milestone done {play.obligation(COMMITTEE, '2024')['ref']} --proof NO --as {BODY}"
    assert "Chưa được ghi nhận là đã hoàn thành." in render(found).text


@pytest.mark.parametrize(
    ("recipient", "at", "commands_"),
    [
        ("STC-01", "2024-12-05", {"hoso dossier list --unit STC --overdue"}),
        (
            "GS",
            "2024-12-06",
            {"hoso unit nudge SNV --as GS", "hoso unit nudge STC --as GS", "hoso obligation list"},
        ),
        (
            AUTHORITY,
            "2024-12-08",
            {
                "hoso dossier list --unit SNV --overdue",
                "hoso dossier list --unit STC --overdue",
                "hoso obligation list",
            },
        ),
    ],
)
def test_everybody_else_gets_a_line_to_look_or_to_remind(play, recipient, at, commands_):
    assert {duty.command for duty in letter(swept(play, at), recipient, at).duties} == commands_


def test_the_line_names_the_season_where_several_are_open(play):
    second = opened(play.folder, code="2024-B")
    second.database.close()
    found = letter(swept(play, "2024-11-28"), "CV-STC", "2024-11-28")
    assert found.duties[0].command == "hoso unit submit STC --as CV-STC --season 2024"


def test_a_dossier_that_was_sent_back_is_told_with_its_own_day(play):
    play.to_vote("STC")
    play.close("STC")
    play.submit(*[row["ref"] for row in play.dossiers("STC") if row["track"] == "civil_servant"])
    play.clock.now = local("2024-12-01 09:00")
    done(play.do("send_back", "STC-02", by="QD-bcsd-ubnd", reason="thiếu chữ ký", due_back="2024-12-06"))
    found = letter(swept(play, "2024-12-04"), "CV-STC", "2024-12-04")
    (duty,) = found.duties
    assert (duty.returned, duty.last_good_day) == (True, date(2024, 12, 6))
    assert duty.command == f"hoso dossier advance {play.ref('STC-02')} submit --as CV-STC"
    assert "Hồ sơ đã bị trả lại" in render(found).text


def test_a_date_that_a_new_letter_moved_is_not_told_as_a_return(play):
    """Each dossier owes by itself, and its duty was replaced: not because it came back."""
    for on in ("2024-12-05", "2024-12-06"):
        deadlines = tuple(
            replace(one, per=Per.DOSSIER, on=on) if one.id == SUBMIT else one for one in play.pack.deadlines
        )
        pack = replace(play.pack, version=on, deadlines=deadlines)
        done(repin(play.context, play.season, play.by(), pack=pack, stored=stored, decision="99/UBND"))
    found = letter(swept(play, "2024-11-29"), "CV-STC", "2024-11-29 07:00")
    (duty, *_) = [one for one in found.duties if one.last_good_day == date(2024, 12, 5)]
    row = play.obligations(SUBMIT, state="open")[0]
    assert (row["per"], row["replaces"] is None, duty.returned) == ("dossier", False, False)


def test_an_extended_duty_names_the_decision(play):
    done(play.extend(play.obligation(SUBMIT, "STC")["ref"], "2024-12-11"))
    found = letter(swept(play, "2024-12-05"), "CV-STC", "2024-12-05")
    told = render(found).text
    assert "Thời hạn ghi trong văn bản: trước ngày 05/12/2024" in told
    assert "Ngày dưới đây theo văn bản: 20/QĐ-UBND" in told
    assert "Ngày cuối còn kịp: thứ Tư 11/12/2024" in told


def test_the_last_working_day_is_told_only_where_it_is_another_day(play):
    found = letter(swept(play, "2024-11-28"), "CV-STC", "2024-11-28")
    assert "ngày làm việc cuối còn kịp" not in render(found).text
    weekend = replace(found.duties[0], last_good_day=date(2024, 11, 24), last_working_day=date(2024, 11, 22))
    told = render(replace(found, duties=(weekend,))).text
    assert "Ngày cuối còn kịp: Chủ nhật 24/11/2024" in told
    assert "Ngày đó là ngày nghỉ; ngày làm việc cuối còn kịp: thứ Sáu 22/11/2024" in told


def test_a_long_list_is_cut_and_counted(play):
    found = letter(swept(play, "2024-11-28"), "CV-STC", "2024-11-28")
    many = tuple(Missing(ref=f"HS-{number:04d}", name="Người", state="drafted") for number in range(MOST_MISSING))
    told = render(replace(found, duties=(replace(found.duties[0], missing=many, more=7),))).text
    assert f"Còn thiếu {MOST_MISSING + 7} hồ sơ:" in told
    assert "… và 7 hồ sơ khác" in told


def test_a_unit_with_many_dossiers_names_the_first_of_them(play):
    play.bring(units("SYT"), leaders("SYT", MOST_MISSING + 6))
    play.bring(subjects=[person("CV-SYT", unit="SYT", lead="none", ranked=False)])
    play.bring(subjects=[person("TH", unit="SNV", lead="none", duty="staff", ranked=False, email="th@x.example")])
    swept(play, "2024-11-28")
    season = play.row()["id"]
    with play.database.writing() as tx:
        tx.change(commands.NEW_ROLE, season=season, subject="TH", role="coordinator", scope="SYT")
    swept(play, "2024-12-02")
    delegated = letter(play, "TH", "2024-12-02").duties[-1]
    assert (len(delegated.missing), delegated.more) == (MOST_MISSING, 5)


def test_erased_names_are_told_as_erased(play):
    swept(play, "2024-11-28")
    season = play.row()["id"]
    with play.database.writing() as tx:
        name = tx.one(commands.SUBJECT, season=season, code="STC-01")["name"]
        tx.change(commands.SECRET_ERASED, was_season=season, was_digest=name)
    found = letter(play, "CV-STC", "2024-11-28")
    assert found.duties[0].missing[0].name is None
    assert f"- {play.ref('STC-01')}  (tên đã được xóa) (mới lập)" in lines(render(found).text)


def test_a_rehearsal_says_so_at_once(play):
    found = replace(letter(swept(play, "2024-11-28"), "CV-STC", "2024-11-28"), rehearsal=True)
    words = render(found)
    assert words.subject.startswith("[Diễn tập] ")
    assert "KỲ DIỄN TẬP" in words.text
    assert "kỳ diễn tập" in words.html
    assert render(replace(found, language="en")).subject.startswith("[Rehearsal] ")


# — subjects —


def test_a_subject_counts_what_is_late_and_what_is_due(play):
    late = letter(swept(play, "2024-12-05"), "STC-01", "2024-12-05")
    one = replace(late, duties=late.duties[:1])
    due = replace(late.duties[1], late=None, days=3)
    both = replace(late, duties=(late.duties[0], due))
    text = late.duties[0].text
    assert render(late).subject == "Quá hạn: 2 việc"
    assert render(one).subject == f"Quá hạn 1 ngày (hạn cuối 04/12/2024): {text} – Đơn vị STC (STC)"
    assert render(both).subject == "Quá hạn 1 việc; 1 việc sắp đến hạn, việc sớm nhất đến hết thứ Tư 04/12/2024"
    assert (
        render(replace(late, duties=(replace(late.duties[0], late=None, days=3),))).subject
        == f"Nhắc hạn đến hết thứ Tư 04/12/2024: {text} – Đơn vị STC (STC)"
    )


# — languages —


def test_each_recipient_reads_their_own_language(play):
    plain = {"unit": "STC", "duty": "staff", "tier": "", "lead": "none", "ranked": False}
    play.bring(subjects=[person("CV-STC", email=address("CV-STC"), language="en", **plain)])
    swept(play, "2024-11-28")
    english, vietnamese = letter(play, "CV-STC", "2024-11-28"), letter(play, "CV-SNV", "2024-11-28")
    assert (english.language, vietnamese.language) == ("en", "vi")
    words = render(english)
    assert words.subject == "Reminder: 2 duties, the first due by the end of Wednesday 4 December 2024"
    assert "Date as printed: before 5 December 2024" in words.text
    assert "Send the review dossiers and the summary report" in words.text
    assert 'lang="en"' in words.html
    assert 'lang="vi"' in render(vietnamese).html


def test_a_language_that_nobody_wrote_falls_back_to_vietnamese(play):
    with play.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE subject SET language = 'fr' WHERE code = 'CV-STC'")
    assert letter(swept(play, "2024-11-28"), "CV-STC", "2024-11-28").language == "vi"


# — templates —


class _Text(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.text.append(data)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hostile_name_stays_text_in_html_and_is_left_alone_in_plain_text(play, language):
    found = letter(swept(play, "2024-12-08"), AUTHORITY, "2024-12-08")
    missing = Missing(ref="HS-0001", name=HOSTILE, state="drafted")
    register = replace(found.register[0], reason=HOSTILE, covered_by=HOSTILE)
    hostile = replace(
        found,
        name=HOSTILE,
        language=language,
        duties=(replace(found.duties[0], owner=HOSTILE, decision=HOSTILE, missing=(missing,), extenders=(HOSTILE,)),),
        register=(register,),
    )
    words = render(hostile)
    assert "<script" not in words.html
    parser = _Text()
    parser.feed(words.html)
    assert "script" not in parser.tags
    assert HOSTILE in "".join(parser.text)
    assert HOSTILE in words.text
    assert "&lt;" not in words.text


def test_a_name_that_no_template_knows_is_an_error_and_not_silence(play):
    environment = rendering._templates()
    assert environment.undefined is StrictUndefined
    template = environment.from_string("{{ letter.nothing_of_this_name }}")
    found = letter(swept(play, "2024-11-28"), "CV-STC", "2024-11-28")
    with pytest.raises(UndefinedError, match="nothing_of_this_name"):
        template.render(letter=found)


def test_both_kinds_are_escaped_as_their_names_say():
    autoescape = rendering._templates().autoescape
    assert callable(autoescape)
    assert [autoescape(f"vi/alert.{kind}") for kind in ("html", "txt")] == [True, False]


@pytest.mark.parametrize("kind", ["txt", "html"])
def test_both_languages_tell_the_same_facts(kind):
    def asked(language):
        return re.findall(r"say\(([^()]*)\)|\{% (?:if|for|else|elif|endif|endfor)[^%]*%\}", source(language, kind))

    assert asked("vi") == asked("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_that_a_template_asks_for_is_there(language):
    for kind in ("txt", "html"):
        codes = set(re.findall(r'"(mail\.[a-z_]+)"', source(language, kind)))
        families = {one for one in codes if one.endswith("_")}
        assert {one for one in codes - families if not knows(one, language)} == set()
        assert families == {"mail.as_", "mail.affects_"}
    for code in [*(f"mail.affects_{one}" for one in Affects), *(f"mail.as_{one}" for one in AUDIENCES)]:
        assert knows(code, language)


AUDIENCES = ("owner", "head", "monitor", "authority")


def source(language, kind):
    return rendering._source(f"{language}/alert.{kind}")


@pytest.mark.parametrize(
    ("changes", "code", "figures"),
    [
        ({"wording": Wording.BEFORE, "on": "2024-12-05"}, "printed_before", {"day": "2024-12-05"}),
        ({"wording": Wording.BEFORE, "on": "12-05", "yearly": True}, "printed_before", {"day": "2024-12-05"}),
        ({"wording": Wording.START_BEFORE, "on": "2024-11-15"}, "printed_start_before", {"day": "2024-11-15"}),
        ({"wording": Wording.AT_LATEST_ON, "on": "2024-11-28"}, "printed_at_latest_on", {"day": "2024-11-28"}),
        (
            {"wording": Wording.WITHIN_MONTH, "on": None, "month": "2025-02"},
            "printed_within_month",
            {"month": "02/2025"},
        ),
        ({"wording": Wording.AFTER_EVENT, "on": None, "days": 3}, "printed_after_event", {"days": 3}),
        ({"wording": Wording.EXTERNAL, "on": "2024-12-20"}, "printed_on", {"day": "2024-12-20"}),
        ({"wording": Wording.EXTERNAL, "on": None}, "printed_none", {}),
        ({"wording": Wording.NONE, "on": None}, "printed_none", {}),
    ],
)
def test_each_wording_is_told_as_the_paper_has_it(changes, code, figures):
    pack = pack_of(SHIPPED)
    rule = replace(pack.deadlines[0], **changes)
    assert printed(pack, rule, 2024) == (f"mail.{code}", figures)
    assert all(knows(f"mail.{code}", language) for language in LANGUAGES)


# — the register in a mail —


@pytest.mark.row("NT05-2-2")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_register_stands_below_with_its_three_answers_and_lowers_nothing(play, language):
    found = letter(swept(play, "2024-12-08"), AUTHORITY, "2024-12-08")
    assert found.with_register
    line = found.register[0]
    told = tuple(replace(line, affects_party=one) for one in Affects)
    words = render(replace(found, language=language, register=told, unregistered=3))
    answers = {"vi": ("có", "không", "chưa rõ"), "en": ("yes", "no", "unknown")}[language]
    for text in (words.text, words.html):
        for answer in answers:
            assert {"vi": "xếp loại đảng viên: ", "en": "party members: "}[language] + answer in text
    assert {"vi": "không tự hạ", "en": "lowers nobody"}[language] in words.text
    assert "3" in words.text.partition("…")[2]


def test_a_register_line_tells_reason_days_and_cover(play):
    found = letter(swept(play, "2024-12-08"), AUTHORITY, "2024-12-08")
    line = LateLine(
        kind=LateKind.DOSSIER,
        ref="HS-0007",
        rule=SUBMIT,
        clause="số …/UBND-VXNV, khoản 1",
        owner="unit",
        unit="STC",
        subject="STC-01",
        due_at=local("2024-12-05"),
        last_good_day=date(2024, 12, 4),
        until=local("2024-12-07 09:00"),
        days=3,
        reason="bão số 9",
        reason_erased=False,
        affects_party=Affects.UNKNOWN,
        covered_by="20/QĐ-UBND",
    )
    told = lines(render(replace(found, register=(line,))).text)
    at = told.index("- STC | HS-0007 | số …/UBND-VXNV, khoản 1")
    assert told[at + 1 : at + 5] == [
        "Ngày cuối còn kịp 04/12/2024, chậm 3 ngày",
        "Lý do: bão số 9",
        "Ảnh hưởng đến xếp loại đảng viên: chưa rõ, cần người xem xét",
        "Được gia hạn theo: 20/QĐ-UBND",
    ]
    judged = replace(line, affects_party=Affects.YES, assessed=True, effect_reason="3 đảng viên")
    for words in (render(replace(found, register=(judged,))).text, render(replace(found, register=(judged,))).html):
        assert "Ảnh hưởng đến xếp loại đảng viên: có" in words
        assert "Nhận định của người theo dõi: 3 đảng viên" in words
    erased = render(replace(found, register=(replace(judged, effect_reason=None),))).text
    assert "Nhận định của người theo dõi: Lý do đã được xóa" in erased
    erased = render(replace(found, register=(replace(line, reason=None, reason_erased=True),))).text
    assert "Lý do đã được xóa" in erased
    silent = render(replace(found, register=(replace(line, reason=None, until=None),))).text
    assert "Chưa nêu lý do" in silent
    assert "chậm 3 ngày (chưa xong)" in silent


def test_a_line_of_no_unit_names_the_body_that_owes(play):
    found = letter(swept(play, "2024-12-08"), AUTHORITY, "2024-12-08")
    clause = "số …/UBND-VXNV, khoản 2 điểm b"
    duty = play.obligation(COMMITTEE, "2024")["ref"]
    assert f"- Sở Nội vụ | {duty} | {clause}" in lines(render(found).text)


def test_a_register_without_lines_says_that_nothing_is_late(play):
    found = letter(swept(play, "2024-12-08"), AUTHORITY, "2024-12-08")
    assert "Không có trường hợp chậm nào." in render(replace(found, register=())).text
    assert "Không có trường hợp chậm nào." in render(replace(found, register=())).html
