"""What a season reads in others of its body: whom an order waits for there."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.season import REGISTRAR, SMALL_PACK, Play, done, leaders, local, refusals, units, warnings
from workflow.dates import micros
from workflow.errors import BadInput
from workflow.replay.redecision import redecide
from workflow.services.erasure import erase
from workflow.services.seasons import close_season
from workflow.services.views.dossiers import sheet
from workflow.services.views.earlier import earlier

Opening = Callable[..., Play]

ORDER = """
[[order]]
id = "order"
clause = {{ source = "paper", at = "6" }}
text = "Công chức trước, đảng viên sau"
first = {{ track = ["civil_servant"] }}
reached = "ratify"
then = {{ track = ["party"] }}
command = "record_vote"
within = "{within}"
across = "{across}"
mode = "{mode}"
"""
BOTH = SMALL_PACK.replace('tracks = ["civil_servant"]', 'tracks = ["civil_servant", "party"]')
PARTY = SMALL_PACK.replace('tracks = ["civil_servant"]', 'tracks = ["party"]')


def order(*, within: str = "unit", across: str = "year", mode: str = "enforce") -> str:
    return ORDER.format(within=within, across=across, mode=mode)


def state(opening: Opening, **more: Any) -> Play:
    """The season of the civil-servant track: two of A and one of B."""
    play = opening(SMALL_PACK, **{"code": "chinh-quyen", **more})
    play.bring(units("A", "B"), [*leaders("A", 2), *leaders("B", 1)])
    return play


def party(opening: Opening, rules: str, **more: Any) -> Play:
    """The season of the party track, with the same people; A's reviewed, a meeting held there."""
    play = opening(PARTY + rules, **{"code": "dang", **more})
    play.bring(units("A", "B"), [*leaders("A", 2, party=True), *leaders("B", 1, party=True)])
    play.review(*(one["ref"] for one in play.dossiers("A")))
    play.hold("A")
    return play


def member(play: Play, subject: str) -> str:
    return next(str(one["ref"]) for one in play.dossiers() if (one["subject"], one["track"]) == (subject, "party"))


def voting(play: Play, subject: str) -> Any:
    return play.do("record_vote", member(play, subject), rank="good", meeting=play.meetings["A"])


def decided(play: Play, *names: str) -> None:
    play.review(*names)
    play.vote(*names)
    play.submit(*names)
    play.ratify(*names)


@pytest.mark.row("NT05-1-4", "P124-11-2")
@pytest.mark.parametrize(("within", "after"), [("person", ["A-01"]), ("unit", ["A-01", "A-02"])])
def test_a_vote_waits_for_dossiers_of_the_years_other_season(opening: Opening, within: str, after: list[str]):
    there, here = state(opening), party(opening, order(within=within))
    for name in after:
        refused = voting(here, "A-01")
        assert refusals(refused) == ["waits_beyond"]
        decided(there, name)
    done(voting(here, "A-01"))
    assert (here.verified().findings, there.verified().findings) == ((), ())


@pytest.mark.row("NT05-1-4")
def test_the_refusal_names_the_other_season_and_whom_it_waits_for_there(opening: Opening):
    there, here = state(opening), party(opening, order())
    (verdict,) = voting(here, "A-01").refused[0].verdicts
    waiting = [there.ref("A-01"), there.ref("A-02")]
    assert verdict.figures == {"seasons": ["chinh-quyen"], "others": 2, "elsewhere": waiting, "command": "ratify"}
    assert verdict.remedy is not None
    assert (verdict.remedy.action, verdict.remedy.args) == ("dossier.list", {"unit": "A", "season": "chinh-quyen"})


def test_those_of_both_seasons_are_told_together(opening: Opening):
    there = state(opening)
    here = opening(BOTH + order(within="person"), code="dang")
    here.bring(units("A"), leaders("A", 1, party=True))
    here.review(*(one["ref"] for one in here.dossiers()))
    here.hold("A")
    (verdict,) = voting(here, "A-01").refused[0].verdicts
    assert verdict.code == "guard.waits_for_both"
    assert (verdict.figures["refs"], verdict.figures["elsewhere"]) == ([here.ref("A-01")], [there.ref("A-01")])
    decided(there, "A-01")
    assert refusals(voting(here, "A-01")) == ["waits_for"]
    assert here.verified().findings == ()


def test_an_order_within_the_season_looks_at_no_other(opening: Opening):
    state(opening)
    here = party(opening, order(across="season"))
    done(voting(here, "A-01"))
    assert "beyond" not in here.records(member(here, "A-01"))[-1].body["facts"]
    assert here.verified().findings == ()


