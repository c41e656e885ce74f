"""Who may do what, told once more by the words of design section 3."""

from tests.machine.picture import Line, Picture
from workflow.rulepack import OWN_UNIT, Route

Grants = frozenset[tuple[str, str, str]]
"""(subject, role, scope)."""

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
    "send": {"coordinator"},
    "receive": {"coordinator", "registrar", "monitor"},
    "opinion": {"ratifier", "registrar", "monitor"},
    "attach": {"subject", "coordinator", "registrar"},
    "suggest": {"coordinator", "registrar", "monitor"},
    "explain": {"subject", "coordinator", "registrar"},
    "comment": {"coordinator", "registrar"},
    "raise_petition": {"subject", "coordinator", "registrar"},
    "answer_petition": {"ratifier", "registrar"},
    "record_fault": {"coordinator", "registrar"},
}


def held(look: Picture, route: Route, grants: Grants, *, command: str, actor: str, row: Line) -> set[str]:
    """The actor's roles over the dossier. A ratifier reaches what the route says, others the unit and those above."""
    path = set(look.unit_paths()[row["unit"]])
    deciding = path if route.ratifier == OWN_UNIT else {route.ratifier or ""}
    asked = set(route.opinions) if command == "opinion" else set()
    found = set()
    for subject, role, scope in grants:
        reach = (asked if command == "opinion" else deciding) if role == "ratifier" else path | deciding | asked
        if subject == actor and (scope == "*" or scope in reach):
            found.add(role)
    if actor.startswith("os-user:"):
        found.add("operator")
    if actor == row["subject"] or _heads(look, actor, row):
        found.add("subject")
    return found


def _heads(look: Picture, actor: str, row: Line) -> bool:
    """A collective's dossier is its head's."""
    subjects = look.subjects()
    if subjects[row["subject"]]["kind"] == "person" or actor not in subjects:
        return False
    return bool(subjects[actor]["unit"] == row["unit"] and subjects[actor]["lead"] == "head")
