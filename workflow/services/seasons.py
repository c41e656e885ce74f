"""A season is opened under a pack, and closed when its work is done."""

from collections.abc import Callable
from typing import Any

from workflow import ledger
from workflow.answers import Answer, Done
from workflow.dates import micros
from workflow.errors import BadInput
from workflow.services import notices, obligations
from workflow.services.acts import Act, answered_before, perform, refuse_role, remember, run
from workflow.services.context import By, Context
from workflow.store import commands as sql
from workflow.store.statements import Row, Transaction
from workflow.words import Role, new_id


def open_season(
    context: Context,
    by: By,
    *,
    pack: bytes,
    pack_hash: str,
    code: str,
    year: int | None = None,
    rehearsal: bool = False,
) -> Answer:
    """Open a season under a resolved pack (its stored bytes and their hash). The code names it from then on.

    Raises `BadInput` for a code that is taken, or a yearly pack without a year.
    """
    occurred = None if by.occurred_at is None else micros(by.occurred_at)
    content = {"command": "open_season", "pack": pack_hash, "code": code, "year": year, "rehearsal": rehearsal}
    content |= {"occurred": occurred}

    def work(tx: Transaction) -> Answer:
        if (before := answered_before(context, tx, by, content)) is not None:
            return before
        if tx.one(sql.SEASON, tenant=context.tenant, code=code) is not None:
            raise BadInput("command.season_taken", season=code)
        act = _opening(context, tx, by, pack=pack, pack_hash=pack_hash, code=code, year=year, rehearsal=rehearsal)
        answer = _opened(act, pack)
        remember(act, content, answer)
        return answer

    return run(context, by, work)


def _opening(
    context: Context,
    tx: Transaction,
    by: By,
    *,
    pack: bytes,
    pack_hash: str,
    code: str,
    year: int | None,
    rehearsal: bool,
) -> Act:
    if context.virtual and not rehearsal:
        raise BadInput("command.clock_set", season=code)
    rules = context.rules(pack_hash, lambda: pack)
    year = year or rules.pack.year
    if year is None:
        raise BadInput("command.year_needed", pack=rules.pack.id)
    if rules.pack.year is not None and year != rules.pack.year:
        raise BadInput("command.other_year", pack=rules.pack.id, year=year, own=rules.pack.year)
    now = context.clock()
    if by.occurred_at is not None and by.occurred_at > now:
        raise BadInput("command.future", occurred=micros(by.occurred_at), now=micros(now))
    season: Row = {
        "id": new_id(),
        "tenant": context.tenant,
        "code": code,
        "pack": pack_hash,
        "year": year,
        "rehearsal": rehearsal,
        "state": "open",
    }
    return Act(context=context, tx=tx, by=by, season=season, rules=rules, now=now)


def _opened(act: Act, pack: bytes) -> Answer:
    season = act.season
    if act.tx.one(sql.PACK, hash=season["pack"]) is None:
        act.tx.change(sql.NEW_PACK, hash=season["pack"], id=act.rules.pack.id, body=pack)
    shown = {name: season[name] for name in ("code", "pack", "year", "rehearsal", "state")}
    facts = act.basic_facts("season", "create", {}, [Role.OPERATOR])
    record, head = act.draft(
        None, stream=act.season_id, kind="season", facts=facts, to="open", role=Role.OPERATOR, patch=shown
    )
    act.tx.change(sql.NEW_SEASON, **{**season, **head})
    act.tx.change(sql.NEW_HISTORY, **record)
    roster = new_id()
    stream = act.seal(None, stream=roster, kind="roster", facts=facts, to=None, role=Role.OPERATOR)
    act.tx.change(sql.NEW_ROSTER, season=act.season_id, **{**stream, "id": roster})
    obligations.owed_by_season(act)
    notices.tell(act, "copy", act.rules.pack.document.copies)
    done = Done(
        ref=season["code"],
        kind="season",
        command="create",
        came_from=None,
        to="open",
        seq=1,
        receipt=ledger.short(head["head"]),
    )
    return Answer(act=act.id, done=(done,))


def close_season(context: Context, season: str | None, by: By) -> Answer:
    """Close a season: nothing more is recorded in it. Refused to whoever is neither operator nor season coordinator."""

    def work(act: Act) -> Answer:
        return season_command(act, "close", {}, lambda row: {**row, "state": "closed"})

    return perform(context, season, by, {"command": "close_season"}, work)


def season_command(act: Act, command: str, args: dict[str, Any], changed: Callable[[Row], Row]) -> Answer:
    """Append a record to the season's own stream, by somebody who coordinates the whole of it."""
    role = act.acting((Role.OPERATOR, Role.COORDINATOR))
    if role is None:
        code, wanted, content = act.season["code"], (Role.COORDINATOR,), {"command": command, **args}
        return refuse_role(act, act.season, ref=code, kind="season", command=command, wanted=wanted, content=content)
    row = act.season
    after = changed(row)
    facts = act.basic_facts("season", command, args, act.roles_within([]))
    patch = {name: after[name] for name in ("state", "pack") if after[name] != row[name]}
    stream = act.seal(row, stream=row["id"], kind="season", facts=facts, to=after["state"], role=role, patch=patch)
    head = {name: value for name, value in stream.items() if name != "id"}
    act.advance_row(sql.SEASON_ADVANCED, after, {**head, "was_id": row["id"], "id": row["id"]}, {})
    act.season = {**after, **head}
    done = Done(
        ref=row["code"],
        kind="season",
        command=command,
        came_from=row["state"],
        to=after["state"],
        seq=stream["seq"],
        receipt=ledger.short(stream["head"]),
    )
    return Answer(act=act.id, done=(done,))
