"""What is owed: which obligations a dossier stands under, which are made, which a command settles. Pure.

An obligation is never moved; a successor replaces it. Those of a unit are met by its last dossier (design section 5).
Commands run this over the tables, verification over what the history gives: a row
that differs was made by no command.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from workflow.dates import Due, due, due_on, from_micros, local_day, micros
from workflow.discharge import BEFORE, HOLD, LEFT, REACHED, SEND, Row, after, done_at, goes_to, is_done, was_held
from workflow.engine import Rules
from workflow.facts import MARKED, ObligationFacts, WaitFacts
from workflow.rulepack import Deadline, Mode, Per, RulePack, Wording, WorkingDays, matches
from workflow.words import DossierState, ObligationState


class Book(Protocol):
    """A season's dossiers and obligations, and the command at hand: its instant, and when it happened on paper.

    Dossiers come as rows with what selectors choose by; obligations by the columns of their table.
    """

    @property
    def rules(self) -> Rules: ...
    @property
    def season(self) -> Row: ...
    @property
    def now(self) -> datetime: ...
    @property
    def occurred_at(self) -> datetime: ...

    def open_on(self, streams: Sequence[str]) -> list[Row]:
        """The open obligations that hang on these streams, by rule."""

    def open_everywhere(self) -> list[Row]:
        """The open obligations of the whole season, by rule."""

    def of_rule(self, stream: str, rule: str) -> list[Row]:
        """Every obligation of one rule on one stream, in any order."""

    def about(self, per: Per, stream: str, unit: str | None) -> list[Row]:
        """The dossiers that an obligation of this reach is over: one, a unit's, or all."""

    def behind(self, per: Per, stream: str, unit: str | None, states: Collection[str]) -> Iterable[Row]:
        """Those of `about` that are in one of `states`, in any order. Often the first is all that is asked for."""

    def add(self, row: Row) -> Row:
        """Write a new obligation, which gets its `id` and `ref` here."""

    def settle(self, row: Row, *, state: ObligationState, late: bool, at: datetime) -> None:
        """Close an open one, which nobody looks at any more."""


def over_dossier(book: Book, row: Row) -> list[ObligationFacts]:
    """The open obligations that a dossier stands under: its own first, then its unit's and the season's.

    Its own replaces the unit's of the same rule: a dossier that was sent back is due on its return day.
    """
    streams = [row["id"], row["unit_stream"], book.season["id"]]
    found = book.open_on(streams)
    found.sort(key=lambda one: streams.index(one["stream"]))
    facts: dict[str, ObligationFacts] = {}
    for one in found:
        rule = book.rules.pack.deadline(one["rule"])
        if one["rule"] not in facts and matches(rule.where, row):
            facts[one["rule"]] = _as_facts(book, rule, one)
    return list(facts.values())


def _as_facts(book: Book, rule: Deadline, row: Row) -> ObligationFacts:
    window = _window(book, rule, row) if rule.hard_window else None
    return {
        "id": row["id"],
        "ref": row["ref"],
        "rule": row["rule"],
        "met_by": rule.met_by,
        "scope": row["scope"],
        "not_before": micros(window.not_before) if window and window.not_before else None,
        "due_at": None if row["due_at"] is None else micros(row["due_at"]),
        "last_good_day": _iso(row["last_good_day"]),
        "last_working_day": _iso(row["last_working_day"]),
        "late": rule.late.value,
        "extended_by": rule.extended_by.value,
        "recipient": row["recipient"],
    }


def _window(book: Book, rule: Deadline, row: Row) -> Due | None:
    """The window of a month, or the one that an event opens."""
    spans = rule.wording is Wording.AFTER_EVENT and row["due_at"] is not None
    return reckoned(book, rule, event_on=event_day(book, rule, row) if spans else None)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def reckoned(book: Book, rule: Deadline, *, event_on: date | None = None) -> Due | None:
    """When a rule of the pack is due in this season."""
    return dated(book.rules.pack, book.rules.calendar, book.season["year"], rule, event_on=event_on)


