"""Steps of the plan, petitions and difficulties from the command line; what `today` offers for each works."""

import shlex
from pathlib import Path

import pytest

from tests.cli.verbs.office import NOW, Office
from tests.cli.verbs.packs import changed, season_under


def due(office: Office, rule: str) -> str:
    found = office.done("milestone", "list", "--json").json["obligations"]
    return str(next(one["ref"] for one in found if one["rule"] == rule))


def offered(office: Office, actor: str, code: str) -> list[str]:
    """The words of the lines that somebody is offered for a kind of task, without the program and the actor."""
    found = office.done("today", "--as", actor, "--json").json["tasks"]
    return [one["command"] for one in found if one["code"] == code]


def typed(office: Office, line: str, **filled: str) -> int:
    """An offered line as it would be pasted, its capitals filled in; its exit status."""
    words = [filled.get(one, one) for one in shlex.split(line)[1:]]
    return office(*[one for one in words if one not in {"--db", str(office.db), "--now", NOW}]).status


@pytest.fixture
def decided(office: Office) -> Office:
    """STC-09, whom the unit itself ranks, is decided on."""
    office.to_submit("STC")
    office.done("dossier", "advance", office.ref("STC-09"), "ratify", "--decision", "1/QĐ", "--as", "STC-01")
    return office


# — steps of the plan —


@pytest.mark.row("NT11-2b-1", "NT11-2b-2")
def test_a_step_is_shown_with_whose_it_is_and_what_was_said(office: Office) -> None:
    ref = due(office, "NT11-2b-1")
    office.done("milestone", "note", ref, "--text", "Đang tổng hợp", "--as", "GS")
    office.done("milestone", "done", ref, "--proof", "31/BC-SNV", "--as", "GS")
    shown = office.done("milestone", "show", ref)
    for told in ("Sở Nội vụ", "Văn phòng UBND tỉnh", "Đang tổng hợp", "31/BC-SNV"):
        assert told in shown.out
    value = office.done("milestone", "show", ref, "--json").json
    assert [(one["command"], one["letter"], one["text"]) for one in value["records"]] == [
        ("note", None, "Đang tổng hợp"),
        ("done", "31/BC-SNV", None),
    ]
    assert (value["state"], value["joined_by"]) == ("met", ["van-phong-ubnd-tinh"])
    assert ref not in {one["ref"] for one in office.done("milestone", "list", "--json").json["obligations"]}
    assert ref in {one["ref"] for one in office.done("milestone", "list", "--all", "--json").json["obligations"]}


def test_a_step_is_shown_with_the_line_that_comes_next(office: Office) -> None:
    ref = due(office, "NT11-2b-1")
    shown = office.done("milestone", "show", ref).out
    (line,) = [one.partition(": ")[2] for one in shown.splitlines() if "hoso milestone done" in one]
    assert "not-needed" not in shown, "it is needed in any case"
    assert typed(office, line, NO="31/BC-SNV") == 0
    assert "hoso milestone" not in office.done("milestone", "show", ref).out


OPTIONAL = """
[[deadline]]
id = "if-needed"
clause = { source = "nt11", at = "khoản 9" }
text = "Theo dõi đơn vị yếu"
wording = "none"
per = "season"
owner = "so-noi-vu"
paper = "report"
ranks = ["completed", "not_completed"]
optional = true
"""


def test_a_step_that_may_be_left_out_says_so_with_its_paper_and_the_line(office: Office, tmp_path: Path) -> None:
    under = season_under(changed() + OPTIONAL, office, tmp_path)
    ref = due(under, "if-needed")
    shown = under.done("milestone", "show", ref).out
    assert "Nộp kèm: báo cáo" in shown
    (line,) = [one.partition(": ")[2] for one in shown.splitlines() if "not-needed" in one]
    words = ["Không có ai" if one == "…" else one for one in shlex.split(line)[1:]]
    assert under.plainly(*words).status == 0


def test_what_is_offered_for_a_step_works(office: Office) -> None:
    lines = offered(office, "GS", "view.task_duty")
    assert lines
    assert [typed(office, one, NO="7/BC") for one in lines] == [0] * len(lines)
    assert offered(office, "GS", "view.task_duty") == []


