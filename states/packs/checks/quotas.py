"""A quota has a cap, and what it says fits together."""

from states.packs.keys import PackFile
from states.packs.shapes import Notes, Path
from workflow.rulepack import Moment, Over, Quota


def check_quotas(pack: PackFile, notes: Notes) -> None:
    for one in pack.quotas:
        _check(one.value, one.at, notes)


def _check(rule: Quota, at: Path, notes: Notes) -> None:
    if rule.percent is None and rule.fixed is None and rule.missing is None:
        notes.refuse(at, "quota_without_cap")
    if rule.small is not None and rule.small.cap > rule.small.max_size:
        notes.refuse((*at, "small"), "small_cap", cap=rule.small.cap, size=rule.small.max_size)
    if rule.moment is Moment.RATIFY and rule.over is Over.REVOTE:
        # A group judged at the decision has no vote that could be opened again (design section 4).
        notes.refuse((*at, "over"), "revote_at_ratify")
    if not rule.group_by:
        notes.refuse((*at, "group_by"), "no_group")
