"""What each command on a season must be answered, and what it leaves behind: the model that a history is held to.

It shares words with the product (states, ranks, codes of refusals) and not a line of code.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tests.races.counting import HEIGHT, SHARES, WHOLE, Dossier, Group, stops_ratify, stops_submit
from tests.races.state import (
    ADVISES,
    OPERATOR,
    RECIPIENTS,
    REQUIRED,
    TODAY,
    Asked,
    Line,
    Outcome,
    Person,
    Season,
    over_dossier,
    over_unit,
)

ON_THE_WAY = frozenset({"drafted", "self_reviewed", "unit_voted", "submitted"})
SOURCES = {
    "self_review": {"drafted"},
    "record_vote": {"drafted", "self_reviewed"},
    "submit": {"unit_voted"},
    "ratify": {"submitted"},
    "send_back": {"submitted"},
    "adjust": {"ratified"},
    "withdraw": ON_THE_WAY,
    "not_ranked": ON_THE_WAY,
    "correct": ON_THE_WAY - {"drafted"},
    "opinion": ON_THE_WAY - {"drafted"},
    "send": {"submitted", "ratified"},
    "receive": {"submitted", "ratified"},
    "attach": ON_THE_WAY,
    "raise_petition": {"ratified"},
    "answer_petition": {"ratified"},
}
TARGETS = {
    "self_review": "self_reviewed",
    "record_vote": "unit_voted",
    "submit": "submitted",
    "ratify": "ratified",
    "send_back": "self_reviewed",
    "adjust": "submitted",
    "withdraw": "withdrawn",
    "not_ranked": "not_ranked",
}
ALLOWED = {
    "self_review": {"subject", "coordinator"},
    "record_vote": {"coordinator"},
    "submit": {"coordinator"},
    "ratify": {"ratifier", "registrar"},
    "send_back": {"ratifier", "registrar", "coordinator"},
    "adjust": {"ratifier", "registrar"},
    "withdraw": {"coordinator", "registrar"},
    "not_ranked": {"coordinator", "registrar"},
    "correct": {"coordinator", "registrar"},
    "opinion": {"ratifier", "registrar", "monitor"},
    "send": {"coordinator"},
    "receive": {"coordinator", "registrar", "monitor"},
    "attach": {"subject", "coordinator", "registrar"},
    "raise_petition": {"subject", "coordinator", "registrar"},
    "answer_petition": {"ratifier", "registrar"},
}
OWN = frozenset({"self_review", "attach", "raise_petition"})
"""What somebody may do with his own dossier."""
REASONED = frozenset({"send_back", "adjust", "withdraw", "not_ranked", "correct"})
OF_GROUPS = frozenset({"vote_open", "quota_over", "quota_cliff", "decision_quota", "above_proposal"})


def answered(season: Season, by: str, asked: Asked, fresh: Sequence[str]) -> Outcome:
    """What a command is answered in this season. `fresh` are the refs that it made: they are given, not foretold."""
    kinds: dict[str, Callable[[], Outcome]] = {
        "advance": lambda: _advance(season, by, asked),
        "vote": lambda: _vote(season, by, asked),
        "hold": lambda: _hold(season, by, asked, fresh),
        "import": lambda: _import(season, by, asked, fresh),
    }
    return kinds[asked["what"]]()


# — dossiers —


def _advance(season: Season, by: str, asked: Asked) -> Outcome:
    args, left, dropped = asked["args"], list(asked["refs"]), list[Line]()
    if args.get("rank") not in {None, *HEIGHT}:
        return Outcome(season, error="command.unknown_rank")
    if any(ref not in season.dossiers for ref in left):
        return Outcome(season, error="command.unknown_dossier")
    if args.get("meeting") is not None and args["meeting"] not in season.meetings:
        return Outcome(season, error="command.unknown_meeting")
    if by not in season.people:
        return Outcome(season, error="command.unknown_actor")
    after, unmet = _judged(season, by, asked, left)
    if unmet and not asked["partial"]:
        told = [season.note(one) for one in season.groups_of(left)]
        return Outcome(season, refused=_refused(asked, unmet), groups=told)
    while unmet:
        own = {ref: codes for ref, codes in unmet.items() if codes - OF_GROUPS}
        dropped += _refused(asked, own or unmet)
        left = [ref for ref in left if ref not in (own or unmet)]
        if not left:
            return Outcome(season, refused=dropped)
        after, unmet = _judged(season, by, asked, left)
    notes = [after.note(one) for one in after.groups_of(left)]
    done = [_done(season, after, ref, asked["command"]) for ref in left]
    return Outcome(after, done=done, refused=dropped, groups=notes)


def _done(before: Season, after: Season, ref: str, command: str) -> Line:
    one = after.dossiers[ref]
    return [ref, "dossier", command, before.dossiers[ref].state, one.state, one.seq]


def _refused(asked: Asked, unmet: Mapping[str, set[str]]) -> list[Line]:
    return [[ref, "dossier", asked["command"], sorted(codes)] for ref, codes in unmet.items()]


def _judged(season: Season, by: str, asked: Asked, refs: Sequence[str]) -> tuple[Season, dict[str, set[str]]]:
    """The season if nothing stood against it, and what stands against each: all judged on the final state."""
    possible = [one for ref in refs if (one := season.dossiers[ref]).state in SOURCES[asked["command"]]]
    after = season.after([_changed(season, one, asked) for one in possible])
    against = {ref: _against(season, after, by, asked, season.dossiers[ref]) for ref in refs}
    return after, {ref: codes for ref, codes in against.items() if codes}


def _against(season: Season, after: Season, by: str, asked: Asked, one: Dossier) -> set[str]:
    command = asked["command"]
    if one.state not in SOURCES[command]:
        return {"wrong_state"}
    roles = over_dossier(by, one, command, asked["args"].get("body"))
    codes = set() if roles & ALLOWED[command] else {"no_role"}
    if roles:
        codes |= set(_papers(season, by, asked, one, roles)) | set(_stopped(season, after, asked, one))
    return codes


def _papers(season: Season, by: str, asked: Asked, one: Dossier, roles: set[str]) -> Iterable[str]:
    command, args = asked["command"], asked["args"]
    rank, reason, to = args.get("rank"), args.get("reason"), args.get("to", REQUIRED)
    if by == one.subject and command not in OWN:
        yield "own_dossier"
    if command in REASONED and not reason:
        yield "reason_missing"
    if command in {"record_vote", "correct"} and not rank:
        yield "rank_missing"
    if command == "record_vote":
        yield from _ballot(season, args, one)
    if command == "send_back" and not args.get("due_back"):
        yield "due_back_missing"
    if command == "correct":
        yield from _correction(args, one)
    if command in {"submit", "send", "receive"}:
        yield from _way(command, to, one)
    if command == "opinion":
        yield from _heard(args, roles)
    if command == "attach" and not asked["files"]:
        yield "attachment_missing"
    if command == "ratify":
        yield from _decision(args, one, roles)
    if one.state == "ratified":
        yield from _once_decided(command, args, one, roles)


def _once_decided(command: str, args: Asked, one: Dossier, roles: set[str]) -> Iterable[str]:
    if command == "send":
        yield "send_before_decision"
    if command in {"adjust", "answer_petition"} and "ratifier" not in roles:
        yield "not_the_ratifier"
    if command in {"raise_petition", "answer_petition"}:
        yield from _petition(command, args, one)


def _petition(command: str, args: Asked, one: Dossier) -> Iterable[str]:
    """One at a time; and a result that is said to be changed is another one than the petition was about: here all
    happens at one instant, so that only the rank tells."""
    if command == "raise_petition":
        if one.petitioned is not None:
            yield "petition_pending"
        elif not args.get("text"):
            yield "petition_empty"
    elif one.petitioned is None:
        yield "petition_none"
    else:
        if not (args.get("outcome") and args.get("text")):
            yield "petition_answer_empty"
        if args.get("outcome") == "changed" and one.petitioned == one.decided:
            yield "petition_unchanged"
        if args.get("outcome") == "kept" and one.petitioned != one.decided:
            yield "petition_not_kept"


def _heard(args: Asked, roles: set[str]) -> Iterable[str]:
    if args.get("body") != ADVISES:
        yield "opinion_not_asked"
    if not (args.get("rank") or args.get("reason") or args.get("letter")):
        yield "opinion_empty"
    elif "ratifier" not in roles and not args.get("letter"):
        yield "opinion_unproved"


def _way(command: str, to: str, one: Dossier) -> Iterable[str]:
    if to not in RECIPIENTS:
        yield "not_on_route"
    elif command != "receive" and to in one.sends:
        yield "already_sent"
    elif command == "receive" and to in one.receipts:
        yield "already_received"
    elif command == "receive" and to not in one.sends:
        yield "nothing_to_receive"


def _correction(args: Asked, one: Dossier) -> Iterable[str]:
    have = {"expected"} | {name for name in ("voted", "proposed") if getattr(one, name) is not None}
    if args["field"] not in have:
        yield "correct_field"
    elif not 1 <= args["corrects"] <= one.seq:
        yield "correct_record"


def _decision(args: Asked, one: Dossier, roles: set[str]) -> Iterable[str]:
    rank = args.get("rank")
    if REQUIRED not in one.sends:
        yield "sends_missing"
    if "ratifier" not in roles:
        yield "not_the_ratifier"
    if one.adjusted and rank and one.proposed and HEIGHT[rank] > HEIGHT[one.proposed]:
        yield "above_adjusted"


def _ballot(season: Season, args: Asked, one: Dossier) -> Iterable[str]:
    if one.state == "drafted" and not args.get("reason"):
        yield "vote_before_review"
    if args.get("proposed") not in {None, args.get("rank")}:
        yield "proposal_differs"
    if args.get("meeting") is None:
        yield "meeting_missing"
    elif season.meetings[args["meeting"]][0] != one.unit:
        yield "meeting_elsewhere"


def _stopped(season: Season, after: Season, asked: Asked, one: Dossier) -> Iterable[str]:
    command = asked["command"]
    for name in season.groups_of([one.ref]) if command in {"submit", "ratify"} else ():
        if SHARES[name[0]].at_submit and command == "submit":
            code = stops_submit(season.groups[name], after.figures(name), one.proposed)
        elif not SHARES[name[0]].at_submit and command == "ratify":
            rank = asked["args"].get("rank", one.proposed)
            code = stops_ratify(season.groups[name], after.figures(name), rank, one.proposed)
        else:
            continue
        if code:
            yield code


def _changed(season: Season, one: Dossier, asked: Asked) -> Dossier:
    """The dossier after an accepted command."""
    command, args = asked["command"], asked["args"]
    rank, change = args.get("rank"), dict[str, Any]()
    if command == "self_review":
        change = {"expected": rank}
    elif command == "record_vote":
        _, held_on = season.meetings.get(args.get("meeting", ""), ("", None))
        change = {"voted": rank, "proposed": args.get("proposed", rank), "voted_on": held_on}
    elif command in {"submit", "send"}:
        change = {"sends": (*one.sends, args.get("to", REQUIRED))}
    elif command == "receive":
        change = {"receipts": (*one.receipts, args.get("to", REQUIRED))}
    elif command == "ratify":
        change = {"decided": args.get("rank", one.proposed)}
    elif command == "send_back":
        change = {"voted": None, "proposed": None, "sends": (), "receipts": ()}
    elif command == "adjust":
        change = {"proposed": args.get("rank", one.proposed), "adjusted": True}
    elif command == "raise_petition":
        change = {"petitioned": one.decided}
    elif command == "answer_petition":
        change = {"petitioned": None}
    elif command == "withdraw":
        change = {"left_on": asked["occurred"] or TODAY}
    elif command == "correct":
        change = {args["field"]: rank}
        if args["field"] == "voted" and one.voted == one.proposed:
            change["proposed"] = rank
    return replace(one, seq=one.seq + 1, state=TARGETS.get(command, one.state), **change)


def _voted_again(one: Dossier) -> Dossier:
    return replace(one, seq=one.seq + 1, state="self_reviewed", voted=None, proposed=None, sends=(), receipts=())


# — votes —


def _vote(season: Season, by: str, asked: Asked) -> Outcome:
    command, key = asked["command"], asked["key"]
    names = [name for name, one in season.groups.items() if one.key == key and one.vote != "none"]
    if not names:
        return Outcome(season, error="command.unknown_group")
    if by not in season.people:
        return Outcome(season, error="command.unknown_actor")
    if command == "close_vote":
        names = [name for name in names if season.groups[name].vote == "open"] or names
    after = season.after(groups=[_closed(season, season.groups[name], command) for name in names])
    against = {name: _against_vote(season, after, by, command, name) for name in names}
    passing = [name for name in names if not against[name]]
    if not passing or (command == "close_vote" and len(passing) < len(names)):
        told = [[name[1], "group", command, sorted(codes)] for name, codes in against.items() if codes]
        return Outcome(season, refused=told, groups=[season.note(name) for name in names])
    back = list[Dossier]()
    if command == "revote":
        here = {ref for name in passing for ref in season.groups[name].present()}
        back = [_voted_again(one) for ref in here if (one := season.dossiers[ref]).state in {"unit_voted", "submitted"}]
    after = season.after(back, [after.groups[name] for name in passing])
    done = [
        [name[1], "group", command, season.groups[name].vote, after.groups[name].vote, after.groups[name].seq]
        for name in passing
    ]
    done += [_done(season, after, one.ref, "revote") for one in back]
    return Outcome(after, done=done, groups=[after.note(name) for name in passing])


def _closed(season: Season, group: Group, command: str) -> Group:
    if command == "revote":
        return replace(group, seq=group.seq + 1, vote="open", closed_on=None)
    here = (season.dossiers[ref] for ref in group.present())
    days = [one.voted_on for one in here if one.voted_on is not None and one.voted is not None]
    return replace(group, seq=group.seq + 1, vote="closed", closed_on=max(days, default=TODAY))


def _against_vote(season: Season, after: Season, by: str, command: str, name: tuple[str, str]) -> set[str]:
    group, roles = season.groups[name], over_unit(by, name[1])
    if command == "close_vote" and group.vote == "closed":
        return {"wrong_state"}
    codes = set() if "coordinator" in roles else {"no_role"}
    if not roles:
        return codes
    if command == "close_vote":
        return codes | ({"unvoted"} if after.figures(name).unvoted else set())
    now = season.figures(name)
    owed = group.vote == "open" and now.unvoted > 0
    return codes if now.over or owed or now.sent == 0 else codes | {"no_revote"}


# — meetings and people —


def _hold(season: Season, by: str, asked: Asked, fresh: Sequence[str]) -> Outcome:
    if asked["unit"] not in season.units:
        return Outcome(season, error="command.unknown_unit")
    if by not in season.people:
        return Outcome(season, error="command.unknown_actor")
    if "coordinator" not in over_unit(by, asked["unit"]):
        return Outcome(season, refused=[[asked["unit"], "meeting", "hold", ["no_role"]]])
    ref = fresh[0] if fresh else ""
    after = season.after(meetings={**season.meetings, ref: (asked["unit"], asked["held_on"])})
    planned = [ref, "meeting", "plan", None, "planned", 1]
    return Outcome(after, done=[planned, [ref, "meeting", "hold", "planned", "held", 2]])


def _import(season: Season, by: str, asked: Asked, fresh: Sequence[str]) -> Outcome:
    """One line of a roster: somebody new, or somebody with another post, tier or unit."""
    if not by.startswith(OPERATOR) and by not in season.people:
        return Outcome(season, error="command.unknown_actor")
    if not by.startswith(OPERATOR) and by != "TH":
        return Outcome(season, refused=[[season.code, "roster", "import", ["no_role"]]])
    old = season.people.get(asked["subject"])
    if old is not None and (old.unit, old.post, old.tier) == (asked["unit"], asked["post"], asked["tier"]):
        return Outcome(season)
    ref = old.dossier if old else (fresh[0] if fresh else "")
    new = Person(unit=asked["unit"], post=asked["post"], tier=asked["tier"], dossier=ref)
    people, roster = {**season.people, asked["subject"]: new}, season.roster + 1
    done: list[Line] = [[season.code, "roster", "import", None, None, roster]]
    if old is None:
        one, groups = Dossier(ref=ref or "", subject=asked["subject"], unit=new.unit), dict[tuple[str, str], Group]()
    else:
        before = season.dossiers[ref or ""]
        selecting = (old.unit, old.tier) != (new.unit, new.tier)
        if before.state not in ON_THE_WAY or not selecting:
            return Outcome(season.after(people=people, roster=roster), done=done)
        one, groups = _moved(season, before, new.unit if new.unit != old.unit else None, done)
    for name in (*((rule, one.unit) for rule in SHARES if SHARES[rule].at_submit), ("excellent-decided", WHOLE)):
        group = season.groups[name]
        if one.ref in group.members and group.members[one.ref] is None:
            continue
        if group.vote == "closed":
            done.append([group.key, "group", "join", "closed", "open", group.seq + 1])
            group = replace(group, seq=group.seq + 1, vote="open", closed_on=None)
        groups[name] = group.with_member(one.ref)
    return Outcome(season.after([one], groups.values(), people=people, roster=roster), done=done)


def _moved(
    season: Season, one: Dossier, unit: str | None, done: list[Line]
) -> tuple[Dossier, dict[tuple[str, str], Group]]:
    """The edit on a dossier under way, and the groups that it leaves. Who moves is voted on where he comes to."""
    groups: dict[tuple[str, str], Group] = {}
    if unit is not None:
        for name in season.groups_of([one.ref]):
            if name[1] not in {WHOLE, unit}:
                groups[name] = season.groups[name].without(one.ref, TODAY, one.proposed)
        if one.state in {"unit_voted", "submitted"}:
            state, one = one.state, _voted_again(one)
            done.append([one.ref, "dossier", "revote", state, one.state, one.seq])
    one = replace(one, seq=one.seq + 1, unit=unit or one.unit)
    done.append([one.ref, "dossier", "amend", one.state, one.state, one.seq])
    return one, groups
