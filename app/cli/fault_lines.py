"""Faults on the page of a dossier: its own, and those that earlier reviews left open."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from app.cli.output import Output

if TYPE_CHECKING:
    from workflow.services.views.dossiers import Sheet


def sheet_lines(out: Output, sheet: "Sheet") -> Iterator[str]:
    """A line for each fault that was not taken back, with what became of it."""
    for one in sheet.line.row["marks"].get("faults", []):
        if "taken_back" in one:
            continue
        told = {"number": one["number"], "text": _text(out, sheet, one["text"]), "at": one["at"]}
        yield out.told("view.sheet_fault", **told, stands=_stands(out, sheet, one.get("mended"), mended=True))
    for each in sheet.carried:
        text = out.told("view.erased") if each.text is None else each.text
        mended = each.answer is not None and each.answer["mended"]
        stands = _stands(out, sheet, each.answer, mended=mended)
        yield out.told(
            "view.sheet_carried", fault=each.fault["fault"], season=each.fault["season"], text=text, stands=stands
        )


def _stands(out: Output, sheet: "Sheet", told: Any, *, mended: bool) -> str:
    if told is None:
        return out.told("view.fault_open")
    code = "view.fault_mended" if mended else "view.fault_still_open"
    return out.told(code, text=_text(out, sheet, told["text"]), letter=told["letter"], at=told["at"])


def _text(out: Output, sheet: "Sheet", digest: str | None) -> str | None:
    """The words behind a commitment; a dash where there were none."""
    return None if digest is None else sheet.texts.get(digest) or out.told("view.erased")


def as_value(sheet: "Sheet") -> list[dict[str, Any]]:
    """Those that are carried over, as plain values."""
    return [{**one.fault, "text": one.text, "answer": one.answer} for one in sheet.carried]
