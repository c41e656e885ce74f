"""Groups and quotas in words: what is used, what one more would take, what still decides it."""

from typing import TYPE_CHECKING, Any

from app.cli.output import Output

if TYPE_CHECKING:
    from workflow.services.views.quotas import GroupLine


def sentence_of(out: Output, group: "GroupLine") -> str:
    """How a group stands: "1 of 2 used; one more good at 10 adds a place; 2 still unvoted decide it"."""
    figures = group.figures
    parts = [out.told("view.quota_used", count=figures.count, allowance=figures.allowance)]
    if figures.over:
        parts.append(out.told("view.quota_over", excess=figures.count - figures.allowance))
    if group.next_at is not None:
        parts.append(out.told("view.quota_next", at=group.next_at, base=figures.base))
    if figures.unvoted and group.votes:
        parts.append(out.told("view.quota_unvoted", unvoted=figures.unvoted))
    elif figures.undecided and not group.votes:
        parts.append(out.told("view.quota_undecided", undecided=figures.undecided))
    if figures.would_over and not figures.over:
        # Each unit may have kept its own share and all together have proposed more than can be decided.
        parts.append(out.told("view.quota_would", would=figures.would))
    if figures.cliff:
        most = group.quota.small.max_size if group.quota.small else 0
        parts.append(out.told("view.quota_cliff", size=figures.size, most=most))
    return "; ".join(parts)


def as_row(out: Output, group: "GroupLine") -> tuple[object, ...]:
    figures = group.figures
    mark = out.told("view.flag_over") if figures.over else out.told("view.flag_cliff") if figures.cliff else ""
    vote = out.word(group.vote) if group.votes else "–"
    used = f"{figures.count}/{figures.allowance}"
    return (out.word(out.named(group.key)), vote, figures.size, figures.base, used, mark, sentence_of(out, group))


def as_value(out: Output, group: "GroupLine") -> dict[str, Any]:
    """A group as plain values."""
    figures = group.figures
    names = (
        "size",
        "base",
        "count",
        "would",
        "allowance",
        "over",
        "would_over",
        "cliff",
        "unvoted",
        "undecided",
        "sent",
    )
    return {
        "rule": group.quota.id,
        "key": group.key,
        "unit": group.unit,
        "units": list(group.units),
        "rank": group.quota.rank.value,
        "moment": group.quota.moment.value,
        "vote": group.vote,
        "closed_on": group.closed_on and group.closed_on.isoformat(),
        **{name: getattr(figures, name) for name in names},
        "next_at": group.next_at,
        "told": sentence_of(out, group),
    }
