"""What is due: extended, given its date, or its lateness judged (design section 5)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from workflow import ledger, owing
from workflow.answers import Answer, Done, Refused
from workflow.dates import Due, due_on, micros
from workflow.engine import Decision
from workflow.errors import BadInput
from workflow.facts import Facts, Verdict
from workflow.rulepack import Per, Wording
from workflow.services.acts import Act, no_role, note_attempts, perform
from workflow.services.arguments import text
from workflow.services.context import By, Context
from workflow.services.obligations import Stored
from workflow.services.registers import Affects, was_late
from workflow.store import commands as sql
from workflow.store.statements import Row, Statement
from workflow.words import ObligationState, Role, Status

_JUDGING = (Role.MONITOR, Role.REGISTRAR)
_DATING = (Role.ISSUER, Role.MONITOR, Role.REGISTRAR)

Work = Callable[[Act, Row, str], Answer]
"""What is done with an obligation's row, by somebody in this role."""


def extend(context: Context, season: str | None, by: By, ref: str, *, until: date, decision: str) -> Answer:
    """Move a deadline for its one owner, on a recorded decision; good until 24:00 of `until`.

    The row is closed with its printed date and a successor replaces it; rules that are `same_as` go along, unless
    they were extended further. A lateness that was marked before stays marked, with "covered by". Refused to
    whoever has not the role that the rule names. Raises `BadInput` for a day that is no later, or no decision.
    """
    decision = text("decision", decision)
    content = {"command": "extend", "ref": ref, "until": until.isoformat(), "decision": decision}

    def wanted(act: Act, row: Row) -> tuple[Role, ...]:
        return (act.rules.pack.deadline(row["rule"]).extended_by,)

    def work(act: Act, row: Row, role: str) -> Answer:
        return _extended(act, row, role, until, decision)

    return _on_obligation(context, season, by, content=content, wanted=wanted, work=work)


def set_date(context: Context, season: str | None, by: By, ref: str, *, day: date, source: str) -> Answer:
    """Enter the date of a duty whose paper sets it elsewhere, with the source that says so (A-24)."""
    source = text("source", source)
    content = {"command": "date", "ref": ref, "day": day.isoformat(), "source": source}

    def work(act: Act, row: Row, role: str) -> Answer:
        rule = act.rules.pack.deadline(row["rule"])
        if row["due_at"] is None and rule.wording is Wording.AFTER_EVENT:
            raise BadInput("command.date_by_clock", ref=ref, event=rule.event, days=rule.days)
        if row["due_at"] is not None or rule.wording not in {Wording.EXTERNAL, Wording.NONE}:
            raise BadInput("command.date_is_set", ref=ref)
        _check_year(act, day)
        when = due_on(day, zone=act.rules.pack.zone, calendar=act.rules.calendar)
        new = owing.succeed(Stored(act), row, when, source)
        return recorded(act, [(row, _successor_patch(row, new))], "date", {"letter": source}, role=role)

    return _on_obligation(context, season, by, content=content, wanted=lambda _, __: _DATING, work=work)


def assess(context: Context, season: str | None, by: By, ref: str, *, affects_party: str, reason: str) -> Answer:
    """Enter whether a lateness affects the ranking of party members, and why: the second condition of NT05-2-2, which
    is for people to judge (A-19). Entered again it is corrected. No rank changes by it.

    Refused where nothing was late. Raises `BadInput` for what is neither yes, no nor unknown, or no reason.
    """
    reason = text("reason", reason)
    if affects_party not in list(Affects):
        raise BadInput("command.unknown_effect", value=affects_party, known=[one.value for one in Affects])
    content = {"command": "assess", "ref": ref, "affects_party": affects_party, "reason": reason}

    def work(act: Act, row: Row, role: str) -> Answer:
        if not was_late(row, act.occurred_at):
            return _refused(act, row, "assess", _in_time(row), content)
        effect = {"affects_party": affects_party, "reason": act.keep(reason)}
        act.tx.change(sql.OBLIGATION_ASSESSED, was_season=act.season_id, was_id=row["id"], effect=effect)
        return recorded(act, [(row, effect)], "assess", {"reason": effect["reason"]}, role=role, field="effects")

    return _on_obligation(context, season, by, content=content, wanted=lambda _, __: _JUDGING, work=work)


