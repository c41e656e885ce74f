"""What people read: every code has its sentence and every stored value its word, with the figures that the code gives.

The sentences are read against the code itself: where a code is raised, noted or found, which figures go with it.
tests/test_house.py holds the catalogues against each other.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from enum import StrEnum

import pytest

from states.processes import PROCESSES
from tests.said import DOMAINS, catalogued, sites
from tests.season import Play, collective, leaders, local, opened, person, units
from tests.test_house import HOUSE, placeholders, po_files, python_files, sentences, tree
from workflow import rulepack, words
from workflow.answers import Answer, GroupNote
from workflow.facts import Marks
from workflow.ledger import Flaw
from workflow.messages import LANGUAGES, knows, sentence, word
from workflow.replay import comparing, duties
from workflow.replay.timeline import MERGED, entries
from workflow.rosters import RoleRow, SubjectRow, UnitRow
from workflow.services import roles
from workflow.services.enrolment import SELECTING
from workflow.store import commands as sql
from workflow.words import DossierState, Rank, Role

# — sentences —


def test_the_code_is_read_at_all():
    """One of each way of saying a code, so that the tests below are not about nothing."""
    read = {site.code: set(site.figures) for site in sites() if site.figures is not None}
    assert read["guard.unvoted"] == {"group", "unvoted", "size"}
    assert (
        read["guard.quota_cliff"] == read["guard.quota_over"] >= {"group", "rank", "count", "allowance", "base", "size"}
    )
    assert read["guard.late_taken"] == {"due_at", "last_good_day", "occurred"}
    assert read["guard.closed_over"] == {"group", "count", "allowance", "base", "size"}
    assert read["guard.no_role"] == {"actor", "roles"}
    assert read["command.which_season"] == {"known"}
    assert read["command.no_route"] == {"subject", "unit", "unit_kind", "kind", "tier", "lead"}
    assert read["change.role_revoke_idle"] == {"subject"}
    assert read["change.unit_added"] == {"unit"}
    assert read["audit.record_gone"] == {"stream", "seq"}
    assert "audit.gap" in {site.code for site in sites()} - set(read)


def test_every_code_that_the_code_names_has_a_sentence_in_both_languages():
    faults = [
        f"{site.where}: {site.code} ({language})"
        for site in sites()
        for language in LANGUAGES
        if not knows(site.code, language)
    ]
    assert not faults, "\n".join(faults)


def test_every_sentence_asks_only_for_figures_that_the_code_gives():
    """At every place that can be read; whatever `flawed` finds is told with the stream and the number."""
    forwarded = frozenset(one.name for one in fields(Flaw)) - {"code"}
    every = [one for domain in DOMAINS for one in sentences(po_files("vi")[domain]).items()]
    asked = {code: set(placeholders(text)) for code, text in every}
    faults, read = [], set()
    for site in sites():
        figures = forwarded if site.where.startswith("workflow/ledger.py") else site.figures
        if figures is not None and site.code in asked:
            read.add(site.code)
            faults += [f"{site.where}: {site.code} is not given {{{one}}}" for one in asked[site.code] - figures]
    faults += [f"{code}: no place that can be read gives its figures" for code in sorted(asked) if code not in read]
    assert not faults, "\n".join(sorted(faults))


def test_no_sentence_is_left_that_nothing_says():
    unsaid = catalogued() - {site.code for site in sites()}
    assert not unsaid, sorted(unsaid)


def test_granting_and_revoking_what_is_so_already_is_told():
    assert all(knows(f"change.role_{command}_idle", language) for command in roles.COMMANDS for language in LANGUAGES)


QUOTA = {"group": "SXD", "rank": "excellent", "count": 3, "allowance": 1, "base": 8, "size": 9, "excess": 2}
TOLD = [
    (
        "guard.quota_over",
        QUOTA,
        (
            "Nhóm SXD đề xuất 3 “Hoàn thành xuất sắc nhiệm vụ”, chỉ được 1 (cơ sở tính 8, quy mô 9), vượt 2: "
            "phải xếp loại lại."
        ),
        (
            "Group SXD proposes 3 “Excellent completion of tasks”, 1 allowed (base 8, size 9), 2 too many: "
            "it has to rank again."
        ),
    ),
    (
        "guard.wrong_state",
        {"command": "ratify", "state": "drafted", "possible": ["self_review", "withdraw"], "needed": ["submitted"]},
        (
            "Chưa thực hiện được “quyết định xếp loại”: trạng thái hiện nay là “mới lập”, cần một trong các trạng "
            "thái: đã gửi hồ sơ. Việc làm được lúc này: tự kiểm điểm, rút hồ sơ."
        ),
        (
            "“ratification” is not possible now: the state is “drafted”; one of these is needed: submitted. "
            "Possible now: self-review, withdrawal."
        ),
    ),
    (
        "guard.late_reason",
        {"due_at": 0, "last_good_day": "2024-12-04", "occurred": "2024-12-05"},
        (
            "Trễ hạn: ngày cuối còn kịp là thứ Tư 04/12/2024, thực hiện vào thứ Năm 05/12/2024. Chỉ được tiếp nhận "
            "khi nêu lý do trễ hạn."
        ),
        (
            "Late: the last good day was Wednesday 4 December 2024, it happened on Thursday 5 December 2024. It is "
            "taken only with the reason for the lateness."
        ),
    ),
    (
        "guard.review_unfinished",
        {"at": None},
        "Chưa gửi được hồ sơ: tính đến lúc gửi, việc kiểm điểm chưa xong (thời điểm tự kiểm điểm đã ghi: –).",
        "The dossier cannot go yet: at the time of sending the review is not finished (self-review recorded at: –).",
    ),
    (
        "command.clock_behind",
        {"now": 1_733_331_540_000_000, "head": 1_733_331_600_000_000},
        (
            "Đồng hồ của máy (23:59 04/12/2024) chậm hơn lần ghi gần nhất (00:00 05/12/2024) nên chưa ghi gì. Đề nghị "
            "chỉnh lại đồng hồ rồi thử lại; nếu là đợt diễn tập thì ghi --now, không sớm hơn lần ghi đó."
        ),
        (
            "This machine's clock (23:59 4 December 2024) is behind the last record (00:00 5 December 2024), so "
            "nothing was written. Set the clock right and try again; in a rehearsal give --now, not earlier than that "
            "record."
        ),
    ),
    (
        "change.obligation_met",
        {"ref": "VH-0001", "rule": "R-1", "scope": "SXD", "late": True},
        "Việc đến hạn VH-0001 của SXD (quy định R-1) đã xong; trễ hạn: có.",
        "Obligation VH-0001 of SXD (rule R-1) is met; late: yes.",
    ),
    (
        "change.role_granted",
        {"subject": "SXD-01", "role": "ratifier", "scope": "*"},
        "SXD-01 được giao vai trò người phê duyệt, phạm vi toàn kỳ đánh giá.",
        "SXD-01 was given the role ratifier, scope the whole season.",
    ),
]


@pytest.mark.parametrize("code, figures, vietnamese, english", TOLD, ids=[one[0] for one in TOLD])
def test_a_sentence_reads_well_in_both_languages(code, figures, vietnamese, english):
    assert sentence(code, **figures) == vietnamese
    assert sentence(code, "en", **figures) == english


def test_values_that_the_reader_is_to_type_stand_before_their_words():
    assert sentence("command.unknown_rank", rank="best", known=["excellent", "good"]) == (
        "“best” không phải là mức xếp loại. Các mức: excellent (Hoàn thành xuất sắc nhiệm vụ), "
        "good (Hoàn thành tốt nhiệm vụ)."
    )
    assert sentence("command.unknown_season", "en", season="2023", known=["2024", "thu"]).endswith(": 2024, thu.")
    assert sentence("command.no_season", "en", known=[]).startswith("No season is open. Known ones: –.")


def test_what_no_catalogue_says_is_shown_as_it_is():
    """Old records and packs hold codes and terms that this version does not know; a reader never meets an error."""
    assert sentence("guard.of_old", count=3) == "guard.of_old {'count': 3}"
    assert sentence("guard.of_old") == "guard.of_old"
    assert sentence("guard.due_back_past", "en", day="soon").endswith("{'day': 'soon'}")
    assert word("leadership") == "leadership"


# — words —


def enums() -> list[type[StrEnum]]:
    return [
        one
        for room in (words, rulepack)
        for one in vars(room).values()
        if isinstance(one, type) and issubclass(one, StrEnum) and one.__module__ == room.__name__
    ]


def service_calls(*given: Callable[[ast.Call], Iterator[ast.expr]]) -> set[str]:
    """The texts that the services' calls write out where `given` looks."""
    found = set()
    for path in python_files("workflow/services"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call):
                texts = [text for look in given for text in look(node)]
                found |= {one.value for one in texts if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return found


def keyword(name: str) -> Callable[[ast.Call], Iterator[ast.expr]]:
    return lambda call: (one.value for one in call.keywords if one.arg == name)


def of_record(call: ast.Call) -> Iterator[ast.expr]:
    """The command of `basic_facts(process, command, …)` and of `_recorded(act, row, command, …)`."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    yield from {"basic_facts": call.args[1:2], "recorded": call.args[2:3]}.get(name, [])


def commands() -> set[str]:
    """Everything that is done to something: by a process, or by a use case of its own."""
    return {
        *(step for process in PROCESSES.values() for step in process.steps),
        *service_calls(keyword("command"), of_record),
        *roles.COMMANDS,
        "close",
    }


def stored_fields() -> set[str]:
    """Fields that change notes, corrections and the audit name."""
    rows = {one.name for row in (UnitRow, SubjectRow, RoleRow) for one in fields(row)}
    compared = {column for columns in comparing._COMPARED.values() for column in columns}
    groups = {one.name for one in fields(GroupNote)} - {"rule", "key", "cliff", "unvoted"}
    return {
        *rows,
        *compared,
        *groups,
        *comparing._FIGURES,
        *SELECTING,
        *Marks.__annotations__,
        *duties.COMPARED,
        "contact",
        "path",
    }


VALUES = [
    *(pytest.param({one.value for one in enum}, id=enum.__name__) for enum in enums()),
    *(pytest.param(set(process.states), id=f"states of a {name}") for name, process in PROCESSES.items()),
    pytest.param(commands(), id="commands"),
    pytest.param(service_calls(keyword("kind")), id="kinds of streams"),
    pytest.param(stored_fields(), id="fields"),
    pytest.param({str(one) for one in (True, False, None)}, id="plain values"),
    pytest.param({"all", "*"}, id="scopes"),
]


@pytest.mark.parametrize("values", VALUES)
def test_every_stored_value_that_people_read_has_a_word_in_both_languages(values):
    assert values
    missing = [
        (one, language) for one in sorted(values) for language in LANGUAGES if not knows(f"word.{one}", language)
    ]
    assert missing == []


def test_the_words_are_found_in_the_code():
    """The readers above see what the services do, each in its own way of saying it."""
    assert {"create", "import", "plan", "cover", "extend", "done", "date", "join", "grant"} <= commands()
    assert {"dossier", "meeting", "group", "roster", "unit", "season", "obligation", "role"} <= service_calls(
        keyword("kind")
    )
    assert {"tier", "email", "voted", "invited", "late", "allowance"} <= stored_fields()


def test_the_four_ranks_have_their_official_names():
    assert [word(rank) for rank in Rank] == [
        "Hoàn thành xuất sắc nhiệm vụ",
        "Hoàn thành tốt nhiệm vụ",
        "Hoàn thành nhiệm vụ",
        "Không hoàn thành nhiệm vụ",
    ]


def test_a_word_holds_no_comma_and_no_full_stop_so_that_lists_of_words_can_be_read():
    for language in LANGUAGES:
        told = sentences(po_files(language)["word"])
        assert {code: text for code, text in told.items() if set(text) & set(",.;:()")} == {}, language


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("values", [list(Rank), list(DossierState), list(Role), sorted(PROCESSES["dossier"].steps)])
def test_no_two_of_a_kind_are_told_with_one_word(values, language):
    told = [word(one, language) for one in values]
    assert len(set(told)) == len(values), told


# — a season, told —


def told_by(answer: Answer, language: str) -> list[str]:
    """Every sentence that an answer holds: refusals, what could not be judged, warnings, changes."""
    verdicts = [one for refused in answer.refused for one in (*refused.verdicts, *refused.unknown)]
    verdicts += [one for done in answer.done for one in done.warnings]
    changes = [(one["code"], {name: one[name] for name in one if name != "code"}) for one in answer.changes]
    return [sentence(code, language, **given) for code, given in (*((v.code, v.figures) for v in verdicts), *changes)]


@pytest.fixture(scope="module")
def season(tmp_path_factory) -> tuple[Play, list[Answer]]:
    """A unit that is over and votes again, is late, extended and sent back; somebody leaves, somebody joins."""
    play = opened(tmp_path_factory.mktemp("season"))
    answers = [play.bring(units("SNV"), [*leaders("SNV", 6), collective("SNV")])]
    refs = play.to_vote("SNV", excellent=2)
    answers += [play.do("submit", *refs), play.close("SNV"), play.do("submit", *refs), play.revote("SNV")]
    play.to_vote("SNV", excellent=1)
    answers += [play.close("SNV"), play.do("ratify", refs[0]), play.do("withdraw", refs[5], reason="Nghỉ hưu")]
    play.clock.now = local("2024-12-05")
    answers += [play.do("submit", *refs[:5]), play.do("submit", *refs[:5], refs[6], reason="Họp lại")]
    late = play.obligations(state="met")[0]["ref"]
    answers += [play.extend(late, "2024-12-12"), play.extend(late, "2024-12-20")]
    answers += [play.do("send_back", refs[1], reason="Thiếu báo cáo", due_back="2024-12-09"), play.decide(refs[2])]
    return play, [*answers, play.bring((), [person("SNV-07")]), play.do("ratify", refs[3])]


def test_a_whole_season_is_told_without_one_code_or_figure_left_over(season):
    """What `sentence` does not find, or is not given, it shows as it is: nothing of that is left in either language."""
    _, answers = season
    assert {answer.accepted for answer in answers} == {True, False}
    for language in LANGUAGES:
        told = {text for answer in answers for text in told_by(answer, language)}
        assert len(told) > 25
        assert [text for text in told if "{" in text or re.match(r"[a-z]+\.[a-z_]+", text)] == []


def test_every_field_that_a_season_records_has_a_word(season):
    play, _ = season
    with play.database.reading() as tx:
        patches = [one.body["set"] for one in entries(tx.each(sql.RECORDS_OF_SEASON, season=play.row()["id"]))]
    nested = [one for patch in patches for one in (patch.get("marks", {}), *patch.get("duties", {}).values())]
    names = {name for patch in (*patches, *nested) for name in patch} - set(MERGED)
    assert {"successor", "voted_on", "closed_on", "year", "subjects", "due_back"} <= names
    assert sorted(name for name in names for language in LANGUAGES if not knows(f"word.{name}", language)) == []


# — the glossary —

GLOSSARY = HOUSE / "docs" / "glossary.md"


def rows() -> list[list[str]]:
    """The glossary's rows: term, Vietnamese, code, meaning, where used."""
    lines = GLOSSARY.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [one for one in cells if one[0] not in {"Term", "---"}]


@pytest.mark.drift
def test_the_glossary_tells_every_rank_state_role_and_command_with_the_word_that_people_read():
    kinds = (Rank, DossierState, words.MeetingState, words.VoteState, words.ObligationState, Role)
    values = {one.value for kind in kinds for one in kind} | commands()
    told = {(code, cells[1]) for cells in rows() for code in re.findall(r"`([^`]+)`", cells[2])}
    faults = [
        one
        for one in sorted(values)
        if not any(code == one and word(one) in vietnamese.split("; ") for code, vietnamese in told)
    ]
    assert faults == []


@pytest.mark.drift
def test_the_glossary_gives_each_term_one_meaning():
    terms = [cells[0] for cells in rows()]
    assert sorted({one for one in terms if terms.count(one) > 1}) == []
    assert [cells for cells in rows() if len(cells) != 5 or not all(cells)] == []
