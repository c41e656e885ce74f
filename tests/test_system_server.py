"""Which PostgreSQL of a system is tested beside the wheel's; where there is none, the command runs all the same."""

import os
import sys
from pathlib import Path

import pytest

from tests import system_server


def package(root: Path, version: str, said: str) -> Path:
    """The programs of a package, as far as they are looked at."""
    programs = root / "usr/lib/postgresql" / version / "bin"
    programs.mkdir(parents=True)
    (programs / "initdb").touch()
    (programs / "postgres").write_text(f"#!/bin/sh\necho '{said}'\n")
    (programs / "postgres").chmod(0o755)
    return programs


def test_the_oldest_that_is_served_is_taken(tmp_path: Path) -> None:
    package(tmp_path, "14", "postgres (PostgreSQL) 14.20")
    package(tmp_path, "17", "postgres (PostgreSQL) 17.2")
    wanted = package(tmp_path, "15", "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)")
    assert system_server.installed(tmp_path) == wanted


def test_one_that_is_too_old_or_does_not_say_is_none(tmp_path: Path) -> None:
    assert system_server.installed(tmp_path) is None
    package(tmp_path, "14", "postgres (PostgreSQL) 14.20")
    package(tmp_path, "15", "postgres: cannot open shared object file")
    assert system_server.installed(tmp_path) is None


@pytest.mark.parametrize("named", [True, False])
def test_where_one_is_named_or_none_is_there_the_command_runs_as_it_is_and_its_status_stays(
    named: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if named:
        monkeypatch.setenv("HOSO_TEST_PG", "postgresql://somebody")
    else:
        monkeypatch.delenv("HOSO_TEST_PG", raising=False)
        monkeypatch.setattr(system_server, "installed", lambda: None)
    told = tmp_path / "told"
    program = f"import os, pathlib; pathlib.Path({str(told)!r}).write_text(os.environ.get('HOSO_TEST_PG', 'none'))"
    status = system_server.main([sys.executable, "-c", f"{program}; raise SystemExit(3)"])
    assert (status, told.read_text()) == (3, os.environ.get("HOSO_TEST_PG", "none"))
