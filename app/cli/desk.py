"""What every verb shares: the options taken after it, and the desk that they open (design section 9).

`verb` adds `--db`, `--json`, `--lang`, `--now` and, as asked for, `--season` and the acting options to a command's
signature, and turns errors into messages and exit statuses. The command itself gets a `Desk` first.
"""

import functools
import getpass
import inspect
import os
import re
import sys
import traceback
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import MINYEAR, date, datetime, time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app import settings
from app.cli.output import Output
from workflow.errors import NO_SPACE, NOT_SERVED, BadInput, DiskFull, HosoError, MachineFailure
from workflow.messages import LANGUAGES, vietnam

if TYPE_CHECKING:
    from workflow.engine import Rules
    from workflow.facts import Remedy
    from workflow.services.context import By, Context
    from workflow.store.database import Database
    from workflow.store.statements import Row, Transaction

_COMMON: dict[str, tuple[Any, Any]] = {
    "db": (Annotated[str | None, typer.Option("--db", metavar="URL", help="Database: a file or a URL.")], None),
    "json_": (Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")], False),
    "lang": (Annotated[str | None, typer.Option("--lang", metavar="vi|en", help="Language of messages.")], None),
    "now": (
        Annotated[str | None, typer.Option("--now", metavar="INSTANT", help="Set the clock (rehearsal seasons only).")],
        None,
    ),
}
_SEASON: dict[str, tuple[Any, Any]] = {
    "season": (
        Annotated[
            str | None, typer.Option("--season", metavar="CODE", help="The season; not needed while one is open.")
        ],
        None,
    ),
}
_ACTING: dict[str, tuple[Any, Any]] = {
    "as_": (Annotated[str | None, typer.Option("--as", metavar="ACTOR", help="Who acts: a roster code.")], None),
    "occurred": (
        Annotated[str | None, typer.Option("--occurred", metavar="TIME", help="When it happened on paper.")],
        None,
    ),
    "key": (Annotated[str | None, typer.Option("--key", metavar="KEY", help="Idempotency key.")], None),
    "dry_run": (Annotated[bool, typer.Option("--dry-run", help="Do everything but write.")], False),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One snapshot of a season, for reading only. `now` is the desk's clock when the snapshot was taken; in a closed
    season it is the closing's, after which nothing gets any later."""

    tx: "Transaction"
    season: "Row"
    rules: "Rules"
    now: datetime
    former: "Callable[[str], Rules]"
    """Gives the rules of another stored pack, by its hash: one that ruled the season before."""


@dataclass(slots=True, kw_only=True)
class Desk:
    """One command's working place. The database is opened when it is first asked for."""

    settings: settings.Settings
    out: Output
    season: str | None = None
    now: datetime | None = None
    actor: str | None = None
    occurred: str | None = None
    key: str | None = None
    dry_run: bool = False
    _database: "Database | None" = field(default=None)
    _context: "Context | None" = field(default=None)

    @property
    def database(self) -> "Database":
        """The open database, ours and up to date."""
        if self._database is None:
            from app.wiring import open_database  # noqa: PLC0415

            self._database = open_database(self.settings)
        return self._database

    @property
    def context(self) -> "Context":
        """The services' context on this database and clock."""
        if self._context is None:
            from app.wiring import make_context  # noqa: PLC0415

            self._context = make_context(self.settings, self.database, now=self.now)
        return self._context

    def clock(self) -> datetime:
        """The present instant, or the one of `--now`."""
        from app.clock import system_clock  # noqa: PLC0415

        return self.now or system_clock()

    @staticmethod
    def place(database: "Database") -> str:
        """Where a database is, for people: its file, or its URL without the password."""
        return str(database.file.absolute() if database.file else database.url)

    @property
    def by(self) -> "By":
        """Who acts: `--as`, or whoever holds the database. On a command line that is asserted, not proved."""
        from workflow.services.context import By  # noqa: PLC0415
        from workflow.words import OS_USER  # noqa: PLC0415

        user = f"{OS_USER}{_user()}"
        occurred_at = None if self.occurred is None else read_occurred(self.occurred, self.context.clock())
        return By(
            actor=self.actor or user,
            auth=f"{user}, asserted",
            occurred_at=occurred_at,
            key=self.key,
            dry_run=self.dry_run,
        )

    def require_actor(self) -> str:
        """The actor of a command that somebody of the roster must do. Raises `BadInput` where `--as` is missing."""
        if self.actor is None:
            raise BadInput("cli.actor_needed")
        return self.actor

    @contextmanager
    def looking(self) -> "Iterator[Look]":
        """The season as it stands, in one snapshot. Raises `BadInput` for an unknown season, or a clock that was set by
        hand on a season that is no rehearsal."""
        from workflow.services.context import find_season, rules_named  # noqa: PLC0415

        context = self.context
        with context.database.reading() as tx:
            season = find_season(context, tx, self.season)
            if context.virtual and not season["rehearsal"]:
                raise BadInput("command.clock_set", season=season["code"])
            now = context.clock() if season["state"] == "open" else season["head_at"]
            stored = functools.partial(rules_named, context, tx)
            yield Look(tx=tx, season=season, rules=stored(season["pack"]), now=now, former=stored)

    def named_season(self, code: str) -> str | None:
        """The season's code where a line needs it: while several are open."""
        from workflow.store import commands as sql  # noqa: PLC0415

        with self.context.database.reading() as tx:
            seasons = tx.all(sql.SEASONS, tenant=self.context.tenant)
        return code if sum(1 for one in seasons if one["state"] == "open") > 1 else None

    def line(self, step: "Remedy", refs: Sequence[str] = ()) -> str:
        """A line to paste that goes on from here, by whoever acts here."""
        from app.cli.remedy import line_for  # noqa: PLC0415

        return line_for(step, refs, actor=self.actor)

    def close(self) -> None:
        if self._database is not None:
            self._database.close()


def verb(*, season: bool = True, acting: bool = False) -> Callable[[Callable[..., int | None]], Callable[..., None]]:
    """Make a function `(desk, …) -> exit status or None` into a command with the shared options after its own."""
    shared = {**_COMMON, **(_SEASON if season else {}), **(_ACTING if acting else {})}

    def wrap(function: Callable[..., int | None]) -> Callable[..., None]:
        own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
        added = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)
            for name, (annotation, default) in shared.items()
        ]

        @functools.wraps(function)
        def command(*args: Any, **given: Any) -> None:
            options = {name: given.pop(name) for name in shared}
            raise typer.Exit(_run(function, options, args, given))

        parameters = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own] + added
        command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        command.__annotations__ = {one.name: one.annotation for one in parameters}
        del command.__wrapped__
        return command

    return wrap


