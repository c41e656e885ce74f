"""The help texts in the reader's language: docstrings are the English, the catalogue `help` has the Vietnamese."""

from typing import Any

from workflow.messages import knows, sentence


def localise(command: Any, language: str, path: str = "hoso") -> None:
    """Replace the help of a command, its options and all below it by what the catalogue says for this language."""
    code = f"help.{path}"
    if knows(code, language):
        command.help = sentence(code, language)
        command.short_help = None
    for parameter in getattr(command, "params", []):
        option = f"help.option.{parameter.name}"
        if getattr(parameter, "help", None) and knows(option, language):
            parameter.help = sentence(option, language)
    for name, below in getattr(command, "commands", {}).items():
        localise(below, language, f"{path}.{name}")
