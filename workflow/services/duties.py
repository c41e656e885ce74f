"""What is due and hangs on no dossier's own command: extended, done, or given its date (design section 5)."""

from collections.abc import Callable
from datetime import date
from typing import Any

from workflow import ledger
from workflow.answers import Answer, Done, Refused
from workflow.dates import Due, due_on, micros
from workflow.errors import BadInput
from workflow.facts import Facts, Verdict
from workflow.rulepack import Per, Wording
from workflow.services.acts import Act, answered_before, begin, no_role, note_attempts, remember, run
from workflow.services.context import By, Context
from workflow.services.obligations import deadline_of, insert, settle_row
from workflow.store import commands as sql
from workflow.store.statements import Row, Statement, Transaction
from workflow.words import ObligationState, Role, Status

_DOING = (Role.COORDINATOR, Role.MONITOR, Role.REGISTRAR)
_DATING = (Role.ISSUER, Role.MONITOR, Role.REGISTRAR)


def extend(context: Context, season: str | None, by: By, ref: str, *, until: date, decision: str) -> Answer:
    """Move a deadline for its one owner, on a recorded decision; good until 24:00 of `until`.

    The row is closed with its printed date and a successor replaces it; rules that are `same_as` go along. A
    lateness that was marked before stays marked, with "covered by". Refused to whoever has not the role that the
    rule names.
    """
    content = {"command": "extend", "ref": ref, "until": until.isoformat(), "decision": decision}

    def work(act: Act, row: Row) -> Answer:
        wanted = (deadline_of(act, row["rule"]).extended_by,)
        return (
            _extended(act, row, until, decision)
            if _may(act, row, wanted)
            else _refused(act, row, "extend", wanted, content)
        )

    return _on_obligation(context, season, by, ref=ref, content=content, work=work)


def finish(context: Context, season: str | None, by: By, ref: str, *, proof: str) -> Answer:
    """Record that a duty without a dossier command was done, with its proof (a letter's number)."""
    content = {"command": "done", "ref": ref, "proof": proof}

    def work(act: Act, row: Row) -> Answer:
        if deadline_of(act, row["rule"]).met_by is not None:
            raise BadInput("command.duty_met_by_dossiers", ref=ref, command=deadline_of(act, row["rule"]).met_by)
        if not _may(act, row, _DOING):
            return _refused(act, row, "done", _DOING, content)
        late = row["due_at"] is not None and act.occurred_at >= row["due_at"]
        settle_row(act, row, state=ObligationState.MET, late=late, at=act.occurred_at)
        return _recorded(act, row, "done", {"letter": proof}, {"obligation": row["id"], "state": "met", "late": late})

    return _on_obligation(context, season, by, ref=ref, content=content, work=work)


def set_date(context: Context, season: str | None, by: By, ref: str, *, day: date, source: str) -> Answer:
    """Enter the date of a duty whose paper sets it elsewhere, with the source that says so (A-24)."""
    content = {"command": "date", "ref": ref, "day": day.isoformat(), "source": source}

    def work(act: Act, row: Row) -> Answer:
        rule = deadline_of(act, row["rule"])
        if row["due_at"] is not None or rule.wording not in {Wording.EXTERNAL, Wording.NONE}:
            raise BadInput("command.date_is_set", ref=ref)
        if not _may(act, row, _DATING):
            return _refused(act, row, "date", _DATING, content)
        when = due_on(day, zone=act.rules.pack.zone, calendar=act.rules.calendar)
        new = _succeed(act, row, when, source)
        return _recorded(act, row, "date", {"letter": source}, _successor_patch(row, new))

    return _on_obligation(context, season, by, ref=ref, content=content, work=work)


def _on_obligation(
    context: Context, season: str | None, by: By, *, ref: str, content: Any, work: Callable[[Act, Row], Answer]
) -> Answer:
    def whole(tx: Transaction) -> Answer:
        if (before := answered_before(context, tx, by, content)) is not None:
            return before
        act = begin(context, tx, by, season)
        row = tx.one(sql.OBLIGATION_BY_REF, season=act.season_id, ref=ref)
        if row is None:
            raise BadInput("command.unknown_obligation", ref=ref)
        covering = content["command"] == "extend" and _may_be_covered(act, row)
        if row["state"] != ObligationState.OPEN and not covering:
            answer = Answer(act=act.id, refused=(_closed(row, content["command"]),))
        else:
            answer = work(act, row)
        remember(act, content, answer)
        return answer

    return run(context, by, whole)