def _run(
    function: Callable[..., int | None], options: dict[str, Any], args: tuple[Any, ...], given: dict[str, Any]
) -> int:
    out = Output(language=options["lang"] if options["lang"] in LANGUAGES else "vi", json=options["json_"])
    desk = None
    try:
        desk = _desk({name: _read(name, value) for name, value in options.items()}, out)
        out = desk.out
        status = function(desk, *args, **{name: _read(name, value) for name, value in given.items()}) or 0
        sys.stdout.flush()  # so that a full disk is met here, where it can be told
    except HosoError as error:
        from app.cli.near import near_to  # noqa: PLC0415

        return out.fail(error, near=near_to(None if desk is None else desk.looking, error))
    except BrokenPipeError:
        _stop_writing()
        return 0
    except Exception as error:  # noqa: BLE001  a defect of ours: said plainly, never a bare traceback
        if isinstance(error, OSError) and error.errno in NO_SPACE | NOT_SERVED:
            if error.filename is None:
                _stop_writing()
            return out.fail(_unwritten(error))
        if desk is not None and desk.settings.debug:
            traceback.print_exc()
        return out.defect(error)
    else:
        return status
    finally:
        if desk is not None:
            desk.close()


def unsaid(error: OSError, out: Output, status: int) -> int:
    """The exit status of what standard output did not take: a failure stays that failure."""
    _stop_writing()
    return status if status or isinstance(error, BrokenPipeError) else out.fail(_unwritten(error))


def _unwritten(error: OSError) -> MachineFailure:
    path = error.filename and str(error.filename)
    if error.errno in NO_SPACE:
        return DiskFull("cli.disk_full", path=path)
    return MachineFailure("cli.disk_failed", path=path, number=error.errno)


