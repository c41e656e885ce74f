"""Records in words: who did what when, by which rules, with which receipt."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from app.cli.output import Output
from app.cli.record_facts import decided_on
from app.cli.record_words import COMMITMENT, MOST_NAMES, Words, actor
from workflow.dates import from_micros
from workflow.words import Status

if TYPE_CHECKING:
    from workflow.engine import Rules
    from workflow.replay.timeline import Entry
    from workflow.services.views.look import Kept
    from workflow.services.views.streams import Stream

_HIDDEN = {"marks", "duties", "effects", "state"}
"""Fields of a patch that are told otherwise."""


def clauses(rules: "Rules") -> dict[str, str]:
    """Rule → the clause it stands in, as people cite it."""
    return {check.rule: check.clause for checks in rules.checks.values() for check in checks}


def commitments(found: Iterable["Entry"]) -> set[str]:
    """Everything in these records that may be the commitment to a text."""
    reasons = {entry.body["facts"]["command"]["args"].get("reason") for entry in found}
    return {str(one) for one in reasons if one} | {
        digest for entry in found for digest in COMMITMENT.findall(str(entry.body["set"]))
    }


def tell_stream(
    out: Output,
    stream: "Stream",
    found: Sequence["Entry"],
    *,
    words: Words,
    clauses: Mapping[str, str],
    facts: bool = False,
) -> None:
    """One stream's records, each with what it set and the verdicts that are worth telling; `facts`: what they were
    decided on, too."""
    kind, name = stream
    out.say("view.replay_title", kind=kind, name=name, count=len(found))
    for entry in found:
        _tell_entry(out, entry)
        seen = decided_on(out, entry, words) if facts else ()
        for line in (*_reason(words, entry), *_set(words, entry), *seen, *_verdicts(out, entry, clauses)):
            out.line("      " + line)


def _tell_entry(out: Output, entry: "Entry") -> None:
    figures = {"seq": entry.seq, "command": entry.command, "actor": actor(out, entry.actor), "role": entry.role or None}
    code = "view.replay_record" if entry.to is None else "view.replay_step"
    out.say(code, **figures, to=entry.to, at=entry.recorded_at, receipt=entry.receipt)
    if is_asserted(entry):
        by = actor(out, entry.auth.removesuffix(_ASSERTED))
        out.line("      " + out.told("view.replay_asserted", actor=entry.actor, by=by))
    if is_dated(entry):
        out.line("      " + out.told("view.replay_occurred", at=entry.occurred_at, recorded=entry.recorded_at))


_ASSERTED = ", asserted"


def is_asserted(entry: "Entry") -> bool:
    """Whether somebody else's account said who acted; nobody proved it."""
    return entry.auth.endswith(_ASSERTED) and entry.auth != f"{entry.actor}{_ASSERTED}"


def is_dated(entry: "Entry") -> bool:
    """Whether the caller said when it happened; otherwise it happened as it was recorded."""
    return bool(entry.body["facts"]["command"]["dated"])


def _reason(words: Words, entry: "Entry") -> Iterator[str]:
    reason = entry.body["facts"]["command"]["args"].get("reason")
    if reason:
        yield f"{words.field('reason')}: {words.value(reason)}"


def _set(words: Words, entry: "Entry") -> Iterator[str]:
    changed = entry.body["set"]
    fields = {name: value for name, value in changed.items() if name not in _HIDDEN}
    marks = {name: value for name, value in changed.get("marks", {}).items() if value not in (None, [])}
    for told in (fields, marks, *_duties(changed)):
        if told:
            yield _listed(words, told)


def _listed(words: Words, told: Mapping[str, Any]) -> str:
    return "; ".join(f"{words.field(name)}: {words.value(value)}" for name, value in told.items())


