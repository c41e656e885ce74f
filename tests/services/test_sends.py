"""A dossier that goes to two bodies: an obligation for each, met by the first send to that very body."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.season import REGISTRAR, SMALL_PACK, Play, at_noon, done, leaders, refusals, units
from tests.services.test_papers import Seen
from workflow.services.views.tasks import tasks

Opening = Callable[..., Play]
TWO = (
    SMALL_PACK.replace(
        'recipients = [{ body = "office" }]', 'recipients = [{ body = "office", via = "post" }, { body = "board" }]'
    )
    + """
[[body]]
id = "board"
name = "Ban Tổ chức"

[[body]]
id = "post"
name = "Sở Nội vụ"
"""
)
OF_HEADS = """
[[route]]
id = "heads"
clause = { source = "paper", at = "3" }
text = "Người đứng đầu"
where = { lead = ["head"] }
recipients = [{ body = "committee" }]
ratifier = "committee"
overrides = ["only"]
"""
DEADLINE = """
[[deadline]]
id = "{name}"
clause = {{ source = "paper", at = "4" }}
text = "Gửi {body}"
wording = "before"
on = 2024-{on}
per = "{per}"
owner = "unit"
recipient = "{body}"
met_by = "send"
late = "{late}"
"""


def deadline(name: str, body: str, *, on: str = "12-05", per: str = "unit", late: str = "reason") -> str:
    return DEADLINE.format(name=name, body=body, on=on, per=per, late=late)


def voted(opening: Opening, text: str) -> tuple[Play, list[str]]:
    play = opening(text)
    play.bring(units("P1"), leaders("P1", 3))
    return play, play.to_vote("P1")


def states(play: Play) -> dict[str, str]:
    return {one["rule"]: one["state"] for one in play.obligations() if one["state"] != "closed"}


@pytest.mark.row("QN23-V.2-2", "QN23-V.2-3", "KT24-3-7")
@pytest.mark.parametrize("per", ["unit", "season"])
def test_each_recipient_is_an_obligation_met_by_the_last_first_send_to_it(opening: Opening, per: str):
    play, refs = voted(opening, TWO + deadline("first", "office", per=per) + deadline("second", "board", per=per))
    play.submit(*refs[:2])
    assert states(play) == {"first": "open", "second": "open"}
    play.submit(refs[2], to="board")
    assert states(play) == {"first": "open", "second": "open"}
    done(play.do("send", refs[2], to="office"))
    assert states(play) == {"first": "met", "second": "open"}
    done(play.do("send", *refs[:2], to="board"))
    assert states(play) == {"first": "met", "second": "met"}
    assert play.verified().findings == ()


def test_a_submission_to_the_other_body_first_does_not_meet_the_ones_deadline(opening: Opening):
    play, refs = voted(opening, TWO + deadline("first", "office"))
    play.submit(*refs, to="board")
    assert states(play) == {"first": "open"}


def test_who_left_owes_no_send(opening: Opening):
    play, refs = voted(opening, TWO + deadline("second", "board"))
    done(play.do("withdraw", refs[0], reason="chuyển công tác"))
    play.submit(*refs[1:], to="board")
    assert states(play) == {"second": "met"}
    assert play.verified().findings == ()


@pytest.mark.parametrize("day,late", [("2024-12-04", False), ("2024-12-05", True)])
def test_a_send_is_late_by_its_own_recipients_date_and_says_why(opening: Opening, day: str, late: bool):
    play, refs = voted(opening, TWO + deadline("first", "office", on="11-30") + deadline("second", "board"))
    play.submit(*refs)
    play.clock.now = at_noon(day)
    if late:
        assert refusals(play.do("send", *refs, to="board")) == ["late_reason"]
    why: dict[str, Any] = {"reason": "chờ ý kiến"} if late else {}
    done(play.do("send", *refs, to="board", **why))
    assert [one["rule"] for one in play.dossier(refs[0])["marks"].get("late", [])] == (["second"] if late else [])
    assert play.obligations("second")[-1]["late"] is late
    assert play.verified().findings == ()


def test_a_send_that_is_dated_back_across_its_bound_needs_a_proof(opening: Opening):
    play, refs = voted(opening, TWO + deadline("second", "board"))
    play.submit(*refs)
    play.clock.now = at_noon("2024-12-06")
    by = play.by("CV-P1", occurred_at=at_noon("2024-12-04"))
    assert refusals(play.do("send", *refs, to="board", by=by)) == ["backdate_unproved"]
    done(play.do("send", *refs, to="board", by=by, letter="9/CV"))
    assert play.obligations("second")[-1]["late"] is False
    assert play.dossier(refs[0])["marks"]["backdated"] == ["second"]
    assert play.verified().findings == ()


def test_after_a_send_back_each_recipient_is_owed_again_on_the_return_day(opening: Opening):
    play, refs = voted(opening, TWO + deadline("first", "office") + deadline("second", "board"))
    play.submit(*refs)
    done(play.do("send", *refs, to="board"))
    done(play.do("send_back", refs[0], by="QD-committee", reason="thiếu biên bản", due_back="2024-11-20"))
    again = play.obligations(state="open")
    assert {(one["rule"], one["scope"], one["last_good_day"].isoformat()) for one in again} == {
        ("first", refs[0], "2024-11-20"),
        ("second", refs[0], "2024-11-20"),
    }
    play.vote(refs[0])
    play.submit(refs[0])
    assert [one["rule"] for one in play.obligations(state="open")] == ["second"]
    done(play.do("send", refs[0], to="board"))
    assert play.obligations(state="open") == []
    assert play.verified().findings == ()


def test_a_units_duty_that_only_a_returned_dossier_owed_is_about_nobody_and_not_late(opening: Opening):
    """What came back is due on its return day; the unit's own date passes without an alarm."""
    play, refs = voted(opening, TWO + deadline("second", "board"))
    play.submit(*refs)
    done(play.do("send", *refs[1:], to="board"))
    play.clock.now = at_noon("2024-12-03")
    done(play.do("send_back", refs[0], by="QD-committee", reason="thiếu biên bản", due_back="2024-12-20"))
    assert [(one["scope"], one["last_good_day"].isoformat()) for one in play.obligations(state="open")] == [
        (refs[0], "2024-12-20")
    ]
    play.clock.now = at_noon("2024-12-15")
    play.vote(refs[0])
    play.submit(refs[0])
    done(play.do("send", refs[0], to="board"))
    assert [(one["state"], one["late"]) for one in play.obligations("second")] == [("met", False)] * 2
    assert play.verified().findings == ()


