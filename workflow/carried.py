"""Faults that earlier reviews left open (khuyết điểm chưa khắc phục xong). Pure: commands and pages ask it over the
tables, guards over what was read."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from workflow.facts import CarriedFacts, Fault
from workflow.rulepack import CarryOver, Mode, RulePack, matches

Row = Mapping[str, Any]

ANSWER = "answer_fault"
REVIEW = "self_review"


def name_of(ref: str, number: int) -> str:
    """What a fault is called outside its dossier."""
    return f"{ref}/{number}"


def is_open(fault: Fault) -> bool:
    """Whether a fault was neither mended nor taken back."""
    return "mended" not in fault and "taken_back" not in fault


def rules(pack: RulePack, row: Row) -> list[CarryOver]:
    """The rules, switched on, by which a dossier answers for such faults."""
    return [one for one in pack.carry_overs if one.mode is not Mode.OFF and matches(one.where, row)]


def asked(pack: RulePack, command: str, row: Row) -> bool:
    """Whether a command on a dossier looks at what is carried over."""
    return command == ANSWER or (command == REVIEW and bool(rules(pack, row)))


def still_open(rows: Iterable[Row]) -> list[CarriedFacts]:
    """The faults that one subject's dossiers left open, those of earlier years first as `rows` have to be: what a later
    dossier calls mended is, what it says is still open stays. Each row has its `season_code`."""
    found: dict[str, CarriedFacts] = {}
    for row in rows:
        marks = row["marks"]
        for name, told in marks.get("answers", {}).items():
            if told["mended"]:
                found.pop(name, None)
        for one in filter(is_open, marks.get("faults", [])):
            name = name_of(row["ref"], one["number"])
            found[name] = CarriedFacts(fault=name, season=row["season_code"], text=one["text"], at=one["at"])
    return list(found.values())


def unanswered(carried: Iterable[CarriedFacts], marks: Mapping[str, Any]) -> Sequence[str]:
    """The names of those that a dossier says nothing of yet."""
    return [one["fault"] for one in carried if one["fault"] not in marks.get("answers", {})]