def _duties(changed: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from (*changed.get("duties", {}).values(), *changed.get("effects", {}).values())


def _verdicts(out: Output, entry: "Entry", clauses: Mapping[str, str]) -> Iterator[str]:
    for one in entry.body["verdicts"]:
        rule, clause = one["rule"], clauses.get(one["rule"], "")
        if one["status"] == Status.UNKNOWN:
            yield "? " + out.told("cli.unknown_rule", rule=rule, clause=clause)
        elif one.get("code"):
            mark = "✗" if one["status"] != Status.MET else "!" if one.get("flags") else "✓"
            yield f"{mark} " + out.told(one["code"], **one.get("figures", {})) + (f" [{clause}]" if clause else "")
    met = sum(1 for one in entry.body["verdicts"] if one["status"] == Status.MET and not one.get("code"))
    if met:
        yield out.told("view.replay_met", count=met)


def tell_state(out: Output, state: Mapping[str, Any], until: datetime | None, *, words: Words) -> None:
    """The state that the records give."""
    out.say("view.replay_state" if until is None else "view.replay_state_then", at=until)
    if not state:
        out.line("      " + out.told("view.replay_nothing"))
    for name, value in state.items():
        if name not in {"marks", "duties", "effects"} and value not in (None, ""):
            out.line(f"      {words.field(name)}: {words.value(value)}")


def tell_season(out: Output, acts: Sequence[tuple["Entry", ...]], names: "Mapping[str, Stream]") -> None:
    """A line for each thing that was done, complete in itself: when, who, what, to which things.

    What one person went on doing within a minute is one line. On a terminal long lists are cut; receipts stand on the
    pages of the things themselves.
    """
    most = MOST_NAMES if sys.stdout.isatty() else None
    done = [(_step(entry), entry) for act in acts for entry in sorted(act, key=lambda one: (one.command, one.kind))]
    for (_, who, command, kind, to), together in groupby(done, key=lambda one: one[0]):
        of = [entry for _, entry in together]
        told = [out.word(names.get(one.stream, ("", one.stream))[1]) for one in of]
        which = ", ".join(told[:most]) + (f" … ({len(told)})" if most is not None and len(told) > most else "")
        figures = {"at": of[0].recorded_at, "actor": actor(out, who), "command": command, "kind": kind, "which": which}
        out.say("view.replay_act_record" if to is None else "view.replay_act_step", **figures, to=to)


def _step(entry: "Entry") -> tuple[int, str, str, str, str | None]:
    return entry.recorded_at // _MINUTE, entry.actor, entry.command, entry.kind, entry.to


_MINUTE = 60_000_000


def tell_counts(out: Output, state: Mapping[str, Mapping[str, int]], until: datetime | None) -> None:
    """How many things stand where."""
    out.say("view.replay_state" if until is None else "view.replay_state_then", at=until)
    for kind, counts in state.items():
        told = ", ".join(f"{out.word(name)} {count}" for name, count in counts.items())
        out.line(f"      {out.word(kind)}: {told}")


def as_value(entry: "Entry", texts: "Mapping[str, Kept] | None" = None, *, facts: bool = False) -> dict[str, Any]:
    """A record as plain values; instants are ISO. `texts` are those behind its commitments (None: erased)."""
    found = {digest: one for digest, one in (texts or {}).items() if digest in commitments([entry])}
    seen = {"facts": entry.body["facts"]} if facts else {}
    return {
        **seen,
        "texts": {digest: {"text": one.text, "holds": one.holds} for digest, one in found.items()},
        "seq": entry.seq,
        "stream": entry.stream,
        "kind": entry.kind,
        "act": entry.act,
        "command": entry.command,
        "actor": entry.actor,
        "role": entry.role,
        "auth": entry.auth,
        "asserted": is_asserted(entry),
        "dated": is_dated(entry),
        "occurred_at": from_micros(entry.occurred_at).isoformat(),
        "recorded_at": from_micros(entry.recorded_at).isoformat(),
        "to": entry.to,
        "receipt": entry.receipt,
        "set": entry.body["set"],
        "verdicts": entry.body["verdicts"],
    }