@pytest.mark.parametrize(
    ("there", "here", "waits"),
    [
        ({"year": 2023}, {}, False),
        ({"rehearsal": True}, {}, False),
        ({"rehearsal": True}, {"rehearsal": True}, True),
        ({}, {"rehearsal": True}, False),
    ],
)
def test_only_seasons_of_the_year_are_looked_at_and_rehearsals_by_rehearsals(
    opening: Opening, there: dict[str, Any], here: dict[str, Any], waits: bool
):
    yearly = SMALL_PACK.replace("year = 2024\n", "")
    play = opening(yearly, code="chinh-quyen", **{"year": 2024, **there})
    play.bring(units("A"), leaders("A", 1))
    answer = voting(party(opening, order(), **here), "A-01")
    assert (refusals(answer) if answer.refused else []) == (["waits_beyond"] if waits else [])


def test_a_closed_season_is_waited_for_too(opening: Opening):
    there, here = state(opening), party(opening, order())
    done(close_season(there.context, there.season, there.by(), unfinished="hết năm"))
    assert refusals(voting(here, "A-01")) == ["waits_beyond"]


@pytest.mark.parametrize(("mode", "told"), [("off", []), ("record_only", []), ("warn", ["waits_beyond"])])
def test_an_order_across_seasons_that_is_not_enforced_lets_pass(opening: Opening, mode: str, told: list[str]):
    state(opening)
    here = party(opening, order(mode=mode))
    assert warnings(done(voting(here, "A-01"))) == told
    assert here.verified().findings == ()


@pytest.mark.row("NT05-1-4")
def test_what_was_read_stands_in_the_record_and_is_decided_again_from_it(opening: Opening):
    """Also once the other season went on: nothing is read there again."""
    there, here = state(opening), party(opening, order(mode="warn"))
    done(voting(here, "A-01"))
    record = here.records(member(here, "A-01"))[-1]
    (told,) = record.body["facts"]["beyond"]
    refs = [there.ref("A-01"), there.ref("A-02")]
    assert told == {"rule": "order", "season": "chinh-quyen", "unit": "A", "count": 2, "refs": refs}
    decided(there, "A-01", "A-02")
    assert list(redecide([record], here.rules())) == []
    assert here.verified().findings == ()


# — what is shown of them —


def known(play: Play, subject: str) -> list[tuple[Any, ...]]:
    with play.looking() as look:
        found = sheet(look, play.ref(subject)).earlier
    return [(one.season, one.year, one.track, one.state, one.rank, one.decision) for one in found]


YEARLY = SMALL_PACK.replace("year = 2024\n", "")


def ranked(opening: Opening, year: int, code: str, rank: str = "good", **more: Any) -> Play:
    """A season in which A-01 was ranked, A-02 was not, and A-03 is on the way."""
    play = opening(YEARLY, year=year, code=code, now=local(f"{year}-11-10 09:00"), **more)
    play.bring(units("A"), leaders("A", 3))
    play.review("A-01")
    play.vote("A-01", rank=rank)
    play.submit("A-01")
    play.ratify("A-01", decision=f"5/QĐ-{code}")
    done(play.do("not_ranked", "A-02", reason="nghỉ dài", reason_kind="long_leave"))
    return play


@pytest.mark.row("NT11-1f-2", "NT05-1b-2")
def test_results_of_the_year_and_of_last_year_are_shown_with_season_track_rank_and_decision(opening: Opening):
    ranked(opening, 2022, "2022")
    ranked(opening, 2023, "2023", "completed")
    ranked(opening, 2024, "dot-1")
    ranked(opening, 2024, "thu", rehearsal=True)
    ranked(opening, 2025, "2025")
    here = opening(YEARLY, year=2024, code="dot-2")
    here.bring(units("A"), leaders("A", 3))
    assert known(here, "A-01") == [
        ("dot-1", 2024, "civil_servant", "ratified", "good", "5/QĐ-dot-1"),
        ("2023", 2023, "civil_servant", "ratified", "completed", "5/QĐ-2023"),
    ]
    assert known(here, "A-02") == [
        (season, year, "civil_servant", "not_ranked", None, None) for season, year in (("dot-1", 2024), ("2023", 2023))
    ]
    assert known(here, "A-03") == []


@pytest.mark.row("NT11-1f-2")
def test_a_result_that_is_decided_again_says_so_and_its_own_season_is_no_other(opening: Opening):
    first = ranked(opening, 2024, "dot-1")
    here = opening(YEARLY, year=2024, code="dot-2", rehearsal=False)
    here.bring(units("A"), leaders("A", 1))
    done(first.do("adjust", "A-01", by="QD-committee", reason="có thay đổi"))
    assert known(here, "A-01") == [("dot-1", 2024, "civil_servant", "submitted", "good", "5/QĐ-dot-1")]
    assert known(first, "A-01") == []


