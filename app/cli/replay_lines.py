"""Records in words: who did what when, by which rules, with which receipt."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.cli.output import Output
from app.cli.record_words import MOST_NAMES, Words
from workflow.dates import from_micros
from workflow.words import OS_USER, Status

if TYPE_CHECKING:
    from workflow.engine import Rules
    from workflow.replay.timeline import Entry
    from workflow.services.views.streams import Stream

_HIDDEN = {"marks", "duties", "effects", "state"}
"""Fields of a patch that are told otherwise."""


def clauses(rules: "Rules") -> dict[str, str]:
    """Rule → the clause it stands in, as people cite it."""
    return {check.rule: check.clause for checks in rules.checks.values() for check in checks}


def tell_stream(
    out: Output, stream: "Stream", found: Sequence["Entry"], *, words: Words, clauses: Mapping[str, str]
) -> None:
    """One stream's records, each with what it set and the verdicts that are worth telling."""
    kind, name = stream
    out.say("view.replay_title", kind=kind, name=name, count=len(found))
    for entry in found:
        _tell_entry(out, entry)
        for line in (*_set(words, entry), *_verdicts(out, entry, clauses)):
            out.line("      " + line)


def actor(out: Output, name: str) -> str:
    """Who acted: a roster code, or whoever held the database, by the account's name."""
    account = name.removeprefix(OS_USER)
    return name if account == name else out.told("view.account", name=account)


def _tell_entry(out: Output, entry: "Entry") -> None:
    figures = {"seq": entry.seq, "command": entry.command, "actor": actor(out, entry.actor), "role": entry.role or None}
    code = "view.replay_record" if entry.to is None else "view.replay_step"
    out.say(code, **figures, to=entry.to, at=entry.recorded_at, receipt=entry.receipt)
    if entry.occurred_at != entry.recorded_at:
        out.line("      " + out.told("view.replay_occurred", at=entry.occurred_at))


def _set(words: Words, entry: "Entry") -> Iterator[str]:
    changed = entry.body["set"]
    fields = {name: value for name, value in changed.items() if name not in _HIDDEN}
    marks = {name: value for name, value in changed.get("marks", {}).items() if value not in (None, [])}
    duties = [{name: value for name, value in one.items() if name != "obligation"} for one in _duties(changed)]
    for told in (fields, marks, *duties):
        if told:
            yield "; ".join(f"{words.field(name)}: {words.value(value)}" for name, value in told.items())


def _duties(changed: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from (*changed.get("duties", {}).values(), *changed.get("effects", {}).values())


def _verdicts(out: Output, entry: "Entry", clauses: Mapping[str, str]) -> Iterator[str]:
    for one in entry.body["verdicts"]:
        rule, clause = one["rule"], clauses.get(one["rule"], "")
        if one["status"] == Status.UNKNOWN:
            yield "? " + out.told("cli.unknown_rule", rule=rule, clause=clause)
        elif one.get("code"):
            mark = "✓" if one["status"] == Status.MET else "✗"
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


def tell_act(out: Output, act: tuple["Entry", ...], names: "Mapping[str, Stream]") -> None:
    """One act of a season: a line for each command in it, with how many things it touched."""
    first = act[0]
    out.say("view.replay_act", at=first.recorded_at, actor=actor(out, first.actor))
    for (command, kind), count in Counter((one.command, one.kind) for one in act).items():
        of = [one for one in act if (one.command, one.kind) == (command, kind)]
        told = [out.word(names.get(one.stream, ("", one.stream))[1]) for one in of[:MOST_NAMES]]
        which = ", ".join(told) + (f" … ({count})" if count > MOST_NAMES else "")
        to = {one.to for one in of}
        figures = {"command": command, "kind": kind, "which": which, "receipt": of[0].receipt}
        if len(to) == 1 and None not in to:
            out.line("      " + out.told("view.replay_act_step", **figures, to=to.pop()))
        else:
            out.line("      " + out.told("view.replay_act_record", **figures))


def tell_counts(out: Output, state: Mapping[str, Mapping[str, int]], until: datetime | None) -> None:
    """How many things stand where."""
    out.say("view.replay_state" if until is None else "view.replay_state_then", at=until)
    for kind, counts in state.items():
        told = ", ".join(f"{out.word(name)} {count}" for name, count in counts.items())
        out.line(f"      {out.word(kind)}: {told}")


def as_value(entry: "Entry") -> dict[str, Any]:
    """A record as plain values; instants are ISO."""
    return {
        "seq": entry.seq,
        "stream": entry.stream,
        "kind": entry.kind,
        "act": entry.act,
        "command": entry.command,
        "actor": entry.actor,
        "role": entry.role,
        "auth": entry.auth,
        "occurred_at": from_micros(entry.occurred_at).isoformat(),
        "recorded_at": from_micros(entry.recorded_at).isoformat(),
        "to": entry.to,
        "receipt": entry.receipt,
        "set": entry.body["set"],
        "verdicts": entry.body["verdicts"],
    }
