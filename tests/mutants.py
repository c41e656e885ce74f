"""Mutation testing: what the tests near a decision notice when a line of it is changed.

`python -m tests.mutants` makes the mutants anew, tries them all and prints the count of each module; it fails where a
module has no mutant or less than `LIMIT` of its mutants is killed. `… again` tries only those that were not killed, and
those of functions that changed, with the tests as they are by now. mutmut's own words work too: `… results`,
`… show NAME`, `… run 'workflow.quota*'`.

mutmut makes the mutants; here is only how they are tried. It would start pytest for each one, which takes longer than
the tests themselves. Here pytest collects once, and every mutant is a fork of that: the test that killed the last
mutant first, then the quick ones. Its report also counts by module, which mutmut does not.
"""

import json
import os
import re
import shutil
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path
from typing import Any

import mutmut.workers.isolation
import pytest
from _pytest.config import _prepareconfig
from mutmut.__main__ import cli
from mutmut.configuration import config
from mutmut.mutation.trampoline import get_mutant_under_test
from mutmut.runners.harness import PytestRunner
from mutmut.state import state
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import change_cwd

_TABLE = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutmut"]
NEAR: dict[str, list[str]] = _TABLE["tests"]
"""Module → the tests that say what it does."""
LIMIT = 0.9
KILLED = {"killed", "timeout"}
"""A mutant that never ends was noticed too; mutmut counts it so, and the report shows how many."""
SUSPICIOUS = 35
"""mutmut's own word for an end that it cannot explain."""
FOLDER = Path("mutants")


def near(function: str, test: str) -> bool:
    """Whether a test (its id) is one that the table names for the function's module."""
    module = function.rpartition(".")[0].replace(".", "/") + ".py"
    file = test.partition("::")[0]
    return any(fnmatch(file, one) or file.startswith(f"{one}/") for one in NEAR[module])


def same_name(test: str) -> str:
    """A test's id as it is in every session of a process: pytest escapes ids that a function made once more in each."""
    return re.sub(r"\\+", r"\\", test)


class Collected(PytestRunner):
    """Runs tests in forks of one collected session."""

    @cached_property
    def session(self) -> pytest.Session:
        with change_cwd(FOLDER):
            chosen = config().pytest_add_cli_args_test_selection
            options = ["--rootdir=.", "-q", "-s", "--tb=native", "--basetemp=.scratch"]
            session = pytest.Session.from_config(_prepareconfig([*options, *self._pytest_add_cli_args, *chosen]))
            session.config._do_configure()
            session.config.hook.pytest_sessionstart(session=session)
            session.config.hook.pytest_collection(session=session)
        return session

    def run_stats(self, *, tests: Iterable[str]) -> int:
        # By whole files: pytest does not find a test again by an id with brackets or quotes in it.
        code = super().run_stats(tests=sorted({one.partition("::")[0] for one in tests}))
        covering = state().tests_by_mangled_function_name
        for function, found in covering.items():
            covering[function] = {one for one in found if near(function, one)}
        return code

    def run_tests(self, *, mutant_name: str | None, tests: Iterable[str]) -> int:
        session = self.session  # collected here, in the parent of all forks
        if mutant_name is not None:
            return self._forked(tests)
        if get_mutant_under_test() != "fail":
            return 0  # the tests just passed on the code as it is, when it was asked which of them run what
        child = os.fork()
        if child == 0:
            os._exit(self._forked(one.nodeid for one in session.items))
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def _forked(self, tests: Iterable[str]) -> int:
        """Run tests until one fails; to be called in a fork, which ends afterwards. An error of ours kills nothing."""
        try:
            return self._first_failure(tests)
        except Exception:  # noqa: BLE001  the fork must not go on as if it were the parent
            return SUSPICIOUS

    def _first_failure(self, tests: Iterable[str]) -> int:
        with change_cwd(FOLDER):
            wanted = [same_name(one) for one in tests]
            last = Path(".killer")
            if last.exists() and (killer := last.read_text(encoding="utf-8")) in wanted:
                wanted.insert(0, killer)
            items = {same_name(one.nodeid): one for one in self.session.items}
            chosen = [items[one] for one in dict.fromkeys(wanted)]
            for item, following in zip(chosen, [*chosen[1:], None], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                if self.session.testsfailed:
                    last.write_text(same_name(item.nodeid), encoding="utf-8")
                    return 1
        return 0


def counted() -> dict[str, Counter[str]]:
    """Module → how many of its mutants ended how."""
    found: dict[str, Counter[str]] = {}
    for module in NEAR:
        meta: dict[str, Any] = json.loads((FOLDER / f"{module}.meta").read_text(encoding="utf-8"))
        found[module] = Counter(status_by_exit_code[code] for code in meta["exit_code_by_key"].values())
    return found


def report() -> bool:
    """Print the table of docs/reference/mutants.md; whether every module has mutants and enough of them died."""
    sys.stdout.write("| module | mutants | killed | of them by time | survived | score |\n|---|---|---|---|---|---|\n")
    good = True
    for module, ends in counted().items():
        all_, dead = ends.total(), sum(ends[one] for one in KILLED)
        good &= all_ > 0 and dead >= LIMIT * all_
        score = f"{dead / all_:.1%}" if all_ else "no mutants"
        sys.stdout.write(f"| `{module}` | {all_} | {dead} | {ends['timeout']} | {all_ - dead} | {score} |\n")
    return good


def forget_survivors() -> None:
    """Let mutmut try again whatever was not killed; it would let every verdict stand."""
    for module in NEAR:
        place = FOLDER / f"{module}.meta"
        if not place.exists():  # a new module; mutmut takes the copy that it made of it for mutated already
            (FOLDER / module).unlink(missing_ok=True)
            continue
        meta: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
        ends = meta["exit_code_by_key"]
        meta["exit_code_by_key"] = {
            mutant: code if status_by_exit_code[code] in KILLED else None for mutant, code in ends.items()
        }
        place.write_text(json.dumps(meta), encoding="utf-8")
    # Which test runs what is asked anew: mutmut would not know it of a function with a new name, and would take every
    # kill back for one more file of tests.
    (FOLDER / "mutmut-stats.json").unlink(missing_ok=True)


def main() -> None:
    config().only_mutate = list(NEAR)
    config().pytest_add_cli_args_test_selection = sorted(
        {str(found) for tests in NEAR.values() for one in tests for found in Path().glob(one)}
    )
    mutmut.workers.isolation.PytestRunner = Collected  # type: ignore[attr-defined]
    match sys.argv[1:]:
        case []:
            shutil.rmtree(FOLDER, ignore_errors=True)
        case ["again"]:
            forget_survivors()
        case _:
            cli()
    cli(["run", "--max-children", "1"], standalone_mode=False)
    sys.exit(not report())


if __name__ == "__main__":
    main()
