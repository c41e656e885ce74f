"""Steps of the plan that no dossier's command takes: done with a proof, after what they wait for, noted on."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from notifications.announcements import announce
from tests.files import PDF
from tests.season import ISSUER, MONITOR, SMALL_PACK, Play, done, leaders, pack_of, refusals, units, warnings
from workflow.answers import Answer
from workflow.errors import BadInput, Faulty
from workflow.replay.redecision import redecide
from workflow.services.context import Upload
from workflow.services.milestones import finish, note, spare
from workflow.services.views.milestones import milestone, milestones

STEP = """
[[deadline]]
id = "{name}"
clause = {{ source = "paper", at = "4" }}
text = "Việc {name}"
wording = "before"
on = 2024-12-20
per = "{per}"
owner = "{owner}"
{more}
"""


def step(name: str, *, per: str = "season", more: str = "") -> str:
    return STEP.format(name=name, per=per, owner="office" if per == "season" else "unit", more=more)


PACK = (
    SMALL_PACK
    + step("announce", more='waits_for = "ratify"\nannounces = true\nmode = "warn"')
    + step("wait", more='waits_for = "ratify"')
    + step("weak", more='ranks = ["completed", "not_completed"]')
    + step("conclude", per="dossier", more='paper = "conclusion"\nwhere = { lead = ["head"] }')
    + step("plan", per="unit")
)
PAPER = Upload(kind="conclusion", name="ket-luan.pdf", content=PDF)


@pytest.fixture
def play(opening: Callable[..., Play]) -> Play:
    play = opening(PACK)
    play.bring(units("P1", "P2"), [*leaders("P1", 2), *leaders("P2", 2)])
    return play


def ref(play: Play, rule: str, scope: str = "2024") -> str:
    return str(play.obligation(rule, scope)["ref"])


def finished(
    play: Play, *refs: str, by: str = MONITOR, proof: str = "5/BC", uploads: tuple[Upload, ...] = ()
) -> Answer:
    return finish(play.context, play.season, play.by(by), *refs, proof=proof, uploads=uploads)


def state(play: Play, rule: str, scope: str = "2024") -> tuple[str, bool]:
    (row,) = [one for one in play.obligations(rule, scope) if one["state"] != "closed"]
    return row["state"], row["late"]


def all_decided(play: Play) -> None:
    for unit in ("P1", "P2"):
        everyone = play.to_vote(unit)
        play.submit(*everyone)
        play.decide(*everyone)


def differing(play: Play) -> list[str]:
    records = [entry for row in streams(play) for entry in play.records(row)]
    return [one.command for one in redecide(records, play.rules())]


def streams(play: Play) -> list[str]:
    return sorted({row[1] for row in play.table("history")})


def test_a_step_waits_until_the_last_of_its_dossiers_is_decided(play: Play) -> None:
    answer = finished(play, ref(play, "wait"))
    assert refusals(answer) == ["step_too_early"]
    (told,) = answer.refused[0].verdicts
    assert (told.rule, told.clause, told.figures["count"]) == ("wait", "01/KH, 4", 4)
    assert state(play, "wait") == ("open", False)
    all_decided(play)
    done(finished(play, ref(play, "wait")))
    assert state(play, "wait") == ("met", False)
    assert play.verified().findings == ()
    assert differing(play) == []


def test_every_dossier_that_a_step_waits_for_is_counted_once(opening: Callable[..., Play]) -> None:
    play = opening(PACK)
    play.bring(units("P1"), leaders("P1", 40))
    (told,) = finished(play, ref(play, "wait")).refused[0].verdicts
    assert told.figures["count"] == 40
    assert told.figures["refs"] == [f"HS-{number:04d}" for number in range(1, 6)]


@pytest.mark.row("NT05-1-5")
def test_what_only_warns_may_come_before_them_and_the_record_says_so(play: Play) -> None:
    answer = done(finished(play, ref(play, "announce")))
    assert warnings(answer) == ["step_too_early"]
    last = play.records(play.row()["id"])[-1]
    assert [(one["rule"], one["flags"]) for one in last.body["verdicts"]] == [("announce", ["warning"])]
    assert play.verified().findings == ()


@pytest.mark.parametrize("announced", [True, False])
def test_a_result_that_is_changed_after_it_was_announced_is_told_anew(play: Play, *, announced: bool) -> None:
    all_decided(play)
    if announced:
        done(finished(play, ref(play, "announce")))
    done(play.do("adjust", "P1-01", by="QD-committee", rank="completed", reason="có thay đổi"))
    play.ratify("P1-01", decision="9/QĐ")
    told = [
        json.loads(row[4]) if isinstance(row[4], str) else row[4] for row in play.table("notice") if row[2] == "result"
    ]
    mine = [one for one in told if one["dossier"] == play.ref("P1-01")]
    assert [one["rank"] for one in mine] == (["good", "completed"] if announced else [])
    assert len(told) == (5 if announced else 0)


def test_whoever_was_decided_on_is_told_once_it_is_announced(play: Play) -> None:
    all_decided(play)
    done(finished(play, ref(play, "announce")))
    notices = [row for row in play.table("notice") if row[2] == "result"]
    assert sorted(row[3] for row in notices) == ["P1-01", "P1-02", "P2-01", "P2-02"]
    told = announce(play.context, channels=("mail",))
    assert told == len({row[3] for row in play.table("message")}), "one letter each"


def test_done_in_its_last_microsecond_and_one_later(play: Play) -> None:
    due = play.obligation("plan", "P1")["due_at"]
    play.clock.now = due - timedelta(microseconds=1)
    done(finished(play, ref(play, "plan", "P1")))
    play.clock.now = due
    done(finished(play, ref(play, "plan", "P2")))
    assert (state(play, "plan", "P1"), state(play, "plan", "P2")) == (("met", False), ("met", True))
    assert play.verified().findings == ()


def test_several_are_done_together_or_none_is(play: Play) -> None:
    both = [ref(play, "plan", "P1"), ref(play, "plan", "P2"), ref(play, "weak")]
    assert refusals(finished(play, *both, ref(play, "wait"))) == ["step_too_early"]
    assert {state(play, "plan", one) for one in ("P1", "P2")} == {("open", False)}
    answer = done(finished(play, *both, by=MONITOR))
    assert [one.ref for one in answer.done] == both
    assert play.verified().findings == ()
    assert differing(play) == []


@pytest.mark.parametrize(
    ("refs", "code"),
    [(("VH-9999",), "command.unknown_obligation"), (("VH-0001", "VH-0001"), "command.twice")],
)
def test_what_is_no_step_is_bad_input(play: Play, refs: tuple[str, ...], code: str) -> None:
    with pytest.raises(BadInput) as caught:
        finished(play, *refs)
    assert caught.value.code == code


@pytest.mark.row("DP24-II.9-2")
def test_a_conclusion_on_each_is_a_step_of_its_own_with_its_paper(play: Play) -> None:
    """Those who left before they were decided on need none."""
    first, second = (play.obligation("conclude", play.ref(one))["ref"] for one in ("P1-01", "P2-01"))
    assert refusals(finished(play, first)) == ["duty_paper_missing"]
    done(finished(play, first, uploads=(PAPER,)))
    done(play.do("withdraw", "P2-01", reason="chuyển công tác", reason_kind="moved"))
    assert [one["state"] for one in play.obligations("conclude")] == ["met", "closed"]
    assert refusals(finished(play, second, uploads=(PAPER,))) == ["wrong_state"]
    assert play.verified().findings == ()


def test_a_paper_is_of_a_kind_that_there_is(play: Play) -> None:
    """A word that nobody looks for would be kept for good, and the paper counted as handed in."""
    stranger = Upload(kind="linh_tinh", name="x.pdf", content=PDF)
    for go in (
        lambda: finish(play.context, play.season, play.by("GS"), ref(play, "weak"), proof="5/BC", uploads=(stranger,)),
        lambda: note(play.context, play.season, play.by("GS"), ref(play, "weak"), words="x", uploads=(stranger,)),
    ):
        with pytest.raises(BadInput) as caught:
            go()
        assert (caught.value.code, caught.value.figures["kind"]) == ("command.unknown_paper", "linh_tinh")
        assert "conclusion" in str(caught.value.figures["known"])
    assert not play.table("attachment")


def test_somebody_without_the_role_closes_nothing(play: Play) -> None:
    for by in (ISSUER, "P1-02"):
        assert refusals(finished(play, ref(play, "weak"), by=by)) == ["no_role"]
    assert state(play, "weak") == ("open", False)


@pytest.mark.row("DP24-II.9-4")
def test_a_step_lists_those_of_its_levels_and_takes_notes_for_good(play: Play) -> None:
    """Weak ones to follow up: the list comes from the decided levels, the notes stay on record."""
    everyone = play.to_vote("P1")
    play.submit(*everyone)
    play.decide("P1-01")
    play.decide("P1-02", rank="not_completed")
    with play.looking() as look:
        found = milestone(look, ref(play, "weak"))
        assert [one["subject"] for one in found.listed] == ["P1-02"]
        assert {one.rule for one in milestones(look)} == {"announce", "wait", "weak", "conclude", "plan"}
    words = "Phòng 2 kèm cặp trong quý I"
    done(note(play.context, play.season, play.by(MONITOR), ref(play, "weak"), words=words))
    done(finished(play, ref(play, "weak")))
    done(note(play.context, play.season, play.by(MONITOR), ref(play, "weak"), words="Đã tiến bộ"))
    kept = [one.command for one in play.records(play.row()["id"])]
    assert kept[-3:] == ["note", "done", "note"]
    assert words in [row[3] for row in play.table("secret")]
    assert refusals(spare(play.context, play.season, play.by(MONITOR), ref(play, "weak"), reason="x")) == [
        "wrong_state"
    ]
    with pytest.raises(BadInput):
        note(play.context, play.season, play.by(MONITOR), ref(play, "weak"), words="  ")
    assert play.verified().findings == ()
    assert differing(play) == []


def test_the_same_key_does_it_once(play: Play) -> None:
    by = play.by(MONITOR, key="k")
    first = finish(play.context, play.season, by, ref(play, "weak"), proof="5/BC")
    again = finish(play.context, play.season, by, ref(play, "weak"), proof="5/BC")
    assert again.repeated
    assert first.done == again.done


@pytest.mark.parametrize(("key", "value"), [("waits_for", '"ratify"'), ("ranks", '["good"]'), ("announces", "true")])
def test_keys_of_steps_are_refused_where_dossiers_meet_the_deadline(key: str, value: str) -> None:
    with pytest.raises(Faulty) as caught:
        pack_of(SMALL_PACK + step("bad", per="unit", more=f'met_by = "submit"\n{key} = {value}'))
    assert [one.code for one in caught.value.faults] == ["pack.milestone_key_of_dossiers"]
