"""What is owed once another pack rules a season: what goes on, what ends, what has another date, what is new. Pure.

Commands run this over the tables, verification over what the history gives, as they do with `workflow.owing`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from workflow.dates import Due
from workflow.discharge import Row
from workflow.owing import (
    Book,
    comes_with_dossiers,
    comes_with_season,
    due_of,
    event_day,
    insert,
    is_about_somebody,
    later,
    latest,
    owed_by_season,
    owed_for,
    reckoned,
    settle_again,
)
from workflow.rulepack import Deadline, Per, RulePack, Rung, Wording
from workflow.words import ObligationState


@dataclass(slots=True)
class Moved:
    """What becomes of a season's obligations: rows that ended, that a successor replaced, that came to be."""

    ended: list[Row] = field(default_factory=list)
    replaced: list[tuple[Row, Row]] = field(default_factory=list)
    made: list[Row] = field(default_factory=list)


def owed_anew(book: Book, former: RulePack) -> Moved:
    """Bring a season's obligations in line with the pack that rules it now, after `former`. None is moved: what is
    otherwise is closed, and a successor replaces it. What was met or not needed stays so.

    It takes effect when it is recorded, whatever day the decision bears: no lateness is undone by it.
    """
    moved, otherwise = Moved(), list[Row]()
    for row in book.open_everywhere():
        rule, was = book.rules.pack.deadline(row["rule"]), former.deadline(row["rule"])
        if not _goes_on(book, row, rule, was):
            book.settle(row, state=ObligationState.CLOSED, late=False, at=book.now)
            moved.ended.append(row)
            continue
        when = _when(book, row, rule, was)
        if _unlike(book, row, rule, when, former):
            moved.replaced.append((row, _replaced(book, row, rule, when)))
        elif rule != was:
            otherwise.append(row)
    dossiers = book.about(Per.SEASON, "", None)
    moved.made += [*owed_by_season(book), *owed_for(book, dossiers, again=False)]
    _settle(book, [*otherwise, *(new for _, new in moved.replaced), *moved.made])
    # A clock that runs at once is a successor of what just came to be.
    moved.replaced = [(old, _latest(book, new)) for old, new in moved.replaced]
    moved.made = [_latest(book, one) for one in moved.made]
    return moved


def _latest(book: Book, row: Row) -> Row:
    return latest(book.of_rule(row["stream"], row["rule"])) or row


def _settle(book: Book, rows: Sequence[Row]) -> None:
    """What these owe may be done already, or their clocks may run, by what their rules say now."""
    for one in rows:
        if one["state"] == ObligationState.OPEN:
            settle_again(book, one)


def _goes_on(book: Book, row: Row, rule: Deadline, was: Deadline) -> bool:
    """Whether what is open is still owed by the same thing, and settled in the same way."""
    if not (comes_with_season(rule) or comes_with_dossiers(rule)):
        return False
    if rule.per is not was.per or (rule.met_by is None) is not (was.met_by is None):
        return False
    chosen_anew = rule.where != was.where or bool(rule.where.route)
    return not chosen_anew or is_about_somebody(book, row)


def _when(book: Book, row: Row, rule: Deadline, was: Deadline) -> Due | None:
    """When it is due now. A date that somebody decided stays where it is the later one, the day on which a dossier is
    due back in any case."""
    known, spans = due_of(row), Wording.AFTER_EVENT
    runs = known is not None and rule.wording is was.wording is spans and rule.event == was.event
    printed = reckoned(book, rule, event_on=event_day(book, rule, row) if runs else None)
    if row["decision"] is not None:
        return later(known, printed)
    return known if _is_due_back(book, row) else printed


def _is_due_back(book: Book, row: Row) -> bool:
    """Whether it is due on the day that was named when the dossier was sent back."""
    if row["per"] != Per.DOSSIER:
        return False
    return any(one["marks"].get("due_back") for one in book.about(Per.DOSSIER, row["stream"], row["unit"]))


def _unlike(book: Book, row: Row, rule: Deadline, when: Due | None, former: RulePack) -> bool:
    """Whether it is owed by another, to another, by another date, or climbs another ladder."""
    if (row["owner"], row["recipient"]) != (rule.owner, rule.recipient) or _days(when) != _days(due_of(row)):
        return True
    return when is not None and _rungs(book.rules.pack, rule) != _rungs(former, former.deadline(rule.id))


def _days(when: Due | None) -> tuple[object, ...]:
    return () if when is None else (when.due_at, when.last_good_day, when.last_working_day)


def _rungs(pack: RulePack, rule: Deadline) -> tuple[Rung, ...]:
    return next((one.rungs for one in pack.ladders if one.id == rule.ladder), ())


def _replaced(book: Book, row: Row, rule: Deadline, when: Due | None) -> Row:
    book.settle(row, state=ObligationState.CLOSED, late=False, at=book.now)
    return insert(
        book,
        rule,
        per=Per(row["per"]),
        stream=row["stream"],
        scope=row["scope"],
        unit=row["unit"],
        when=when,
        replaces=row,
        decision=row["decision"] if _days(when) == _days(due_of(row)) else None,
    )
