"""What papers, suggestions, comments and the route ask of a command, told once more from the words of the design and
of the regulations."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tests.machine.filed import Filed, Sheet
from tests.machine.model import Model
from tests.machine.picture import Line
from workflow.rulepack import Before, CommentsRule, Mode, Once, PaperRule, Route, RulePack, StepKind, SuggestionRule
from workflow.services.dossiers import Advance

MB = 1024 * 1024
Unmet = set[tuple[str, str]]
"""(rule, code): what refuses a command."""

TOLD = frozenset(
    {
        *(
            "form_missing",
            "form_other",
            "paper_type",
            "paper_large",
            "paper_parts",
            "paper_parts_unknown",
            "paper_missing",
            "second_paper",
        ),
        *("version_unreasoned", "version_other_form", "attachment_missing", "explanation_unasked"),
        *("suggestion_unknown", "unexplained", "unheard", "suggestion_known", "suggestion_undescribed"),
        *(
            "suggestion_in_future",
            "none_and_some",
            "comment_undescribed",
            "comment_unasked",
            "not_on_route",
            "already_sent",
            "already_received",
            "nothing_to_receive",
        ),
        *("fault_unnamed", "fault_untold", "fault_not_open", "fault_which_way", "mending_untold"),
        *("sends_missing", "opinion_missing", "opinion_not_asked", "meeting_unexplained", "meeting_unheard"),
    }
)
"""The codes that are told beforehand; others are asked elsewhere."""

_UNVOTED = ("drafted", "self_reviewed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paperwork:
    """A season's dossiers as they stood before a command; `rows` with what selectors choose by, by ref."""

    pack: RulePack
    rows: Mapping[str, Line]
    model: Model
    selects: Callable[..., bool]

    def unmet(self, order: Advance, ref: str, day: date) -> Unmet:
        """What refuses a command on a dossier that is in its state, as far as papers and routes go."""
        row, file = self.rows[ref], self.model.dossiers[ref].file
        found = {(rule.id, "paper_missing") for rule in self.lacking(order.command, row)}
        found |= self._handed(order, row)
        match order.command:
            case "self_review":
                return found | self._unanswered(row, file)
            case "suggest":
                return found | _suggested(order, file, day)
            case "comment":
                return found | _commented(order) | self._unasked(order)
            case "record_fault":
                return found | _pointed_out(order, file)
            case "explain" if not any(file.suggested):
                return found | {("hoso.explanation_asked", "explanation_unasked")}
            case "submit" | "send" | "receive":
                return found | _sent(order, self.route(row), file)
            case "opinion" if order.args.get("body") not in self.route(row).opinions:
                return found | {(row["route"], "opinion_not_asked")}
            case "ratify":
                return found | self._undecidable(self.route(row), file)
        return found

    def _unasked(self, order: Advance) -> Unmet:
        """A comment of somebody whom no rule of the pack asks for one."""
        asked = {body for one in self.pack.comments if one.mode is not Mode.OFF for body in one.bodies}
        body = order.args.get("body")
        strange = bool(asked) and body is not None and body not in asked
        return {("hoso.comment_asked", "comment_unasked")} if strange else set()

    def route(self, row: Line) -> Route:
        return next(one for one in self.pack.routes if one.id == row["route"])

    # — papers —

    def papers(self, row: Line) -> list[PaperRule]:
        matching = [one for one in self.pack.papers if self.selects(one.where, row)]
        over = {name for one in matching for name in one.overrides}
        return [one for one in matching if one.id not in over]

    def _judged(self, row: Line) -> Iterator[PaperRule]:
        return (one for one in self.papers(row) if one.mode is Mode.ENFORCE and not one.missing)

    def sheets(self, order: Advance, ref: str) -> list[Sheet]:
        """The papers among a command's files, the form as the pack spells it."""
        if order.command not in {"attach", "explain"} or not (self.pack.papers or self.pack.suggestions):
            return []
        args, rules = order.args, self.papers(self.rows[ref])
        return [
            Sheet(
                kind=one.kind,
                form=_spelt(rules, one.kind, args.get("form")),
                type=one.name.rpartition(".")[2],
                size=len(one.content),
                sections=tuple(args.get("sections") or ()),
                new=bool(args.get("new_version")),
            )
            for one in order.uploads
        ]

    def _handed(self, order: Advance, row: Line) -> Unmet:
        found = set()
        if order.command in {"attach", "explain"} and not order.uploads:
            found.add(("hoso.files_given", "attachment_missing"))
        sheets = self.sheets(order, row["ref"])
        for rule in self._judged(row):
            here = [one for one in sheets if one.kind == rule.kind]
            told = (_misfit(rule, one, reasoned=bool(order.args.get("reason"))) for one in here)
            faults = [fault for fault in told if fault is not None]
            found |= {(rule.id, faults[0])} if faults else set()
            second = self._second(rule, row, here, reasoned=bool(order.args.get("reason"))) if here else None
            found |= {(rule.id, second)} if second else set()
        return found

    def _second(self, rule: PaperRule, row: Line, here: Sequence[Sheet], *, reasoned: bool) -> str | None:
        """One paper of a kind in the year or season, over all of a subject's dossiers, unless it is a corrected one."""
        if rule.once is Once.NONE:
            return None
        own = self._of_kind(rule, row)
        others = self._beside(rule, row)
        if len(here) == 1 and not own and not others:
            return None
        if len(here) > 1 or others or not here[0].new:
            return "second_paper"
        if _fits([own[-1].form or ""], rule.forms) and not _fits([here[0].form or ""], [own[-1].form or ""]):
            return "version_other_form"
        return None if reasoned else "version_unreasoned"

    def _of_kind(self, rule: PaperRule, row: Line) -> list[Sheet]:
        return [one for one in self.model.dossiers[row["ref"]].file.sheets if one.kind == rule.kind]

    def _beside(self, rule: PaperRule, row: Line) -> list[Sheet]:
        """The papers of that kind in the subject's other dossiers."""
        others = [one for one in self.rows.values() if one["subject"] == row["subject"] and one["ref"] != row["ref"]]
        return [sheet for one in others for sheet in self._of_kind(rule, one)]

    def lacking(self, command: str, row: Line) -> Iterator[PaperRule]:
        """The papers that a command waits for and nobody handed in; one that is made once serves all of a subject."""
        for rule in self._judged(row):
            serving = self._of_kind(rule, row) + (self._beside(rule, row) if rule.once is not Once.NONE else [])
            if rule.needed_at == command and not any(_fits([one.form or ""], rule.forms) for one in serving):
                yield rule

    # — suggestions and comments —

    def _unanswered(self, row: Line, file: Filed) -> Unmet:
        found = set()
        for rule in self._asking(row, Before.SELF_REVIEW):
            if isinstance(rule, CommentsRule):
                found |= {(rule.id, "unheard")} if set(rule.bodies) - set(file.heard) else set()
            elif not file.suggested or file.unexplained:
                found.add((rule.id, "unexplained" if file.suggested else "suggestion_unknown"))
        return found

    def _asking(self, row: Line, before: Before) -> Iterator[SuggestionRule | CommentsRule]:
        asking: list[SuggestionRule | CommentsRule] = [*self.pack.suggestions, *self.pack.comments]
        for rule in asking:
            hard = rule.mode is Mode.ENFORCE and not rule.missing
            if hard and before in rule.before and self.selects(rule.where, row):
                yield rule

    def holding_up(self, unit: str, kind: str | None) -> dict[str, Unmet]:
        """Ref → what keeps a meeting of a unit from being held."""
        where = None if kind is None else self.pack.meeting(kind).where
        found: dict[str, Unmet] = {}
        for ref, row in self.rows.items():
            reviewed = where is None or self.selects(where, row)
            if row["unit"] != unit or row["state"] not in _UNVOTED or not reviewed:
                continue
            file = self.model.dossiers[ref].file
            for rule in self._asking(row, Before.HOLD):
                if isinstance(rule, CommentsRule) and set(rule.bodies) - set(file.heard):
                    found.setdefault(ref, set()).add((rule.id, "meeting_unheard"))
                elif isinstance(rule, SuggestionRule) and (not file.suggested or file.unexplained):
                    found.setdefault(ref, set()).add((rule.id, "meeting_unexplained"))
        return found

    # — routes —

    def _undecidable(self, route: Route, file: Filed) -> Unmet:
        required = {one.body for one in route.recipients if one.required}
        found = {(route.id, "sends_missing")} if required - set(file.sends) else set()
        asked = route.step is StepKind.CONSULTATION or route.opinions_needed
        return found | (
            {(route.id, "opinion_missing")} if asked and set(route.opinions) - set(file.opinions) else set()
        )


