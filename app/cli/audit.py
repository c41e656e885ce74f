"""The auditor's desk: does the record hold, would it be decided the same, what was refused."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.desk import Desk, verb
from app.cli.output import UNSOUND, Output

if TYPE_CHECKING:
    from app.cli.record_words import Words
    from workflow.engine import Rules
    from workflow.replay.findings import Finding
    from workflow.replay.redecision import Difference
    from workflow.services.views.look import Look

app = typer.Typer()


@app.command("verify")
@verb()
def verify(
    desk: Desk,
    against: Annotated[
        Path | None, typer.Option("--against", metavar="REPORT.xlsx", help="A report that was sent earlier.")
    ] = None,
) -> int:
    """Check every chain, row, group and attached file against history; with a report, against what it wrote down."""
    from app.cli import audit_lines as lines  # noqa: PLC0415
    from app.cli.record_words import Things, Words  # noqa: PLC0415
    from notifications.proving import check_alerts  # noqa: PLC0415
    from workflow.replay import verification  # noqa: PLC0415

    out = desk.out
    with out.working("view.verifying"), desk.looking() as look:
        result = verification.verify(look.tx, look.season, look.rules, look.former)
        findings = [*result.findings, *check_alerts(look.tx, look.season, look.rules, look.former)]
        beside = _of_files(desk, result.attached)
        altered: list[Finding] = []
        if against is not None:
            compared, altered = _against(look, against)
            findings += compared
        words, things = Words(out, look.rules.pack), Things(out, look, result.things)
        told = [(one, lines.told(out, one, words=words, things=things)) for one in [*findings, *beside, *altered]]
    out.document(
        {
            "season": look.season["code"],
            "holds": not told,
            "history_holds": not findings,
            "retold": result.retold,
            "streams": result.streams,
            "attachments": len(result.attached),
            "records": result.records,
            "digest": result.digest,
            "against": against and str(against),
            "findings": [lines.as_value(one, message) for one, message in told],
        }
    )
    out.say("view.verified", streams=result.streams, records=result.records, digest=result.digest)
    for _, message in told:
        out.complain("✗ " + message)
    if not result.retold:
        out.complain(out.told("view.verified_not_retold"))
    if findings:
        out.say("view.verified_not", count=len(findings))
    elif against is not None and not altered:
        out.say("view.verified_against", file=against.name)
    else:
        out.say("view.verified_holds")
    if beside:
        out.say("view.verified_files_not", count=len(beside))
    elif result.attached and desk.database.attachments is None:
        out.say("view.verified_no_folder", count=len(result.attached))
    return UNSOUND if told else 0


def _of_files(desk: Desk, attached: Mapping[str, str]) -> "list[Finding]":
    """Files that are not what the records name. Where a server's folder was not named, none can be looked at."""
    from workflow.replay.verification import check_attachments  # noqa: PLC0415

    folder = desk.database.attachments
    return [] if folder is None else list(check_attachments(attached, folder))


def _against(look: "Look", path: Path) -> "tuple[list[Finding], list[Finding]]":
    """What a report wrote down, compared with today's history; and what is wrong with the report itself.

    From a proof that does not add up nothing follows about the history: whoever altered it could accuse a sound one.
    """
    from workbooks.proof import read_proof  # noqa: PLC0415
    from workflow import ledger  # noqa: PLC0415
    from workflow.errors import BadInput  # noqa: PLC0415
    from workflow.replay.findings import Finding  # noqa: PLC0415
    from workflow.replay.verification import check_heads  # noqa: PLC0415

    proof = read_proof(path)
    if proof.season != look.season["id"]:
        raise BadInput("report.other_season", file=path.name, season=look.season["code"], own=proof.code)
    sealed = ledger.digest((stream, seq, bytes.fromhex(head)) for stream, seq, head in proof.heads)
    if sealed != proof.digest or not proof.adds_up:
        return [], [Finding(code="report.changed", figures={"file": path.name})]
    return check_heads(look.tx, look.season, proof.heads, made_at=_instant(proof.made_at)), []


def _instant(text: str) -> datetime | None:
    """When a report was made; None where that line was spoilt: then no dates are compared."""
    try:
        made_at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return made_at if made_at.tzinfo is not None else None