def test_what_comes_back_owes_nothing_to_whom_it_never_goes(opening: Opening):
    play, refs = voted(opening, TWO + OF_HEADS + deadline("second", "board") + deadline("third", "committee"))
    play.submit(*refs)
    done(play.do("send_back", refs[1], by="QD-committee", reason="thiếu biên bản", due_back="2024-11-20"))
    assert [(one["rule"], one["scope"]) for one in play.obligations(state="open")] == [
        ("second", "P1"),
        ("second", refs[1]),
    ]
    assert play.verified().findings == ()


@pytest.mark.row("QN23-V.2-2")
def test_what_goes_through_a_body_says_so_and_has_a_receipt_of_it_too(opening: Opening):
    play, refs = voted(opening, TWO)
    play.submit(*refs, letter="12/CV")
    done(play.do("send", *refs, to="board"))
    sends = play.dossier(refs[0])["marks"]["sends"]
    assert [(one["to"], one.get("via")) for one in sends] == [("office", "post"), ("board", None)]
    done(play.do("receive", *refs, by=REGISTRAR, to="post", letter="3/PB"))
    done(play.do("receive", *refs, by=REGISTRAR, to="office", letter="4/PB"))
    assert [one["to"] for one in play.dossier(refs[0])["marks"]["receipts"]] == ["post", "office"]
    assert refusals(play.do("receive", refs[0], by=REGISTRAR, to="committee")) == ["not_on_route"]
    assert refusals(play.do("send", refs[0], to="post")) == ["not_on_route"]
    assert play.verified().findings == ()


@pytest.mark.row("QN23-II.4.2b2-4")
@pytest.mark.parametrize("needed", [True, False])
def test_a_decision_waits_for_opinions_where_the_route_says_so(opening: Opening, needed: bool):
    asked = f'ratifier = "committee"\nopinions = ["office", "board"]\nopinions_needed = {str(needed).lower()}'
    play, refs = voted(opening, TWO.replace('ratifier = "committee"', asked))
    play.submit(*refs)
    done(play.do("send", *refs, to="board"))
    done(play.do("opinion", *refs, by="QD-office", body="office", rank="good"))
    if needed:
        assert refusals(play.decide(*refs)) == ["opinion_missing"]
        done(play.do("opinion", *refs, by="QD-board", body="board", letter="7/YK"))
    play.ratify(*refs)


