"""Facts as a guard sees them: one dossier on its way to submission, everything in order, to be changed in one place."""

from typing import Any

from states.guards import GUARDS
from workflow.facts import Facts, Finding, Remedy
from workflow.words import Status

DAY = 86_400_000_000
DUE = 1_733_331_600_000_000
"""2024-12-04T17:00Z, in microseconds: the first late instant of NT11-1e-1."""

NOON = DUE - 12 * 3_600_000_000
"""The noon before, in Vietnam: 04/12/2024 12:00."""


def dossier(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": "d",
        "ref": "HS-0001",
        "subject": "SNV-02",
        "unit": "SNV",
        "units": ["SNV", "UBND"],
        "unit_kind": "department",
        "kind": "person",
        "category": "civil_servant",
        "duty": "leadership",
        "tier": "btv",
        "lead": "deputy",
        "party": True,
        "track": "civil_servant",
        "seq": 9,
        "outside": False,
        "state": "unit_voted",
        "expected": "good",
        "voted": "good",
        "proposed": "good",
        "decided": None,
        "route": "NT11-1g-2-deputies",
        "marks": {"reviewed_at": NOON - 5 * DAY},
    }
    return {**made, **changes}


def group(**changes: Any) -> dict[str, Any]:
    """A closed group of ten, all good, two of them proposed excellent: full, and within."""
    made: dict[str, Any] = {
        "id": "g",
        "rule": "NT11-1a",
        "key": "SNV",
        "vote": "closed",
        "closed_on": "2024-11-20",
        "size": 10,
        "base": 10,
        "count": 2,
        "would": 2,
        "allowance": 2,
        "over": False,
        "would_over": False,
        "cliff": False,
        "capped_pending": 2,
        "unvoted": 0,
        "undecided": 10,
        "sent": 0,
    }
    return {**made, **changes}


def over(**changes: Any) -> dict[str, Any]:
    """The same with a third one."""
    return group(**{"count": 3, "would": 3, "over": True, "would_over": True, "capped_pending": 3, **changes})


def obligation(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": "o",
        "ref": "VH-0001",
        "rule": "NT11-1e-1",
        "met_by": "submit",
        "scope": "SNV",
        "not_before": None,
        "due_at": DUE,
        "last_good_day": "2024-12-04",
        "last_working_day": "2024-12-04",
        "late": "reason",
        "extended_by": "issuer",
        "recipient": "ban-to-chuc-tinh-uy",
    }
    return {**made, **changes}


def meeting(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": "m",
        "ref": "HN-0001",
        "unit": "SNV",
        "kind": None,
        "state": "held",
        "held_on": "2024-11-20",
        "attendees": 7,
        "invited": ["ban-dang-tinh-uy"],
        "marks": {},
    }
    return {**made, **changes}


def facts(command: str = "submit", *, process: str = "dossier", **changes: Any) -> Facts:
    """`args`, `dated`, `occurred_at`, `occurred_on`, `recorded_at` are the command's; `actor` and `roles` the actor's;
    the rest replaces the facts of that name."""
    own = [name for name in ("args", "dated", "occurred_at", "occurred_on", "recorded_at") if name in changes]
    told: dict[str, Any] = {name: changes.pop(name) for name in own}
    command_facts: dict[str, Any] = {"process": process, "name": command, "args": {}}
    command_facts |= {"dated": True, "occurred_at": NOON, "occurred_on": "2024-12-04", "recorded_at": NOON, **told}
    actor = {"id": changes.pop("actor", "SNV-13"), "roles": list(changes.pop("roles", ["coordinator"])), "auth": "x"}
    made: Any = {"command": command_facts, "actor": actor, "groups": [], "obligations": [], "dossier": dossier()}
    made |= changes
    return made  # type: ignore[no-any-return]


def ask(guard: str, told: Facts, **params: Any) -> Finding:
    return GUARDS[guard].function(told, params)


def is_met(finding: Finding) -> bool:
    return finding.status is Status.MET


def code(finding: Finding) -> str:
    """Why it is unmet, without the domain."""
    assert finding.status is Status.UNMET, finding
    return finding.code.removeprefix("guard.")


def action(finding: Finding) -> tuple[str, dict[str, str]]:
    """The remedy's command and arguments."""
    assert isinstance(finding.remedy, Remedy), finding
    return finding.remedy.action, dict(finding.remedy.args)
