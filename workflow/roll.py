"""Who belongs to the parts of a meeting: counted when it is recorded, and again when history is verified."""

from collections.abc import Iterable, Mapping
from typing import Any

from workflow.rulepack import MeetingRule, matches


def roll(rule: MeetingRule, unit: str, people: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many people of the meeting's `unit` and below belong to each part that selects people of the roster.

    `people` have what selectors choose by, `unit_path` (their unit and those above, with spaces between) and
    `unit_kind`. Parts of bodies are not counted: nobody of the roster stands for them.
    """
    counted = {one.id: one.where for one in rule.parts if one.where is not None}
    found = dict.fromkeys(counted, 0)
    if not counted:
        return found
    for person in people:
        path = person["unit_path"].split(" ")
        if unit in path:
            facts = {**person, "unit": path}
            for part, where in counted.items():
                found[part] += matches(where, facts)
    return found