def _may_be_covered(act: Act, row: Row) -> bool:
    """Whether an extension may still cover it: met, but late, and by no decision yet."""
    others = act.tx.all(sql.OBLIGATIONS_OF_RULE, season=act.season_id, stream=row["stream"], rule=row["rule"])
    return row["state"] == ObligationState.MET and row["late"] and all(one["replaces"] != row["id"] for one in others)


def _closed(row: Row, command: str) -> Refused:
    verdict = Verdict(
        rule=row["rule"],
        clause="",
        status=Status.UNMET,
        code="guard.obligation_closed",
        figures={"ref": row["ref"], "state": row["state"]},
    )
    return Refused(ref=row["ref"], kind="obligation", command=command, verdicts=(verdict,))


def _scopes(act: Act, row: Row) -> list[str]:
    return [row["owner"], *(act.unit_path(row["unit"]) if row["unit"] else ())]


def _may(act: Act, row: Row, wanted: tuple[Role, ...]) -> bool:
    return bool(set(wanted) & set(act.roles_within(_scopes(act, row))))


def _refused(act: Act, row: Row, command: str, wanted: tuple[Role, ...], content: Any) -> Answer:
    refused = Refused(
        ref=row["ref"], kind="obligation", command=command, verdicts=(no_role(act, wanted, scope=row["unit"] or "*"),)
    )
    stream, _, _ = _stream(act, row)
    note_attempts(act, content, [(stream, refused, _facts(act, row, command, {}))])
    return Answer(act=act.id, refused=(refused,))


def _facts(act: Act, row: Row, command: str, args: dict[str, Any]) -> Facts:
    return act.basic_facts("obligation", command, args, act.roles_within(_scopes(act, row)))


def _stream(act: Act, row: Row) -> tuple[Row, str, Statement]:
    """The row of the stream that an obligation hangs on, its kind, and the statement that advances it."""
    if row["per"] == Per.DOSSIER:
        found = act.tx.all(sql.DOSSIERS_BY_ID, season=act.season_id, ids=[row["stream"]])[0]
        return found, "dossier", sql.DOSSIER_ADVANCED
    if row["per"] == Per.UNIT:
        unit = act.tx.one(sql.UNIT, season=act.season_id, code=row["scope"])
        if unit is None:
            raise BadInput("command.unknown_unit", unit=row["scope"])
        return unit, "unit", sql.UNIT_ADVANCED
    return act.season, "season", sql.SEASON_ADVANCED


def _recorded(act: Act, row: Row, command: str, args: dict[str, Any], patch: dict[str, Any]) -> Answer:
    """Append the record to the stream that the obligation hangs on."""
    stream_row, kind, advanced = _stream(act, row)
    facts = _facts(act, row, command, args)
    role = facts["actor"]["roles"][0]
    # Facts about duties stand beside the thing's own fields: replay keeps them under "duties", by the row's id.
    head = act.seal(
        stream_row,
        stream=stream_row["id"],
        kind=kind,
        facts=facts,
        to=None,
        role=role,
        patch={"duties": {row["id"]: patch}},
    )
    if kind == "season":
        fresh = {name: head[name] for name in ("seq", "head", "head_at")}
        act.advance_row(
            advanced,
            act.season,
            {**fresh, "was_seq": head["was_seq"], "was_id": act.season_id, "id": act.season_id},
            {},
        )
        act.season = {**act.season, **fresh}
    else:
        act.advance_row(advanced, stream_row, head, {})
    done = Done(
        ref=row["ref"],
        kind="obligation",
        command=command,
        came_from=row["state"],
        to=patch.get("state", ObligationState.CLOSED.value),
        seq=head["seq"],
        receipt=ledger.short(head["head"]),
    )
    changes = (
        ({"code": "change.successor", "ref": row["ref"], "by": patch["successor"], "due": patch["last_good_day"]},)
        if "successor" in patch
        else ()
    )
    return Answer(act=act.id, done=(done,), changes=changes)


