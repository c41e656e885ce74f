"""What must hold of papers and sends after every step, whatever the step was."""

from collections.abc import Iterator

from tests.machine.driver import Driver
from tests.machine.model import FINAL
from tests.machine.oracles import deadline, facts_of, selects
from tests.machine.picture import Line, Picture
from workflow.rulepack import Deadline, Once, StepKind


def papers_and_sends(driver: Driver, before: Picture) -> None:
    routes_are_those_of_the_pack(driver)
    what_was_decided_was_whole(driver, before)
    nobody_has_a_second_form(driver)
    sends_are_owed_until_they_are_made(driver)
    duties_are_met_by_the_last_send(driver, before)


def routes_are_those_of_the_pack(driver: Driver) -> None:
    """Who is on the way is on the one route that is left, once special ones took the places of general ones."""
    for row in facts_of(driver.look):
        if row["state"] not in FINAL and row["ref"] not in driver.settled_at_edit:
            matching = [one for one in driver.play.pack.routes if selects(one.where, {**row, "route": ""})]
            over = {name for one in matching for name in one.overrides}
            assert [one.id for one in matching if one.id not in over] == [row["route"]], row["ref"]


def what_was_decided_was_whole(driver: Driver, before: Picture) -> None:
    """Nothing is ratified that lacks a paper of a step it took, a send, or an opinion that it had to wait for.

    A vote from drafted, for its reason, took no review and asks for none of its papers; whoever was edited since a step
    may owe another paper than was owed then.
    """
    earlier = {one["ref"]: one["state"] for one in before.dossiers()}
    paperwork = driver.oracle().paperwork()
    for ref, row in paperwork.rows.items():
        if row["state"] != "ratified" or earlier.get(ref) == "ratified" or row["subject"] in driver.edited:
            continue
        marks, route = row["marks"], paperwork.route(row)
        taken = ["record_vote", "submit", "ratify", *(["self_review"] if "reviewed_at" in marks else [])]
        assert not [rule.id for command in taken for rule in paperwork.lacking(command, row)], ref
        assert {one.body for one in route.recipients if one.required} <= {one["to"] for one in marks["sends"]}, ref
        if route.opinions_needed or route.step is StepKind.CONSULTATION:
            assert set(route.opinions) <= {one["body"] for one in marks["opinions"]}, ref


def nobody_has_a_second_form(driver: Driver) -> None:
    """Of a paper that is made once, everybody has one over all dossiers, and corrected versions of it."""
    rules = [one for one in driver.play.pack.papers if one.once is not Once.NONE]
    for kind in {one.kind for one in rules}:
        first: dict[str, int] = {}
        for row in facts_of(driver.look):
            # A collective may be asked for the same kind of paper, and for as many as it has dossiers.
            if not any(one.kind == kind and selects(one.where, row) for one in rules):
                continue
            sheets = [one for one in row["marks"].get("papers", []) if one["kind"] == kind]
            first[row["subject"]] = first.get(row["subject"], 0) + sum(not one["new"] for one in sheets)
            assert not any(one["new"] for one in sheets[:1]), row["ref"]
        assert all(count <= 1 for count in first.values()), first


# — what is owed to whom —


def _owing(driver: Driver, rule: Deadline, rows: list[Line]) -> Iterator[Line]:
    """Who has still to go to the recipient of a deadline."""
    for row in rows:
        route = next(one for one in driver.play.pack.routes if one.id == row["route"])
        goes_there = any(one.body == rule.recipient for one in route.recipients)
        unsent = rule.recipient not in driver.model.dossiers[row["ref"]].file.sends
        if row["state"] not in FINAL and goes_there and unsent and selects(rule.where, row):
            yield row


def _about(one: Line, row: Line, own: set[tuple[str, str]]) -> bool:
    """Whether an obligation reaches a dossier: one that came back has a day of its own and left its unit's."""
    if one["per"] == "dossier":
        return bool(one["stream"] == row["id"])
    over = row["unit"] if one["per"] == "unit" else row["season"]
    named = one["scope"] if one["per"] == "unit" else one["stream"]
    return bool(named == over) and (row["id"], one["rule"]) not in own


def sends_are_owed_until_they_are_made(driver: Driver) -> None:
    """An open duty to send has somebody who was not sent; who was never sent to a body has an open duty to it."""
    rows = list(facts_of(driver.look))
    waiting = [one for one in driver.look.lines("obligation") if one["state"] == "open"]
    own = {(one["stream"], one["rule"]) for one in waiting if one["per"] == "dossier"}
    for rule in driver.play.pack.deadlines:
        if rule.met_by != "send":
            continue
        here = [one for one in waiting if one["rule"] == rule.id]
        owing = list(_owing(driver, rule, rows))
        for one in here:
            assert any(_about(one, row, own) for row in owing), (one["ref"], rule.id, one["scope"])
        for row in owing:
            if rule.recipient not in driver.model.dossiers[row["ref"]].file.ever_sent:
                assert any(_about(one, row, own) for one in here), (row["ref"], rule.id)


def duties_are_met_by_the_last_send(driver: Driver, before: Picture) -> None:
    """What was met just now is late exactly if somebody was sent at its instant or after."""
    was = {one["id"]: one["state"] for one in before.lines("obligation")}
    rows = list(facts_of(driver.look))
    waiting = [one for one in driver.look.lines("obligation") if one["state"] == "open"]
    own = {(one["stream"], one["rule"]) for one in waiting if one["per"] == "dossier"}
    for one in driver.look.lines("obligation"):
        rule = deadline(driver.play.pack, one["rule"])
        if one["state"] != "met" or was.get(one["id"]) != "open" or rule.met_by != "send":
            continue
        about = [row for row in rows if _about(one, row, own)]
        assert not list(_owing(driver, rule, about)), one["ref"]
        moments = [_sent_at(rule, row) for row in about]
        last = max((at for at in moments if at is not None), default=None)
        assert last is None or bool(one["late"]) == (one["due_at"] is not None and last >= one["due_at"]), one["ref"]


def _sent_at(rule: Deadline, row: Line) -> int | None:
    sent = (one["at"] for one in row["marks"].get("sends", []) if one["to"] == rule.recipient)
    left: int | None = row["marks"].get("left_at")
    return next(sent, left)