def dated(
    pack: RulePack, calendar: WorkingDays, year: int, rule: Deadline, *, event_on: date | None = None
) -> Due | None:
    """When a rule is due in a season that evaluates `year`; `same_as` is followed to the rule that prints the date."""
    seen = rule
    while seen.wording is Wording.SAME_AS and seen.rule is not None:
        seen = pack.deadline(seen.rule)
    return due(seen, year=year, zone=pack.zone, calendar=calendar, event_on=event_on)


def insert(
    book: Book,
    rule: Deadline,
    *,
    per: Per,
    stream: str,
    scope: str,
    unit: str | None,
    when: Due | None,
    replaces: Row | None = None,
    decision: str | None = None,
    state: ObligationState = ObligationState.OPEN,
) -> Row:
    """A new row. The ladder looks at an open one at once; what has no clock is never looked at.

    What comes with the paper itself is met on its issue.
    """
    if rule.wording is Wording.WITH_DOCUMENT:
        state = ObligationState.MET
    return book.add(
        {
            "season": book.season["id"],
            "rule": rule.id,
            "per": per.value,
            "stream": stream,
            "scope": scope,
            "unit": unit,
            "owner": rule.owner,
            "recipient": rule.recipient,
            "due_at": when.due_at if when else None,
            "last_good_day": when.last_good_day if when else None,
            "last_working_day": when.last_working_day if when else None,
            "state": state.value,
            "late": False,
            "settled_at": book.now if state is ObligationState.MET else None,
            "born_at": book.now,
            "look_at": book.now if when and state is ObligationState.OPEN else None,
            "replaces": None if replaces is None else replaces["id"],
            "decision": decision,
            "effect": None,
        }
    )


def succeed(book: Book, row: Row, when: Due, decision: str) -> Row:
    """Replace an obligation by one that is due when somebody decided; what was met stays met."""
    state = ObligationState(row["state"])
    if state is ObligationState.OPEN:
        book.settle(row, state=ObligationState.CLOSED, late=False, at=book.occurred_at)
    return insert(
        book,
        book.rules.pack.deadline(row["rule"]),
        per=Per(row["per"]),
        stream=row["stream"],
        scope=row["scope"],
        unit=row["unit"],
        when=when,
        replaces=row,
        decision=decision,
        state=state,
    )


FEW = 5
"""How many refs are named; the rest is a count."""


def waited_for(book: Book, row: Row) -> WaitFacts:
    """The dossiers that a step of the plan is about and waits for: on their way, and without the step that it names."""
    rule = book.rules.pack.deadline(row["rule"])
    states = BEFORE[rule.waits_for] if rule.waits_for is not None else ()
    behind = book.behind(Per(row["per"]), row["stream"], row["unit"], states) if states else ()
    refs = sorted(one["ref"] for one in behind if matches(rule.where, one))
    return {"rule": rule.id, "count": len(refs), "refs": refs[:FEW]}


def listed(book: Book, row: Row) -> WaitFacts:
    """The dossiers of the levels that a step of the plan names, decided or proposed so far."""
    rule = book.rules.pack.deadline(row["rule"])
    found = about(book, rule, row) if rule.ranks else []
    refs = sorted(one["ref"] for one in found if (one["decided"] or one["proposed"]) in rule.ranks)
    return {"rule": rule.id, "count": len(refs), "refs": refs[:FEW]}


def about(book: Book, rule: Deadline, row: Row) -> list[Row]:
    """The dossiers that an obligation is about, as they stand now."""
    return [one for one in book.about(Per(row["per"]), row["stream"], row["unit"]) if matches(rule.where, one)]


