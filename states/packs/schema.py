"""The JSON schema of pack files, for editors: made from the keys that the reader reads by.

`python -m states.packs.schema` writes `plans/schema.json`; a test holds the file up to date.
"""

import json
import sys
from pathlib import Path
from typing import Any

from states.packs.keys import PACK_FILE, SCHEMA

FILE = Path(__file__).parents[2] / "plans" / "schema.json"


def schema() -> dict[str, Any]:
    """JSON schema (draft 2020-12) of a pack file. It says what one key may hold, not what must hold among rules."""
    tables: dict[str, Any] = {}
    whole = {key: _hoisted(part, tables) for key, part in PACK_FILE.schema().items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **whole,
        "title": f"Hoso rule pack, version {SCHEMA} of the pack language",
        "$defs": dict(sorted(tables.items())),
    }


def _hoisted(part: Any, tables: dict[str, Any]) -> Any:
    """`part` with every titled table moved to `tables` and referred to."""
    if isinstance(part, list):
        return [_hoisted(one, tables) for one in part]
    if not isinstance(part, dict):
        return part
    inner = {key: _hoisted(one, tables) for key, one in part.items()}
    if not isinstance(inner.get("title"), str) or inner.get("type") != "object":
        return inner
    tables[inner["title"]] = inner
    return {"$ref": f"#/$defs/{inner['title']}"}


def text() -> str:
    """The schema as the file holds it."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
    sys.stdout.write(f"{FILE}\n")