def test_what_was_decided_without_a_day_of_its_own_has_the_day_of_the_command(opening: Opening):
    ranked(opening, 2023, "2023")
    here = opening(YEARLY, year=2024, code="2024")
    here.bring(units("A"), leaders("A", 2))
    with here.looking() as look:
        found = earlier(look, here.dossiers())
    assert {name: [one.at for one in told] for name, told in found.items()} == {
        name: [micros(local("2023-11-10 09:00"))] for name in ("A-01", "A-02")
    }


# — faults that were left open —

CARRY = """
[[carry_over]]
id = "carry"
clause = {{ source = "paper", at = "6" }}
text = "Nêu kết quả khắc phục khuyết điểm của năm trước"
mode = "{mode}"
"""


def year(opening: Opening, number: int, rules: str = "", code: str = "", **more: Any) -> Play:
    """A season of a year with A-01, A-02 and the collective's head."""
    now = local(f"{number}-11-10 09:00")
    play = opening(YEARLY + rules, year=number, code=code or str(number), now=now, **more)
    play.bring(units("A"), leaders("A", 2))
    return play


def pointed_out(play: Play, subject: str, *texts: str) -> str:
    """Faults on record of a subject's dossier; its ref."""
    for text in texts:
        done(play.do("record_fault", subject, text=text))
    return play.ref(subject)


def shown(play: Play, subject: str) -> list[tuple[str, str | None, bool | None]]:
    """What a dossier's page tells of faults carried over: name, words, and whether it calls it mended."""
    with play.looking() as look:
        found = sheet(look, play.ref(subject)).carried
    said = [None if one.answer is None else bool(one.answer["mended"]) for one in found]
    return [(one.fault["fault"], one.text, answer) for one, answer in zip(found, said, strict=True)]


@pytest.mark.row("NT05-1b-2")
def test_a_review_answers_for_what_last_years_left_open(opening: Opening):
    last, now = year(opening, 2023), year(opening, 2024, CARRY.format(mode="enforce"))
    ref = pointed_out(last, "A-01", "giải ngân chậm", "họp muộn")
    assert shown(now, "A-01") == [(f"{ref}/1", "giải ngân chậm", None), (f"{ref}/2", "họp muộn", None)]
    refused = now.do("self_review", "A-01", rank="good")
    assert refusals(refused) == ["faults_unanswered"]
    assert refused.refused[0].verdicts[0].figures["faults"] == [f"{ref}/1", f"{ref}/2"]
    done(now.do("answer_fault", "A-01", by="A-01", carried=f"{ref}/1", mended=True, text="đã giải ngân 98 %"))
    assert refusals(now.do("self_review", "A-01", rank="good")) == ["faults_unanswered"]
    done(now.do("answer_fault", "A-01", by="A-01", carried=f"{ref}/2", text="còn vướng lịch"))
    now.review("A-01", "A-02")
    assert shown(now, "A-01") == [(f"{ref}/1", "giải ngân chậm", True), (f"{ref}/2", "họp muộn", False)]
    assert (last.verified().findings, now.verified().findings) == ((), ())


@pytest.mark.row("NT05-1b-2")
@pytest.mark.parametrize(("mode", "told"), [("off", []), ("record_only", []), ("warn", ["faults_unanswered"])])
def test_a_rule_that_is_not_enforced_lets_a_review_pass(opening: Opening, mode: str, told: list[str]):
    last, now = year(opening, 2023), year(opening, 2024, CARRY.format(mode=mode))
    ref = pointed_out(last, "A-01", "giải ngân chậm")
    assert warnings(now.review("A-01")) == told
    facts = now.records("A-01")[-1].body["facts"]
    kept = [one["fault"] for one in facts.get("carried", [])]
    assert kept == ([] if mode == "off" else [f"{ref}/1"])
    assert list(redecide(now.records("A-01"), now.rules())) == []
    assert now.verified().findings == ()


def test_a_pack_without_the_rule_asks_nothing_and_shows_them_all_the_same(opening: Opening):
    last, now = year(opening, 2023), year(opening, 2024)
    ref = pointed_out(last, "A-01", "giải ngân chậm")
    assert warnings(now.review("A-01")) == []
    assert "carried" not in now.records("A-01")[-1].body["facts"]
    assert shown(now, "A-01") == [(f"{ref}/1", "giải ngân chậm", None)]
    done(now.do("answer_fault", "A-01", carried=f"{ref}/1", text="đang làm"))
    assert now.verified().findings == ()


