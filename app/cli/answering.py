"""An answer told with names, and with who could do what is missing, so that its remedies can be pasted."""

from dataclasses import replace

from app.cli.desk import Desk
from workflow.answers import Answer


def tell(desk: Desk, answer: Answer) -> int:
    """Tell a command's answer; its exit status."""
    if not answer.refused:
        return desk.out.answer(answer)
    from workflow.dates import local_day  # noqa: PLC0415
    from workflow.services.views.holders import who_can  # noqa: PLC0415

    with desk.looking() as look:
        who = who_can(look, answer)
        names = {one.id: one.name.told(desk.out.language) for one in look.rules.pack.bodies}
        today = local_day(look.now, look.rules.pack.zone)
    return replace(desk.out, names=names, today=today).answer(answer, who=who)
