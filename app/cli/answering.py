"""An answer told with names, and with what would help where it refuses or warns, so that lines can be pasted."""

from collections.abc import Sequence
from dataclasses import replace

from app.cli.desk import Desk
from workflow.answers import Answer


def tell(desk: Desk, answer: Answer, batch: Sequence[str] = ()) -> int:
    """Tell a command's answer; its exit status. `batch` are the dossiers that the command named."""
    if not answer.refused and not any(done.warnings for done in answer.done):
        return desk.out.answer(answer)
    from workflow.dates import local_day  # noqa: PLC0415
    from workflow.services.views.cures import cures  # noqa: PLC0415

    with desk.looking() as look:
        found = cures(look, answer, desk.actor)
        names = look.rules.pack.names(desk.out.language)
        today = local_day(look.now, look.rules.pack.zone)
    return replace(desk.out, names=names, today=today).answer(answer, cures=found, batch=batch)
