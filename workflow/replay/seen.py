"""Whether what a command saw, and the role it was accepted in, are what the records before it give.

A row that somebody changed, acted on and changed back agrees with its history again; the record of the act does not.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from workflow import carried, ceilings, orders, owing
from workflow.dates import micros
from workflow.papers import drafts, elsewhere, shared, single, waiting
from workflow.replay.findings import Finding, finding
from workflow.replay.retelling import Body, Retelling
from workflow.roll import roll
from workflow.routing import reach
from workflow.rulepack import Per, RulePack
from workflow.tallies import counted_on, unfinished
from workflow.words import OS_USER, Lead, Role, SubjectKind

_OWN = {"units", "seq", "outside"}
"""Facts of a dossier that its row has in another form."""

_Difference = tuple[str, Any, Any]
"""Field, what was seen, what history gives."""

_IN_CLOSED_SEASONS = {"reopen", "erase"}
"""Commands that a closed season takes: the duty to erase outlasts it."""


def check(told: Retelling, act: Sequence[Body]) -> Iterator[Finding]:
    """What does not agree in one act, asked before `told` is brought forward by it."""
    for body in act:
        for role in sorted({body["role"], *body["facts"]["actor"]["roles"]} - {""}):
            if not _held(told, act, body, role):
                actor = body["facts"]["actor"]["id"]
                yield finding("role_unheld", stream=body["stream"], seq=body["seq"], actor=actor, role=role)
    if told.closed and all(body["command"] not in _IN_CLOSED_SEASONS for body in act):
        for body in act:
            at = body["facts"]["command"]["recorded_at"]
            yield finding("while_closed", stream=body["stream"], seq=body["seq"], at=at)
    if any(body["command"] == "import" for body in act):
        return  # each of its edits was judged on what the edits before it had made
    known, beside = _Known(), _Beside(told, act)
    for body in act:
        for field, seen, history in _all_differences(told, body, known, beside):
            yield finding("seen", stream=body["stream"], seq=body["seq"], field=field, row=seen, history=history)


# — roles —


def _held(told: Retelling, act: Sequence[Body], body: Body, role: str) -> bool:
    actor = body["facts"]["actor"]["id"]
    if role == Role.OPERATOR:
        return bool(actor.startswith(OS_USER))
    if role == Role.SUBJECT:
        return _is_subject(told, body["facts"]["dossier"], actor)
    return any(f"{actor} {role} {scope}" in told.roles for scope in _scopes(told, act, body, role))


def _is_subject(told: Retelling, dossier: Mapping[str, Any], actor: str) -> bool:
    """Whether the dossier is the actor's own; a collective's is its head's."""
    if dossier["subject"] == actor or dossier["kind"] == SubjectKind.PERSON:
        return bool(dossier["subject"] == actor)
    head = told.subjects.get(actor, {})
    return head.get("unit") == dossier["unit"] and head.get("lead") == Lead.HEAD


def _scopes(told: Retelling, act: Sequence[Body], body: Body, role: str) -> set[str]:
    """The scopes of a grant that reach what a record changed."""
    facts, command = body["facts"], body["command"]
    if facts["command"]["process"] in {"obligation", "milestone"}:
        return _over_duty(told, act, body)
    if facts["command"]["process"] == "difficulty":
        return {"*", *_path(told, told.streams[body["stream"]]["code"])}
    if "dossier" in facts:
        route = told.rules.pack.route(facts["dossier"]["route"])
        whose = facts["command"]["args"].get("body")
        return reach(route, facts["dossier"]["units"], role=role, command=command, body=whose)
    if body["kind"] == "meeting":
        unit = facts["meeting"]["unit"] if "meeting" in facts else body["set"]["unit"]
        agreeing = _agreeing(told, facts["command"])
        return {"*", *agreeing, *([] if agreeing and role == Role.RATIFIER else _path(told, unit))}
    if body["kind"] == "group" and command not in {"create", "join"}:
        state = told.streams[body["stream"]]
        return {"*", state["key"], *_path(told, state["unit"])}
    return {"*"}


def _agreeing(told: Retelling, command: Mapping[str, Any]) -> set[str]:
    """Over an agreement: the body that agrees, and that body's own unit."""
    body = command["args"].get("body")
    if command["name"] not in {"agree", "settle"} or body is None:
        return set()
    return {body, *_path(told, _unit(told, body))}