def owed_for(book: Book, dossiers: Iterable[Row], *, again: bool = True) -> list[Row]:
    """Make the obligations that dossiers bring: one per dossier, unit or season, as each rule says; the rows made.

    `again`: what was met is owed again, since these dossiers are new to it.
    """
    rules = [one for one in book.rules.pack.deadlines if comes_with_dossiers(one)]
    whens = {one.id: reckoned(book, one) for one in rules}
    made: dict[tuple[str, str], Row | None] = {}
    for row in dossiers:
        for rule in rules:
            stream, scope, unit = _hangs_on(book, rule.per, row)
            # For who left nobody owes anything, not even what no command of theirs would meet.
            over = rule.per is Per.DOSSIER and row["state"] in LEFT
            owing = not over and not is_done(book.rules, rule, row)
            if (rule.id, stream) not in made and owing and matches(rule.where, row):
                when = whens[rule.id]
                made[rule.id, stream] = _owe(book, rule, stream, scope=scope, unit=unit, when=when, again=again)
    return [one for one in made.values() if one is not None]


def comes_with_dossiers(rule: Deadline) -> bool:
    """Not what a body owes by itself, nothing that is switched off or that the text leaves without any time."""
    of_a_body = rule.per is Per.SEASON and rule.met_by is None
    return rule.mode is not Mode.OFF and not of_a_body and not (rule.missing and rule.wording is Wording.NONE)


def owed_by_season(book: Book) -> list[Row]:
    """Make the obligations that hang on no dossier: a body's own, dated or not, that any season of this pack has; the
    rows made. What is owed or was settled already is not owed again."""
    season = book.season
    made = [
        _owe(book, rule, season["id"], scope=season["code"], unit=None, when=reckoned(book, rule), again=False)
        for rule in book.rules.pack.deadlines
        if comes_with_season(rule)
    ]
    return [one for one in made if one is not None]


def comes_with_season(rule: Deadline) -> bool:
    """Whether a body owes it by itself in any season of its pack."""
    return rule.per is Per.SEASON and rule.met_by is None and rule.mode is not Mode.OFF


def _owe(
    book: Book, rule: Deadline, stream: str, *, scope: str, unit: str | None, when: Due | None, again: bool
) -> Row | None:
    known = book.of_rule(stream, rule.id)
    last = latest(known)
    if any(one["state"] == ObligationState.OPEN for one in known):
        return None
    if not again and last is not None and last["state"] != ObligationState.CLOSED:
        return None
    # A joiner after the unit was done: the unit owes again, by the same date.
    when = later(_extended(book, rule, stream), when)
    return insert(book, rule, per=rule.per, stream=stream, scope=scope, unit=unit, when=when, replaces=last)


def later(one: Due | None, other: Due | None) -> Due | None:
    """The later of two dates; the one that there is."""
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda due: due.due_at)


def latest(rows: Sequence[Row]) -> Row | None:
    """The row that no other replaces."""
    replaced = {one["replaces"] for one in rows}
    return next((one for one in rows if one["id"] not in replaced), None)


def _extended(book: Book, rule: Deadline, stream: str) -> Due | None:
    """The furthest date that this rule, or the one it follows, was extended to for the same owner."""
    rows: list[Row] = []
    seen: Deadline | None = rule
    while seen is not None:
        rows += book.of_rule(stream, seen.id)
        follows = seen.rule if seen.wording is Wording.SAME_AS else None
        seen = None if follows is None else book.rules.pack.deadline(follows)
    extended = [one for one in rows if one["decision"] is not None and one["due_at"] is not None]
    if not extended:
        return None
    return due_of(max(extended, key=lambda one: one["due_at"]))


def due_of(row: Row) -> Due | None:
    """When an obligation is due; None where no clock runs."""
    if row["due_at"] is None:
        return None
    return Due(due_at=row["due_at"], last_good_day=row["last_good_day"], last_working_day=row["last_working_day"])


def _hangs_on(book: Book, per: Per, row: Row) -> tuple[str, str, str | None]:
    if per is Per.DOSSIER:
        return row["id"], row["ref"], row["unit"]
    if per is Per.UNIT:
        return row["unit_stream"], row["unit"], row["unit"]
    return book.season["id"], book.season["code"], None


