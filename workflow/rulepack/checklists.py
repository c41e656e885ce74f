"""Papers (văn bản, tài liệu) that a dossier needs, review suggestions from above, and comments on drafts."""

from dataclasses import dataclass
from enum import StrEnum

from workflow.rulepack.guards import Mode
from workflow.rulepack.papers import Clause, Text
from workflow.rulepack.selecting import EVERYTHING, Term, Where

LARGEST_MB = 50
"""No file is larger than this, in MB."""


class PaperKind(StrEnum):
    """What a paper is, whatever form it takes."""

    REVIEW_FORM = "review_form"
    REPORT = "report"
    FRAME = "frame"
    EXPLANATION = "explanation"
    SUMMARY = "summary"
    DECLARATION = "declaration"
    CV = "cv"
    PARTY_COMMENT = "party_comment"
    PETITION = "petition"
    MINUTES = "minutes"
    CONCLUSION = "conclusion"
    OTHER = "other"


class FileType(StrEnum):
    """A type of file that is told by its bytes, named as its suffix."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    ODT = "odt"
    ODS = "ods"
    DOC = "doc"
    XLS = "xls"
    JPG = "jpg"
    PNG = "png"


class Once(StrEnum):
    """Within what a subject has only one paper of a kind, over all tracks."""

    NONE = "none"
    SEASON = "season"
    YEAR = "year"


class Before(StrEnum):
    """What a suggestion is answered, and a draft commented on, before: the self-review, or the meeting (A-27)."""

    SELF_REVIEW = "self_review"
    HOLD = "hold"


def folded(form: str) -> str:
    """A form's name as it is compared: 02-B, 02b and "02 B" are one (A-26)."""
    return "".join(one for one in form.upper() if one.isalnum())


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRule:
    """A paper that some dossiers need: which kind, on one of which `forms`, and before which command of theirs.

    Of one kind a dossier has one rule; where a special one meets a general one it says so (`overrides`). `largest` is
    in MB, `types` empty: any. A paper with `missing` is told and never asked for.
    """

    id: str
    clause: Clause
    text: Text
    kind: PaperKind
    forms: tuple[str, ...] = ()
    where: Where = EVERYTHING
    overrides: tuple[str, ...] = ()
    needed_at: str | None
    """A command of the dossier; None: never waited for."""
    once: Once = Once.NONE
    recipient: str | None
    """Whom it goes to, where that is not the dossier's own way."""
    types: tuple[FileType, ...] = ()
    largest: int | None
    sections: tuple[Term, ...] = ()
    """Parts that the paper has; whoever attaches it says that they are there."""
    mode: Mode = Mode.ENFORCE
    missing: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionRule:
    """Whether there is a suggestion from above (gợi ý kiểm điểm) is looked up, and answered by an explanation, before
    the review. "None" is a record too (A-23)."""

    id: str
    clause: Clause
    text: Text
    where: Where = EVERYTHING
    before: tuple[Before, ...] = (Before.SELF_REVIEW, Before.HOLD)
    mode: Mode = Mode.ENFORCE
    missing: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentsRule:
    """Whose comments on the draft are collected, and before what ("no comment" is a record too, A-23); and how many
    working days before the meeting the draft is there for those who will meet. One of the two, or both."""

    id: str
    clause: Clause
    text: Text
    bodies: tuple[str, ...] = ()
    where: Where = EVERYTHING
    before: tuple[Before, ...] = (Before.HOLD,)
    working_days: int | None = None
    mode: Mode = Mode.ENFORCE
    missing: str | None
