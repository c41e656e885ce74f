"""A season made by hand as it stood, and the records of commands that saw it."""

from typing import Any

from tests.workflow.book import PACK, SEASON, deadline, dossier, rules_with
from workflow import owing
from workflow.replay import seen
from workflow.replay.retelling import Retelling

ROUTE = next(one for one in PACK.routes if one.ratifier == "bcsd-ubnd")
OWNER = next(one for one in PACK.bodies if one.unit is not None)
STATE: dict[str, Any] = {
    "ref": "HS-1",
    "subject": "A-02",
    "unit": "A",
    "state": "unit_voted",
    "voted": "good",
    "track": "civil_servant",
    "route": ROUTE.id,
    "marks": {"voted_on": "2024-11-20"},
}
FIELDS = {"kind": "person", "category": "c", "duty": "leadership", "tier": "btv", "lead": "deputy", "party": False}


def season() -> Retelling:
    """Units A, within P, and B; one dossier and one group of A, a meeting of it; one obligation of A."""
    told = Retelling(dict(SEASON), rules_with(deadline(owner=OWNER.id)))
    told.units = {
        "A": {"id": "uA", "kind": "department", "path": "A P"},
        "B": {"id": "uB", "kind": "department", "path": "B"},
    }
    told.subjects = {"A-02": dict(FIELDS), "A-01": {**FIELDS, "unit": "A", "lead": "head"}}
    told.streams = {
        "d1": dict(STATE),
        "g": {"key": "A:x", "unit": "A", "vote": "closed", "closed_on": "2024-11-20"},
        "m": {"ref": "HN-1", "unit": "A", "state": "held", "held_on": "2024-11-20", "attendees": 7},
        "uA": {"code": "A"},
    }
    owing.owed_for(told, [dossier(1)])
    return told


def saw(**changes: Any) -> dict[str, Any]:
    """The dossier as the command saw it."""
    own = {"id": "d1", "units": ["A", "P"], "seq": 3, "outside": True, "unit_kind": "department"}
    return {**STATE, **FIELDS, **own, **changes}


def owed(told: Retelling) -> list[dict[str, Any]]:
    (one,) = told.owed(told.dossier("d1"))
    return [{**one, "id": "a", "ref": "VH-1"}]


def body(told: Retelling, **changes: Any) -> dict[str, Any]:
    """The record of a dossier's submission that saw everything as it was."""
    facts: dict[str, Any] = {
        "command": {"process": "dossier", "name": "submit", "args": {}, "recorded_at": 9},
        "actor": {"id": "CV", "roles": ["coordinator"]},
        "dossier": saw(),
        "obligations": owed(told),
        "groups": [{"id": "g", "vote": "closed", "closed_on": "2024-11-20"}],
    }
    facts |= changes.pop("facts", {})
    made = {"stream": "d1", "seq": 4, "kind": "dossier", "command": "submit", "role": "coordinator", "facts": facts}
    return {**made, "set": {}, **changes}


def without_dossier(told: Retelling, process: str, **changes: Any) -> dict[str, Any]:
    made = body(told, **changes)
    facts = {name: value for name, value in made["facts"].items() if name != "dossier"}
    return {**made, "facts": {**facts, "command": {**facts["command"], "process": process}, "groups": []}}


def found(told: Retelling, *act: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"code": one.code.removeprefix("audit."), **one.figures} for one in seen.check(told, act)]


def granted(told: Retelling, *grants: str) -> Retelling:
    told.roles |= set(grants)
    return told


def differs(field: str, mine: Any, history: Any) -> dict[str, Any]:
    return {"code": "seen", "stream": "d1", "seq": 4, "field": field, "row": mine, "history": history}
