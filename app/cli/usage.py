"""A command line that cannot be understood: Typer's complaint, told as ours (exit status 2)."""

import re
import sys
from typing import Any

from app.cli.output import Output
from workflow.errors import BadInput

_QUOTED = re.compile(r"'(?P<name>[^']*)'|\(s\) \((?P<rest>.*)\)$", re.DOTALL)


def refuse(error: Any, out: Output) -> int:
    """Tell a usage error of Typer's; its exit status."""
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError" and not out.json:
        print(error.format_message(), file=sys.stderr)
        return BadInput.exit_status
    status = out.fail(_ours(error, context))
    if context is not None:
        out.complain(out.told("cli.see_help", line=f"{context.command_path} --help"))
    return status


def _ours(error: Any, context: Any) -> BadInput:
    kind, known = type(error).__name__, getattr(getattr(context, "command", None), "commands", None)
    if kind == "NoArgsIsHelpError":
        return BadInput("cli.no_verb", known=", ".join(known or ()))
    if kind == "NoSuchOption" and known is not None and _is_below(context.command, error.option_name):
        line = f"{context.command_path} {context.command.subcommand_metavar} {error.option_name} …"
        return BadInput("cli.option_early", option=error.option_name, line=line)
    if kind == "NoSuchOption":
        return BadInput(
            "cli.no_such_option", option=error.option_name, near=", ".join(error.possibilities or ()) or None
        )
    if kind == "BadOptionUsage":
        return BadInput("cli.option_usage", option=error.option_name)
    if kind == "MissingParameter":
        return BadInput("cli.missing", name=_name(error.param))
    if kind == "BadParameter":
        if error.param is not None and error.param.type_descriptor.annotation in {int, int | None}:
            return BadInput("cli.not_a_number", name=_name(error.param))
        return BadInput("cli.bad_value", name=_name(error.param), detail=error.message)
    found = _QUOTED.search(error.format_message())
    said = (found["name"] or found["rest"] or "") if found else error.format_message()
    if known is not None:
        return BadInput("cli.no_such_verb", verb=said, known=", ".join(known))
    return BadInput("cli.too_many", extra=said)


def _is_below(command: Any, option: str) -> bool:
    """Whether a verb somewhere below takes the option."""
    return any(
        any(option in one.opts for one in below.params) or _is_below(below, option)
        for below in getattr(command, "commands", {}).values()
    )


def _name(parameter: Any) -> str:
    if parameter is None:
        return ""
    if parameter.param_type_name == "option":
        return str(parameter.opts[0])
    return str(parameter.metavar or parameter.name.upper())
