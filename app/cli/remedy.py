"""A step as a line that can be pasted: the views name a command of ours, here it becomes `hoso …`."""

import shlex
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from workflow.errors import BadInput
from workflow.facts import Remedy
from workflow.services.views.steps import Step

_PLACES = ("--db", "--season", "--now", "--lang")
"""Options that say where, repeated as the caller gave them."""

_OPTIONS = {
    "attach": "--attach",
    "attendees": "--attendees",
    "decision": "--decision",
    "external": "--external",
    "occurred": "--occurred",
    "rank": "--rank",
    "reason": "--reason",
    "unfinished": "--unfinished",
}

_EITHER = {"decision": "--external", "external": "--decision"}
"""A decision's number is told one way: as one of ours, or as an outside one."""

PLACEHOLDERS = frozenset(
    {
        "…",
        "...",
        "DECISION",
        "BODY",
        "FIELD",
        "FIGURE=NUMBER",
        "FILE",
        "FORM",
        "MEETING",
        "N",
        "NAME",
        "NO",
        "NUMBER",
        "OUTCOME",
        "RANK",
        "TEXT",
        "YYYY-MM-DD",
        "YYYY-MM-DD HH:MM",
    }
)
"""What stands in a line for what only a person knows."""

_ONE_BY_ONE = frozenset(
    {
        "document.add",
        "document.comments",
        "document.explain",
        "document.list",
        "document.suggest",
        "dossier.answer",
        "dossier.circumstance",
        "dossier.fault",
        "dossier.send",
        "replay",
    }
)
"""Commands that take one dossier at a time."""

_READING = frozenset(
    {
        "document.list",
        "dossier.earlier",
        "dossier.list",
        "difficulty.list",
        "milestone.list",
        "obligation.list",
        "petition.list",
        "quota",
        "replay",
        "season.status",
        "unit.nudge",
    }
)
"""Commands that nobody has to be named for."""


_REPEATED = frozenset({"invite", "present"})
"""Options of a meeting that may be given several times."""

_PROOFS = {
    "extend": ("--until", "YYYY-MM-DD", "--decision", "NO"),
    "date": ("--on", "YYYY-MM-DD", "--source", "TEXT"),
    "done": ("--proof", "NO"),
    "not_needed": ("--reason", "…"),
}
"""What moves, dates, closes or leaves out an obligation."""


def program() -> str:
    """How Hoso is called from where the caller stands: by its name where that is found, else as it was called."""
    called = sys.argv[0]
    path = Path(called)
    if path.name == "__main__.py":
        return shlex.join([sys.executable, "-m", "app.cli"])
    found = shutil.which(path.name)
    if len(path.parts) == 1 or (found is not None and Path(found).resolve() == path.resolve()):
        return path.name
    return shlex.quote(called)


def lines_of(step: Step, own: Sequence[str], batch: Iterable[str] = ()) -> list[str]:
    """What to paste for a step: mostly one line. `own` are the dossiers (or the thing) that were refused for want of
    it, `batch` all that the caller named."""
    if step.again:
        return [_typed_again(step, own, set(batch))]
    refs = step.refs or tuple(own)
    if step.remedy.action in _ONE_BY_ONE:
        return [line_for(step.remedy, (one,), actor=step.actor) for one in refs]
    return [line_for(step.remedy, refs, actor=step.actor)]


def line_for(remedy: Remedy, refs: Sequence[str], *, actor: str | None, season: str | None = None) -> str:
    """The line that does a command of ours on these dossiers (or on the one thing that its arguments name). `season`
    is named where the caller did not."""
    words = _words(remedy.action, dict(remedy.args), refs)
    if actor and remedy.action not in _READING:
        words += ["--as", actor]
    there = remedy.args.get("season") if remedy.action == "dossier.list" else None
    return f"{program()} {shlex.join(words)}{where(season, there=there)}"


