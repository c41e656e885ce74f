"""Vietnamese text in an encoding of before Unicode, recognised and read.

Files of the 1990s and 2000s hold TCVN3 (fonts .VnTime) or VNI (fonts VNI-Times) codes, which only look right in their
own font: "NguyÔn V¨n An" and "Nguyeãn Vaên An" are both Nguyễn Văn An. A word is taken for one of these only when it is
no Vietnamese syllable as it stands and becomes one when it is read so; foreign names and those of the Raglai, Chăm or Ê
Đê ("Chamaléa", "Müller") are left alone. Tables: TCVN 5712:1993 (VN3) and the VNI code page for Windows."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Encoding(StrEnum):
    """Named as the conversion tools name them."""

    TCVN3 = "TCVN3 (ABC)"
    VNI = "VNI Windows"
    MISREAD = "UTF-8"
    """Unicode saved as UTF-8 and opened as a Western code page: "Nguyá»…n"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Legacy:
    """What the encoding seems to be and how the text reads in it."""

    encoding: Encoding
    guess: str


_TCVN3 = dict(
    zip(
        "¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)

_PLAIN_MARKS = dict(zip("øùûõï", "\u0300\u0301\u0309\u0303\u0323", strict=True))
_ROOFED_MARKS = dict(zip("àáåãä", "\u0300\u0301\u0309\u0303\u0323", strict=True))
_SHORT_MARKS = dict(zip("èéúüë", "\u0300\u0301\u0309\u0303\u0323", strict=True))
_VNI_ALONE = {"ì": "ì", "í": "í", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ñ": "đ", "ô": "ơ", "ö": "ư"}


def _vni_pairs() -> dict[str, str]:
    pairs = {base + mark: base + tone for base in "aeouy" for mark, tone in _PLAIN_MARKS.items()}
    pairs |= {
        code + mark: letter + tone for code, letter in (("ô", "ơ"), ("ö", "ư")) for mark, tone in _PLAIN_MARKS.items()
    }
    pairs |= {base + mark: base + "\u0302" + tone for base in "aeo" for mark, tone in _ROOFED_MARKS.items()}
    pairs |= {"a" + mark: "ă" + tone for mark, tone in _SHORT_MARKS.items()}
    pairs |= {base + "â": base + "\u0302" for base in "aeo"} | {"aê": "ă"} | _VNI_ALONE
    pairs |= {code.upper(): letter.upper() for code, letter in pairs.items()}
    return {code: unicodedata.normalize("NFC", letter) for code, letter in pairs.items()}


_VNI = _vni_pairs()
_VNI_CODES = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))

_SYLLABLE = re.compile(
    "(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?"
    "(?:iê|yê|uô|ươ|oa|oă|oe|uâ|uê|uya|uyê|uy|uơ|oo|ia|ua|ưa|[aăâeêioôơuưy])"
    "(?:ch|ng|nh|[cmnptiyou])?"
)
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_ALPHABET = frozenset("abcdeghiklmnopqrstuvxyđ") | {
    unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in ("", *_PLAIN_MARKS.values())
}
_WORD_ENDS = re.compile(r"[\s,;.:/()\[\]\"'?!+&*=_\\-]+")
_LATIN = re.compile("[\x80-\xff]")
"""Every old code has some of these: it is what its letters look like to a program that expects Western text."""
_BEYOND_LATIN = re.compile("[^\x00-\xff]")


def recognise(text: str) -> Legacy | None:
    """How `text`, exactly as it stands in the file, is to be read; None where it is no old encoding."""
    if text.isascii():
        return None
    composed = unicodedata.normalize("NFC", text)
    if _LATIN.search(composed) is None:
        return None
    misread = _misread(composed)
    if misread is not None:
        return Legacy(encoding=Encoding.MISREAD, guess=misread)
    strange = [word for word in _WORD_ENDS.split(composed) if _strange(word)]
    readings = [(_told(strange, decode), encoding, decode) for encoding, decode in _DECODERS]
    told, encoding, decode = max(readings, key=lambda reading: reading[0])
    return Legacy(encoding=encoding, guess=decode(composed)) if told * 2 > len(strange) else None


@lru_cache(maxsize=4096)
def _strange(word: str) -> bool:
    """Some ASCII letters and some others, nothing that only Unicode has, and no Vietnamese syllable."""
    if _LATIN.search(word) is None or _BEYOND_LATIN.search(word) is not None:
        return False
    return any(one.isascii() and one.isalpha() for one in word) and not _is_syllable(word)


def _told(words: list[str], decode: Callable[[str], str]) -> int:
    return sum(1 for word in words if _is_syllable(decode(word)))


def _is_syllable(word: str) -> bool:
    if not (word.islower() or word.isupper() or word.istitle()) or not _ALPHABET.issuperset(word.lower()):
        return False
    decomposed = unicodedata.normalize("NFD", word.lower())
    letters, tones = _TONES.subn("", decomposed)
    return tones <= 1 and _SYLLABLE.fullmatch(unicodedata.normalize("NFC", letters)) is not None


def _misread(text: str) -> str | None:
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None


def _from_tcvn3(text: str) -> str:
    return "".join(_TCVN3.get(one, one) for one in text)


def _from_vni(text: str) -> str:
    return _VNI_CODES.sub(lambda match: _VNI[match[0]], text)


# VNI first: on a tie the pairs of VNI say more than the single letters of TCVN3.
_DECODERS: tuple[tuple[Encoding, Callable[[str], str]], ...] = (
    (Encoding.VNI, _from_vni),
    (Encoding.TCVN3, _from_tcvn3),
)
