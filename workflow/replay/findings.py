"""What verification finds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that does not hold: a code of domain `audit`, with figures naming stream, record, field and values.

    Values are plain JSON: terms, instants as microseconds, days as ISO texts; whoever tells them finds their words.
    """

    code: str
    figures: Mapping[str, Any]


def finding(code: str, **figures: Any) -> Finding:
    return Finding(code=f"audit.{code}", figures=figures)