def recipient(order: Advance, route: Route) -> str | None:
    """Whom a dossier goes to: the first that it has to go to, where a submission names nobody."""
    first = next((one.body for one in route.recipients if one.required), None)
    named: str | None = order.args.get("to")
    return named or (first if order.command == "submit" else None)


def _fits(forms: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether one of these forms is wanted, however it is spelt; any is, where none is named."""

    def plain(form: str) -> str:
        return form.upper().replace("-", "").replace(" ", "").replace(".", "")

    return not wanted or not {plain(one) for one in forms}.isdisjoint(plain(one) for one in wanted)


def _spelt(rules: Sequence[PaperRule], kind: str, form: str | None) -> str | None:
    forms = next((one.forms for one in rules if one.kind == kind), ())
    if form is None:
        return forms[0] if len(forms) == 1 else None
    return next((one for one in forms if _fits([one], [form])), form)


def _misfit(rule: PaperRule, sheet: Sheet, *, reasoned: bool) -> str | None:
    if rule.forms and (sheet.form is None or not _fits([sheet.form], rule.forms)):
        return "form_missing" if sheet.form is None else "form_other"
    if rule.types and sheet.type not in rule.types:
        return "paper_type"
    if rule.largest is not None and sheet.size > rule.largest * MB:
        return "paper_large"
    known = {one.id for one in rule.sections}
    if set(sheet.sections) - known:
        return "paper_parts_unknown"
    if sheet.new and not reasoned:
        return "version_unreasoned"
    return "paper_parts" if known - set(sheet.sections) else None


def _suggested(order: Advance, file: Filed, day: date) -> Unmet:
    args = order.args
    told = [args.get(name) for name in ("body", "on", "text")]
    code = None
    if args.get("none"):
        code = "none_and_some" if any(told) else "suggestion_known" if any(file.suggested) else None
    elif not all(told):
        code = "suggestion_undescribed"
    elif date.fromisoformat(args["on"]) > day:
        code = "suggestion_in_future"
    return {("hoso.suggestion_described", code)} if code else set()


def _commented(order: Advance) -> Unmet:
    said, none = bool(order.args.get("text")), bool(order.args.get("none"))
    if said and none:
        return {("hoso.comment_described", "none_and_some")}
    whole = order.args.get("body") and (said or none)
    return set() if whole else {("hoso.comment_described", "comment_undescribed")}


def _pointed_out(order: Advance, file: Filed) -> Unmet:
    args, code = order.args, None
    number, said = args.get("fault"), bool(args.get("text"))
    mended, back = bool(args.get("mended")), bool(args.get("none"))
    if number is None:
        code = "fault_unnamed" if mended or back else None if said else "fault_untold"
    elif file.faults[number - 1 : number] != ["open"]:
        code = "fault_not_open"
    elif mended == back:
        code = "fault_which_way"
    elif mended:
        code = None if said else "mending_untold"
    elif said:
        code = "none_and_some"
    return {("hoso.fault_described", code)} if code else set()


def _sent(order: Advance, route: Route, file: Filed) -> Unmet:
    to, known = recipient(order, route), {one.body for one in route.recipients}
    if order.command == "receive":
        known |= {one.via for one in route.recipients if one.via is not None}
    if to not in known:
        return {(route.id, "not_on_route")}
    if order.command == "receive":
        if to in file.receipts:
            return {(route.id, "already_received")}
        reached = {name for one in route.recipients if one.body in file.sends for name in (one.body, one.via)}
        return set() if to in reached else {(route.id, "nothing_to_receive")}
    return {(route.id, "already_sent")} if to in file.sends else set()