def _over_duty(told: Retelling, act: Sequence[Body], body: Body) -> set[str]:
    """Over a duty: within its unit's tree, over the body that owes it, or that body's own unit."""
    told_of = [
        one for each in act for name in ("duties", "effects", "notes") for one in each["set"].get(name, {}).values()
    ]
    rules = {one["rule"] for one in told_of}
    owners = {one.owner for one in told.rules.pack.deadlines if one.id in rules}
    state = told.streams[body["stream"]]
    unit = state.get("unit") or (state["code"] if body["kind"] == "unit" else None)
    return {"*", *owners, *_path(told, unit), *(code for one in owners for code in _path(told, _unit(told, one)))}


def _unit(told: Retelling, owner: str) -> str | None:
    pack: RulePack = told.rules.pack
    return next((one.unit for one in pack.bodies if one.id == owner), None)


def _path(told: Retelling, unit: str | None) -> list[str]:
    return told.units[unit]["path"].split(" ") if unit in told.units else []


# — facts —


class _Known:
    """What differs in a part that records of one act share, by the part itself: it is looked at once."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, int], tuple[Any, Any, tuple[_Difference, ...]]] = {}
        """By identity; both are held, so that nothing else takes their place."""

    def of(
        self, differences: Callable[[Any, Any], Iterator[_Difference]], part: Any, history: Any
    ) -> tuple[_Difference, ...]:
        key = id(part), id(history)
        if key not in self._found:
            self._found[key] = part, history, tuple(differences(part, history))
        return self._found[key][2]


def _all_differences(told: Retelling, body: Body, known: _Known, beside: "_Beside") -> Iterator[_Difference]:
    yield from _differences(told, body, known)
    yield from _beside_otherwise(told, beside, body)
    yield from _read_elsewhere(told, body)


def _differences(told: Retelling, body: Body, known: _Known) -> Iterator[_Difference]:
    facts = body["facts"]
    if "dossier" in facts:
        row, seen = told.dossier(body["stream"]), facts["dossier"]
        for name, value in seen.items():
            # Nearly always the same: what is equal is not looked at more closely.
            if name not in _OWN and row.get(name) != value:
                yield from _unlike({name: value}, row)
        yield from _unlike({"unit_path": " ".join(seen["units"])}, row)
        yield from known.of(_owed_otherwise, facts["obligations"], told.owed(row))
    if "meeting" in facts:
        yield from known.of(_meets_otherwise, facts["meeting"], told)
    if "dossier" in facts:
        command = facts["command"]
        kinds = single(told.rules.pack, command["args"].get("papers", []))
        kinds |= shared(told.rules.pack, facts["dossier"], command["name"])
        rows = told.of_subject(facts["dossier"]["subject"]) if kinds else []
        yield from _unlike({"elsewhere": facts.get("elsewhere")}, {"elsewhere": elsewhere(kinds, body["stream"], rows)})
    if "milestone" in facts:
        yield from _stands_otherwise(facts["milestone"], body["stream"], told)
    if "difficulty" in facts:
        known_of = told.streams[body["stream"]].get("marks", {}).get(facts["difficulty"]["ref"])
        yield from _unlike({"difficulty": facts["difficulty"]["told"]}, {"difficulty": known_of})
    if "tally" in facts and facts["meeting"]["id"] in told.streams:
        yield from _counted_otherwise(facts["tally"], facts["meeting"], told)
    yield from known.of(_stand_otherwise, facts["groups"], told)


class _Beside:
    """What the others of a season mean for a dossier of an act, told once for all of it and only where a rule asks."""

    def __init__(self, told: Retelling, act: Sequence[Body]) -> None:
        self._told, self._act = told, act

    @cached_property
    def changes(self) -> dict[str, Any]:
        """What the act brings about, by dossier."""
        return {one["stream"]: {**one["set"], "state": one["to"]} for one in self._act if one["kind"] == "dossier"}

    @cached_property
    def others(self) -> list[Any]:
        """Every dossier as it stood before the act."""
        return self._told.about(Per.SEASON, "", None)


def _read_elsewhere(told: Retelling, body: Body) -> Iterator[_Difference]:
    """What stood in other seasons is not in this one's history (ADR 0021): only that it was looked up there is."""
    facts, pack = body["facts"], told.rules.pack
    if "dossier" not in facts:
        return
    row, command = told.dossier(body["stream"]), facts["command"]["name"]
    looked = {
        "beyond": orders.looks_beyond(orders.asked(pack, command, row)),
        "carried": carried.asked(pack, command, row),
    }
    for name, asked in looked.items():
        if (name in facts) != asked:
            yield name, facts.get(name), None