@app.command("redecide")
@verb()
def redecide(
    desk: Desk,
    pack: Annotated[str | None, typer.Option("--pack", metavar="PACK", help="What if this pack had ruled.")] = None,
) -> int:
    """Decide the recorded facts again, by today's guards or by another pack; name what differs."""
    from app.cli.record_words import Words  # noqa: PLC0415
    from workflow.replay import redecision  # noqa: PLC0415
    from workflow.replay.timeline import entries, flaws  # noqa: PLC0415
    from workflow.services.views.streams import streams  # noqa: PLC0415
    from workflow.store import commands as sql  # noqa: PLC0415

    with desk.out.working("view.redeciding"), desk.looking() as look:
        rules = look.rules if pack is None else _rules(pack, look.season["year"])
        flawed = flaws(look.tx.each(sql.RECORDS_OF_SEASON, season=look.season["id"]))
        records = look.tx.each(sql.RECORDS_OF_SEASON, season=look.season["id"])
        found = list(redecision.redecide(entries(records), rules, look.former if pack is None else None))
        names, words = streams(look), Words(desk.out, look.rules.pack)
    otherwise = [one for one in found if one.recorded["to"] != one.now["to"]]
    shown = found if pack is None else otherwise
    told = [{**_difference(one), "name": names.get(one.stream, ("", one.stream))[1]} for one in shown]
    out = desk.out
    out.document(
        {
            "season": look.season["code"],
            "pack": pack or rules.pack.id,
            "what_if": pack is not None,
            "differences": told,
            "same_outcome": len(found) - len(shown),
        }
    )
    for one, difference in zip(told, shown, strict=True):
        stands = one["now_to"] or out.told("view.redecided_refused")
        figures = {name: one[name] for name in ("name", "seq", "command")}
        changed = _changed(out, words, difference)
        out.say("view.redecided", **figures, recorded=one["recorded_to"], now=stands, rules=changed)
    if pack is None:
        out.say("view.redecided_same" if not found else "view.redecided_count", count=len(found), pack=rules.pack.id)
    else:
        out.say("view.redecided_what_if", count=len(told), same=len(found) - len(shown), pack=rules.pack.id)
    for flaw in flawed:
        out.complain("✗ " + out.told(flaw.code, stream=names.get(flaw.stream, ("", flaw.stream))[1], seq=flaw.seq))
    return UNSOUND if flawed or (found and pack is None) else 0


def _rules(pack: str, year: int) -> "Rules":
    from states import packs  # noqa: PLC0415
    from states.rules import compile_rules  # noqa: PLC0415

    return compile_rules(packs.dump(packs.find(pack), packs.working_days([year, year + 1])))


def _difference(one: "Difference") -> dict[str, Any]:
    recorded, now = one.recorded["verdicts"], one.now["verdicts"]
    was, would = one.recorded["set"], one.now["set"]
    rules, fields = _differing(one)
    return {
        "stream": one.stream,
        "kind": one.kind,
        "seq": one.seq,
        "command": one.command,
        "recorded_to": one.recorded["to"],
        "now_to": one.now["to"],
        "rules": [f"{rule}: {recorded.get(rule, '–')} → {now.get(rule, '–')}" for rule in rules]
        + [f"{name}: {was.get(name, '–')} → {would.get(name, '–')}" for name in fields],
    }


def _differing(one: "Difference") -> tuple[list[str], list[str]]:
    """The rules that answer otherwise, else the fields that come out otherwise: where the decision itself does, so does
    all that it changes, and its rules say why."""
    recorded, now = one.recorded["verdicts"], one.now["verdicts"]
    rules = sorted(rule for rule in {*recorded, *now} if recorded.get(rule) != now.get(rule))
    was, would = one.recorded["set"], one.now["set"]
    return rules, [] if rules else sorted(name for name in {*was, *would} if was.get(name) != would.get(name))


def _changed(out: Output, words: "Words", one: "Difference") -> list[str]:
    """The same in words."""
    recorded, now = one.recorded["verdicts"], one.now["verdicts"]
    was, would = one.recorded["set"], one.now["set"]
    rules, fields = _differing(one)
    absent = out.told("view.redecided_not_asked")
    answers = [
        f"{_rule(out, rule)}: {out.word(recorded.get(rule, absent))} → {out.word(now.get(rule, absent))}"
        for rule in rules
    ]
    return answers + [
        f"{words.field(name)}: {words.value(was.get(name))} → {words.value(would.get(name))}" for name in fields
    ]


def _rule(out: Output, rule: str) -> str:
    """A rule of the pack by its id; those that hold everywhere have names that only the program knows."""
    return out.told("view.own_rule") if rule.startswith("hoso.") else rule


@app.command("attempts")
@verb()
def attempts(desk: Desk) -> None:
    """List what was refused: who tried what when, and which rules stood against it."""
    from workflow import canonical  # noqa: PLC0415
    from workflow.store import queries  # noqa: PLC0415

    with desk.looking() as look:
        rows = look.tx.all(queries.ATTEMPTS, season=look.season["id"])
    found = [{"at": row["at"], **canonical.read(row["body"])} for row in rows]
    out = desk.out
    out.document(
        {
            "season": look.season["code"],
            "count": len(found),
            "attempts": [{**one, "at": one["at"].isoformat(), "reasons": _reasons(desk, one)} for one in found],
        }
    )
    for (at, actor, command, *reasons), refs in _alike(desk, found).items():
        out.say("view.attempt", at=at, actor=actor, command=command, ref=", ".join(refs))
        for reason in reasons:
            out.line(f"      ✗ {reason}")
    by_rule = Counter(_rule(out, verdict["rule"]) for one in found for verdict in one["verdicts"])
    rules = [f"{rule} × {count}" for rule, count in by_rule.most_common()]
    out.say("view.attempts_counted", count=len(found), rules=rules)


def _alike(desk: Desk, found: list[dict[str, Any]]) -> dict[tuple[Any, ...], list[str]]:
    """Refusals of one act for the very same reasons, together: (when, who, what, why …) → the things refused."""
    alike: dict[tuple[Any, ...], list[str]] = {}
    for one in found:
        key = (one["at"], one["actor"], one["command"], *_reasons(desk, one))
        alike.setdefault(key, []).append(one["ref"])
    return alike


def _reasons(desk: Desk, attempt: dict[str, Any]) -> list[str]:
    out = desk.out
    return [
        f"{_rule(out, one['rule'])}: " + out.told(one["code"], **one.get("figures", {})) for one in attempt["verdicts"]
    ]
