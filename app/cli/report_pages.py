"""The pages of the synthesis, in the reader's words: what stands where, ranks, quotas, lateness, gaps, rules."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from app.cli.closing_lines import closing_lines
from app.cli.dossier_lines import name_of, short
from app.cli.output import Output
from app.cli.quota_lines import sentence_of
from app.cli.report_list import columns_of, page_of, ranked_page, reason_of
from workbooks.report import Cell, Column, Kind, Page
from workflow.dates import local_day
from workflow.rulepack import Clause, Deadline, GuardRule, Quota, Route, RulePack
from workflow.services.views.synthesis import RANKS
from workflow.services.views.unfinished import closing
from workflow.words import DossierState, Rank

if TYPE_CHECKING:
    from app.cli.desk import Look
    from workflow.replay.verification import Verification
    from workflow.services.registers import LateLine
    from workflow.services.views.synthesis import Share, Synthesis

_NUMBER = Kind.NUMBER


def title(out: Output, look: "Look") -> str:
    """The report's title: the pack's, with the season's code."""
    return out.told("report.title", title=look.rules.pack.title.told(out.language), season=look.season["code"])


def pages(out: Output, look: "Look", found: "Synthesis", checked: "Verification") -> tuple[Page, ...]:
    """Every page but the proof, in the order in which they are read."""
    return (
        _standing(out, look, found, checked),
        _ranks(out, look, found),
        ranked_page(out, look, found),
        _quotas(out, look, found),
        _lateness(out, look, found),
        _gaps(out, look, found),
        _rules(out, look),
    )


def _share_cells(out: Output, look: "Look", share: "Share") -> tuple[Cell, ...]:
    tiers = {one.id: one.label.told(out.language) for one in look.rules.pack.vocabulary.tiers}
    tier = tiers.get(share.tier, share.tier) or "–"
    return (share.unit, share.unit_name, tier, out.word(share.track), share.total)


def _standing(out: Output, look: "Look", found: "Synthesis", checked: "Verification") -> Page:
    states = list(DossierState)
    columns = columns_of(out, unit=12, unit_name=34, tier=26, track=11, total=-8)
    columns += [Column(heading=out.word(one), width=12, kind=_NUMBER) for one in states]
    rows = [(*_share_cells(out, look, share), *(share.states.get(one, 0) for one in states)) for share in found.shares]
    return page_of(
        out,
        "standing",
        columns,
        rows,
        notes=tuple(_head(out, look, found, checked)),
        total=_total(out, columns, rows, first=4),
    )


def _head(out: Output, look: "Look", found: "Synthesis", checked: "Verification") -> Iterator[str]:
    """What the first page says of the season, the paper that rules it, and the record behind the figures."""
    pack = look.rules.pack
    source = next((one for one in pack.sources if one.id == pack.document.source), None)
    if source is not None:
        yield out.told(
            "report.source",
            kind=source.kind,
            number=source.number or pack.symbol,
            issuer=source.issuer,
            date=source.date,
        )
    yield out.told("report.made", at=look.now, season=look.season["code"])
    if found.tiers:
        labels = {one.id: one.label.told(out.language) for one in pack.vocabulary.tiers}
        yield out.told("report.tiers", names=[labels[one] for one in found.tiers])
    if look.season["rehearsal"]:
        yield out.told("report.rehearsal")
    closed = closing(look)
    if closed is not None:
        yield from closing_lines(out, closed)
    yield out.told("report.sealed", streams=checked.streams, records=checked.records, digest=checked.digest)
    if not checked.holds:
        yield out.told("report.unsound", count=len(checked.findings))


def _total(out: Output, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], *, first: int) -> list[Cell]:
    """The sums of the columns from `first` on."""
    sums = [sum(cell for row in rows if isinstance(cell := row[at], int)) for at in range(first, len(columns))]
    return [out.told("report.total"), *([None] * (first - 1)), *sums]


def _ranks(out: Output, look: "Look", found: "Synthesis") -> Page:
    columns = columns_of(out, unit=12, unit_name=30, tier=22, track=11, total=-8)
    columns += [
        Column(heading=short(out, rank), width=9, kind=_NUMBER, band=out.word(which))
        for which in RANKS
        for rank in Rank
    ]
    rows = [
        (*_share_cells(out, look, share), *(share.ranks.get((which, rank), 0) for which in RANKS for rank in Rank))
        for share in found.shares
    ]
    note = out.told("report.note_ranks", words=[f"{short(out, one)}: {out.word(one)}" for one in Rank])
    return page_of(out, "ranks", columns, rows, notes=(note,), total=_total(out, columns, rows, first=4))