def _beside_otherwise(told: Retelling, beside: _Beside, body: Body) -> Iterator[_Difference]:
    """Whom a dossier had to wait for, and what capped its rank, as others stood."""
    facts, pack = body["facts"], told.rules.pack
    if "dossier" not in facts or not (pack.orders or pack.ceilings):
        return
    row, command = told.dossier(body["stream"]), facts["command"]["name"]
    held, waits = orders.asked(pack, command, row), None
    if held:
        waits = orders.waits(held, row, beside.others, beside.changes)
    capped, caps = ceilings.asked(pack, command, row), None
    if capped:
        others = beside.others if ceilings.looks_beside(capped) else []
        caps = ceilings.caps(capped, row, others, beside.changes)
    for name, history in (("waits", waits), ("caps", caps)):
        if facts.get(name) != history:
            yield name, facts.get(name), history


def _owed_otherwise(seen: Sequence[Mapping[str, Any]], history: Sequence[Mapping[str, Any]]) -> Iterator[_Difference]:
    owed = {one["rule"]: one for one in history}
    for one in seen:
        terms = {name: value for name, value in one.items() if name not in {"id", "ref"}}
        yield from _unlike(terms, owed.pop(one["rule"], {}))
    for rule in owed:
        yield "obligations", None, rule


def _meets_otherwise(meeting: Mapping[str, Any], told: Retelling) -> Iterator[_Difference]:
    if meeting["id"] in told.streams:
        known = told.streams[meeting["id"]]
        yield from _unlike({name: value for name, value in meeting.items() if name not in _RECKONED}, known)
    for name, reckon in _RECKONING.items():
        if name in meeting:
            yield from _unlike({name: meeting[name]}, {name: reckon(told, meeting)})


def _unfinished(told: Retelling, meeting: Mapping[str, Any]) -> list[str]:
    return unfinished(told.streams[meeting["id"]]["tallies"])


def _waiting(told: Retelling, meeting: Mapping[str, Any]) -> dict[str, list[str]]:
    return waiting(told.rules.pack, meeting["kind"], told.about(Per.UNIT, "", meeting["unit"]))


def _drafts(told: Retelling, meeting: Mapping[str, Any]) -> dict[str, dict[str, str | None]]:
    rows = told.about(Per.UNIT, "", meeting["unit"])
    return drafts(told.rules.pack, told.rules.calendar, meeting["kind"], rows)


def _roll(told: Retelling, meeting: Mapping[str, Any]) -> dict[str, int]:
    """Who belonged to the parts of a meeting, as the roster was."""
    people = (
        {**one, "unit_kind": told.units[one["unit"]]["kind"], "unit_path": told.units[one["unit"]]["path"]}
        for one in told.subjects.values()
        if one["kind"] == SubjectKind.PERSON
    )
    return roll(told.rules.pack.meeting(meeting["kind"]), meeting["unit"], people)


_RECKONING: Mapping[str, Callable[[Retelling, Mapping[str, Any]], Any]] = {
    "drafts": _drafts,
    "roll": _roll,
    "unfinished": _unfinished,
    "waiting": _waiting,
}
"""Facts of a meeting that its row does not have → how history gives them."""
_RECKONED = {"id", *_RECKONING}


def _counted_otherwise(tally: Mapping[str, Any], meeting: Mapping[str, Any], told: Retelling) -> Iterator[_Difference]:
    """What was counted before, how many could vote, and whose dossier it was."""
    rule, row = told.rules.pack.meeting(meeting["kind"]), told.dossier(tally["dossier"])
    yield from _unlike(tally, counted_on(rule, told.streams[meeting["id"]], row))


def _stand_otherwise(groups: Sequence[Mapping[str, Any]], told: Retelling) -> Iterator[_Difference]:
    for group in groups:
        yield from _unlike({name: group[name] for name in ("vote", "closed_on")}, told.streams.get(group["id"], {}))


def _stands_otherwise(seen: Mapping[str, Any], stream: str, told: Retelling) -> Iterator[_Difference]:
    row = owing.latest(told.of_rule(stream, seen["rule"]))
    if row is None:
        yield "milestone", seen["rule"], None
        return
    due_at = None if row["due_at"] is None else micros(row["due_at"])
    history = {"state": row["state"], "due_at": due_at, "waits": owing.waited_for(told, row)}
    yield from _unlike({name: seen[name] for name in history}, history)


def _unlike(seen: Mapping[str, Any], history: Mapping[str, Any]) -> Iterator[_Difference]:
    for name, value in seen.items():
        if name == "marks":
            yield from _unlike(value, history.get(name) or {})
        elif (value or None) != (history.get(name) or None):
            yield name, value, history.get(name)
