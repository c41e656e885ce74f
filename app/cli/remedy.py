"""A remedy as a line that can be pasted: the engine names a command of ours, here it becomes `hoso …`."""

import shlex
import sys
from collections.abc import Callable, Mapping, Sequence

from workflow.answers import Refused
from workflow.errors import BadInput
from workflow.facts import Remedy, Verdict

_PLACES = ("--db", "--season", "--now", "--lang")
"""Options that say where, repeated as the caller gave them."""

_OPTIONS = {"external": "--external", "rank": "--rank", "reason": "--reason", "unfinished": "--unfinished"}

_USUAL = {
    "self_review": {"rank": "RANK"},
    "record_vote": {"rank": "RANK", "meeting": "MEETING"},
    "send_back": {"reason": "…", "due_back": "YYYY-MM-DD"},
    "adjust": {"reason": "…"},
}
"""What a command of a dossier is not done without, where nothing else says it."""

PLACEHOLDERS = frozenset({"…", "...", "DECISION", "MEETING", "N", "NO", "NUMBER", "RANK", "TEXT", "YYYY-MM-DD"})
"""What stands in a line for what only a person knows."""

_FORWARD = {"drafted": "self_review", "self_reviewed": "record_vote", "unit_voted": "submit", "submitted": "ratify"}
"""The step that leads on from a state of a dossier."""

_BACKWARD = frozenset({"vote.revote", "vote.join"})
"""Steps that undo something: told where a rule asks for them, never because a command came too late."""

_SOMEBODY_ELSE = frozenset({"guard.no_role", "guard.own_dossier", "guard.not_the_ratifier", "guard.not_the_registrar"})
"""Reasons that only another person can help with."""

_ONE_BY_ONE = frozenset({"dossier.send", "replay"})
"""Commands that take one dossier at a time."""

_READING = frozenset({"dossier.list", "obligation.list", "quota", "replay", "season.status", "unit.nudge"})
"""Commands that nobody has to be named for."""


Finder = Callable[[Refused, Verdict], str | None]
"""Who could do what a verdict asks for (`workflow.services.views.holders.who_can`)."""


def step_of(verdict: Verdict, refused: Refused) -> Remedy | None:
    """The command that would help, or None where nothing that somebody can type would."""
    if verdict.rule != "hoso.state":
        return verdict.remedy
    if refused.kind == "dossier":
        return _next_step(verdict, refused.command)
    step = verdict.remedy
    return None if step is not None and step.action in _BACKWARD else step


def lines_of(verdict: Verdict, of: Sequence[Refused], person: str | None) -> list[str]:
    """What to paste for a verdict that all of these refusals share: mostly one line. `person`: who could do it."""
    first = of[0]
    step = step_of(verdict, first)
    if verdict.code in _SOMEBODY_ELSE and step is None:
        return [] if person is None else [_as_somebody_else(person)]
    if step is None:
        return []
    if step.action.partition(".")[2] == first.command:
        return [shlex.join(["hoso", *_typed(), *_as_options(step.args)])]
    actor = person or given("--as")
    if step.action in _ONE_BY_ONE:
        return [line_for(step, (one.ref,), actor=actor) for one in of]
    return [line_for(step, [one.ref for one in of], actor=actor)]


def _next_step(verdict: Verdict, command: str) -> Remedy | None:
    """The next step forward of a dossier that is not there yet; one that came too late, or that undoes what is not
    done, needs none."""
    state, needed = str(verdict.figures.get("state")), verdict.figures.get("needed")
    if state not in _FORWARD or command in {"send_back", "adjust"} or not isinstance(needed, Sequence):
        return None
    way = list(_FORWARD)
    ahead = [one for one in needed if one not in way or way.index(one) > way.index(state)]
    return Remedy(action=f"dossier.{_FORWARD[state]}") if len(ahead) == len(needed) else None


def line_for(step: Remedy, refs: Sequence[str], *, actor: str | None) -> str:
    """The line that does `step` on these dossiers (or on the one thing that its arguments name)."""
    words = _words(step.action, dict(step.args), refs)
    if actor and step.action not in _READING:
        words += ["--as", actor]
    return shlex.join(["hoso", *words, *_where()])


def refuse_placeholders(**values: str | None) -> None:
    """Raise `BadInput` where a pasted line was not filled in."""
    for name, value in values.items():
        if value is not None and value.strip() in PLACEHOLDERS:
            raise BadInput("view.placeholder", name=name, value=value)


def _words(action: str, args: Mapping[str, str], refs: Sequence[str]) -> list[str]:
    noun, _, command = action.partition(".")
    named = refs[0] if refs else ""
    match noun, command:
        case "vote", _:
            key = args.get("group", named)
            if ":" in key or key == "all":  # of several parts, or the whole season's: no unit's
                return ["group", command.removesuffix("_vote"), key]
            return ["unit", command.replace("_", "-"), key]
        case "unit", _:
            return ["unit", command.replace("_", "-"), args.get("unit", named)]
        case "meeting", "hold":
            known = ["--ref", args["ref"]] if "ref" in args else []
            return ["meeting", "hold", args.get("unit", named), *known, *_invited(args), "--attendees", "N"]
        case "meeting", "plan":
            return ["meeting", "plan", args["unit"], *_invited(args)]
        case "dossier", "send":
            return ["dossier", "send", named, "--to", args["to"], "--letter", "NO"]
        case "dossier", "list":
            return ["dossier", "list", "--unit", args["unit"]]
        case "obligation", "extend":
            return ["obligation", "extend", args["obligation"], "--until", "YYYY-MM-DD", "--decision", "NO"]
        case "obligation", "date":
            return ["obligation", "date", args["obligation"], "--on", "YYYY-MM-DD", "--source", "TEXT"]
        case "obligation", "done":
            return ["obligation", "done", args["obligation"], "--proof", "NO"]
        case "replay", _:
            return ["replay", args["ref"]]
        case ("season", "status") | ("obligation", "list") | ("quota", ""):
            return [one for one in (noun, command) if one]
    return [noun, "advance", *refs, command, *_as_options({**_USUAL.get(command, {}), **args})]


def _invited(args: Mapping[str, str]) -> list[str]:
    return [word for body in args.get("invite", "").split() for word in ("--invite", body)]


def _as_options(args: Mapping[str, str]) -> list[str]:
    options = []
    for name, value in args.items():
        options += [_OPTIONS[name], value] if name in _OPTIONS else ["--set", f"{name}={value}"]
    return options


def _as_somebody_else(person: str) -> str:
    """The caller's own line, for the person whose business it is."""
    words, found = _typed(), False
    for at, one in enumerate(words):
        if one == "--as" and at + 1 < len(words):
            words[at + 1], found = person, True
        elif one.startswith("--as="):
            words[at], found = f"--as={person}", True
    return shlex.join(["hoso", *words, *([] if found else ["--as", person])])


def _typed() -> list[str]:
    """The caller's own words, to be tried for good: no dry run, and not under a key that has its answer already."""
    words: list[str] = []
    rest = iter(sys.argv[1:])
    for one in rest:
        if one == "--key":
            next(rest, None)
        elif one != "--dry-run" and not one.startswith("--key="):
            words.append(one)
    return words


def _where() -> list[str]:
    found = []
    for name in _PLACES:
        value = given(name)
        if value is not None:
            found += [name, value]
    return found


def given(option: str) -> str | None:
    """What the caller gave for an option, as typed."""
    argv = sys.argv[1:]
    for at, one in enumerate(argv):
        if one == option and at + 1 < len(argv):
            return argv[at + 1]
        if one.startswith(f"{option}="):
            return one.partition("=")[2]
    return None