def _in_time(row: Row) -> Verdict:
    figures = {"ref": row["ref"], "day": None if row["last_good_day"] is None else row["last_good_day"].isoformat()}
    return Verdict(rule=row["rule"], clause="", status=Status.UNMET, code="guard.obligation_in_time", figures=figures)


def _on_obligation(
    context: Context,
    season: str | None,
    by: By,
    *,
    content: dict[str, Any],
    wanted: Callable[[Act, Row], tuple[Role, ...]],
    work: Work,
) -> Answer:
    ref, command = content["ref"], content["command"]

    def whole(act: Act) -> Answer:
        row = act.tx.one(sql.OBLIGATION_BY_REF, season=act.season_id, ref=ref)
        if row is None:
            raise BadInput("command.unknown_obligation", ref=ref)
        roles = wanted(act, row)
        role = next((one for one in roles_over(act, row) if one in roles), None)
        if role is None:
            return _refused(act, row, command, no_role(act, roles, scope=row["unit"] or "*"), content)
        if row["state"] != ObligationState.OPEN and not _is_for_closed_ones(act, row, command):
            return _refused(act, row, command, _closed(row), content)
        return work(act, row, role)

    return perform(context, season, by, content, whole)


def _is_for_closed_ones(act: Act, row: Row, command: str) -> bool:
    """Whether a command is possible on what is no longer open: a lateness is judged when it is over, too."""
    return command == "assess" or (command == "extend" and _may_be_covered(act, row))


def _may_be_covered(act: Act, row: Row) -> bool:
    """Whether an extension may still cover it: met, but late, and by no decision yet."""
    others = act.tx.all(sql.OBLIGATIONS_OF_RULE, season=act.season_id, stream=row["stream"], rule=row["rule"])
    return row["state"] == ObligationState.MET and row["late"] and all(one["replaces"] != row["id"] for one in others)


def _closed(row: Row) -> Verdict:
    return Verdict(
        rule=row["rule"],
        clause="",
        status=Status.UNMET,
        code="guard.obligation_closed",
        figures={"ref": row["ref"], "state": row["state"]},
    )


def roles_over(act: Act, row: Row) -> list[str]:
    """The actor's roles over an obligation: within its unit's tree, over the body that owes it, or that body's own
    unit."""
    body = next((one for one in act.rules.pack.bodies if one.id == row["owner"]), None)
    owner = act.unit_path(body.unit) if body is not None and body.unit is not None and act.has_unit(body.unit) else []
    return act.roles_within([row["owner"], *owner, *(act.unit_path(row["unit"]) if row["unit"] else ())])


def _refused(act: Act, row: Row, command: str, verdict: Verdict, content: Any) -> Answer:
    refused = Refused(ref=row["ref"], kind="obligation", command=command, verdicts=(verdict,))
    stream, _, _ = stream_of(act, row)
    note_attempts(act, content, [(stream, refused, _facts(act, row, command, {}))])
    return Answer(act=act.id, refused=(refused,))


def _facts(act: Act, row: Row, command: str, args: dict[str, Any]) -> Facts:
    return act.basic_facts("obligation", command, args, roles_over(act, row))


def stream_of(act: Act, row: Row) -> tuple[Row, str, Statement]:
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


def recorded(
    act: Act,
    patches: Sequence[tuple[Row, dict[str, Any]]],
    command: str,
    args: dict[str, Any],
    *,
    role: str | None = None,
    field: str = "duties",
    facts: Facts | None = None,
    decision: Decision | None = None,
) -> Answer:
    """Append one record to the stream that these obligations hang on; replay keeps each under `field`, by its id. The
    texts behind its commitments are kept with it. `facts` and `decision` are those of a step that was decided."""
    act.write_kept()
    first = patches[0][0]
    stream_row, kind, advanced = stream_of(act, first)
    head = act.seal(
        stream_row,
        stream=stream_row["id"],
        kind=kind,
        facts=facts or _facts(act, first, command, args),
        to=None,
        role=(decision.role if decision else role) or "",
        verdicts=decision.verdicts if decision else (),
        patch={field: {row["id"]: {"ref": row["ref"], "rule": row["rule"], **patch} for row, patch in patches}},
    )
    if kind == "season":
        fresh = {name: head[name] for name in ("seq", "head", "head_at")}
        act.advance_row(advanced, act.season, {**head, "was_id": act.season_id}, {})
        act.season = {**act.season, **fresh}
    else:
        act.advance_row(advanced, stream_row, head, {})
    done = tuple(
        Done(
            ref=row["ref"],
            kind="obligation",
            command=command,
            came_from=row["state"],
            to=patch.get("state"),
            seq=head["seq"],
            receipt=ledger.short(head["head"]),
            warnings=decision.warnings if decision else (),
        )
        for row, patch in patches
    )
    return Answer(
        act=act.id, done=done, changes=tuple(_change(row, patch) for row, patch in patches if "successor" in patch)
    )


