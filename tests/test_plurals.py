"""English sentences with a figure read well at one and at more; `{count:day|days}` says both."""

import re

import pytest

from tests.test_house import placeholders, po_files, sentences
from workflow.messages import sentence

NOT_NOUNS = {"is", "was", "has", "this", "as", "its", "less", "does", "unless", "plus", "status", "always", "besides"}
"""Words that end in s and may follow a figure of one."""

ALSO_COUNTS = {
    "count",
    "looked",
    "alerts",
    "messages",
    "allowance",
    "excess",
    "base",
    "most",
    "limit",
    "megabytes",
    "sent",
}
"""Figures that count something and that no sentence says with a noun's two forms; other figures are names."""


DAYS = {"date", "day", "instant"}


def told_with(figure: int) -> list[tuple[str, str]]:
    """Every English sentence that counts something, with all its counts at `figure`."""
    every = [one for path in po_files("en").values() for one in sentences(path).items()]
    counts = ALSO_COUNTS | {name for _, text in every for name, how in placeholders(text).items() if "|" in how}
    found = []
    for code, text in every:
        plain = {name for name, how in placeholders(text).items() if not how or "|" in how}
        told = placeholders(text)
        figures: dict[str, object] = {
            name: [] if name not in plain else figure if name in counts else "Q" for name in told
        }
        if figure in figures.values():
            figures |= {name: None for name, how in told.items() if how in DAYS}
            found.append((code, sentence(code, "en", **figures)))
    return found


def test_no_english_sentence_puts_a_plural_behind_the_figure_one():
    faults = []
    for code, text in told_with(1):
        for one in re.finditer(r"(?<![\w.:–-])1 (?:more |other |new )?(?P<word>[a-z]+)(?P<next> [a-z]+)?", text):
            plural = one["word"].endswith("s") and one["word"] not in NOT_NOUNS
            verb = {one["word"], (one["next"] or "").strip()} & {"are", "were", "have", "wait", "people"}
            if plural or verb:
                faults.append(f"{code}: {text}")
    assert not faults, "\n".join(faults)


def test_no_english_sentence_puts_a_singular_behind_more_than_one():
    """Where a noun is counted, at two it is the plural: the two forms are not the wrong way round."""
    counted = [
        (code, how)
        for path in po_files("en").values()
        for code, text in sentences(path).items()
        for how in placeholders(text).values()
        if "|" in how
    ]
    assert len(counted) > 50
    faults = [f"{code}: {how}" for code, how in counted if how.split("|")[0] == how.split("|")[1]]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("count", "told"), [(0, "0 days left"), (1, "1 day left"), (2, "2 days left"), (None, "– days left")]
)
def test_a_counted_noun_agrees_with_its_figure(count: int | None, told: str):
    assert sentence("view.nudge_day", "en", day="2024-12-04", left=count).endswith(f"({told}).")


def test_a_sentence_with_two_counts_gets_both_right():
    told = sentence("cli.restored", "en", database="/x", records=1, attachments=2)
    assert told == "Restored to /x: 1 record, 2 attachments."
    assert sentence("cli.restored", "vi", database="/x", records=1, attachments=2).endswith(
        "1 bản ghi, 2 tệp đính kèm."
    )
