"""What was nearly right is told with the line to type, and never taken."""

import unicodedata

import pytest

from app.cli.arguments import read_rank
from app.cli.desk import read_day
from app.cli.near import nearest
from tests.cli.line import Line
from workflow.errors import BadInput
from workflow.words import Rank

REFS = ("HS-0005", "HS-0058", "HS-0580", "HN-0058")


@pytest.mark.parametrize(
    ("given", "known", "near"),
    [
        ("HS-58", REFS, ("HS-0058",)),
        ("HS‑58", REFS, ("HS-0058",)),  # a non-breaking hyphen
        ("HS–0058", REFS, ("HS-0058",)),  # a dash out of Word
        ("hs 0058", REFS, ("HS-0058",)),
        ("hs0058", REFS, ("HS-0058",)),
        ("58", ("HS-0058", "HS-0059"), ("HS-0058",)),
        ("snv‑13", ("SNV-13", "SNV-03"), ("SNV-13",)),
        ("SNV-3", ("SNV-13", "SNV-03"), ("SNV-03",)),
        ("Đài-PTTH", ("DAI-PTTH", "SNV"), ("DAI-PTTH",)),
        ("SNNPTN", ("SNNPTNT", "SYT"), ("SNNPTNT",)),
        ("HS-9999", REFS, ()),
        ("", REFS, ()),
        ("zzz", ("SNV", "STC"), ()),
    ],
)
def test_a_name_written_otherwise_is_found(given: str, known: tuple[str, ...], near: tuple[str, ...]):
    assert nearest(given, known)[: max(len(near), 1)] == near


def test_a_value_may_be_called_by_its_word():
    assert nearest("đã gửi hồ sơ", ["drafted", "submitted"], worded=True) == ("submitted",)


UNKNOWN = [
    (["dossier", "show", "hs‑1"], "hoso dossier show HS-0001"),
    (["unit", "nudge", "snv"], "hoso unit nudge SNV"),
    (["today", "--as", "cv–snv"], "hoso today --as CV-SNV"),
    (["today", "--as=cv–snv"], "hoso today --as=CV-SNV"),
    (["replay", "hs-0001"], "hoso replay HS-0001"),
    (["milestone", "done", "vh-1", "--proof", "1", "--as", "CV-SNV"], "hoso milestone done VH-0001"),
    (["dossier", "list", "--state", "submited"], "hoso dossier list --state submitted"),
    (["dossier", "advance", "HS-0001", "self_reviw", "--as", "CV-SNV"], "hoso dossier advance HS-0001 self_review"),
]


@pytest.mark.parametrize(("argv", "line"), UNKNOWN, ids=[" ".join(argv[:2]) + argv[-1] for argv, _ in UNKNOWN])
def test_an_unknown_reference_is_answered_with_the_line_that_was_meant(staffed: Line, argv: list[str], line: str):
    answer = staffed(*argv)
    assert (answer.status, answer.out) == (2, "")
    assert "Có phải ý là" in answer.err
    assert f"→ {line}" in answer.err


def test_every_mistyped_reference_of_a_line_is_put_right_at_once(staffed: Line):
    answer = staffed("dossier", "advance", "hs-1", "HS-2", "submit", "--as", "CV-SNV")
    assert "→ hoso dossier advance HS-0001 HS-0002 submit" in answer.err


def test_programs_get_what_is_near_as_well(staffed: Line):
    assert staffed("dossier", "show", "hs-1", "--json").json["error"]["near"] == ["HS-0001"]
    assert staffed("dossier", "show", "ZZ-99", "--json").json["error"]["near"] == []


def test_what_is_near_is_never_taken(staffed: Line):
    before = staffed.done("audit", "verify", "--json").json["digest"]
    staffed("dossier", "advance", "hs-1", "self_review", "--rank", "good", "--as", "CV-SNV")
    assert staffed.done("audit", "verify", "--json").json["digest"] == before


# — days and ranks —


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("31/11/2024", 30),
        ("2024-11-31", 30),
        ("30-02-2024", 29),
        ("29/02/2023", 28),
        ("0/5/2024", 31),
    ],
)
def test_a_day_that_its_month_does_not_have_is_told_with_the_last_it_has(text: str, last: int):
    with pytest.raises(BadInput) as caught:
        read_day(text)
    assert (caught.value.code, caught.value.figures["last"]) == ("command.no_such_day", last)


@pytest.mark.parametrize("text", ["29/02/2024", "2024-02-29", "29-2-2024", " 29/02/2024 "])
def test_the_last_day_of_a_month_is_a_day(text: str):
    assert read_day(text).isoformat() == "2024-02-29"


@pytest.mark.parametrize("text", ["tomorrow", "05/13/2024", "2024-00-01", "05/12/24", "05.12.2024", "05/12-2024"])
def test_what_is_no_day_is_told_as_that(text: str):
    with pytest.raises(BadInput) as caught:
        read_day(text)
    assert caught.value.code == "command.not_a_day"


def test_an_instant_on_a_day_that_is_none_says_so_too(staffed: Line):
    answer = staffed("replay", "HS-0001", "--as-of", "2024-11-31T09:00:00+07:00")
    assert "ngày 30" in answer.err


WAYS = {
    Rank.EXCELLENT: ("excellent", "HTXSNV", "htxsnv", "Hoàn thành xuất sắc nhiệm vụ"),
    Rank.GOOD: ("good", "HTTNV", "Hoàn thành tốt nhiệm vụ", "HOÀN THÀNH TỐT NHIỆM VỤ", " hoàn thành  tốt nhiệm vụ "),
    Rank.COMPLETED: ("completed", "HTNV", "Hoàn thành nhiệm vụ"),
    Rank.NOT_COMPLETED: ("not_completed", "not-completed", "KHTNV", "Không hoàn thành nhiệm vụ"),
}


@pytest.mark.parametrize(("rank", "text"), [(rank, text) for rank, texts in WAYS.items() for text in texts])
@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_a_rank_is_understood_however_it_is_written(rank: Rank, text: str, form: str):
    assert read_rank(unicodedata.normalize(form, text)) == rank  # type: ignore[arg-type]


def test_what_is_no_rank_stays_as_it_is():
    assert read_rank("best") == "best"
