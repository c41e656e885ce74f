"""Personal data is erased when it lawfully must be; what happened stays provable (docs/explanation/proof.md)."""

from workflow import canonical, ledger
from workflow.answers import Answer, Done
from workflow.errors import BadInput
from workflow.services.acts import Act, perform, refuse_role
from workflow.services.arguments import text
from workflow.services.context import By, Context
from workflow.services.rosters import roster_of
from workflow.store import commands as sql
from workflow.words import Role


def erase(context: Context, season: str | None, by: By, subject: str, *, decision: str) -> Answer:
    """Erase a subject's name, address, and the free text of every record of its dossiers, on a recorded decision.

    Commitments, ranks and dates stay: the history verifies as before, and every decision can still be decided again.
    A closed season does not stand in the way: the duty to erase outlasts it. Refused to whoever is neither operator nor
    coordinator of the whole season. It cannot be undone.
    """
    decision = text("decision", decision)
    content = {"command": "erase", "subject": subject, "decision": decision}

    def work(act: Act) -> Answer:
        role = act.acting((Role.OPERATOR, Role.COORDINATOR))
        if role is None:
            wanted = (Role.COORDINATOR,)
            return refuse_role(
                act, roster_of(act), ref=subject, kind="roster", command="erase", wanted=wanted, content=content
            )
        return _erased(act, subject, decision, role)

    return perform(context, season, by, content, work, closed=True)


def _erased(act: Act, subject: str, decision: str, role: str) -> Answer:
    row = act.tx.one(sql.SUBJECT, season=act.season_id, code=subject)
    if row is None:
        raise BadInput("command.unknown_actor", actor=subject)
    digests = {one for one in (row["name"], row["contact"]) if one} | _reasons(act, subject)
    texts = [one for one in act.tx.all(sql.SECRETS, season=act.season_id, digests=sorted(digests)) if one["text"]]
    for one in texts:
        act.tx.change(sql.SECRET_ERASED, was_season=act.season_id, was_digest=one["digest"])
    stream_row = roster_of(act)
    args = {"decision": decision, "changes": {"subject": subject, "texts": len(texts)}}
    facts = act.basic_facts("roster", "erase", args, act.roles_within([]))
    head = act.seal(stream_row, stream=stream_row["id"], kind="roster", facts=facts, to=None, role=role)
    act.advance_row(sql.ROSTER_ADVANCED, stream_row, head, {})
    done = Done(
        ref=subject,
        kind="roster",
        command="erase",
        came_from=None,
        to=None,
        seq=head["seq"],
        receipt=ledger.short(head["head"]),
    )
    return Answer(
        act=act.id, done=(done,), changes=({"code": "change.erased", "subject": subject, "texts": len(texts)},)
    )


def _reasons(act: Act, subject: str) -> set[str]:
    """The commitments to reasons, suggestions and comments in the subject's dossiers."""
    found = set()
    for dossier in act.tx.all(sql.DOSSIERS_OF_SUBJECT, season=act.season_id, subject=subject):
        for record in act.tx.all(sql.RECORDS_OF_STREAM, season=act.season_id, stream=dossier["id"]):
            args = canonical.read(record["body"])["facts"]["command"]["args"]
            found |= {args[name] for name in ("reason", "text") if args.get(name)}
    return found