def where(season: str | None = None, *, there: str | None = None) -> str:
    """The options that say where, to be put after a line: as the caller gave them, and the season if one is named.
    `there` is another season than the caller's, which the line is about."""
    if there is not None:
        named = ["--season", there, *_without(_where(), "--season")[0]]
    else:
        named = [*([] if season is None or given("--season") is not None else ["--season", season]), *_where()]
    return "".join(f" {shlex.quote(one)}" for one in named)


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
            own = {name: value for name, value in args.items() if name != "unit"}
            return ["unit", command.replace("_", "-"), args.get("unit", named), *_as_options(own)]
        case "meeting", "tally":
            return ["tally", "add", args["meeting"], args["dossier"], "FIGURE=NUMBER"]
        case "meeting", _:
            return ["meeting", command, *_of_meeting(command, args, named)]
        case "document", _:
            return ["document", command, *_of_paper(command, args, named)]
        case "dossier", "answer" | "circumstance" | "earlier" | "fault" | "list" | "send":
            return ["dossier", command, *_of_dossier(command, args, named)]
        case "difficulty", "pass_on" | "answer_difficulty":
            return ["difficulty", command.split("_")[0], args.get("ref", named), *_named(args, "text", "letter")]
        case "petition", "answer":
            return ["petition", command, args.get("ref", named), *_named(args, "outcome", "text")]
        case ("obligation", "extend" | "date") | ("milestone", "done" | "not_needed"):
            paper = _as_options({"attach": args["attach"]}) if "attach" in args else []
            return [noun, command.replace("_", "-"), args.get("obligation", named), *_PROOFS[command], *paper]
        case "replay", _:
            return ["replay", args["ref"]]
        case ("season", "status") | ("obligation" | "milestone" | "petition" | "difficulty", "list") | ("quota", ""):
            return [one for one in (noun, command) if one]
    return [noun, "advance", *refs, command, *_as_options(args)]


def _of_dossier(command: str, args: Mapping[str, str], named: str) -> list[str]:
    match command:
        case "send":
            return [named, "--to", args["to"], "--letter", "NO"]
        case "circumstance":
            none = ["--none"] if "none" in args else []
            return [named, args["circumstance"], *none, *_named(args, "months", "letter", "text", "reason")]
        case "fault":
            return [named, *_named(args, "mended", "take-back", "text", "letter", "reason")]
        case "answer":
            mended = ["--mended"] if "mended" in args else []
            return [named, args["fault"], *mended, *_named(args, "text", "letter")]
    return _named(args, "unit")


def _of_meeting(command: str, args: Mapping[str, str], named: str) -> list[str]:
    if command == "hold":
        # Without a unit it is the meeting that was refused: its number is no unit's code.
        known = _named(args, "ref", "kind") if "unit" in args else ["--ref", args.get("ref", named)]
        came = [word for one in args.get("present", "").split() for word in ("--present", one)]
        return [*([args["unit"]] if "unit" in args else []), *known, *_invited(args), *(came or ["--attendees", "N"])]
    if command == "plan":
        return [args.get("unit", named), *_named(args, "kind")]
    ref = args.get("ref", named)
    if command == "note":
        return [ref, args["step"], *_named(args, "text", "conclusion")]
    other = [args["body"]] if "body" in args else args.get("invite", "").split()
    if command == "register":
        args = {"time": "YYYY-MM-DD HH:MM", **args}
    return [ref, *other, *_named(args, "time", "letter", "occurred")]


def _of_paper(command: str, args: Mapping[str, str], named: str) -> list[str]:
    ref = args.get("ref", named)
    if command == "list" and "unit" in args:
        return _named(args, "unit")
    if command == "add":
        parts = [word for one in args.get("sections", "").split() for word in ("--section", one)]
        return [ref, args["kind"], "FILE", *_named(args, "form"), *parts]
    return [ref, *(["FILE"] if command == "explain" else []), *_named(args, "from", "on", "text")]


def _named(args: Mapping[str, str], *names: str) -> list[str]:
    return [word for name in names if name in args for word in (f"--{name}", args[name])]


def _invited(args: Mapping[str, str]) -> list[str]:
    return [word for body in args.get("invite", "").split() for word in ("--invite", body)]