def owed_again(book: Book, row: Row, day: date) -> list[str]:
    """After a send-back: what its submission owed is due again for this dossier alone, on its return day.

    Gives the refs of the successors. The unit's own row stays for the unit's other dossiers.
    """
    made = []
    for rule in book.rules.pack.deadlines:
        if rule.met_by not in {"submit", SEND} or rule.mode is Mode.OFF or not matches(rule.where, row):
            continue
        if rule.met_by == SEND and not goes_to(book.rules, rule, row):
            continue
        when = due_on(day, zone=book.rules.pack.zone, calendar=book.rules.calendar)
        earlier = book.of_rule(row["id"], rule.id)
        above = book.of_rule(_hangs_on(book, rule.per, row)[0], rule.id)
        replaced = latest(earlier or above)
        for one in earlier:
            if one["state"] == ObligationState.OPEN:
                book.settle(one, state=ObligationState.CLOSED, late=False, at=book.occurred_at)
        new = insert(
            book,
            rule,
            per=Per.DOSSIER,
            stream=row["id"],
            scope=row["ref"],
            unit=row["unit"],
            when=when,
            replaces=replaced,
        )
        made.append(new["ref"])
    return made


def settle(book: Book, dossiers: Sequence[tuple[Row, str | None]]) -> list[dict[str, Any]]:
    """Settle what these dossiers no longer owe, and start the clocks that waited for them, once their rows are written.

    Each comes as it was, with the state that it is in now; None where it left its unit, whatever its state. Gives a
    change note for each row settled or started.
    """
    season = book.season["id"]
    on: dict[str, list[tuple[Row, str | None]]] = {season: list(dossiers)}
    for row, to in dossiers:
        on.setdefault(row["id"], []).append((row, to))
        on.setdefault(row["unit_stream"], []).append((row, to))
    # States are few, dossiers and obligations many.
    ended = {to for _, to in dossiers}
    notes: list[dict[str, Any]] = []
    for one in book.open_on(list(on)):
        rule = book.rules.pack.deadline(one["rule"])
        if rule.met_by is None and {to for _, to in on[one["stream"]]} & LEFT and one["per"] == Per.DOSSIER:
            book.settle(one, state=ObligationState.CLOSED, late=False, at=book.occurred_at)
            continue
        if not _may_end(rule.met_by, ended) and not _may_end(rule.event, ended):
            continue
        under = on[one["stream"]]
        reached = {to for row, to in under if matches(rule.where, row)}
        # What goes up with its result is owed from the decision on, which may be its clock's own event.
        clocked = rule.wording is Wording.AFTER_EVENT and _may_end(rule.event, reached)
        started = _started(book, rule, one) if clocked else None
        if started is not None:
            notes += started
        elif _may_end(rule.met_by, reached):
            notes += _met(book, rule, one)
    return notes


def settle_again(book: Book, obligation: Row) -> None:
    """Settle an open obligation, or start its clock, where its rule now says what all its dossiers have behind them."""
    rule = book.rules.pack.deadline(obligation["rule"])
    met = _may_end(rule.met_by, {None}) and bool(_met(book, rule, obligation))
    if not met and rule.wording is Wording.AFTER_EVENT and _may_end(rule.event, {None}):
        _started(book, rule, obligation)


def is_about_somebody(book: Book, obligation: Row) -> bool:
    """Whether its rule selects any of the dossiers that an obligation reaches."""
    rule = book.rules.pack.deadline(obligation["rule"])
    found = book.about(Per(obligation["per"]), obligation["stream"], obligation["unit"])
    return any(matches(rule.where, one) for one in found)


def _may_end(command: str | None, reached: set[str | None]) -> bool:
    """Whether dossiers that reached these states may have been the last to owe a command."""
    return command in REACHED and any(to is None or to in REACHED[command] for to in reached)