def _change(row: Row, patch: dict[str, Any]) -> dict[str, Any]:
    return {"code": "change.successor", "ref": row["ref"], "by": patch["successor"], "due": patch["last_good_day"]}


def _check_year(act: Act, day: date) -> None:
    """What is due in a season is due in the year that it evaluates or the one after, whose days off are known."""
    year = act.season["year"]
    if day.year not in {year, year + 1}:
        raise BadInput("command.day_elsewhere", day=day.isoformat(), first=str(year), last=str(year + 1))


def _extended(act: Act, row: Row, role: str, until: date, decision: str) -> Answer:
    when = due_on(until, zone=act.rules.pack.zone, calendar=act.rules.calendar)
    if row["due_at"] is not None and when.due_at <= row["due_at"]:
        figures = {"ref": row["ref"], "until": until.isoformat(), "day": row["last_good_day"].isoformat()}
        raise BadInput("command.extension_earlier", **figures)
    _check_year(act, until)
    rules = [row["rule"], *_following(act, row["rule"])]
    moved = [row, *(one for rule in rules[1:] for one in _open(act, row, rule) if _is_later(when, one))]
    covered = _cover(act, row, rules, when, decision, role=role)
    patches = [(one, _successor_patch(one, owing.succeed(Stored(act), one, when, decision))) for one in moved]
    extended = recorded(act, patches, "extend", {"decision": decision}, role=role)
    return replace(extended, done=(*extended.done, *covered))


def _is_later(when: Due, row: Row) -> bool:
    return row["due_at"] is None or when.due_at > row["due_at"]


def _successor_patch(row: Row, new: Row) -> dict[str, Any]:
    return {
        "state": ObligationState.CLOSED.value if row["state"] == ObligationState.OPEN else row["state"],
        "successor": new["ref"],
        "due_at": micros(new["due_at"]),
        "last_good_day": new["last_good_day"].isoformat(),
    }


def _following(act: Act, rule: str) -> list[str]:
    """The rules whose date is this rule's, directly or through others."""
    names = [one.id for one in act.rules.pack.deadlines if one.wording is Wording.SAME_AS and one.rule == rule]
    return names + [deeper for name in names for deeper in _following(act, name)]


def _open(act: Act, row: Row, rule: str) -> list[Row]:
    found = act.tx.all(sql.OBLIGATIONS_OF_RULE, season=act.season_id, stream=row["stream"], rule=rule)
    return [one for one in found if one["state"] == ObligationState.OPEN]


def _cover(act: Act, row: Row, rules: list[str], when: Due, decision: str, *, role: str) -> tuple[Done, ...]:
    """A lateness marked before the extension stays marked; the mark names the decision that covers it."""
    if row["unit"] is None:
        return ()
    done = []
    for dossier in act.tx.all(sql.DOSSIERS_OF_UNIT, season=act.season_id, unit=row["unit"]):
        if row["per"] == Per.DOSSIER and dossier["id"] != row["stream"]:
            continue
        marks = dossier["marks"].get("late", [])
        covered = [
            {**one, "covered_by": decision}
            if one["rule"] in rules and one["at"] < micros(when.due_at) and "covered_by" not in one
            else one
            for one in marks
        ]
        if covered != marks:
            done.append(_covered(act, row, dossier, covered, decision, role=role))
    return tuple(done)


def _covered(act: Act, row: Row, dossier: Row, late: list[dict[str, Any]], decision: str, *, role: str) -> Done:
    head = act.seal(
        dossier,
        stream=dossier["id"],
        kind="dossier",
        facts=_facts(act, row, "cover", {"decision": decision}),
        to=dossier["state"],
        role=role,
        patch={"marks": {"late": late}},
    )
    act.advance_row(sql.DOSSIER_ADVANCED, dossier, head, {"marks": {**dossier["marks"], "late": late}})
    return Done(
        ref=dossier["ref"],
        kind="dossier",
        command="cover",
        came_from=dossier["state"],
        to=dossier["state"],
        seq=head["seq"],
        receipt=ledger.short(head["head"]),
    )
