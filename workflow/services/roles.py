"""Roles are given and taken on the record, on the roster's stream."""

from workflow import ledger
from workflow.answers import Answer, Done
from workflow.errors import BadInput
from workflow.rosters import RoleRow
from workflow.services.acts import Act, perform, refuse_role
from workflow.services.context import By, Context
from workflow.services.rosters import role_name, roster_of
from workflow.store import commands as sql
from workflow.words import GRANTABLE, Role

COMMANDS = ("grant", "revoke")


def assign(context: Context, season: str | None, by: By, command: str, row: RoleRow) -> Answer:
    """Grant or revoke a role. Granting what is there, or revoking what is not, changes nothing and says so.

    Raises `BadInput` for an unknown subject, or a scope that is no unit, no body of the pack and not "*".
    """
    content = {"command": f"role.{command}", "subject": row.subject, "role": row.role.value, "scope": row.scope}

    def work(act: Act) -> Answer:
        _check(act, row)
        role = act.acting((Role.OPERATOR, Role.COORDINATOR))
        if role is None:
            stream = roster_of(act)
            return refuse_role(
                act, stream, ref=row.subject, kind="role", command=command, wanted=(Role.COORDINATOR,), content=content
            )
        return _assigned(act, command, row, role)

    return perform(context, season, by, content, work)


def _check(act: Act, row: RoleRow) -> None:
    if row.role not in GRANTABLE:
        raise BadInput("command.unknown_role", role=row.role.value, known=sorted(GRANTABLE))
    if act.tx.one(sql.SUBJECT, season=act.season_id, code=row.subject) is None:
        raise BadInput("command.unknown_actor", actor=row.subject)
    bodies = {one.id for one in act.rules.pack.bodies}
    if row.scope != "*" and row.scope not in bodies:
        act.unit_path(row.scope)


def _assigned(act: Act, command: str, row: RoleRow, role: str) -> Answer:
    known = any(
        one["role"] == row.role and one["scope"] == row.scope
        for one in act.tx.all(sql.ROLES_OF, season=act.season_id, subject=row.subject)
    )
    if known == (command == "grant"):
        return Answer(act=act.id, changes=({"code": f"change.role_{command}_idle", "subject": row.subject},))
    values = {"season": act.season_id, "subject": row.subject, "role": row.role, "scope": row.scope}
    act.tx.change(sql.NEW_ROLE if command == "grant" else sql.ROLE_GONE, **values)
    stream_row = roster_of(act)
    changes = {"subject": row.subject, "role": row.role.value, "scope": row.scope}
    facts = act.basic_facts("roster", command, {"changes": changes}, act.roles_within([]))
    patch = {"roles": {role_name(row): command == "grant"}}
    head = act.seal(stream_row, stream=stream_row["id"], kind="roster", facts=facts, to=None, role=role, patch=patch)
    act.advance_row(sql.ROSTER_ADVANCED, stream_row, head, {})
    done = Done(
        ref=row.subject,
        kind="role",
        command=command,
        came_from=None,
        to=row.role.value,
        seq=head["seq"],
        receipt=ledger.short(head["head"]),
    )
    return Answer(act=act.id, done=(done,))