def _met(book: Book, rule: Deadline, obligation: Row) -> list[dict[str, Any]]:
    if rule.met_by is None:
        return []
    begins = rule.wording is Wording.START_BEFORE
    if not begins and _is_owed(book, rule, obligation, rule.met_by):
        return []
    owing = _owing(book, rule, obligation)
    done = [one for one in owing if is_done(book.rules, rule, one)]
    if begins and owing and not done:
        return []
    moments = [done_at(book.rules, rule, rule.met_by, one) or one["marks"].get("left_at") for one in done]
    reached = [from_micros(moment) for moment in moments if moment is not None]
    # Late by its latest dossier, in whatever order they were entered; begun by its first.
    at = (min if begins else max)(reached, default=book.occurred_at)
    late = obligation["due_at"] is not None and at >= obligation["due_at"]
    book.settle(obligation, state=ObligationState.MET, late=late, at=at)
    note = {"ref": obligation["ref"], "rule": obligation["rule"], "scope": obligation["scope"], "late": late}
    return [{"code": "change.obligation_met", **note}]


def _started(book: Book, rule: Deadline, obligation: Row) -> list[dict[str, Any]] | None:
    """Start a clock that waited for an event, once the last of those it waits for has reached it (A-05). Where all of
    them left without it, it never starts. None where nothing came of it."""
    if rule.event is None or obligation["due_at"] is not None:
        return None
    if _is_owed(book, rule, obligation, rule.event):
        return None
    event_on = event_day(book, rule, obligation)
    book.settle(obligation, state=ObligationState.CLOSED, late=False, at=book.occurred_at)
    if event_on is None:
        return []
    when = reckoned(book, rule, event_on=event_on)
    new = insert(
        book,
        rule,
        per=Per(obligation["per"]),
        stream=obligation["stream"],
        scope=obligation["scope"],
        unit=obligation["unit"],
        when=when,
        replaces=obligation,
    )
    due = None if when is None else when.last_good_day.isoformat()
    return [{"code": "change.successor", "ref": obligation["ref"], "by": new["ref"], "due": due}]


def event_day(book: Book, rule: Deadline, obligation: Row) -> date | None:
    """The day on which the last of the dossiers that a clock waits for reached its event: of a vote that of its meeting
    (A-09), whenever it was entered, so that nobody gains days by entering it late."""
    marks = [one["marks"] for one in _owing(book, rule, obligation)]
    if rule.event == "record_vote":
        return max((date.fromisoformat(one["voted_on"]) for one in marks if one.get("voted_on")), default=None)
    moments = [one.get(MARKED[rule.event or ""]) for one in marks]
    last = max((moment for moment in moments if moment is not None), default=None)
    return None if last is None else local_day(from_micros(last), book.rules.pack.zone)


def _is_owed(book: Book, rule: Deadline, obligation: Row, command: str) -> bool:
    """Whether one of the dossiers that an obligation is about has still to go through the command."""
    states = frozenset(DossierState) - after(book.rules, rule) if command == rule.met_by else BEFORE[command]
    behind = book.behind(Per(obligation["per"]), obligation["stream"], obligation["unit"], states)
    if command == SEND:
        behind = (row for row in behind if not is_done(book.rules, rule, row))
    elif command == HOLD:
        behind = (row for row in behind if not was_held(row))
    return any(_about(book, rule, obligation, row) for row in behind)


def _about(book: Book, rule: Deadline, obligation: Row, row: Row) -> bool:
    """Whether an obligation is about a dossier that it reaches: those with a day of their own have left it."""
    if obligation["per"] == Per.DOSSIER:
        return True
    return matches(rule.where, row) and all(one["rule"] != rule.id for one in book.open_on([row["id"]]))


def _owing(book: Book, rule: Deadline, obligation: Row) -> list[Row]:
    """The dossiers that an obligation is about, as they stand now."""
    found = book.about(Per(obligation["per"]), obligation["stream"], obligation["unit"])
    book.open_on([one["id"] for one in found])  # in one question, not one for each
    return [one for one in found if _about(book, rule, obligation, one)]
