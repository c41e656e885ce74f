"""A remedy as a line that can be pasted: the engine names a command of ours, here it becomes `hoso …`."""

import shlex
import sys
from collections.abc import Mapping

from workflow.answers import Refused
from workflow.facts import Verdict

_PLACES = ("--db", "--season", "--now", "--lang")
"""Options that say where, repeated as the caller gave them."""

_OPTIONS = {"external": "--external", "rank": "--rank", "reason": "--reason"}


def line_of(verdict: Verdict, refused: Refused, actors: Mapping[str, str]) -> str | None:
    """The whole line, or None where nothing that somebody can type would help."""
    if verdict.remedy is None:
        return None
    action, args = verdict.remedy.action, dict(verdict.remedy.args)
    if action == f"{refused.kind}.{refused.command}" or action.endswith(f".{refused.command}"):
        return _again(args)
    words = _words(action, args, refused)
    actor = actors.get(f"{verdict.who}@{verdict.scope}") or _given("--as")
    if actor and action not in {"dossier.list", "replay"}:
        words += ["--as", actor]
    return shlex.join(["hoso", *words, *_where()])


def _words(action: str, args: Mapping[str, str], refused: Refused) -> list[str]:
    ref = refused.ref
    if action.startswith("vote."):
        verb = action.removeprefix("vote.").replace("_", "-")
        return ["unit", verb, args["group"]] if "group" in args else ["unit", verb, ref]
    if action == "meeting.hold":
        named = ["--ref", args["ref"]] if "ref" in args else []
        return ["meeting", "hold", args.get("unit", ref), *named, "--attendees", "N"]
    if action == "meeting.plan":
        return ["meeting", "plan", args["unit"], "--invite", args["invite"]]
    if action == "dossier.send":
        return ["dossier", "send", ref, "--to", args["to"], "--letter", "NO"]
    if action == "dossier.list":
        return ["dossier", "list", "--unit", args["unit"]]
    if action == "obligation.extend":
        return ["obligation", "extend", args["obligation"], "--until", "YYYY-MM-DD", "--decision", "NO"]
    if action == "replay":
        return ["replay", args["ref"]]
    noun, _, command = action.partition(".")
    return [noun, "advance", ref, command, *_as_options(args)]


def _as_options(args: Mapping[str, str]) -> list[str]:
    options = []
    for name, value in args.items():
        options += [_OPTIONS[name], value] if name in _OPTIONS else ["--set", f"{name}={value}"]
    return options


def _again(args: Mapping[str, str]) -> str:
    """The caller's own line once more, with what was missing."""
    return shlex.join(["hoso", *sys.argv[1:], *_as_options(args)])


def _where() -> list[str]:
    found = []
    for name in _PLACES:
        value = _given(name)
        if value is not None:
            found += [name, value]
    return found


def _given(option: str) -> str | None:
    argv = sys.argv[1:]
    for at, one in enumerate(argv):
        if one == option and at + 1 < len(argv):
            return argv[at + 1]
        if one.startswith(f"{option}="):
            return one.partition("=")[2]
    return None