def test_faults_are_mended_taken_back_and_recorded_after_the_decision_too(opening: Opening):
    last, now = year(opening, 2023), year(opening, 2024)
    decided(last, "A-01")
    ref = pointed_out(last, "A-01", "một", "hai", "ba")
    done(last.do("record_fault", "A-01", fault=1, mended=True, letter="3/BC"))
    done(last.do("record_fault", "A-01", fault=2, none=True, reason="ghi nhầm người"))
    assert refusals(last.do("record_fault", "A-01", fault=1, mended=True, text="x")) == ["fault_not_open"]
    assert shown(now, "A-01") == [(f"{ref}/3", "ba", None)]
    done(last.do("record_fault", "A-01", by=REGISTRAR, fault=3, mended=True, text="xong"))
    assert shown(now, "A-01") == []
    assert last.verified().findings == ()


def test_what_is_still_open_goes_on_from_year_to_year_and_what_is_mended_ends(opening: Opening):
    first, second, third = (year(opening, number) for number in (2022, 2023, 2024))
    ref = pointed_out(first, "A-01", "một", "hai", "ba")
    later = pointed_out(second, "A-01", "bốn")
    done(second.do("answer_fault", "A-01", carried=f"{ref}/1", mended=True, letter="3/BC"))
    done(second.do("answer_fault", "A-01", carried=f"{ref}/2", text="còn vướng"))
    left = [(f"{ref}/2", "hai", None), (f"{ref}/3", "ba", None), (f"{later}/1", "bốn", None)]
    assert shown(third, "A-01") == left
    assert shown(second, "A-02") == shown(first, "A-01") == []


def test_a_season_of_the_same_year_or_a_rehearsal_carries_nothing(opening: Opening):
    year(opening, 2023, code="thu", rehearsal=True).do("record_fault", "A-01", text="diễn tập")
    pointed_out(year(opening, 2024, code="dot-1"), "A-01", "cùng năm")
    pointed_out(year(opening, 2025), "A-01", "năm sau")
    now = year(opening, 2024, CARRY.format(mode="enforce"), code="dot-2")
    assert shown(now, "A-01") == []
    now.review("A-01")


def test_nobody_answers_for_what_was_not_carried_over_nor_records_a_fault_of_his_own(opening: Opening):
    last, now = year(opening, 2023), year(opening, 2024)
    ref = pointed_out(last, "A-01", "một")
    assert refusals(now.do("answer_fault", "A-02", carried=f"{ref}/1", text="x")) == ["fault_not_carried"]
    assert refusals(now.do("answer_fault", "A-01", by="A-02", carried=f"{ref}/1", text="x")) == ["no_role"]
    assert refusals(now.do("record_fault", "A-01", by="A-01", text="x")) == ["no_role", "own_dossier"]
    assert now.dossier("A-01")["marks"].get("faults") is None
    done(now.do("withdraw", "A-02", reason="nghỉ hưu"))
    assert refusals(now.do("record_fault", "A-02", text="x")) == ["wrong_state"]


@pytest.mark.parametrize(
    ("command", "args", "code"),
    [
        ("answer_fault", {"carried": "Nguyễn Văn A"}, "not_a_fault"),
        ("answer_fault", {"carried": "HS-0001"}, "not_a_fault"),
        ("answer_fault", {"carried": 1}, "not_a_fault"),
        ("record_fault", {"fault": -1}, "not_a_number"),
        ("record_fault", {"fault": "1"}, "not_a_number"),
        ("record_fault", {"mended": "yes"}, "not_a_text"),
        ("record_fault", {"text": 5}, "not_a_text"),
    ],
)
def test_what_nobody_can_read_is_refused_at_the_door(opening: Opening, command: str, args: dict[str, Any], code: str):
    play = year(opening, 2024)
    with pytest.raises(BadInput) as refused:
        play.do(command, "A-01", **args)
    assert refused.value.code == f"command.{code}"


def test_the_words_of_a_fault_are_personal_data_and_can_be_erased(opening: Opening):
    last, now = year(opening, 2023), year(opening, 2024)
    ref = pointed_out(last, "A-01", "giải ngân chậm")
    done(last.do("record_fault", "A-01", text="họp muộn"))
    done(last.do("record_fault", "A-01", fault=2, mended=True, text="đã họp"))
    for play in (last, now):
        for record in play.records("A-01"):
            assert "chậm" not in str(record.body)
            assert "đã họp" not in str(record.body)
    done(erase(last.context, last.season, last.by(), "A-01", decision="1/QĐ"))
    assert shown(now, "A-01") == [(f"{ref}/1", None, None)]
    assert last.verified().findings == ()
