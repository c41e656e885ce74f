"""Lists of allowed words: what a cell may say, and which stored value each way of saying it means."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from workbooks.text import bare, key
from workflow.messages import LANGUAGES, word
from workflow.rulepack import Body, Term
from workflow.words import GRANTABLE, Lead, Rank, Role, SubjectKind

_REMEMBERED = 1_000
"""A column says the same few words again and again; somebody else's column does not."""

_DENYING = frozenset({"khong", "chua", "ko", "not", "no", "non"})
"""Words, without marks, that turn what is said into its opposite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One stored value and the ways of writing it; `vi` and `en` are what drop-downs offer."""

    value: str
    vi: str
    en: str
    aliases: tuple[str, ...] = ()

    def told(self, language: str) -> str:
        return self.en if language == "en" else self.vi


class Lexicon:
    """Choices that are found by stored value or by any label, without regard to case, spaces and the place of a tone
    mark; labels without any marks are understood too where only one choice has them."""

    def __init__(self, choices: Iterable[Choice]) -> None:
        self.choices = tuple(choices)
        self._exact: dict[str, str] = {}
        loose: dict[str, set[str]] = {}
        self._denying: set[str] = set()
        for choice in self.choices:
            for way in (choice.value, choice.vi, choice.en, *choice.aliases):
                self._exact.setdefault(key(way) or way, choice.value)
                loose.setdefault(bare(way), set()).add(choice.value)
                if _denies(way):
                    self._denying.add(bare(way))
        self._loose: Mapping[str, str] = {way: min(values) for way, values in loose.items() if way and len(values) == 1}
        self._labels = {choice.value: choice.vi for choice in self.choices}
        self._found: dict[str, str | None] = {}

    def __bool__(self) -> bool:
        return bool(self.choices)

    def find(self, text: str) -> str | None:
        """The stored value that `text` means, or None."""
        if text in self._labels:
            return text
        if text in self._found:
            return self._found[text]
        found = self._exact.get(key(text) or text) or self._loose.get(bare(text))
        if len(self._found) < _REMEMBERED:
            self._found[text] = found
        return found

    def nearest(self, text: str) -> str | None:
        """The label of the choice that `text` was probably meant to be, or None where nothing is near. However alike
        two wordings look, what denies ("không …", "chưa …") was never meant to be what affirms."""
        ways = [way for way in self._loose if (way in self._denying) == _denies(text)]
        close = get_close_matches(bare(text)[:100], ways, n=1, cutoff=0.6)
        return self._labels[self._loose[close[0]]] if close else None

    def labels(self, language: str = "vi") -> tuple[str, ...]:
        return tuple(choice.told(language) for choice in self.choices)

    def label(self, value: str, language: str = "vi") -> str:
        """What a drop-down offers for `value`; the value itself where no label would be read back as it."""
        label = next((choice.told(language) for choice in self.choices if choice.value == value), value)
        return label if self.find(label) == value else value


def _denies(text: str) -> bool:
    return any(bare(word) in _DENYING for word in re.split(r"[\W_]+", text))


def of_terms(terms: Iterable[Term]) -> Lexicon:
    """A family of the pack's vocabulary."""
    return Lexicon(Choice(value=term.id, vi=term.label.vi, en=term.label.told("en")) for term in terms)


def of_bodies(bodies: Iterable[Body]) -> Lexicon:
    return Lexicon(
        Choice(value=body.id, vi=body.id, en=body.id, aliases=(body.name.vi, body.name.en)) for body in bodies
    )


def _choice(value: str, vi: str, en: str, *aliases: str) -> Choice:
    """A choice that is also understood under the words that messages use for its value."""
    return Choice(value=value, vi=vi, en=en, aliases=(*aliases, *(word(value, language) for language in LANGUAGES)))


def subject_kinds() -> Lexicon:
    return Lexicon(
        (
            _choice(SubjectKind.PERSON, "Cá nhân", "Person", "Người"),
            _choice(SubjectKind.COLLECTIVE, "Tập thể", "Collective", "Tập thể lãnh đạo, quản lý"),
            _choice(SubjectKind.AGENCY, "Cơ quan", "Agency", "Cơ quan, đơn vị"),
            _choice(SubjectKind.PARTY_ORGANISATION, "Tổ chức đảng", "Party organisation", "Party organization"),
        )
    )


def leads() -> Lexicon:
    return Lexicon(
        (
            Choice(value=Lead.HEAD, vi="Trưởng", en="Head", aliases=("Cấp trưởng", "Người đứng đầu", "Thủ trưởng")),
            Choice(value=Lead.DEPUTY, vi="Phó", en="Deputy", aliases=("Cấp phó",)),
            Choice(value=Lead.NONE, vi="Không", en="No", aliases=("None", "Neither")),
        )
    )


def roles() -> Lexicon:
    """The roles that can be given to somebody, in the order of `Role`."""
    named = {
        Role.COORDINATOR: ("Cán bộ tổng hợp", "Coordinator", "Đầu mối", "Điều phối"),
        Role.RATIFIER: ("Người phê duyệt", "Ratifier", "Cấp có thẩm quyền phê duyệt", "Phê duyệt"),
        Role.REGISTRAR: ("Văn thư ghi nhận", "Registrar", "Văn thư", "Ghi nhận"),
        Role.ISSUER: ("Cơ quan ban hành", "Issuer", "Người ban hành", "Ban hành"),
        Role.MONITOR: ("Người đôn đốc", "Monitor", "Theo dõi, đôn đốc", "Theo dõi", "Đôn đốc"),
        Role.AUTHORITY: ("Cấp có thẩm quyền", "Authority", "Thẩm quyền"),
        Role.AUDITOR: ("Người kiểm tra", "Auditor", "Thanh tra, kiểm tra", "Thanh tra", "Kiểm tra"),
    }
    return Lexicon(_choice(role, *named[role]) for role in Role if role in GRANTABLE)


def ranks() -> Lexicon:
    """The four ranks: the stored value, the official name, and how it is abbreviated on paper."""
    short = {Rank.EXCELLENT: "HTXSNV", Rank.GOOD: "HTTNV", Rank.COMPLETED: "HTNV", Rank.NOT_COMPLETED: "KHTNV"}
    return Lexicon(_choice(rank, word(rank), word(rank, "en"), short[rank]) for rank in Rank)


def languages() -> Lexicon:
    return Lexicon(
        (
            Choice(value="vi", vi="vi", en="vi", aliases=("Tiếng Việt", "Việt", "Vietnamese")),
            Choice(value="en", vi="en", en="en", aliases=("Tiếng Anh", "Anh", "English")),
        )
    )


YES, NO = "yes", "no"


def yes_or_no() -> Lexicon:
    return Lexicon(
        (
            Choice(value=YES, vi="Có", en="Yes", aliases=("x", "1", "true", "✓", "✔", "đúng")),
            Choice(value=NO, vi="Không", en="No", aliases=("0", "false", "ko", "sai")),
        )
    )