_PLACES = {"db", "pack"}
"""Parameters that are, or may be, a place in the file system, which is named by bytes."""


def _read(name: str, value: Any) -> Any:
    """What somebody typed, as records keep it: NFC, which a Mac does not always send, and text at all."""
    if isinstance(value, list | tuple):
        return [_read(name, one) for one in value]
    if not isinstance(value, str) or name in _PLACES:
        return value
    if any(unicodedata.category(one) == "Cs" for one in value):
        shown = value.encode("utf-8", "backslashreplace").decode()
        raise BadInput("cli.not_text", name=name.strip("_"), value=shown)
    return unicodedata.normalize("NFC", value)


def _stop_writing() -> None:
    """Standard output takes no more: its reader has gone (`hoso … | head`, no failure), or its disk is full. What still
    waits to be written must not make Python fail once more when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return str(os.getuid())


def _desk(options: dict[str, Any], out: Output) -> Desk:
    read = settings.read()
    language = options["lang"] or read.language
    if language not in LANGUAGES:
        raise BadInput("cli.bad_setting", name="--lang", value=language, known=list(LANGUAGES))
    out = replace(out, language=language)
    if options["db"] is not None:
        if not options["db"].strip():
            # An empty variable in a script must not become the default database.
            raise BadInput("cli.bad_setting", name="--db", value="", known=[])
        read = replace(read, database=options["db"])
    now = options["now"]
    return Desk(
        settings=read,
        out=out,
        season=options.get("season"),
        now=None if now is None else read_instant(now),
        actor=options.get("as_"),
        occurred=options.get("occurred"),
        key=options.get("key"),
        dry_run=options.get("dry_run", False),
    )


def read_instant(text: str) -> datetime:
    """An aware instant from ISO text with an offset. Raises `BadInput` for a naive one or for no time at all."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        if _DAYS[0].match(text):
            read_day(text[: len("2024-12-05")])  # a day that is not in the calendar is told as that
        raise BadInput("cli.not_an_instant", value=text) from error
    if moment.tzinfo is None:
        raise BadInput("command.naive_time", value=text)
    return moment


_DAYS = (
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"),
    re.compile(r"(?P<day>[0-9]{1,2})(?P<sep>[/-])(?P<month>[0-9]{1,2})(?P=sep)(?P<year>[0-9]{4})"),
)
"""As programs write a day, and as people do."""


def read_day(text: str) -> date:
    """A day from ISO text (2024-12-05) or as written on paper (05/12/2024). Raises `BadInput`; for a day that its month
    does not have, with the last one that it has."""
    found = next((one for one in (form.fullmatch(text.strip()) for form in _DAYS) if one), None)
    if found is None:
        raise BadInput("command.not_a_day", value=text)
    year, month, day = (int(found[name]) for name in ("year", "month", "day"))
    if year < MINYEAR or not 1 <= month <= 12:  # noqa: PLR2004  months of a year
        raise BadInput("command.not_a_day", value=text)
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise BadInput("command.no_such_day", value=text, month=month, year=str(year), last=last)
    return date(year, month, day)


def read_occurred(text: str, now: datetime) -> datetime:
    """When something happened: an instant, or a day alone, which stands for its noon (today's: for now)."""
    if len(text) > len("2024-12-05"):
        return read_instant(text)
    day = read_day(text)
    if day == now.astimezone(vietnam()).date():
        return now
    return datetime.combine(day, time(12), vietnam())


def once(name: str, told: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Figures by name. Raises `BadInput` for one that is given twice: nobody knows which is meant."""
    pairs = list(told)
    names = [key for key, _ in pairs]
    twice = sorted({key for key in names if names.count(key) > 1})
    if twice:
        raise BadInput("cli.given_twice", option=name, names=twice)
    return dict(pairs)


def check_number(name: str, value: int, *, least: int, most: int) -> None:
    """Raise `BadInput` for a number that cannot be meant."""
    if not least <= value <= most:
        raise BadInput("cli.number_out", name=name, value=value, least=least, most=most)


_YEARS = (2000, 2100)
"""Years that a calendar of days off can be made for."""


def check_year(year: int) -> None:
    """Raise `BadInput` for a year that no season can evaluate."""
    check_number("--year", year, least=_YEARS[0], most=_YEARS[1])
