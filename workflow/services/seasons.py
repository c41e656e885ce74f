"""A season is opened under a pack, closed when its work is done (or left, for a reason), and reopened for one."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from workflow import ledger, owing
from workflow.answers import Answer, Done, Refused
from workflow.dates import micros
from workflow.errors import BadInput, Figure
from workflow.facts import Remedy, Verdict
from workflow.rulepack import Lacking, RulePack, blanks
from workflow.services import notices
from workflow.services.acts import Act, answered_before, no_role, note_attempts, perform, remember, run
from workflow.services.arguments import text
from workflow.services.context import By, Context
from workflow.services.obligations import Stored
from workflow.services.views.unfinished import Unfinished, unfinished_work
from workflow.store import commands as sql
from workflow.store.statements import Row, Transaction
from workflow.words import Role, Status, new_id


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

    Raises `BadInput` for a code that is taken, a pack that is only there to be extended, a yearly one without
    a year.
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
    year = checked_year(rules.pack, year or rules.pack.year, rehearsal=rehearsal)
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


def checked_year(pack: RulePack, year: int | None, *, rehearsal: bool) -> int:
    """The year that a season under this pack evaluates. Raises `BadInput` where none can be of it."""
    if pack.abstract:
        raise BadInput("command.pack_abstract", pack=pack.id)
    lacking = pack.missing if pack.settings.missing is Lacking.BLOCK and not rehearsal else ()
    if lacking:
        raise BadInput("command.pack_lacks", pack=pack.id, missing=[one.id for one in lacking])
    blank = [] if rehearsal else [one for _, one in blanks(pack)]
    if blank:
        raise BadInput("command.pack_blank", pack=pack.id, count=len(blank), blanks=blank[:_FEW])
    if year is None:
        raise BadInput("command.year_needed", pack=pack.id)
    if pack.year is not None and year != pack.year:
        raise BadInput("command.other_year", pack=pack.id, year=year, own=pack.year)
    return year


def _opened(act: Act, pack: bytes) -> Answer:
    season = act.season
    store_pack(act, pack)
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
    owing.owed_by_season(Stored(act))
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


def store_pack(act: Act, pack: bytes) -> None:
    """Keep the bytes of the pack that rules this act, which other seasons may have brought before."""
    if act.tx.one(sql.PACK, hash=act.rules.hash) is None:
        act.tx.change(sql.NEW_PACK, hash=act.rules.hash, id=act.rules.pack.id, body=pack)


def close_season(context: Context, season: str | None, by: By, *, unfinished: str | None = None) -> Answer:
    """Close a season: nothing more is recorded in it until it is reopened.

    Refused while work is unfinished (views.unfinished), unless `unfinished` says why it is left so: then what was left
    is recorded with the reason. Refused also where it is closed, and to whoever is neither operator nor season
    coordinator.
    """
    reason = None if unfinished is None else text("reason", unfinished)
    content = {"command": "close_season", "unfinished": reason}

    def work(act: Act) -> Answer:
        left = unfinished_work(act)
        if left and reason is None:
            return refused(act, "close", content, _left_verdicts(left))
        names = left.names() or None
        answer = _reasoned(act, "close", to="closed", reason=reason, patch={"left_open": names})
        return replace(answer, changes=(_note(left),)) if names else answer

    return _on_season(context, season, by, content, command="close", state="open", work=work)


def reopen_season(context: Context, season: str | None, by: By, *, reason: str) -> Answer:
    """Open a closed season again, for a reason on record: commands and sweeps go on where they stopped.

    Refused where it is open, and to whoever is neither operator nor season coordinator.
    """
    reason = text("reason", reason)
    content = {"command": "reopen_season", "reason": reason}

    def work(act: Act) -> Answer:
        return _reasoned(act, "reopen", to="open", reason=reason, patch={"left_open": None})

    return _on_season(context, season, by, content, command="reopen", state="closed", work=work)


def _on_season(
    context: Context,
    season: str | None,
    by: By,
    content: Mapping[str, str | None],
    *,
    command: str,
    state: str,
    work: Callable[[Act], Answer],
) -> Answer:
    """Do `work` on a season in `state`, by somebody who coordinates the whole of it."""

    def whole(act: Act) -> Answer:
        if act.acting(LEADING) is None:
            return refused(act, command, content, (no_role(act, (Role.COORDINATOR,), scope="*"),))
        if act.season["state"] != state:
            return refused(act, command, content, (_wrong_state(act, command, needed=state),))
        return work(act)

    return perform(context, season, by, content, whole, closed=True)


_FEW = 3
"""So many of a pack's blanks are named."""
LEADING = (Role.OPERATOR, Role.COORDINATOR)