def _quotas(out: Output, look: "Look", found: "Synthesis") -> Page:
    columns = columns_of(
        out, group=14, rule=10, rank=20, vote=11, size=-8, base=-14, allowance=-11, count=-11, over=10, note=48
    )
    rows = [
        (
            out.word(one.key),
            one.quota.id,
            out.word(one.quota.rank),
            out.word(one.vote) if one.votes else "–",
            one.figures.size,
            one.figures.base,
            one.figures.allowance,
            one.figures.count,
            out.told("view.flag_over") if one.figures.over else "",
            sentence_of(out, one),
        )
        for one in found.groups
    ]
    over = [at for at, one in enumerate(found.groups) if one.figures.over]
    used = dict.fromkeys(one.quota.id for one in found.groups)
    notes = [
        f"{one.id}: {one.text.told(out.language)} ({look.rules.pack.cited(one.clause)})"
        for one in look.rules.pack.quotas
        if one.id in used
    ]
    return page_of(out, "quotas", columns, rows, notes=notes, marked=over)


def _lateness(out: Output, look: "Look", found: "Synthesis") -> Page:
    columns = columns_of(out, unit=12, ref=11, subject=13, rule=11, clause=26)
    columns.append(Column(heading=out.told("report.column_last_day"), width=12, kind=Kind.DAY))
    columns += columns_of(out, done_on=16, days=-8, reason=32, covered_by=18, affects_party=14, effect_reason=26)
    rows = [_late_cells(out, look, one) for one in found.late]
    marked = [at for at, one in enumerate(found.late) if one.until is None]
    return page_of(out, "lateness", columns, rows, notes=(out.told("report.note_lateness"),), marked=marked)


def _late_cells(out: Output, look: "Look", one: "LateLine") -> tuple[Cell, ...]:
    until = out.told("report.still_late")
    if one.until is not None:
        until = out.told("view.short_day", day=local_day(one.until, look.rules.pack.zone))
    effect = one.effect_reason or out.told("view.erased") if one.assessed else None
    who = one.unit or look.rules.pack.body_names(out.language).get(one.owner, one.owner)
    place = (who, one.ref, one.subject, one.rule, one.clause, one.last_good_day, until, one.days)
    return (*place, reason_of(out, one), one.covered_by, out.word(one.affects_party), effect)


def _gaps(out: Output, look: "Look", found: "Synthesis") -> Page:
    columns = columns_of(out, gap=26, unit=13, ref=12, subject_name=34, what=70)
    return page_of(out, "gaps", columns, list(_gap_rows(out, look, found)))


def _gap_rows(out: Output, look: "Look", found: "Synthesis") -> Iterator[tuple[Cell, ...]]:
    pack, names = look.rules.pack, look.rules.pack.body_names(out.language)
    for row in found.unsent:
        told = out.told("report.gap_unsent", state=row["state"], track=row["track"])
        yield out.told("report.kind_unsent"), row["unit"], row["ref"], name_of(out, row), told
    for row, to in found.unreceived:
        told = out.told("report.gap_receipt", to=names.get(to, out.told("view.own_unit")))
        yield out.told("report.kind_receipt"), row["unit"], row["ref"], name_of(out, row), told
    for row in found.under_review:
        yield out.told("report.kind_review"), row["unit"], row["ref"], name_of(out, row), out.told("report.gap_review")
    texts = {one.id: one.text.told(out.language) for one in pack.circumstances}
    for row, lacking_of in found.provisional:
        told = out.told("report.gap_provisional", names=[texts[one] for one in lacking_of])
        yield out.told("report.kind_provisional"), row["unit"], row["ref"], name_of(out, row), told
    for duty in found.undated:
        text = next(one.text for one in pack.deadlines if one.id == duty.rule).told(out.language)
        owner = duty.unit or names.get(duty.owner, duty.owner)
        yield out.told("report.kind_undated"), owner, duty.ref, None, f"{duty.rule}: {text}"
    lacking = {gap.id: gap.what.told(out.language) for gap in pack.missing}
    for rule, clause, missing in _record_only(pack):
        told = out.told("report.gap_record_only", clause=pack.cited(clause), missing=lacking.get(missing, missing))
        yield out.told("report.kind_record_only"), None, rule, None, told
    for gap in pack.missing:
        told = f"{gap.what.told(out.language)} ({pack.cited(gap.clause)})"
        yield out.told("report.kind_missing"), None, gap.id, None, told


def _record_only(pack: RulePack) -> Iterator[tuple[str, Clause, str]]:
    """The rules that name something the text does not contain: recorded, never judged."""
    rules: list[Route | Quota | Deadline | GuardRule] = [*pack.routes, *pack.quotas, *pack.deadlines, *pack.guards]
    for one in rules:
        if one.missing:
            yield one.id, one.clause, one.missing


def _rules(out: Output, look: "Look") -> Page:
    pack = look.rules.pack
    columns = columns_of(out, rule=24, kind=16, text=80, clause=40, rows=26)
    kinds = (("route", pack.routes), ("quota", pack.quotas), ("deadline", pack.deadlines), ("guard", pack.guards))
    rows = [
        (
            one.id,
            out.told(f"report.kind_{kind}"),
            one.text.told(out.language),
            pack.cited(one.clause) + (f" {out.told('report.inferred')}" if one.clause.inferred else ""),
            ", ".join(one.clause.rows),
        )
        for kind, rules in kinds
        for one in rules
    ]
    note = out.told("report.note_rules", pack=pack.id, version=pack.version, hash=look.season["pack"])
    return page_of(out, "rules", columns, rows, notes=(note,))