# — submitted with the last send (A-21's other reading) —

CAP = """
[[quota]]
id = "one"
clause = { source = "paper", at = "5" }
text = "Không quá một"
rank = "excellent"
base = "headcount"
fixed = 1
group_by = ["unit"]
moment = "submit"
over = "revote"
"""
LAST = TWO + '\n[settings]\nsubmitted = "all_sent"\n'


def test_by_default_nothing_is_sent_before_it_is_submitted(opening: Opening):
    play, refs = voted(opening, TWO)
    assert refusals(play.do("send", refs[0], to="board")) == ["wrong_state"]
    play.submit(refs[0])
    assert [one["to"] for one in play.dossier(refs[0])["marks"]["sends"]] == ["office"]


def test_with_the_other_reading_the_last_send_submits(opening: Opening):
    """A-21."""
    play, refs = voted(opening, LAST)
    refused = play.do("submit", refs[0]).refused[0].verdicts[0]
    assert (refused.code, refused.figures) == ("guard.others_unsent", {"bodies": ["board"]})
    assert refused.remedy is not None
    assert (refused.remedy.action, dict(refused.remedy.args)) == ("dossier.send", {"to": "board"})
    done(play.do("send", refs[0], to="board", letter="1/CV"))
    assert play.dossier(refs[0])["state"] == "unit_voted"
    assert refusals(play.do("send", refs[0], to="board")) == ["already_sent"]
    assert refusals(play.do("send", refs[0], to="office")) == ["last_send_submits"]
    assert refusals(play.do("submit", refs[0], to="board")) == ["already_sent", "others_unsent"]
    assert refusals(play.do("receive", refs[0], by=REGISTRAR, to="office")) == ["nothing_to_receive"]
    done(play.do("receive", refs[0], by=REGISTRAR, to="board", letter="2/BTC"))
    play.submit(refs[0])
    row = play.dossier(refs[0])
    assert row["state"] == "submitted"
    assert [(one["to"], one.get("via")) for one in row["marks"]["sends"]] == [("board", None), ("office", "post")]
    play.ratify(refs[0])
    assert play.verified().findings == ()


def test_with_the_other_reading_whoever_is_named_may_be_the_last(opening: Opening):
    play, refs = voted(opening, LAST)
    done(play.do("send", refs[0], to="office"))
    play.submit(refs[0])
    assert [one["to"] for one in play.dossier(refs[0])["marks"]["sends"]] == ["office", "board"]


def test_with_the_other_reading_a_new_vote_takes_back_what_was_sent(opening: Opening):
    play = opening(LAST + CAP)
    play.bring(units("P1"), leaders("P1", 3))
    refs = play.to_vote("P1", excellent=2)
    done(play.do("send", *refs, to="board"))
    done(play.revote("P1"))
    assert [play.dossier(one)["marks"]["sends"] for one in refs] == [[], [], []]
    assert {*play.states(*refs)} == {"self_reviewed"}
    assert play.verified().findings == ()


def test_with_the_other_reading_the_lines_to_try_lead_to_the_last_send(opening: Opening):
    play, refs = voted(opening, LAST)

    def offered() -> list[tuple[str, Any]]:
        with play.database.reading() as tx:
            look = Seen(tx, play.row(), play.rules(), play.clock.now)
            return [(one.step.action, one.step.args.get("to")) for one in tasks(look, play.coordinator("P1"))]

    assert offered() == [("dossier.send", "office")] * 3
    done(play.do("send", refs[0], to="office"))
    assert offered() == [*[("dossier.send", "office")] * 2, ("dossier.submit", None)]
    done(play.do("send", *refs[1:], to="office"))
    assert offered() == [("unit.submit", None)]
    play.submit(*refs)
    assert {*play.states(*refs)} == {"submitted"}


def test_with_the_other_reading_each_duty_is_met_by_its_own_send(opening: Opening):
    play, refs = voted(opening, LAST + deadline("first", "office") + deadline("second", "board"))
    done(play.do("send", *refs, to="board"))
    assert states(play) == {"first": "open", "second": "met"}
    play.submit(*refs)
    assert states(play) == {"first": "met", "second": "met"}


