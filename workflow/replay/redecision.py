"""Deciding again what was decided: today's guards, or another pack's, on the facts that the record keeps."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workflow.engine import Rules, decide
from workflow.replay.timeline import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A record that would be decided otherwise now. Each side: verdict status by rule (`verdicts`), the state it leads
    to (`to`), and what changes (`set`)."""

    stream: str
    kind: str
    seq: int
    command: str
    recorded: Mapping[str, Any]
    now: Mapping[str, Any]


def redecide(records: Iterable[Entry], rules: Rules) -> Iterator[Difference]:
    """Each record whose decision differs under `rules`, in the records' order.

    Only commands of a process are decided; first records, roster imports and duties have nothing to decide.
    """
    for entry in records:
        facts = entry.body["facts"]
        process = rules.processes.get(facts["command"]["process"])
        if process is None or entry.command not in process.steps:
            continue
        decision = decide(rules, facts)
        recorded = {one["rule"]: one["status"] for one in entry.body["verdicts"]}
        now = {one.rule: one.status.value for one in decision.verdicts}
        was, would = _effects(entry, decision.patch or {})
        if recorded != now or decision.to != entry.to or was != would:
            yield Difference(
                stream=entry.stream,
                kind=entry.kind,
                seq=entry.seq,
                command=entry.command,
                recorded={"verdicts": recorded, "to": entry.to, "set": was},
                now={"verdicts": now, "to": decision.to, "set": would},
            )


def _effects(entry: Entry, patch: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """What the record says that it changed, and what it would change. A group's figures are counted, not decided."""
    recorded = entry.body["set"]
    if entry.kind != "group":
        return recorded, patch
    both = recorded.keys() & patch.keys()
    return {name: recorded[name] for name in both}, {name: patch[name] for name in both}
