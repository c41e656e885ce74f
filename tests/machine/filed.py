"""What the machine believes to lie in a dossier's file, kept beside the product."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A paper as it is handed in. `size` is in bytes, `new` says that it is a corrected version."""

    kind: str
    form: str | None
    type: str
    size: int
    sections: tuple[str, ...]
    new: bool


@dataclass(slots=True, kw_only=True)
class Filed:
    sheets: list[Sheet] = field(default_factory=list)
    suggested: list[bool] = field(default_factory=list)
    """What was looked up, in order: whether there was a suggestion."""
    explained: int = 0
    heard: list[str] = field(default_factory=list)
    sends: list[str] = field(default_factory=list)
    ever_sent: set[str] = field(default_factory=set)
    """Whoever had the dossier once, also where it came back since."""
    receipts: list[str] = field(default_factory=list)
    opinions: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """What became of each, by its number from 1: "open", "mended" or "taken_back"."""

    def apply(self, command: str, args: Mapping[str, Any], sheets: Sequence[Sheet]) -> None:
        """One accepted command; `args` with the recipient that it went to."""
        self.sheets += sheets
        if command in {"submit", "send"}:
            self.sends.append(args["to"])
            self.ever_sent.add(args["to"])
        elif command == "receive":
            self.receipts.append(args["to"])
        elif command == "opinion":
            self.opinions.append(args["body"])
        elif command == "suggest":
            self.suggested.append(not args.get("none"))
        elif command == "explain":
            self.explained = len(self.suggested)
        elif command == "comment":
            self.heard.append(args["body"])
        elif command == "record_fault":
            self._fault(args)
        elif command == "send_back":
            self.unsend()

    def _fault(self, args: Mapping[str, Any]) -> None:
        if args.get("fault") is None:
            self.faults.append("open")
        else:
            self.faults[args["fault"] - 1] = "mended" if args.get("mended") else "taken_back"

    def unsend(self) -> None:
        """It came back, or is voted on anew."""
        self.sends.clear()
        self.receipts.clear()

    @property
    def unexplained(self) -> bool:
        return any(self.suggested[self.explained :])

    def shown(self) -> dict[str, Any]:
        return {
            "papers": [(one.kind, one.form, one.type, one.size) for one in self.sheets],
            "suggestions": list(self.suggested),
            "explained": self.explained,
            "comments": list(self.heard),
            "sends": list(self.sends),
            "receipts": list(self.receipts),
            "opinions": list(self.opinions),
            "faults": list(self.faults),
        }


def found_in(marks: Line) -> dict[str, Any]:
    """The same of a dossier's row."""
    papers = [(one["kind"], one["form"], one["type"], one["size"]) for one in marks.get("papers", [])]
    return {
        "papers": papers,
        "suggestions": [one["body"] is not None for one in marks.get("suggestions", [])],
        "explained": marks.get("explained", 0),
        "comments": [one["body"] for one in marks.get("comments", [])],
        "sends": [one["to"] for one in marks.get("sends", [])],
        "receipts": [one["to"] for one in marks.get("receipts", [])],
        "opinions": [one["body"] for one in marks.get("opinions", [])],
        "faults": [
            "taken_back" if "taken_back" in one else "mended" if "mended" in one else "open"
            for one in marks.get("faults", [])
        ],
    }
