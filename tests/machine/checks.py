"""What must hold after every step, whatever the step was (design sections 3 to 8)."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from notifications.announcements import announce
from notifications.sweep import EMAIL, sweep
from tests.machine.checks_of_papers import papers_and_sends
from tests.machine.driver import Driver
from tests.machine.filed import found_in
from tests.machine.oracles import deadline, facts_of, key_of, selects
from tests.machine.picture import Line, Picture, day
from tests.machine.recount import recount, standings
from tests.season import REGISTRAR, SEASON_COORDINATOR, VIETNAM
from workflow import canonical
from workflow.answers import Answer
from workflow.dates import from_micros
from workflow.replay.redecision import redecide
from workflow.replay.timeline import entries
from workflow.rulepack import Anchor, Deadline, Mode, Moment, RulePack
from workflow.services.context import rules_named
from workflow.services.dossiers import Advance, advance
from workflow.services.votes import vote
from workflow.words import Rank

OWING = {
    "self_review": {"drafted"},
    "record_vote": {"drafted", "self_reviewed"},
    "submit": {"drafted", "self_reviewed", "unit_voted"},
    "ratify": {"drafted", "self_reviewed", "unit_voted", "submitted"},
}
"""The states in which a dossier still owes a command."""

RANKED = {one.value for one in Rank}

SETTLING = {"state", "late", "settled_at", "look_at"}
"""What may change about an obligation's row."""


def everything(driver: Driver, before: Picture) -> None:
    """All invariants, `before` being the picture at the last time of asking."""
    the_model_agrees(driver)
    figures_are_a_recount(driver)
    members_are_where_they_belong(driver)
    who_joins_opens_the_vote(driver, before)
    the_record_verifies(driver)
    nothing_would_be_decided_otherwise(driver, before)
    every_act_was_accepted(driver)
    obligations_are_never_moved(driver, before)
    obligations_are_owed(driver)
    alerts_are_unique(driver.look)
    papers_and_sends(driver, before)
    counts_are_whole(driver, before)


# — meetings —


def counts_are_whole(driver: Driver, before: Picture) -> None:
    """Ballots add up and are no more than were present; nothing changes after the minutes; a vote on whom a kind
    that counts reviews has its count."""
    meetings = {one["ref"]: one for one in driver.look.lines("meeting")}
    earlier = {one["ref"]: one for one in before.lines("meeting")}
    kinds = {one.id: one for one in driver.play.pack.meetings}
    counted: set[tuple[str, str]] = set()
    for ref, row in meetings.items():
        for one in json.loads(row["tallies"]).values():
            figures = one["figures"]
            votes = sum(count for name, count in figures.items() if name in RANKED)
            if one["method"] == "ballot":
                assert figures["issued"] == figures["cast"] + figures["unused"]
                assert figures["cast"] == figures["valid"] + figures["invalid"]
                assert figures["valid"] == votes
            assert votes <= json.loads(row["marks"])["present"]["members"]
            counted |= {(ref, one["dossier"])} if one["step"] == "overall" else set()
        if ref in earlier and earlier[ref]["state"] == "minuted":
            assert row == earlier[ref]
    for row in facts_of(driver.look):
        named = row["marks"].get("meeting")
        kind = kinds.get(meetings[named]["kind"]) if named in meetings else None
        if row["voted"] is not None and kind is not None and kind.steps and selects(kind.where, row):
            assert (named, row["id"]) in counted


# — dossiers and groups —


def the_model_agrees(driver: Driver) -> None:
    """State and ranks are what the accepted commands make of them."""
    rows = {one["ref"]: one for one in driver.look.dossiers()}
    assert rows.keys() == driver.model.dossiers.keys()
    for ref, believed in driver.model.dossiers.items():
        wanted = believed.shown()
        assert {name: rows[ref][name] for name in wanted} == wanted
        assert found_in(rows[ref]["marks"]) == believed.file.shown(), ref


def figures_are_a_recount(driver: Driver) -> None:
    """The figures on a group's row are those of its members, and nothing else."""
    members = standings(driver.look)
    for group in driver.look.groups():
        quota = driver.quota(group["rule"])
        wanted = recount(quota, members[group["id"]], group["closed_on"]).figures
        found = {name: group[name] for name in wanted}
        assert found == wanted, (group["rule"], group["key"], group["vote"], group["closed_on"], members[group["id"]])
        assert (group["vote"] == "none") == (quota.moment is Moment.RATIFY)
        assert (group["closed_on"] is not None) == (group["vote"] == "closed")


def members_are_where_they_belong(driver: Driver) -> None:
    """Who is on the way is counted in exactly the groups that the pack puts him in."""
    look, quotas = driver.look, [one for one in driver.play.pack.quotas if one.mode is not Mode.OFF]
    groups = {one["id"]: (one["rule"], one["key"]) for one in look.lines("quota_group")}
    found: dict[str, set[tuple[str, str]]] = {}
    for one in look.lines("member"):
        if one["left_on"] is None:
            found.setdefault(one["dossier"], set()).add(groups[one["group_id"]])
    for row in facts_of(look):
        if row["ref"] not in driver.settled_at_edit:
            wanted = {(quota.id, key_of(quota, row)) for quota in quotas if selects(quota.where, row)}
            assert found.get(row["id"], set()) == wanted, row["ref"]