def _as_options(args: Mapping[str, str]) -> list[str]:
    options = []
    for name, value in args.items():
        options += [_OPTIONS[name], value] if name in _OPTIONS else ["--set", f"{name}={value}"]
    return options


# — the caller's own line —


def _typed_again(step: Step, own: Sequence[str], batch: set[str]) -> str:
    """The caller's line with what it lacked, on those dossiers alone that were refused for want of it."""
    words = [one for one in _typed(step.actor) if one not in batch or one in own]
    takes_set = "advance" in words
    for name, value in step.usual:
        if not _given(words, name):
            words += _as_options({name: value})
    for name, lacked in step.remedy.args.items():
        if not takes_set and name not in _OPTIONS:
            words = words if name in _REPEATED else _without(words, f"--{name}")[0]
            words = [*words, *_lacked(name, lacked)]
            continue
        option, value = _OPTIONS.get(name), lacked
        if name in _EITHER:
            words, other = _without(words, _EITHER[name])
            value = other or _without(words, _OPTIONS[name])[1] or lacked
        if option is None:
            words = [*_unset(words, name), "--set", f"{name}={value}"]
        else:
            words = [*_unset(_without(words, option)[0], name), option, value]
    return f"{program()} {shlex.join(words)}"


def _lacked(name: str, lacked: str) -> list[str]:
    """What a line lacked, in the words of its verb: only `dossier advance` takes `--set`."""
    if name == "figures":
        return lacked.split()
    if name in _REPEATED:
        return [word for one in lacked.split() for word in (f"--{name}", one)]
    if name == "correct":
        return ["--correct", "--reason", "…"]
    return [f"--{name}", lacked]


def rest_of(batch: Iterable[str], refused: set[str]) -> str:
    """The caller's line for those of the batch that nothing stands against."""
    out = {one for one in batch if one in refused}
    return f"{program()} {shlex.join(one for one in _typed() if one not in out)}"


def _typed(actor: str | None = None) -> list[str]:
    """The caller's own words, to be tried for good: no dry run, and not under a key that has its answer already. Where
    somebody has to be named, that is `actor`."""
    words, _ = _without(sys.argv[1:], "--key")
    words = [one for one in words if one != "--dry-run"]
    if actor is None or actor == given("--as"):
        return words
    for at, one in enumerate(words):
        if one == "--as" and at + 1 < len(words):
            return [*words[: at + 1], actor, *words[at + 2 :]]
        if one.startswith("--as="):
            return [*words[:at], f"--as={actor}", *words[at + 1 :]]
    return [*words, "--as", actor]


def _without(words: Sequence[str], option: str) -> tuple[list[str], str | None]:
    """The words without an option and its value, and that value."""
    kept, value = list[str](), None
    rest = iter(words)
    for one in rest:
        if one == option:
            value = next(rest, None)
        elif one.startswith(f"{option}="):
            value = one.partition("=")[2]
        else:
            kept.append(one)
    return kept, value


def _unset(words: Sequence[str], name: str) -> list[str]:
    """The words without `--set NAME=…`."""
    kept: list[str] = []
    rest = iter(words)
    for one in rest:
        if one == "--set":
            pair = next(rest, "")
            kept += [] if _names(pair, name) else [one, pair]
        elif not (one.startswith("--set=") and _names(one.removeprefix("--set="), name)):
            kept.append(one)
    return kept


def _names(pair: str, name: str) -> bool:
    return pair.partition("=")[0].strip().replace("-", "_") == name


def _given(words: Sequence[str], name: str) -> bool:
    option = _OPTIONS.get(name)
    told = option is not None and _without(words, option)[1] is not None
    either = name in _EITHER and _without(words, _EITHER[name])[1] is not None
    return told or either or _unset(words, name) != list(words)


def _where() -> list[str]:
    found = []
    for name in _PLACES:
        value = given(name)
        if value is not None:
            found += [name, value]
    return found


def given(option: str) -> str | None:
    """What the caller gave for an option, as typed."""
    return _without(sys.argv[1:], option)[1]
