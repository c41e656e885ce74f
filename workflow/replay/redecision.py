"""Deciding again what was decided: today's guards, or another pack's, on the facts that the record keeps."""

from collections.abc import Callable, Iterable, Iterator, Mapping
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


def redecide(
    records: Iterable[Entry], rules: Rules, former: Callable[[str], Rules] | None = None
) -> Iterator[Difference]:
    """Each record whose decision differs under `rules`, in the records' order. With `former`, each is decided by the
    pack that it names: where that is another than `rules`', by what `former` gives for its hash.

    Only commands of a process are decided; first records, roster imports and duties have nothing to decide.
    """
    for entry in records:
        facts = entry.body["facts"]
        ruling = rules if former is None or entry.body["pack"] == rules.hash else former(entry.body["pack"])
        process = ruling.processes.get(facts["command"]["process"])
        if process is None or entry.command not in process.steps:
            continue
        decision = decide(ruling, facts)
        recorded = {one["rule"]: one["status"] for one in entry.body["verdicts"]}
        now = {one.rule: one.status.value for one in decision.verdicts}
        was, would = _effects(entry, decision.patch or {})
        to = was.get("state", decision.to) if process.name == "milestone" else entry.to
        if recorded != now or decision.to != to or was != would:
            yield Difference(
                stream=entry.stream,
                kind=entry.kind,
                seq=entry.seq,
                command=entry.command,
                recorded={"verdicts": recorded, "to": to, "set": was},
                now={"verdicts": now, "to": decision.to, "set": would},
            )


def _effects(entry: Entry, patch: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """What the record says that it changed, and what it would change. A group's figures are counted, not decided; of a
    step of the plan its own duty changes, a note changes none."""
    recorded = entry.body["set"]
    if "milestone" in entry.body["facts"]:
        recorded = next(iter(recorded.get("duties", {}).values()), {})
    elif entry.kind not in {"group", "unit"}:
        return recorded, patch
    both = recorded.keys() & patch.keys()
    return {name: recorded[name] for name in both}, {name: patch[name] for name in both}