# — proved by the receipt —

BY_RECEIPT = TWO + '\n[settings]\nsent = "receipt"\n' + deadline("to-board", "board")


def received(play: Play, name: str, **args: Any) -> Any:
    return play.do("receive", name, by=REGISTRAR, to="board", **args)


def test_where_a_receipt_proves_a_send_its_time_counts(opening: Opening) -> None:
    """A-32: sent in time and received late is late; the send alone meets nothing."""
    play, everyone = voted(opening, BY_RECEIPT)
    play.submit(*everyone)
    for one in everyone:
        done(play.do("send", one, to="board", letter="1/CV"))
    assert play.obligation("to-board", "P1")["state"] == "open"
    done(received(play, everyone[0]))
    done(received(play, everyone[1]))
    play.clock.now = play.obligation("to-board", "P1")["due_at"]
    assert refusals(received(play, everyone[2])) == ["late_reason"]
    done(received(play, everyone[2], reason="Bưu điện chậm"))
    row = play.obligation("to-board", "P1")
    assert (row["state"], row["late"]) == ("met", True)
    assert play.verified().findings == ()


def test_by_default_the_registered_send_proves_it(opening: Opening) -> None:
    """A-32."""
    play, everyone = voted(opening, TWO + deadline("to-board", "board"))
    play.submit(*everyone)
    for one in everyone:
        done(play.do("send", one, to="board", letter="1/CV"))
    assert play.obligation("to-board", "P1")["state"] == "met"
    play.clock.now = play.obligation("to-board", "P1")["due_at"]
    done(received(play, everyone[0]))


def test_what_was_decided_still_owes_the_receipt(opening: Opening) -> None:
    play, everyone = voted(opening, BY_RECEIPT)
    play.submit(*everyone)
    for one in everyone:
        done(play.do("send", one, to="board", letter="1/CV"))
        play.ratify(one)
    assert play.obligation("to-board", "P1")["state"] == "open"
    for one in everyone:
        done(received(play, one))
    assert play.obligation("to-board", "P1")["state"] == "met"
    assert play.verified().findings == ()


# — a clock that the decision starts —

AFTER_DECISION = (
    SMALL_PACK.replace(
        'recipients = [{ body = "office" }]',
        'recipients = [{ body = "office" }, { body = "board", afterwards = true }]',
    )
    + """
[[body]]
id = "board"
name = "Ban Tổ chức"

[[deadline]]
id = "up"
clause = { source = "paper", at = "4" }
text = "Gửi kèm kết quả"
wording = "after_event"
days = 15
event = "ratify"
per = "PER"
owner = "unit"
recipient = "board"
met_by = "send"
late = "flag"
"""
)


@pytest.mark.parametrize(("per", "scope"), [("unit", "P1"), ("season", "2024")])
def test_a_clock_that_the_last_decision_starts_is_met_by_the_last_send(opening: Opening, per: str, scope: str) -> None:
    play, everyone = voted(opening, AFTER_DECISION.replace("PER", per))
    play.submit(*everyone)
    play.clock.now = at_noon("2024-12-02")
    for one in everyone[:-1]:
        play.ratify(one)
    assert play.obligation("up", scope)["due_at"] is None
    play.ratify(everyone[-1])
    assert play.obligation("up", scope)["last_good_day"].isoformat() == "2024-12-17"
    play.clock.now = at_noon("2024-12-18")
    for one in everyone:
        done(play.do("send", one, to="board", letter="5/CV"))
    row = play.obligation("up", scope)
    assert (row["state"], row["late"]) == ("met", True)
    assert play.verified().findings == ()


def test_each_dossier_s_own_clock_starts_with_its_own_decision(opening: Opening) -> None:
    play, everyone = voted(opening, AFTER_DECISION.replace("PER", "dossier"))
    play.submit(*everyone)
    play.clock.now = at_noon("2024-12-02")
    play.ratify(everyone[0])
    first, second = (play.obligation("up", play.ref(one)) for one in everyone[:2])
    assert (first["last_good_day"].isoformat(), second["due_at"]) == ("2024-12-17", None)
    done(play.do("withdraw", everyone[1], reason="chuyển công tác", reason_kind="moved"))
    assert play.obligation("up", play.ref(everyone[1]))["state"] in {"met", "closed"}
    assert play.verified().findings == ()
