"""What stands against each dossier's next step, as things are: told before and after another pack rules."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflow.services.acts import Act
from workflow.services.dossiers import Case, Hearing, case_of
from workflow.store.statements import Row
from workflow.words import DossierState, Status

Outlook = Mapping[str, tuple[str, frozenset[str]]]
"""Dossier (its ref) → its next command, and the rules that stand against it, each with its clause."""

_NEXT = {
    DossierState.DRAFTED: "self_review",
    DossierState.SELF_REVIEWED: "record_vote",
    DossierState.UNIT_VOTED: "submit",
    DossierState.SUBMITTED: "ratify",
}


def outlook(act: Act, rows: Sequence[Row]) -> Outlook:
    """The next command of each dossier on its way, asked by somebody who may give it, with nothing said in it: what
    the caller alone lacks is the same whatever the rules."""
    ahead = [row for row in rows if row["state"] in _NEXT]
    hearing = Hearing(act, ahead)
    cases = [_asked(act, hearing, row) for row in ahead]
    hearing.weigh(cases)
    return {case.row["ref"]: (case.facts["command"]["name"], _against(case)) for case in cases}


def _asked(act: Act, hearing: Hearing, row: Row) -> Case:
    command = _NEXT[row["state"]]
    if command == "self_review" and row["kind"] in act.rules.pack.settings.unreviewed:
        command = "record_vote"
    case = case_of(hearing, row, command, {}, None)
    case.facts["actor"]["roles"] = sorted(act.rules.processes["dossier"].steps[command].roles)
    return case


def _against(case: Case) -> frozenset[str]:
    found = case.decision.verdicts if case.decision is not None else ()
    return frozenset(
        f"{one.rule} [{one.clause}]" if one.clause else one.rule for one in found if one.status is Status.UNMET
    )


def compared(before: Outlook, after: Outlook) -> Iterator[dict[str, Any]]:
    """A change note for each set of dossiers that other rules stand against now; `changes` names the dossiers."""
    for one in _more(before, after):
        yield note("repin_refuses", command=one.command, rules=one.rules, count=len(one.refs), dossiers=one.refs)
    for one in _more(after, before):
        yield note("repin_allows", command=one.command, rules=one.rules, count=len(one.refs), dossiers=one.refs)


def note(code: str, **figures: Any) -> dict[str, Any]:
    """A change note, of domain `change`."""
    return {"code": f"change.{code}", **figures}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Alike:
    """Dossiers whose next command the same further rules stand against."""

    command: str
    rules: list[str]
    refs: list[str]


def _more(few: Outlook, many: Outlook) -> Iterator[_Alike]:
    """What stands against dossiers in `many` and not in `few`."""
    alike: dict[tuple[str, frozenset[str]], list[str]] = {}
    for ref, (command, rules) in many.items():
        more = rules - few[ref][1]
        if more:
            alike.setdefault((command, more), []).append(ref)
    for (command, rules), refs in alike.items():
        yield _Alike(command=command, rules=sorted(rules), refs=refs)
