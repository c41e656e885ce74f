"""A ladder's rungs are told apart, and every deadline climbs one that is there."""

from states.packs.keys import PackFile
from states.packs.shapes import Notes, listed, nearest


def check_ladders(pack: PackFile, ladders: tuple[str, ...], notes: Notes) -> None:
    """`ladders` are all that the pack declares, broken ones included."""
    for one in pack.ladders:
        ids: set[str] = set()
        steps: set[tuple[str, int, str]] = set()
        for position, rung in enumerate(one.value.rungs):
            step = (rung.anchor, rung.days, rung.to)
            if rung.id in ids:
                notes.refuse((*one.at, "rung", position, "id"), "doubled_id", name=rung.id)
            if step in steps:
                notes.refuse((*one.at, "rung", position), "doubled_rung", days=rung.days, to=rung.to.value)
            ids.add(rung.id)
            steps.add(step)
        if (one.value.quiet_from is None) != (one.value.quiet_until is None):
            notes.refuse(one.at, "half_quiet")
    for deadline in pack.deadlines:
        name = deadline.value.ladder
        if name not in ladders:
            near = nearest(name, ladders)
            notes.refuse((*deadline.at, "ladder"), "unknown_ladder", name=name, known=listed(ladders), nearest=near)
