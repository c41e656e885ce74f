"""What is to be told once, besides what is due: written in the commit of the command that brought it."""

from collections.abc import Iterable, Mapping, Sequence

from workflow.rulepack import Deadline, matches
from workflow.services.acts import Act
from workflow.store import commands as sql
from workflow.store.statements import Row
from workflow.words import ObligationState, SubjectKind, new_id


def tell(act: Act, kind: str, scopes: Iterable[str], **about: str | None) -> None:
    """Tell each of these units or bodies: "opened" (the plan is in force), "copy" (of the plan), "repinned" (another
    pack rules now), "invitation", "difficulty"."""
    act.tx.many(sql.NEW_NOTICE, [_row(act, kind, scope, about) for scope in scopes])


def tell_results(act: Act, dossiers: Iterable[Row]) -> None:
    """Tell whoever was decided on; of a collective, whoever answers for its unit."""
    rows = [
        _row(
            act,
            "result",
            one["subject"] if one["kind"] == SubjectKind.PERSON else one["unit"],
            {"dossier": one["ref"], "rank": one["decided"], "decision": one["marks"].get("decision")},
        )
        for one in dossiers
    ]
    act.tx.many(sql.NEW_NOTICE, rows)


def tell_anew(act: Act, ids: Sequence[str]) -> None:
    """Tell those, by their dossiers' ids, whose result was announced before and is decided anew: nobody announces it a
    second time."""
    announcing = [one for one in act.rules.pack.deadlines if one.announces]
    if not ids or not announcing:
        return
    rows = act.tx.all(sql.DOSSIERS_BY_ID, season=act.season_id, ids=ids)
    tell_results(act, [one for one in rows if any(_was_announced(act, rule, one) for rule in announcing)])


def _was_announced(act: Act, rule: Deadline, row: Row) -> bool:
    if not matches(rule.where, row):
        return False
    asked = [
        (sql.OBLIGATIONS_OF_RULE, {"season": act.season_id, "stream": stream, "rule": rule.id})
        for stream in (act.season_id, row["unit_stream"], row["id"])
    ]
    return any(one["state"] == ObligationState.MET for found in act.tx.together(*asked) for one in found)


def _row(act: Act, kind: str, scope: str, about: Mapping[str, str | None]) -> Row:
    return {
        "season": act.season_id,
        "id": new_id(),
        "kind": kind,
        "scope": scope,
        "about": about,
        "at": act.now,
        "told_at": None,
        "outcome": None,
    }
