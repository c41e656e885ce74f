"""Roles (vai trò): who may act as what, and where."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.answering import tell
from app.cli.desk import Desk, verb
from app.cli.output import Output
from workflow.errors import BadInput

if TYPE_CHECKING:
    from workflow.store.statements import Row

app = typer.Typer()

_EVERYWHERE = {"*", "all"}

Person = Annotated[str, typer.Argument(metavar="PERSON", help="A roster code.")]
RoleName = Annotated[str, typer.Argument(metavar="ROLE", help="coordinator, ratifier, monitor, …")]
Scope = Annotated[
    str,
    typer.Argument(metavar="SCOPE", help="A unit's code (with all below it), a body of the pack, or all: the season."),
]


@app.command("grant")
@verb(acting=True)
def grant(desk: Desk, person: Person, role: RoleName, scope: Scope) -> int:
    """Give somebody a role within a scope."""
    return _assign(desk, "grant", person, role, scope)


@app.command("revoke")
@verb(acting=True)
def revoke(desk: Desk, person: Person, role: RoleName, scope: Scope) -> int:
    """Take a role away."""
    return _assign(desk, "revoke", person, role, scope)


def _assign(desk: Desk, command: str, person: str, role: str, scope: str) -> int:
    from workbooks.lexicon import roles  # noqa: PLC0415  the names that rosters use are understood here too
    from workflow.rosters import RoleRow  # noqa: PLC0415
    from workflow.services.roles import assign  # noqa: PLC0415
    from workflow.words import GRANTABLE, Role  # noqa: PLC0415

    known = roles().find(role)
    if known is None:
        raise BadInput("command.unknown_role", role=role, known=sorted(GRANTABLE))
    row = RoleRow(subject=person, role=Role(known), scope="*" if scope in _EVERYWHERE else scope)
    return tell(desk, assign(desk.context, desk.season, desk.by, command, row))


@app.command("list")
@verb()
def list_(
    desk: Desk,
    person: Annotated[
        str | None, typer.Option("--person", metavar="PERSON", help="The roles of this person only.")
    ] = None,
) -> int:
    """Who may act as what."""
    from workflow.services.views.look import texts  # noqa: PLC0415
    from workflow.store import commands as sql  # noqa: PLC0415

    with desk.looking() as look:
        bodies = look.rules.pack.body_names(desk.out.language)
        people = {one["code"]: one for one in look.tx.all(sql.SUBJECTS, season=look.season["id"])}
        grants = look.tx.all(sql.ROLES, season=look.season["id"])
        names = texts(look, [people[one["subject"]]["name"] for one in grants])
    if person is not None and person not in people:
        raise BadInput("command.unknown_actor", actor=person)
    found = [_told(one, people[one["subject"]], names) for one in grants if person in {None, one["subject"]}]
    out = desk.out
    out.document({"roles": found})
    shown = ("subject", "name", "post", "unit")
    out.table(
        None,
        [f"cli.column_{name}" for name in (*shown, "role", "scope")],
        [(*(one[name] for name in shown), out.word(one["role"]), _place(out, one["scope"], bodies)) for one in found],
        least=("cli.column_unit", "cli.column_post"),
    )
    return 0


def _place(out: Output, scope: str, bodies: Mapping[str, str]) -> str:
    """A scope by name where it is a body's, beside the id that one types; a unit's is its code."""
    return f"{bodies[scope]} ({scope})" if scope in bodies else out.word(scope)


def _told(grant: "Row", subject: "Row", names: Mapping[str, str | None]) -> dict[str, Any]:
    return {
        **{name: grant[name] for name in ("subject", "role", "scope")},
        "name": names.get(subject["name"]),
        "post": subject["post"],
        "unit": subject["unit"],
    }
