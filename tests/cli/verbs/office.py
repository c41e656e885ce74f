"""The command line of a small season, with the steps that many tests begin with.

SNV has six leaders (20 % of them is one), STC three (the rule of small groups gives one); each has its collective.
"""

from dataclasses import dataclass, replace
from typing import Any

from tests.cli.line import Line
from tests.season import PARTY_BOARDS, collective, leaders, person, units
from workflow.rosters import RoleRow, Roster
from workflow.words import Lead, Role

NOW = "2024-11-20T09:00:00+07:00"
LATE = "2024-12-05T00:00:00+07:00"
"""The first late instant of "before 05/12/2024"."""

CAST = {
    "CV-SNV": ((Role.COORDINATOR, "SNV"),),
    "CV-STC": ((Role.COORDINATOR, "STC"),),
    "TH": ((Role.COORDINATOR, "*"),),
    "GS": ((Role.MONITOR, "*"),),
    "VT": ((Role.REGISTRAR, "*"),),
    "CT": ((Role.ISSUER, "*"),),
    "TK": ((Role.RATIFIER, "bcsd-ubnd"),),
    "KT": ((Role.AUDITOR, "*"),),
}
"""People who act and are not ranked."""


def cast() -> Roster:
    plain: dict[str, Any] = {"unit": "SNV", "duty": "staff", "tier": "", "lead": Lead.NONE, "ranked": False}
    ranked = [
        *leaders("SNV", 6),
        collective("SNV"),
        *leaders("STC", 3),
        collective("STC"),
        # Somebody whom the unit itself ranks, and a coordinator who is ranked too.
        person("STC-09", duty="staff", tier="unit", lead=Lead.NONE),
        person("STC-08", duty="staff", tier="unit", lead=Lead.NONE),
    ]
    people = [replace(one, email=f"{one.code.lower()}@bodies.example") for one in ranked]
    roles = [RoleRow(subject=code, role=role, scope=scope) for code, held in CAST.items() for role, scope in held]
    return Roster(
        units=units("SNV", "STC"),
        subjects=(*people, *(person(code, **plain) for code in CAST)),
        roles=(
            *roles,
            RoleRow(subject="STC-08", role=Role.COORDINATOR, scope="STC"),
            *(
                RoleRow(subject=f"{one}-0{at}", role=Role.RATIFIER, scope=one)
                for one in ("SNV", "STC")
                for at in (1, 2)
            ),
        ),
    )


@dataclass(slots=True, kw_only=True)
class Office(Line):
    """A command line that knows how a season goes. Dossiers are asked for by their subject's code."""

    def at(self, moment: str) -> "Office":
        return Office(db=self.db, patch=self.patch, always=("--now", moment))

    def refs(self, unit: str, state: str | None = None) -> list[str]:
        """The refs of a unit's dossiers, in order."""
        line = ["dossier", "list", "--unit", unit, *(["--state", state] if state else [])]
        return [one["ref"] for one in self.done(*line, "--json").json["dossiers"]]

    def ref(self, subject: str) -> str:
        found = self.done("dossier", "list", "--json").json["dossiers"]
        return str(next(one["ref"] for one in found if one["subject"] == subject))

    def state(self, subject: str) -> str:
        return str(self.shown(subject)["state"])

    def shown(self, subject: str) -> dict[str, Any]:
        found: dict[str, Any] = self.done("dossier", "show", self.ref(subject), "--json").json
        return found

    def review(self, unit: str) -> None:
        for actor in (f"CV-{unit}",):
            self.done("dossier", "advance", *self.refs(unit, "drafted"), "self_review", "--rank", "good", "--as", actor)

    def meet(self, unit: str) -> str:
        """Hold a meeting with the party boards invited; its ref."""
        line = ["meeting", "hold", unit, "--attendees", "12", "--invite", PARTY_BOARDS, "--as", f"CV-{unit}"]
        return str(self.done(*line, "--json").json["done"][0]["ref"])

    def to_vote(self, unit: str, *, excellent: int = 0) -> str:
        """Bring every dossier of a unit to the vote, so many leaders excellent and all others good; the meeting."""
        if self.refs(unit, "drafted"):
            self.review(unit)
        meeting, refs = self.meet(unit), self.refs(unit, "self_reviewed")
        leading = [one["ref"] for one in self.leaders(unit)]
        best = leading[:excellent]
        for rank, some in (("excellent", best), ("good", [one for one in refs if one not in best])):
            if some:
                line = ["dossier", "advance", *some, "record_vote", "--rank", rank, "--set", f"meeting={meeting}"]
                self.done(*line, "--as", f"CV-{unit}")
        return meeting

    def leaders(self, unit: str) -> list[dict[str, Any]]:
        found = self.done("dossier", "list", "--unit", unit, "--json").json["dossiers"]
        return [one for one in found if one["kind"] == "person" and one["subject"][-2:] < "08"]

    def to_submit(self, unit: str) -> None:
        """Bring a unit to the vote, close it and submit everything."""
        if self.refs(unit, "drafted"):
            self.to_vote(unit)
        self.done("unit", "close-vote", unit, "--as", f"CV-{unit}")
        self.done("unit", "submit", unit, "--as", f"CV-{unit}")