@pytest.mark.parametrize(
    ("argv", "status", "code"),
    [
        (["done", "VH-9999", "--proof", "1/BC"], 2, "command.unknown_obligation"),
        (["done", "{step}", "{step}", "--proof", "1/BC"], 2, "command.twice"),
        (["done", "{step}", "--proof", "NO"], 2, "view.placeholder"),
        (["done", "{step}", "--proof", "  "], 2, "command.text_needed"),
        (["note", "{step}", "--text", "TEXT"], 2, "view.placeholder"),
        (["show", "VH-9999"], 2, "command.unknown_obligation"),
    ],
)
def test_bad_steps_are_named(office: Office, argv: list[str], status: int, code: str) -> None:
    words = [one.format(step=due(office, "NT11-2b-1")) for one in argv]
    answer = office("milestone", *words, *([] if argv[0] == "show" else ["--as", "GS"]), "--json")
    assert (answer.status, answer.json["error"]["code"]) == (status, code)


def test_a_step_that_is_needed_is_not_left_out(office: Office) -> None:
    line = ["milestone", "not-needed", due(office, "NT11-2b-1"), "--reason", "Không cần", "--as", "GS", "--json"]
    answer = office(*line)
    assert (answer.status, [one["code"] for one in answer.json["refused"]]) == (3, ["guard.duty_needed"])


# — petitions —


def test_a_petition_marks_the_result_until_it_is_answered_by_the_offered_line(decided: Office) -> None:
    ref = decided.ref("STC-09")
    decided.done("petition", "raise", ref, "--text", "Đề nghị xem lại", "--as", "STC-09")
    assert decided.shown("STC-09")["under_review"]
    assert "đang xem xét lại" in decided.done("dossier", "show", ref).out + decided.done("dossier", "list").out
    (one,) = decided.done("petition", "list", "--json").json["petitions"]
    assert (one["ref"], one["text"], one["outcome"]) == (ref, "Đề nghị xem lại", None)
    (line,) = offered(decided, "STC-01", "view.task_petition")
    assert typed(decided, line, OUTCOME="kept", TEXT="Phù hợp") == 0
    assert not decided.shown("STC-09")["under_review"]
    assert decided.done("petition", "list", "--json").json["petitions"] == []
    (one,) = decided.done("petition", "list", "--all", "--json").json["petitions"]
    assert (one["outcome"], one["answer"]) == ("kept", "Phù hợp")
    assert offered(decided, "STC-01", "view.task_petition") == []


@pytest.mark.parametrize(
    ("argv", "status", "code"),
    [
        (["raise", "{draft}", "--text", "a", "--as", "SNV-02"], 3, "guard.wrong_state"),
        (["raise", "{mine}", "--as", "STC-09"], 3, "guard.petition_empty"),
        (["raise", "HS-9999", "--text", "a", "--as", "STC-09"], 2, "command.unknown_dossier"),
        (["raise", "{mine}", "--text", "TEXT", "--as", "STC-09"], 2, "view.placeholder"),
        (["answer", "{mine}", "--outcome", "kept", "--text", "a", "--as", "STC-01"], 3, "guard.petition_none"),
        (["answer", "{mine}", "--outcome", "perhaps", "--text", "a", "--as", "STC-01"], 2, "command.unknown_outcome"),
        (["answer", "{mine}", "--outcome", "OUTCOME", "--text", "a", "--as", "STC-01"], 2, "view.placeholder"),
    ],
)
def test_bad_petitions_are_named(decided: Office, argv: list[str], status: int, code: str) -> None:
    words = [one.format(mine=decided.ref("STC-09"), draft=decided.ref("SNV-02")) for one in argv]
    answer = decided("petition", *words, "--json")
    told = [one["code"] for one in answer.json["refused"]] if status == 3 else [answer.json["error"]["code"]]
    assert (answer.status, told) == (status, [code])


