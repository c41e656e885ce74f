"""The help pages: every verb and every option of the whole tree is told in both languages."""

from collections.abc import Iterator
from typing import Any

import pytest
import typer

from app.cli.help import localise
from app.cli.root import _asked, _tree, build
from tests.cli.line import Line
from workflow.messages import knows, sentence


def commands(command: Any = None, path: str = "hoso") -> Iterator[tuple[str, Any]]:
    """Every command with its path: "hoso.season.open"."""
    command = command or typer.main.get_command(build())
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, f"{path}.{name}")


def said_by(path: str, option: str, language: str) -> str | None:
    """What the catalogue says for an option of a command."""
    codes = (f"help.{path}.{option}", f"help.option.{option}")
    return next((sentence(one, language) for one in codes if knows(one, language)), None)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_verb_and_every_option_has_its_help(language: str):
    missing = [path for path, _ in commands() if not knows(f"help.{path}", language)]
    missing += [
        f"{path} {one.name}"
        for path, command in commands()
        for one in command.params
        if one.help and said_by(path, one.name, language) is None
    ]
    assert not missing, "\n".join(missing)


def test_every_option_says_what_it_is_for():
    mute = [f"{path} {one.name}" for path, command in commands() for one in command.params if not one.help]
    assert not mute, "\n".join(mute)


def test_a_localised_tree_is_vietnamese_all_over():
    tree = typer.main.get_command(build())
    localise(tree, "vi")
    told = {path: command.help for path, command in commands(tree)}
    told |= {f"{path} {one.name}": one.help for path, command in commands(tree) for one in command.params}
    english = [where for where, text in told.items() if text.isascii() and " " in text]
    assert not english, "\n".join(english)


def test_no_argument_tells_the_type_that_the_program_reads_it_as(nowhere: Line):
    for verb in (("milestone", "done"), ("dossier", "advance"), ("plans", "lint")):
        page = nowhere.plainly(*verb, "--help").out
        assert [one for one in ("<str>", "<list[", "<path>") if one in page] == [], verb


def test_the_list_of_commands_tells_whole_sentences():
    tree = typer.main.get_command(build())
    localise(tree, "vi")
    cut = [path for path, command in commands(tree) if "..." in (command.short_help or "")]
    assert not cut, cut


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_root_lists_what_it_has_not_loaded_as_it_would_if_it_had(language: str):
    lists = [
        [(name, one.short_help) for name, one in _tree(language, asked).commands.items()]
        for asked in (None, "", "dossier", "sweep")
    ]
    assert lists[0] == lists[1] == lists[2] == lists[3]


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("", ""),
        ("--help", ""),
        ("--lang en --help", ""),
        ("dossier show HS-0001", "dossier"),
        ("--db season dossier list", "dossier"),
        ("--db=season --json dossier list", "dossier"),
        ("dosier list", None),
        ("--unit SNV dossier list", None),
    ],
)
def test_only_what_a_line_asks_for_is_loaded(line: str, asked: str | None):
    assert _asked(line.split()) == asked
