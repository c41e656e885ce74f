"""What is told once, besides what is due: the plan is in force, a copy of it, another one that rules now, an
invitation, a result, a difficulty.

Commands leave notices in their own commit; here they become messages, each to whoever answers for the unit or body.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from notifications.ladder import leaves_at
from notifications.recipients import answering, following, read_people
from workflow import canonical
from workflow.dates import micros
from workflow.services.context import Context, rules_of
from workflow.store import alerts as sql
from workflow.store.statements import Row, Transaction
from workflow.words import Role, new_id

NO_ADDRESS = canonical.dumps({"code": "mail.no_address"}).decode()


def announce(context: Context, *, channels: Sequence[str], limit: int = 500) -> int:
    """Turn what was not told yet into messages, one for each recipient and channel; how many were written.

    A notice that nobody answers for is marked so. A clock set by hand sees rehearsal seasons alone.
    """
    now = context.clock()
    with context.database.reading() as tx:
        seasons = tx.all(sql.SEASONS_TO_ANNOUNCE, tenant=context.tenant)
    ours = [one["id"] for one in seasons if one["rehearsal"] or not context.virtual]

    def told(tx: Transaction) -> int:
        return sum(_season(context, tx, one, now, channels=channels, limit=limit) for one in ours)

    return context.write(told) if ours else 0


def _season(
    context: Context, tx: Transaction, season_id: str, now: datetime, *, channels: Sequence[str], limit: int
) -> int:
    season = tx.one(sql.SEASON_LOCKED, id=season_id)
    if season is None or season["state"] != "open":
        return 0
    pack = rules_of(context, tx, season).pack
    people = read_people(tx, season_id, pack)
    told: dict[str, list[dict[str, Any]]] = {}
    for notice in tx.all(sql.NOTICES_UNTOLD, season=season_id, most=limit):
        role = notice["about"].get("role")
        whose = answering(people, notice["scope"]) if role is None else following(people, Role(role), notice["scope"])
        whose = whose or (notice["scope"],)  # somebody's own result
        hearers = [who for who in whose if who in people.reachable]
        for who in hearers:
            told.setdefault(who, []).append(_item(notice))
        outcome = "queued" if hearers else "nobody"
        tx.change(sql.NOTICE_TOLD, season=season_id, was_id=notice["id"], told_at=now, outcome=outcome)
    leaves = max((leaves_at(one, now, pack.zone) for one in pack.ladders), default=now)
    rows = [
        {
            "season": season_id,
            "id": new_id(),
            "recipient": who,
            "channel": channel,
            "content": items,
            "state": "queued",
            "tries": 0,
            "created_at": now,
            "next_at": leaves,
            "sent_at": None,
            "failure": None,
        }
        for who, items in told.items()
        for channel in channels
    ]
    tx.many(sql.NEW_MESSAGE, rows)
    return len(rows)


def _item(notice: Row) -> dict[str, Any]:
    return {
        "notice": notice["id"],
        "kind": notice["kind"],
        "scope": notice["scope"],
        "about": notice["about"],
        "at": micros(notice["at"]),
    }
