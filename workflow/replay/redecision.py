"""Deciding again what was decided: today's guards, or another pack's, on the facts that the record keeps."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workflow.engine import Rules, decide
from workflow.replay.timeline import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A record that would be decided otherwise now. Each side: verdict status by rule, and the state it leads to."""

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
        same_effect = decision.to == entry.to
        if recorded != now or not same_effect:
            yield Difference(
                stream=entry.stream,
                kind=entry.kind,
                seq=entry.seq,
                command=entry.command,
                recorded={"verdicts": recorded, "to": entry.to},
                now={"verdicts": now, "to": decision.to},
            )