@pytest.mark.parametrize(("subject", "by", "able"), [("STC-09", "CV-STC", "STC-01"), ("SNV-02", "CV-SNV", "TK")])
def test_whoever_may_not_answer_is_told_who_decided_and_the_line_works(
    decided: Office, subject: str, by: str, able: str
) -> None:
    if subject == "SNV-02":
        decided.to_submit("SNV")
        decided.done("dossier", "advance", decided.ref(subject), "ratify", "--decision", "2/QĐ", "--as", "TK")
    ref = decided.ref(subject)
    decided.done("petition", "raise", ref, "--text", "Đề nghị xem lại", "--as", subject)
    answer = decided("petition", "answer", ref, "--outcome", "kept", "--text", "Phù hợp", "--as", by, "--json")
    assert answer.status == 3
    told = {one["code"]: one["remedy"] for one in answer.json["refused"]}
    words = shlex.split(told["guard.no_role"])
    assert words[words.index("--as") + 1] == able
    assert typed(decided, told["guard.no_role"]) == 0


def test_who_raises_a_second_petition_is_told_who_answers_the_first(decided: Office) -> None:
    ref = decided.ref("STC-09")
    decided.done("petition", "raise", ref, "--text", "Xem lại", "--as", "STC-09")
    (told,) = decided("petition", "raise", ref, "--text", "Xem lại", "--as", "STC-09", "--json").json["refused"]
    assert told["remedy"].split(" --db")[0].endswith("--as STC-01")
    assert typed(decided, told["remedy"], OUTCOME="kept", TEXT="Phù hợp") == 0


def test_what_a_petition_or_an_answer_lacked_is_offered_in_the_words_of_its_verb(decided: Office) -> None:
    ref = decided.ref("STC-09")

    def offered_for(*argv: str) -> str:
        (told,) = decided(*argv, "--json").json["refused"]
        assert "--set" not in told["remedy"]
        return str(told["remedy"])

    assert typed(decided, offered_for("petition", "raise", ref, "--as", "STC-09"), TEXT="Xem lại") == 0
    decided.done("difficulty", "raise", "STC", "--text", "Chưa rõ mẫu biểu", "--as", "CV-STC")
    decided.done("difficulty", "pass-on", "VM-0001", "--as", "GS")
    line = offered_for("difficulty", "answer", "VM-0001", "--as", "GS")
    words = [one if one != "TEXT" else "Mẫu 02" for one in shlex.split(line)[1:]]
    unproved = decided(*[one for one in words if one not in {"--db", str(decided.db), "--now", NOW}])
    assert typed(decided, unproved.json["refused"][0]["remedy"], NO="1/CV") == 0


# — difficulties —


def test_a_difficulty_goes_to_the_monitor_who_is_offered_it(office: Office) -> None:
    office.done("difficulty", "raise", "STC", "--text", "Chưa rõ mẫu biểu", "--as", "CV-STC")
    (one,) = office.done("difficulty", "list", "--json").json["difficulties"]
    assert (one["ref"], one["unit"], one["state"], one["text"]) == ("VM-0001", "STC", "raised", "Chưa rõ mẫu biểu")
    (line,) = offered(office, "GS", "view.task_difficulty")
    assert typed(office, line, TEXT="Dùng mẫu 02") == 0
    assert offered(office, "GS", "view.task_difficulty") == []
    assert "Dùng mẫu 02" in office.done("difficulty", "list", "--all").out
    assert office.done("audit", "verify").status == 0


@pytest.mark.parametrize(
    ("argv", "status", "code"),
    [
        (["raise", "NOWHERE", "--text", "a", "--as", "CV-STC"], 2, "command.unknown_unit"),
        (["raise", "STC", "--text", "a", "--as", "CV-SNV"], 3, "guard.no_role"),
        (["raise", "STC", "--text", "TEXT", "--as", "CV-STC"], 2, "view.placeholder"),
        (["pass-on", "VM-0009", "--as", "GS"], 2, "command.unknown_difficulty"),
        (["answer", "VM-0001", "--as", "GS"], 3, "guard.difficulty_answer_empty"),
    ],
)
def test_bad_difficulties_are_named(office: Office, argv: list[str], status: int, code: str) -> None:
    office.done("difficulty", "raise", "STC", "--text", "Chưa rõ", "--as", "CV-STC")
    answer = office("difficulty", *argv, "--json")
    told = [one["code"] for one in answer.json["refused"]] if status == 3 else [answer.json["error"]["code"]]
    assert (answer.status, told) == (status, [code])
