"""Codes and figures become sentences here, and nowhere else (gettext).

A code is `domain.name`; each domain is one catalogue `locale/<language>/LC_MESSAGES/<domain>.po`, whose msgids are the
codes. Records keep codes and figures, so an old answer can be read in either language. A placeholder may say how its
figure is told: `{due:day}` (weekday and date), `{due:date}`, `{rank:word}` (a stored value, through the `word`
catalogue), `{missing:list}`, `{names:some}` (the first of a long list, and how many more there are), `{known:choices}`
(values that the reader is to type, each with its word behind it), `{at:instant}` (UTC microseconds, told in the local
zone), `{count:day|days}` (the figure, then the word for one or for more; Vietnamese, whose nouns do not change, needs
it not).
"""

import gettext
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

LOCALE = Path(__file__).parent / "locale"
LANGUAGES = ("vi", "en")

_WEEKDAYS = {
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}

_SOME = 12
"""So many of a long list are named; of the others, how many they are."""


def sentence(code: str, /, language: str = "vi", **figures: object) -> str:
    """The sentence for `code` in `language`.

    A code or a figure that the catalogue does not know is shown as it is: a reader of an old record must never meet an
    error here. A test holds the catalogues complete.
    """
    text = _catalogue(code.partition(".")[0], language).gettext(code)
    if text == code:
        return f"{code} {figures}" if figures else code
    try:
        return _Teller(language).vformat(text, (), figures)
    except (KeyError, ValueError, TypeError):
        return f"{text} {figures}"


def knows(code: str, language: str = "vi") -> bool:
    """Whether the catalogue of `language` has a sentence for `code`."""
    return _catalogue(code.partition(".")[0], language).gettext(code) != code


def word(value: str, language: str = "vi") -> str:
    """A stored value (rank, state, role …) as people say it; unknown ones stay as they are (pack vocabulary)."""
    code = f"word.{value}"
    return sentence(code, language) if knows(code, language) else value


@cache
def _catalogue(domain: str, language: str) -> gettext.NullTranslations:
    return gettext.translation(domain, LOCALE, [language], fallback=True)


class _Teller(Formatter):
    def __init__(self, language: str) -> None:
        self.language = language

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        return kwargs[str(key)]

    def format_field(self, value: Any, format_spec: str) -> str:
        how = _TELLINGS.get(format_spec)
        if how is not None:
            return how(value, self.language)
        if "|" in format_spec:
            return _tell_counted(value, format_spec)
        return "–" if value is None else str(format(value, format_spec))


@cache
def vietnam() -> tzinfo:
    """The zone in which instants are told. Looking it up costs more than a page of help."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    return ZoneInfo("Asia/Ho_Chi_Minh")


def _tell_date(value: Any, language: str) -> str:
    if value is None:
        return "–"
    day = value if isinstance(value, date) else date.fromisoformat(value)
    return day.strftime("%d/%m/%Y") if language == "vi" else f"{day.day} {day:%B %Y}"


def _tell_day(value: Any, language: str) -> str:
    if value is None:
        return "–"
    day = value if isinstance(value, date) else date.fromisoformat(value)
    return f"{_WEEKDAYS[language][day.weekday()]} {_tell_date(day, language)}"


def _tell_instant(value: Any, language: str) -> str:
    if value is None:
        return "–"
    moment = value if isinstance(value, datetime) else datetime.fromtimestamp(value / 1_000_000, UTC)
    local = moment.astimezone(vietnam())
    return f"{local:%H:%M} {_tell_date(local.date(), language)}"


def _tell_list(value: Any, language: str) -> str:
    return ", ".join(word(str(one), language) for one in value) if value else "–"


def _tell_some(value: Any, language: str) -> str:
    left = len(value) - _SOME
    return _tell_list(value, language) if left <= 0 else f"{_tell_list(value[:_SOME], language)} … (+{left})"


def _tell_choices(value: Any, language: str) -> str:
    told = [(str(one), word(str(one), language)) for one in value or ()]
    return ", ".join(one if one == means else f"{one} ({means})" for one, means in told) or "–"


def _tell_counted(value: Any, nouns: str) -> str:
    one, _, more = nouns.partition("|")
    return f"{'–' if value is None else value} {one if value == 1 else more}"


def _tell_word(value: Any, language: str) -> str:
    return "–" if value is None else word(str(value), language)


_TELLINGS = {
    "choices": _tell_choices,
    "date": _tell_date,
    "day": _tell_day,
    "instant": _tell_instant,
    "list": _tell_list,
    "some": _tell_some,
    "word": _tell_word,
}