def _extended(act: Act, row: Row, until: date, decision: str) -> Answer:
    when = due_on(until, zone=act.rules.pack.zone, calendar=act.rules.calendar)
    if row["due_at"] is not None and when.due_at <= row["due_at"]:
        raise BadInput(
            "command.extension_earlier", ref=row["ref"], until=until.isoformat(), day=row["last_good_day"].isoformat()
        )
    covered = _cover(act, row, when, decision) if row["state"] == ObligationState.MET else ()
    new = _succeed(act, row, when, decision)
    answer = _recorded(act, row, "extend", {"decision": decision}, _successor_patch(row, new))
    others = [one for rule in _following(act, row["rule"]) for one in _siblings(act, row, rule)]
    more = [
        _recorded(act, one, "extend", {"decision": decision}, _successor_patch(one, _succeed(act, one, when, decision)))
        for one in others
    ]
    return Answer(
        act=act.id,
        done=(*answer.done, *covered, *(done for one in more for done in one.done)),
        changes=(*answer.changes, *(change for one in more for change in one.changes)),
    )


def _successor_patch(row: Row, new: Row) -> dict[str, Any]:
    return {
        "state": "closed" if row["state"] == ObligationState.OPEN else row["state"],
        "successor": new["ref"],
        "due_at": micros(new["due_at"]),
        "last_good_day": new["last_good_day"].isoformat(),
    }


def _succeed(act: Act, row: Row, when: Due, decision: str) -> Row:
    state = ObligationState(row["state"])
    if state is ObligationState.OPEN:
        settle_row(act, row, state=ObligationState.CLOSED, late=False, at=act.occurred_at)
    return insert(
        act,
        deadline_of(act, row["rule"]),
        per=Per(row["per"]),
        stream=row["stream"],
        scope=row["scope"],
        unit=row["unit"],
        when=when,
        replaces=row["id"],
        decision=decision,
        state=state,
    )


def _following(act: Act, rule: str) -> list[str]:
    """The rules whose date is this rule's, directly or through others."""
    names = [one.id for one in act.rules.pack.deadlines if one.wording is Wording.SAME_AS and one.rule == rule]
    return names + [deeper for name in names for deeper in _following(act, name)]


def _siblings(act: Act, row: Row, rule: str) -> list[Row]:
    found = act.tx.all(sql.OBLIGATIONS_OF_RULE, season=act.season_id, stream=row["stream"], rule=rule)
    return [one for one in found if one["state"] == ObligationState.OPEN]


def _cover(act: Act, row: Row, when: Due, decision: str) -> tuple[Done, ...]:
    """A lateness marked before the extension stays marked; the mark names the decision that covers it."""
    if row["unit"] is None:
        return ()
    done = []
    bound = micros(when.due_at)
    for dossier in act.tx.all(sql.DOSSIERS_OF_UNIT, season=act.season_id, unit=row["unit"]):
        marks = dossier["marks"].get("late", [])
        covered = [
            {**one, "covered_by": decision} if one["rule"] == row["rule"] and one["at"] < bound else one
            for one in marks
        ]
        if covered == marks:
            continue
        facts = _facts(act, row, "cover", {"decision": decision})
        patch = {"marks": {"late": covered}}
        head = act.seal(
            dossier,
            stream=dossier["id"],
            kind="dossier",
            facts=facts,
            to=dossier["state"],
            role=facts["actor"]["roles"][0],
            patch=patch,
        )
        act.advance_row(sql.DOSSIER_ADVANCED, dossier, head, {"marks": {**dossier["marks"], "late": covered}})
        done.append(
            Done(
                ref=dossier["ref"],
                kind="dossier",
                command="cover",
                came_from=dossier["state"],
                to=dossier["state"],
                seq=head["seq"],
                receipt=ledger.short(head["head"]),
            )
        )
    return tuple(done)
