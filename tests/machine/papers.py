"""Papers, suggestions and comments as they are handed in: right, or nearly so."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.files import DOCX, PDF, XLSX
from tests.machine.picture import Line
from workflow.rulepack import PaperKind, PaperRule, RulePack
from workflow.services.context import Upload

CONTENTS = {"pdf": PDF, "docx": DOCX, "xlsx": XLSX, "large": PDF + bytes(1024 * 1024)}
EXPLANATION = Upload(kind="explanation", name="Giải trình.pdf", content=PDF)

Handed = tuple[dict[str, Any], tuple[Upload, ...]]


def right(rule: PaperRule, row: Line) -> Handed:
    """The paper that a rule asks for; where the dossier has one on a form that no longer fits, its new version."""
    kept = [one for one in row["marks"].get("papers", []) if one["kind"] == rule.kind]
    args = {"form": rule.forms[0] if rule.forms else None, "sections": [one.id for one in rule.sections]}
    suffix = rule.types[0].value if rule.types else "pdf"
    return args | ({"new_version": True} if kept else {}), (_file(rule.kind, suffix),)


def _file(kind: str, content: str) -> Upload:
    suffix = "pdf" if content == "large" else content
    return Upload(kind=kind, name=f"Tài liệu.{suffix}", content=CONTENTS[content])


def handing_in(data: st.DataObject, command: str, pack: RulePack) -> Handed:
    """A file or two, of kinds that the pack speaks of or others, on forms of its own or of others."""
    if not (pack.papers or pack.suggestions):
        content = b"%PDF-" + bytes([data.draw(st.integers(0, 3))])
        return {}, (Upload(kind="minutes", name="Biên bản.pdf", content=content),)
    known = [one.kind.value for one in pack.papers] + [PaperKind.CV.value]
    kinds = data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=2))
    if command == "explain" and data.draw(st.booleans()):
        kinds = ["explanation"]
    contents = st.sampled_from(["pdf", "docx", "pdf", "docx", "xlsx", "large"])
    uploads = tuple(_file(kind, data.draw(contents)) for kind in kinds)
    forms = sorted({form for one in pack.papers for form in one.forms})
    parts = sorted({part.id for one in pack.papers for part in one.sections})
    args: dict[str, Any] = {"sections": parts[: data.draw(st.sampled_from([len(parts), len(parts), 1, 0]))]}
    if len(kinds) == 1 and forms:
        args["form"] = data.draw(st.sampled_from([None, *forms, "02b"]))
    args["new_version"] = True if data.draw(st.booleans()) else None
    args["reason"] = data.draw(st.sampled_from(["Bổ sung", None]))
    return args, uploads


def saying(data: st.DataObject, command: str, pack: RulePack, now: datetime) -> dict[str, Any]:
    """A suggestion or a comment, mostly whole."""
    bodies = [one.id for one in pack.bodies]
    args: dict[str, Any] = {"body": data.draw(st.sampled_from([*bodies, None])), "text": "Làm rõ", "none": None}
    if data.draw(st.booleans()):
        args |= {"text": None, "none": True}
        args["body"] = None if command == "suggest" else args["body"]
    if command == "suggest" and args["body"] is not None:
        day = now.date() + timedelta(days=data.draw(st.integers(-9, 1)))
        args["on"] = day.isoformat() if data.draw(st.integers(0, 3)) else None
    return args