def who_joins_opens_the_vote(driver: Driver, before: Picture) -> None:
    """No vote stays closed over somebody who entered its group."""
    votes = {one["id"]: one["vote"] for one in driver.look.lines("quota_group")}
    members = {(one["group_id"], one["dossier"]) for one in driver.look.lines("member") if one["left_on"] is None}
    were = {(one["group_id"], one["dossier"]) for one in before.lines("member") if one["left_on"] is None}
    assert all(votes[group] != "closed" for group, _ in members - were)


def what_is_over_is_blocked(driver: Driver) -> None:
    """Nobody gets past a group that is over, or whose vote is open; and nobody is stopped by one that is within."""
    look, quotas = driver.look, {one.id for one in driver.play.pack.quotas}
    for command, state, actor in (("submit", "unit_voted", SEASON_COORDINATOR), ("ratify", "submitted", REGISTRAR)):
        rows = [one for one in look.dossiers() if one["state"] == state]
        for row in _tellers(driver, rows, command):
            args = {"rank": "excellent"} if command == "ratify" else {}
            order = Advance(command=command, refs=(row["ref"],), args=args)
            answer = advance(driver.play.context, "2024", driver.by(actor, dry_run=True), order)
            told = {verdict.rule for one in answer.refused for verdict in one.verdicts} & quotas
            wanted = driver.oracle().stopping(command, [row["ref"]], args.get("rank"))[row["ref"]]
            assert told == wanted, (command, row["ref"], told, wanted)


def _tellers(driver: Driver, rows: list[Line], command: str) -> Iterable[Line]:
    """One dossier for each set of quotas that stands in the way: the others tell nothing more."""
    stops = driver.oracle().stopping(command, [one["ref"] for one in rows]) if rows else {}
    kinds = {(frozenset(stops[row["ref"]]), row["proposed"]): row for row in rows}
    return list(kinds.values())[:3]


def what_is_over_may_vote_again(driver: Driver) -> None:
    """While a group is over, its own new vote is open to it, whatever other groups have its key."""
    for key in sorted({one["key"] for one in driver.look.groups() if one["over"] and one["vote"] != "none"}):
        answer = vote(driver.play.context, "2024", driver.by(SEASON_COORDINATOR, dry_run=True), "revote", key)
        assert answer.done, (key, answer.refused)


# — the record —


def the_record_verifies(driver: Driver) -> None:
    found = driver.play.verified()
    assert found.holds, found.findings
    assert found.records == len(driver.look.rows["history"])


def nothing_would_be_decided_otherwise(driver: Driver, before: Picture) -> None:
    """Deciding again on the recorded facts gives what was recorded."""
    old = before.history
    fresh = [one for key, one in driver.look.history.items() if key not in old]
    with driver.play.database.reading() as tx:
        named = partial(rules_named, driver.play.context, tx)
        assert not list(redecide(entries(fresh), driver.rules, named))


def every_act_was_accepted(driver: Driver) -> None:
    """As many acts as accepted commands: none left half a trace, none left none."""
    assert {one["act"] for one in driver.look.lines("history")} == driver.acts


# — obligations and alerts —


def obligations_are_never_moved(driver: Driver, before: Picture) -> None:
    now = {one["id"]: one for one in driver.look.lines("obligation")}
    for old in before.lines("obligation"):
        new = now[old["id"]]
        changed = {name for name in old if old[name] != new[name]}
        assert changed <= SETTLING, (old["ref"], changed)
        # What was not needed may be done after all.
        assert old["state"] in {"open", "void"} or not changed, (old["ref"], changed)
        assert old["state"] != "void" or new["state"] in {"void", "met"}, old["ref"]
    for one in now.values():
        assert one["replaces"] is None or one["replaces"] in now
        assert (one["look_at"] is None) or one["state"] == "open"


def obligations_are_owed(driver: Driver) -> None:
    """What is open is owed by somebody; what somebody never did is owed somewhere."""
    pack, look = driver.play.pack, driver.look
    rows = list(facts_of(look))
    waiting = [one for one in look.lines("obligation") if one["state"] == "open"]
    left = {row["id"] for row in rows if row["state"] in {"withdrawn", "not_ranked"}}
    for one in waiting:
        rule = deadline(pack, one["rule"])
        assert rule.met_by is not None or one["per"] != "dossier" or one["stream"] not in left, one["ref"]
        if rule.met_by not in {None, "send"}:
            assert any(_owes(rule, one, row) for row in rows), (one["ref"], one["rule"], one["scope"])
    for row in rows:
        believed = driver.model.dossiers[row["ref"]]
        if row["state"] in OWING["submit"] and not believed.ever_submitted:
            for rule in pack.deadlines:
                owing = rule.met_by == "submit" and selects(rule.where, row)
                assert not owing or any(one["rule"] == rule.id and _owes(rule, one, row) for one in waiting), row["ref"]


