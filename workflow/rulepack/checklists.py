"""Papers (văn bản, tài liệu) that a dossier needs, review suggestions from above, and comments on drafts."""

from dataclasses import dataclass
from enum import StrEnum

from workflow.rulepack.guards import Mode
from workflow.rulepack.papers import Rule
from workflow.rulepack.selecting import EVERYTHING, Term, Where

LARGEST_MB = 50
"""No file is larger than this, in MB."""


class PaperKind(StrEnum):
    """What a paper is, whatever form it takes."""

    REVIEW_FORM = "review_form"
    """The review (bản kiểm điểm, báo cáo kiểm điểm)."""
    REPORT = "report"
    """The report on the year's results."""
    FRAME = "frame"
    """The criteria, filled in (khung tiêu chí)."""
    EXPLANATION = "explanation"
    """The answer to a suggestion from above (giải trình)."""
    SUMMARY = "summary"
    """The short report that goes with the dossiers (báo cáo tóm tắt)."""
    DECLARATION = "declaration"
    """A declaration (bản kê khai)."""
    CV = "cv"
    """The curriculum vitae (sơ yếu lý lịch)."""
    PARTY_COMMENT = "party_comment"
    """The comment of a party committee (nhận xét của cấp ủy)."""
    PETITION = "petition"
    """A petition about the result, and its answer (kiến nghị)."""
    MINUTES = "minutes"
    """Minutes of a meeting (biên bản)."""
    CONCLUSION = "conclusion"
    """The conclusion, or the notice of the result."""
    PLAN = "work_plan"
    """The plan by which a unit carries the review out (kế hoạch)."""
    DECISION = "decision"
    """A decision, as of who is on a delegation (quyết định)."""
    OTHER = "other"
    """What is none of these. As with every kind, a dossier has one rule of it."""


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
    """Each dossier has its own."""
    SEASON = "season"
    """One in the season: that of another track serves, a second one is refused."""
    YEAR = "year"
    """As `season`; and whoever hands one in is told of one in another season of the year."""


class Before(StrEnum):
    """What a suggestion is answered, and a draft commented on, before: the self-review, or the meeting (A-27)."""

    SELF_REVIEW = "self_review"
    """The dossier's self-review waits."""
    HOLD = "hold"
    """The meeting that reviews the dossier waits."""


def folded(form: str) -> str:
    """A form's name as it is compared: 02-B, 02b and "02 B" are one (A-26)."""
    return "".join(one for one in form.upper() if one.isalnum())


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRule(Rule):
    """A paper that some dossiers need: which kind, on one of which `forms`, and before which command of theirs.

    Of one kind a dossier has one rule; where a special one meets a general one it says so (`overrides`).
    """

    kind: PaperKind
    forms: tuple[str, ...] = ()
    """The forms that are taken, however their names are spelt (02-A, 02a); left out: any."""
    where: Where = EVERYTHING
    overrides: tuple[str, ...] = ()
    """The more general rules of this kind that this one takes dossiers from."""
    needed_at: str | None
    """The command of the dossier that waits for it; left out: never waited for, taken and listed all the same."""
    once: Once = Once.NONE
    recipient: str | None
    """Whom it goes to, where that is not the dossier's own way."""
    types: tuple[FileType, ...] = ()
    """The types of file that are taken, told by their bytes; left out: any."""
    largest: int | None
    """The largest file that is taken, in MB; left out: the system's own bound."""
    sections: tuple[Term, ...] = ()
    """Parts that the paper has; whoever attaches it says that they are there."""
    mode: Mode = Mode.ENFORCE
    missing: str | None
    """The form or list that the text lacks: the paper is told, never asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionRule(Rule):
    """Whether there is a suggestion from above (gợi ý kiểm điểm) is looked up, and answered by an explanation, before
    the review. "None" is a record too (A-23)."""

    where: Where = EVERYTHING
    before: tuple[Before, ...] = (Before.SELF_REVIEW, Before.HOLD)
    """What waits for it."""
    mode: Mode = Mode.ENFORCE
    missing: str | None
    """What the text lacks: the rule is told, never judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentsRule(Rule):
    """Whose comments on the draft are collected, and before what ("no comment" is a record too, A-23); and how many
    working days before the meeting the draft is there for those who will meet. One of the two, or both."""

    bodies: tuple[str, ...] = ()
    """Who is heard; each of them comments, or has none."""
    where: Where = EVERYTHING
    before: tuple[Before, ...] = (Before.HOLD,)
    """What waits for the comments."""
    working_days: int | None = None
    """How long before the meeting the draft is there, in working days, the day on which it came not counted."""
    mode: Mode = Mode.ENFORCE
    missing: str | None
    """What the text lacks: the rule is told, never judged."""
