"""Bars as SVG: each figure as a share of its target, which is one line for all of them."""

from collections.abc import Sequence
from html import escape

from benchmarks.measuring import Figure

_TEXT, _BAR, _ROW, _TOP = 470, 360, 22, 30
_MOST = 2.0
"""Bars end at twice the target; the figure beside them says the rest."""


def bars(figures: Sequence[Figure]) -> str:
    """Longer is better: a figure's bar reaches the line where its target is met."""
    height = _TOP + _ROW * len(figures) + 14
    width, line = _TEXT + _BAR + 90, _TEXT + _BAR / _MOST
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"',
        ' font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="{line:g}" y="18" text-anchor="middle" fill="#444">target</text>',
    ]
    for number, one in enumerate(figures):
        y = _TOP + _ROW * number
        share = min(_MOST, _share(one))
        colour = "#2a7d4f" if one.met else "#c0562b"
        parts += [
            f'<text x="{_TEXT - 8}" y="{y + 14}" text-anchor="end" fill="#222">{escape(one.work)}</text>',
            f'<rect x="{_TEXT}" y="{y + 4}" width="{_BAR * share / _MOST:.1f}" height="13" fill="{colour}"/>',
            f'<text x="{_TEXT + _BAR * share / _MOST + 5:.1f}" y="{y + 14}" fill="#222">{escape(_said(one))}</text>',
        ]
    parts.append(f'<path d="M{line:g} {_TOP - 6}V{height - 8}" stroke="#444" stroke-dasharray="3 3"/>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _share(one: Figure) -> float:
    """How much of the target is reached, 1 where it is just met."""
    if one.target is None or one.value <= 0:
        return _MOST  # less than nothing is more than anybody asked for
    return one.value / one.target if one.sign == "≥" else one.target / one.value


def _said(one: Figure) -> str:
    return f"{one.value:.3g} {one.value_unit}({one.sign} {one.target:g})"