def steps_end_as_they_may(
    driver: Driver, before: Picture, ref: str, what: str, answer: Answer, *, proved: bool
) -> None:
    """A step is done after what it waits for and with its paper, left out only where it may be."""
    (old,) = [one for one in before.lines("obligation") if one["ref"] == ref]
    rule = deadline(driver.play.pack, old["rule"])
    behind = [row for row in facts_of(before) if rule.waits_for and _is_behind(rule, old, row)]
    if what == "not_needed":
        may = rule.optional and old["state"] == "open"
    else:
        early = bool(behind) and rule.mode is not Mode.WARN
        may = old["state"] in {"open", "void"} and not early and (proved or rule.paper is None)
    if answer.done:
        assert may, (ref, what, old["state"])
        assert bool(answer.done[0].warnings) == (bool(behind) and what == "done")
    elif "guard.no_role" not in {verdict.code for one in answer.refused for verdict in one.verdicts}:
        assert not may, (ref, what, old["state"], answer.refused)


def _is_behind(rule: Deadline, obligation: Line, row: Line) -> bool:
    over = {"dossier": row["id"], "unit": row["unit"], "season": row["season"]}[obligation["per"]]
    named = obligation["scope"] if obligation["per"] == "unit" else obligation["stream"]
    return named == over and row["state"] in OWING[rule.waits_for or ""] and selects(rule.where, row)


def _owes(rule: Deadline, obligation: Line, row: Line) -> bool:
    over = {"dossier": row["id"], "unit": row["unit"], "season": row["season"]}[obligation["per"]]
    named = obligation["scope"] if obligation["per"] == "unit" else obligation["stream"]
    return named == over and row["state"] in OWING[rule.met_by or ""] and selects(rule.where, row)


def alerts_are_unique(look: Picture) -> None:
    """Nobody is told of a rung twice."""
    told: Counter[Any] = Counter()
    for message in look.lines("message"):
        for item in canonical.read(message["content"].encode()):
            about = [item["notice"]] if "notice" in item else [(item["obligation"], one) for one in item["rungs"]]
            told.update((message["recipient"], message["channel"], one) for one in about)
    assert all(times == 1 for times in told.values()), told.most_common(1)


def announced(driver: Driver) -> None:
    """What is told once is told once."""
    before = driver.look
    announce(driver.play.context, channels=(EMAIL,))
    assert before.changed(driver.refresh()) <= {"notice", "message"}
    assert all(one["told_at"] is not None for one in driver.look.lines("notice"))
    before = driver.look
    assert announce(driver.play.context, channels=(EMAIL,)) == 0
    assert not before.changed(driver.refresh())


def swept(driver: Driver, limit: int) -> None:
    """One look at the clock: every rung that passed is on record, once, and of what is open alone.

    However small its commits, nobody gets two messages of one sweep.
    """
    before = driver.look
    sweep(driver.play.context, limit=limit)
    look = driver.refresh()
    written = {one["id"] for one in before.lines("message")}
    fresh_ones = [(one["recipient"], one["channel"]) for one in look.lines("message") if one["id"] not in written]
    assert len(fresh_ones) == len(set(fresh_ones))
    assert before.changed(look) <= {"obligation", "alert", "message", "heartbeat"}
    waiting = {one["id"] for one in before.lines("obligation") if one["state"] == "open"}
    fresh = look.rows["alert"] - before.rows["alert"]
    assert before.rows["alert"] <= look.rows["alert"]
    names = look.columns["alert"]
    assert {row[names.index("obligation")] for row in fresh} <= waiting
    recorded: dict[str, set[str]] = {}
    for one in look.lines("alert"):
        recorded.setdefault(one["obligation"], set()).add(one["rung"])
    for one in look.lines("obligation"):
        if one["state"] == "open" and one["due_at"] is not None:
            assert recorded.get(one["id"], set()) == passed(driver.play.pack, one, driver.now), one["ref"]
    again = sweep(driver.play.context)
    assert (again.looked, again.alerts, again.messages) == (0, (), 0)
    assert look.changed(driver.refresh()) <= {"heartbeat"}


def passed(pack: RulePack, obligation: Line, now: datetime) -> set[str]:
    """The rungs whose instant has come."""
    name = deadline(pack, obligation["rule"]).ladder
    due = from_micros(obligation["due_at"])
    soft = day(obligation["last_working_day"])
    found = set()
    for rung in next(one for one in pack.ladders if one.id == name).rungs:
        at = due + timedelta(days=rung.days)
        if rung.anchor is Anchor.LAST_WORKING_DAY:
            if soft is None or obligation["last_working_day"] == obligation["last_good_day"]:
                continue
            at = datetime(soft.year, soft.month, soft.day, tzinfo=VIETNAM) + timedelta(days=rung.days)
        if at <= now:
            found.add(rung.id)
    return found
