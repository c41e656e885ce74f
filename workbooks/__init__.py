"""Files in and out: rosters from workbooks and .csv files.

    read(path, vocabulary, bodies)             the roster, or `Faulty` with every fault, its sheet and its cell
    examine(path, vocabulary, bodies)          the same as a `Reading`: roster, faults, warnings
    mark(path, faults, out, ...)               the workbook with its faulty cells red and commented, as a new file
    template(out, vocabulary, bodies, ...)     a workbook to fill in, with drop-downs from the pack; or a filled one

The libraries behind them are imported when a function is first used, so that `hoso --help` stays quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbooks.marking import mark
    from workbooks.roster import Reading, examine, read
    from workbooks.templates import template

__all__ = ["Reading", "examine", "mark", "read", "template"]

_HOME = {
    "Reading": "workbooks.roster",
    "examine": "workbooks.roster",
    "mark": "workbooks.marking",
    "read": "workbooks.roster",
    "template": "workbooks.templates",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(name)
    return getattr(import_module(_HOME[name]), name)
