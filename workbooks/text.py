"""Text as people type it, made comparable.

`clean` is what is stored; `key` and `bare` are only compared. Vietnamese has two ways of placing a tone mark ("Tỉnh
ủy", "Tỉnh uỷ"), and Unicode two ways of writing each letter; neither may decide whether a heading is found."""

import re
import unicodedata

_TONES = "\u0300\u0301\u0303\u0309\u0323"
"""Grave, acute, tilde, hook above, dot below: the five written tones. Breve, circumflex and horn make letters."""

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ASIDE = re.compile(r"\([^()]*\)")


def unescape(text: str) -> str:
    """Undo the way in which workbooks write characters that XML cannot hold ("_x000D_" is a carriage return)."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def clean(text: str) -> str:
    """`text` in NFC, every run of white space (also non-breaking, also line breaks) as one space, none at the ends, and
    without the characters that nobody sees: zero width, soft hyphen, direction marks, surrogates."""
    if not text.isprintable():  # a printable text has no such character, and no white space but " "
        seen = (" " if unicodedata.category(one) in {"Cc", "Zl", "Zp", "Zs"} else one for one in text)
        text = "".join(one for one in seen if unicodedata.category(one) not in {"Cf", "Cs"})
    return unicodedata.normalize("NFC", " ".join(text.split()))


def key(text: str) -> str:
    """What two spellings of one Vietnamese text have in common: letters without case and each word's tone at its end,
    so that it does not matter over which vowel the tone was put, and no punctuation. Distinguishes "hàng" from
    "hằng"."""
    decomposed = unicodedata.normalize("NFD", clean(text).casefold())
    words = "".join(one if one.isalnum() or unicodedata.combining(one) else " " for one in decomposed).split()
    return " ".join(_tone_last(word) for word in words)


def bare(text: str) -> str:
    """The letters and digits alone, without marks, case, spaces and whatever stands in round brackets: "Trưởng/phó (*)"
    is "truongpho". Only for small known lists, where it cannot confuse two of them."""
    decomposed = unicodedata.normalize("NFD", _ASIDE.sub(" ", clean(text)).casefold().replace("đ", "d"))
    return "".join(one for one in decomposed if one.isalnum())


def _tone_last(word: str) -> str:
    letters = "".join(one for one in word if one not in _TONES)
    return letters + "".join(one for one in word if one in _TONES)
