"""Difficulties that units raise: to who follows them, on to the authority, and an answer back."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from notifications.announcements import announce
from tests.files import PDF
from tests.season import (
    MONITOR,
    REGISTRAR,
    SEASON_COORDINATOR,
    SMALL_PACK,
    Play,
    done,
    grant,
    leaders,
    person,
    refusals,
    units,
)
from workflow.answers import Answer
from workflow.errors import BadInput
from workflow.replay.redecision import redecide
from workflow.services.context import Upload
from workflow.services.difficulties import Move, move, raise_difficulty
from workflow.services.seasons import close_season
from workflow.services.views.difficulties import difficulties
from workflow.words import Lead, Role

AUTHORITY = "CQ"


@pytest.fixture
def play(opening: Callable[..., Play]) -> Play:
    play = opening(SMALL_PACK)
    plain: dict[str, Any] = {"duty": "staff", "tier": "", "lead": Lead.NONE, "ranked": False}
    people = [*leaders("P1", 2), *leaders("P2", 2), person(AUTHORITY, unit="P1", **plain)]
    play.bring(units("P1", "P2"), people, [grant(AUTHORITY, Role.AUTHORITY)])
    return play


def raised(play: Play, unit: str = "P1", by: str = "CV-P1", words: str = "Chưa rõ mẫu biểu") -> Answer:
    return raise_difficulty(play.context, play.season, play.by(by), unit, words=words)


def moved(play: Play, command: str, by: str, ref: str = "VM-0001", **args: Any) -> Answer:
    return move(play.context, play.season, play.by(by), Move(command=command, ref=ref, args=args))


def told(play: Play, *, answered: bool = False) -> list[tuple[str, str, str, str | None]]:
    with play.looking() as look:
        return [(one.ref, one.unit, one.mark["state"], one.answer) for one in difficulties(look, answered=answered)]


def heard(play: Play) -> list[tuple[str, str | None]]:
    """State and role of every notice, in order."""
    notices = [row for row in play.table("notice") if row[2] == "difficulty"]
    about = [row[4] if isinstance(row[4], dict) else json.loads(row[4]) for row in notices]
    return sorted((one["state"], one["role"]) for one in about)


@pytest.mark.row("NT11-3-2", "NT05-3-1", "DP24-III.5-1")
def test_a_difficulty_goes_to_who_follows_the_unit_and_on_to_the_authority(play: Play) -> None:
    (first,) = done(raised(play)).done
    assert (first.ref, first.kind, first.to) == ("VM-0001", "difficulty", "raised")
    assert told(play) == [("VM-0001", "P1", "raised", None)]
    done(moved(play, "pass_on", MONITOR, letter="3/BC-SNV"))
    assert told(play) == [("VM-0001", "P1", "passed_on", None)]
    done(moved(play, "answer_difficulty", AUTHORITY, text="Dùng mẫu 02"))
    assert told(play) == []
    assert told(play, answered=True) == [("VM-0001", "P1", "answered", "Dùng mẫu 02")]
    assert heard(play) == [("answered", None), ("passed_on", "authority"), ("raised", "monitor")]
    assert announce(play.context, channels=("mail",)) >= 0
    assert play.verified().findings == ()


@pytest.mark.row("NT11-3-2")
def test_who_follows_the_unit_may_answer_at_once(play: Play) -> None:
    done(raised(play))
    assert refusals(moved(play, "answer_difficulty", MONITOR)) == ["difficulty_answer_empty"]
    done(moved(play, "answer_difficulty", MONITOR, text="Theo công văn trước"))
    assert refusals(moved(play, "answer_difficulty", MONITOR, text="lần nữa")) == ["wrong_state"]
    assert refusals(moved(play, "pass_on", MONITOR)) == ["wrong_state"]


def test_what_the_authority_said_is_entered_with_its_letter(play: Play) -> None:
    done(raised(play))
    done(moved(play, "pass_on", MONITOR))
    assert refusals(moved(play, "answer_difficulty", REGISTRAR, text="x")) == ["difficulty_answer_unproved"]
    done(moved(play, "answer_difficulty", REGISTRAR, letter="88/UBND"))


def test_who_has_no_role_there_neither_raises_nor_moves_it(play: Play) -> None:
    for by in ("CV-P2", "P1-02", MONITOR):
        assert refusals(raised(play, by=by)) == ["no_role"]
    assert told(play) == []
    done(raised(play))
    for by in ("CV-P1", AUTHORITY, "CV-P2"):
        assert "no_role" in refusals(moved(play, "pass_on", by))
    assert told(play) == [("VM-0001", "P1", "raised", None)]
    assert play.verified().findings == ()


def test_bad_input_is_named_and_writes_nothing(play: Play) -> None:
    before = play.table("history")
    for call, code in (
        (lambda: raised(play, unit="P9"), "command.unknown_unit"),
        (lambda: raised(play, words="  "), "command.text_needed"),
        (lambda: moved(play, "pass_on", MONITOR, ref="VM-0099"), "command.unknown_difficulty"),
    ):
        with pytest.raises(BadInput) as caught:
            call()
        assert caught.value.code == code
    assert play.table("history") == before


def test_numbers_are_never_used_again_and_what_was_recorded_is_decided_the_same(play: Play) -> None:
    done(raised(play))
    done(raised(play, unit="P2", by="CV-P2"))
    done(moved(play, "pass_on", MONITOR, ref="VM-0002"))
    done(moved(play, "answer_difficulty", AUTHORITY, ref="VM-0002", text="Đã rõ"))
    states = {ref: state for ref, _, state, _ in told(play, answered=True)}
    assert states == {"VM-0001": "raised", "VM-0002": "answered"}
    records = [entry for stream in {row[1] for row in play.table("history")} for entry in play.records(stream)]
    assert [one.command for one in redecide(records, play.rules())] == []
    assert play.verified().findings == ()


def test_the_same_key_raises_it_once(play: Play) -> None:
    by = play.by("CV-P1", key="k")
    first = raise_difficulty(play.context, play.season, by, "P1", words="a")
    again = raise_difficulty(play.context, play.season, by, "P1", words="a")
    assert again.repeated
    assert again.done == first.done
    assert len(told(play)) == 1


def test_a_season_is_not_done_while_a_difficulty_waits(play: Play) -> None:
    done(raised(play))
    assert "season_difficulties" in refusals(close_season(play.context, play.season, play.by(SEASON_COORDINATOR)))
    done(moved(play, "answer_difficulty", MONITOR, text="x"))
    assert "season_difficulties" not in refusals(close_season(play.context, play.season, play.by(SEASON_COORDINATOR)))


def test_a_paper_is_of_a_kind_that_there_is(play: Play) -> None:
    stranger = (Upload(kind="linh_tinh", name="x.pdf", content=PDF),)
    with pytest.raises(BadInput) as caught:
        raise_difficulty(play.context, play.season, play.by("CV-P1"), "P1", words="x", uploads=stranger)
    assert caught.value.code == "command.unknown_paper"
    done(raised(play))
    answer = Move(command="answer_difficulty", ref="VM-0001", args={"text": "x"}, uploads=stranger)
    with pytest.raises(BadInput) as caught:
        move(play.context, play.season, play.by("GS"), answer)
    assert caught.value.code == "command.unknown_paper"
