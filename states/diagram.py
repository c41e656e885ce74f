"""The state diagrams of the documents, drawn from the processes themselves (Mermaid)."""

from workflow.process import SAME, Process


def mermaid(process: Process) -> str:
    """A Mermaid state diagram: one arrow for each source, target and the commands between them.

    Commands that leave the state as it is are told in one note, not drawn.
    """
    lines = ["stateDiagram-v2", f"    [*] --> {process.initial}"]
    arrows: dict[tuple[str, str], list[str]] = {}
    for step in process.steps.values():
        if step.to != SAME:
            for source in step.sources:
                arrows.setdefault((source, step.to), []).append(step.command)
    lines += [f"    {source} --> {to}: {', '.join(commands)}" for (source, to), commands in arrows.items()]
    lines += [f"    {state} --> [*]" for state in process.states if state in process.finals]
    return "\n".join(lines)


def records_only(process: Process) -> tuple[str, ...]:
    """The commands that only record a fact."""
    return tuple(step.command for step in process.steps.values() if step.to == SAME)
