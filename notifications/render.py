"""A letter becomes words: a subject, a plain text and an HTML body, in the recipient's language.

Layout and standing prose are templates (`templates/mail/<language>/`), sentences with figures come from the catalogue
of domain `mail`. A name that a template does not know is an error, and what comes from a roster is escaped in HTML.
"""

from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined, select_autoescape

from notifications.letters import Duty, Letter
from workflow.messages import sentence, word


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A letter in words. The subject is one line."""

    subject: str
    text: str
    html: str


def render(letter: Letter) -> Words:
    """The letter in its recipient's language. Raises `jinja2.UndefinedError` for a template that names what is not
    there."""
    say = partial(_say, letter.language)
    values = {"letter": letter, "say": say, "word": partial(word, language=letter.language)}
    bodies = {
        kind: _templates().get_template(f"{letter.language}/alert.{kind}").render(values) for kind in ("txt", "html")
    }
    return Words(subject=subject_of(letter), text=bodies["txt"], html=bodies["html"])


def subject_of(letter: Letter) -> str:
    """What an inbox shows: how many are overdue, how many are due, or the one there is; by which day."""
    told = _subject(letter)
    return sentence("mail.rehearsal", letter.language, subject=told) if letter.rehearsal else told


def _subject(letter: Letter) -> str:
    say = partial(_say, letter.language)
    late = [one for one in letter.duties if one.is_open and one.late is not None]
    due = [one for one in letter.duties if one.is_open and one.late is None]
    if not letter.duties:
        return say("mail.subject_notice", count=len(letter.notices), season=letter.season)
    if not late and not due:
        return say("mail.subject_settled", count=len(letter.duties))
    if letter.with_register:
        return say("mail.subject_register", count=len(late), season=letter.season)
    if len(late) + len(due) == 1:
        return _subject_of_one(letter, (late or due)[0])
    if not due:
        return say("mail.subject_late", count=len(late))
    first = min(one.last_good_day for one in due)
    if not late:
        return say("mail.subject_due", count=len(due), day=first)
    return say("mail.subject_both", late=len(late), due=len(due), day=first)


def _subject_of_one(letter: Letter, duty: Duty) -> str:
    figures = {"text": duty.text, "owner": duty.owner, "day": duty.last_good_day}
    if duty.late is not None:
        return sentence("mail.subject_late_one", letter.language, days=duty.late, **figures)
    return sentence("mail.subject_due_one", letter.language, **figures)


def _say(language: str, code: str, /, **figures: object) -> str:
    return sentence(code, language, **figures)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FunctionLoader(_source),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"], default=False),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _source(name: str) -> str:
    folder, _, file = name.partition("/")
    return (files("templates") / "mail" / folder / file).read_text(encoding="utf-8")