def refused(act: Act, command: str, content: Any, verdicts: tuple[Verdict, ...]) -> Answer:
    refused = Refused(ref=act.season["code"], kind="season", command=command, verdicts=verdicts)
    roles = list(dict.fromkeys(one["role"] for one in act.roles()))
    note_attempts(act, content, [(act.season, refused, act.basic_facts("season", command, {}, roles))])
    return Answer(act=act.id, refused=(refused,))


def _wrong_state(act: Act, command: str, *, needed: str) -> Verdict:
    possible = "reopen" if command == "close" else "close"
    figures = {"command": command, "state": act.season["state"], "possible": [possible], "needed": [needed]}
    return Verdict(rule="hoso.state", clause="", status=Status.UNMET, code="guard.wrong_state", figures=figures)


_HELP = {
    "dossiers": "season.status",
    "duties": "obligation.list",
    "votes": "quota",
    "over": "quota",
    "petitions": "petition.list",
    "difficulties": "difficulty.list",
}
"""Where each kind of unfinished work is looked at."""


def _left_verdicts(left: Unfinished) -> tuple[Verdict, ...]:
    """One for each kind of unfinished work, and the way to close all the same."""
    listed = [
        _unmet(f"season_{kind}", Remedy(action=_HELP[kind]), count=len(names), names=names)
        for kind, names in left.names().items()
    ]
    return (*listed, _unmet("season_unfinished", Remedy(action="season.close", args={"unfinished": "…"})))


def _unmet(code: str, remedy: Remedy, **figures: Figure) -> Verdict:
    return Verdict(
        rule="hoso.unfinished",
        clause="",
        status=Status.UNMET,
        code=f"guard.{code}",
        figures=figures,
        remedy=remedy,
    )


def _note(left: Unfinished) -> dict[str, Any]:
    counts = {"dossiers": len(left.dossiers), "duties": len(left.duties)}
    groups = {"votes": len(left.votes), "over": len(left.over)}
    asked = {"petitions": len(left.petitions), "difficulties": len(left.difficulties)}
    return {"code": "change.left_open", **counts, **groups, **asked}


def _reasoned(act: Act, command: str, *, to: str, reason: str | None, patch: dict[str, Any]) -> Answer:
    args = {"reason": act.keep(reason)} if reason else {}
    act.write_kept()
    return Answer(act=act.id, done=(record(act, command, args, to=to, patch={"state": to, **patch}),))


def record(act: Act, command: str, args: Mapping[str, Any], *, to: str | None, patch: dict[str, Any]) -> Done:
    """Append a record to the season's own stream, by somebody who coordinates the whole of it (checked before)."""
    role = act.acting(LEADING)
    assert role is not None
    row = act.season
    facts = act.basic_facts("season", command, args, act.roles_within([]))
    stream = act.seal(row, stream=row["id"], kind="season", facts=facts, to=to, role=role, patch=patch)
    columns: dict[str, Any] = {name: patch[name] for name in ("state", "pack") if name in patch}
    head = {name: value for name, value in stream.items() if name != "id"}
    act.advance_row(sql.SEASON_ADVANCED, {**row, **columns}, {**head, "was_id": row["id"], "id": row["id"]}, {})
    act.season = {**row, **columns, **{name: head[name] for name in ("seq", "head", "head_at")}}
    return Done(
        ref=row["code"],
        kind="season",
        command=command,
        came_from=row["state"],
        to=to,
        seq=stream["seq"],
        receipt=ledger.short(stream["head"]),
    )
