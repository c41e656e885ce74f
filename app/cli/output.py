"""What people and programs get to read: sentences and tables, or one JSON document (design section 9).

With `--json` standard output carries one document and nothing else; messages go to standard error.
"""

import json as json_
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.cli.remedy import Finder, lines_of, step_of
from workflow.answers import Answer, Done, Refused, verdict_to_json
from workflow.errors import Fault, Faulty, HosoError
from workflow.facts import Verdict
from workflow.messages import sentence, word

DEFECT = 1
REFUSED = 3
UNSOUND = 4
UNWELL = 6
"""Exit statuses that no error carries: ours to mend, an answer that refuses, a record that does not verify, something
around the record that does not work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One command's voice."""

    language: str
    json: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    """What the pack calls its bodies, by id, where it is known."""
    today: date | None = None
    """The local day, where it is known: a day that has passed is no day by which to do something."""

    def told(self, code: str, /, **figures: Any) -> str:
        return sentence(code, self.language, **figures)

    def word(self, value: str) -> str:
        return word(value, self.language)

    def say(self, code: str, /, **figures: Any) -> None:
        """One sentence for a person; silent with `--json`."""
        if not self.json:
            self.line(self.told(code, **figures))

    def line(self, text: str = "") -> None:
        if not self.json:
            print(text)

    def complain(self, text: str) -> None:
        print(text, file=sys.stderr)

    def document(self, value: Any) -> None:
        """The one JSON document of this command; silent without `--json`."""
        if self.json:
            print(json_.dumps(value, ensure_ascii=False, indent=2, default=str))

    def table(
        self, title: str | None, columns: Sequence[str], rows: Sequence[Sequence[object]], *, least: Sequence[str] = ()
    ) -> None:
        """A table: drawn on a terminal, whole and tab-separated when piped. `title` and `columns` are message codes; a
        command that prints several tables titles them, and those of them that would be empty are left out. `least`:
        the columns that a narrow terminal may do without, the least important first."""
        if self.json or (title is not None and not rows):
            return
        if title is not None:
            print(f"\n{self.told(title)}")
        self.grid([self.told(one) for one in columns], rows, least=[columns.index(one) for one in least])

    def grid(self, heads: Sequence[str], rows: Sequence[Sequence[object]], *, least: Sequence[int] = ()) -> None:
        """A table, as `table` prints it, whose headings are words already; `least` are numbers of columns, from 0."""
        if self.json:
            return
        table = [[*heads], *(["" if one is None else str(one) for one in row] for row in rows)]
        if not sys.stdout.isatty():
            for row in table:
                print("\t".join(" ".join(one.split()) for one in row))
            return
        from rich.console import Console  # noqa: PLC0415  only where somebody looks

        from app.cli.tables import NOTHING, by_rows, drawn, fit  # noqa: PLC0415

        # A name in square brackets is a name and no markup.
        screen = Console(markup=False, highlight=False, emoji=False, soft_wrap=True)
        laid = fit(table, screen.width, least=least)
        if laid is None:
            print("\n".join(by_rows(table, screen.width)))
        else:
            screen.print(drawn(table, laid))
        gone = [] if laid is None else [head for at, head in enumerate(table[0]) if at not in laid.columns]
        filled = [one for one in gone if any(row[table[0].index(one)] not in NOTHING for row in table[1:])]
        if filled:
            print(self.told("cli.table_narrow", columns=", ".join(filled)))

    @contextmanager
    def working(self, code: str, /, **figures: Any) -> Iterator[None]:
        """Something that takes a while: a moving bar on the terminal of whoever waits for it."""
        if not sys.stderr.isatty():
            yield
            return
        from rich.console import Console  # noqa: PLC0415
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

        shown = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
        with Progress(*shown, console=Console(stderr=True), transient=True) as progress:
            progress.add_task(self.told(code, **figures), total=None)
            yield

    def faults(self, faults: Sequence[Fault]) -> list[dict[str, Any]]:
        """Faults of a file as plain values."""
        return [
            {"where": list(one.where), "code": one.code, "message": self.told(one.code, **one.figures)}
            for one in faults
        ]

    def complain_of(self, faults: Sequence[Fault]) -> None:
        """A line for each fault: where, then what."""
        for one in self.faults(faults):
            where = " · ".join(one["where"])
            self.complain(f"  {where}: {one['message']}" if where else f"  {one['message']}")

    def fail(self, error: HosoError, *, near: Mapping[str, tuple[str, ...]] | None = None) -> int:
        """Tell an error; its exit status. `near`: what was given and is unknown → what it may have meant."""
        from app.cli.near import lines_with  # noqa: PLC0415

        meant = list(dict.fromkeys(one for found in (near or {}).values() for one in found))
        message = self.told(error.code, **error.figures)
        faults = error.faults if isinstance(error, Faulty) else ()
        if self.json:
            figures, told = dict(error.figures), self.faults(faults)
            error_told = {"code": error.code, "message": message, "figures": figures, "near": meant, "faults": told}
            self.document({"error": error_told})
        self.complain(message)
        if near:
            self.complain(self.told("cli.near", near=meant))
            for line in lines_with(near):
                self.complain(f"  → {line}")
        self.complain_of(faults)
        return error.exit_status

    def defect(self, error: Exception) -> int:
        """Say that Hoso itself is at fault."""
        message = self.told("cli.defect", kind=type(error).__name__, detail=str(error))
        self.document({"error": {"code": "cli.defect", "message": message, "figures": {}, "faults": []}})
        self.complain(message)
        return DEFECT

    def answer(self, answer: Answer, *, who: Finder | None = None) -> int:
        """Tell a command's answer; 0 if anything was done or nothing refused, 3 if refused.

        `who` names somebody for each verdict, so that its remedy can be pasted (`answering.tell` knows).
        """
        finder = who or (lambda _refused, _verdict: None)
        self.document(self._plain(answer, finder))
        if not self.json:
            for done in answer.done:
                self._tell_done(done)
            for change in answer.changes:
                self.line(
                    self.told(change["code"], **{name: value for name, value in change.items() if name != "code"})
                )
            for group in answer.groups:
                code = "cli.group_over" if group.over else "cli.group_stands"
                figures = {
                    name: getattr(group, name)
                    for name in ("key", "vote", "size", "base", "count", "allowance", "unvoted")
                }
                self.line(self.told(code, **figures))
            if answer.dry_run:
                self.say("cli.dry_run")
            if answer.repeated:
                self.say("cli.repeated")
        self._tell_refused(answer.refused, finder)
        return 0 if answer.accepted else REFUSED

    def _tell_done(self, done: Done) -> None:
        figures = {"ref": done.ref, "command": done.command, "to": done.to, "seq": done.seq, "receipt": done.receipt}
        self.line(self.told("cli.done" if done.to else "cli.done_here", **figures))
        for warning in done.warnings:
            self.line(f"  ! {self._why(warning)}")

    def _tell_refused(self, refused: Sequence[Refused], who: Finder) -> None:
        """Each refusal with its reasons; those refused for the very same reasons are told together."""
        alike: dict[str, list[Refused]] = {}
        for one in refused:
            steps = [(str(step_of(verdict, one)), who(one, verdict)) for verdict in one.verdicts]
            unknown = [verdict.rule for verdict in one.unknown]
            alike.setdefault(str([one.command, *self._heads(one, who), steps, unknown]), []).append(one)
        for of in alike.values():
            self.complain(self.told("cli.refused", ref=", ".join(one.ref for one in of), command=of[0].command))
            for verdict, head in zip(of[0].verdicts, self._heads(of[0], who), strict=True):
                self.complain(head)
                for line in lines_of(verdict, of, who(of[0], verdict)):
                    self.complain(f"    → {line}")
            for verdict in of[0].unknown:
                self.complain("  ? " + self.told("cli.unknown_rule", rule=verdict.rule, clause=verdict.clause))

    def _heads(self, refused: Refused, who: Finder) -> Iterator[str]:
        """For each verdict: why, and who can help by when."""
        for verdict in refused.verdicts:
            clause = f" [{verdict.clause}]" if verdict.clause else ""
            person = self._who(verdict, who(refused, verdict))
            told = [self.told("cli.who", who=person)] if person else []
            if verdict.by and (self.today is None or verdict.by >= self.today.isoformat()):
                told.append(self.told("cli.by", by=verdict.by))
            by = f"\n    {' '.join(told)}" if told else ""
            yield f"  ✗ {self._why(verdict)}{clause}{by}"

    def _why(self, verdict: Verdict) -> str:
        return self.told(verdict.code, **{name: self._named(value) for name, value in verdict.figures.items()})

    def _named(self, value: Any) -> Any:
        """A figure with the pack's bodies by name; the id, which is what one types, stays beside it."""
        if isinstance(value, str):
            return f"{self.names[value]} ({value})" if value in self.names else value
        return [self._named(one) for one in value] if isinstance(value, list | tuple) else value

    def _who(self, verdict: Verdict, person: str | None) -> str:
        if not verdict.who:
            return ""
        scope = f" {self.word(verdict.scope)}" if verdict.scope else ""
        return f"{self.word(verdict.who)}{scope}" + (f" ({person})" if person else "")

    def _plain(self, answer: Answer, who: Finder) -> dict[str, Any]:
        return {
            "act": answer.act,
            "dry_run": answer.dry_run,
            "repeated": answer.repeated,
            "done": [
                {
                    "ref": one.ref,
                    "kind": one.kind,
                    "command": one.command,
                    "from": one.came_from,
                    "to": one.to,
                    "seq": one.seq,
                    "receipt": one.receipt,
                    "warnings": [self._plain_verdict(verdict) for verdict in one.warnings],
                }
                for one in answer.done
            ],
            "refused": [
                {
                    **self._plain_verdict(verdict),
                    "ref": one.ref,
                    "command": one.command,
                    "remedy": next(iter(lines_of(verdict, [one], who(one, verdict))), None),
                }
                for one in answer.refused
                for verdict in one.verdicts
            ],
            "unknown": [
                {"ref": one.ref, "rule": verdict.rule, "clause": verdict.clause}
                for one in answer.refused
                for verdict in one.unknown
            ],
            "groups": [{name: getattr(one, name) for name in type(one).__slots__} for one in answer.groups],
            "changes": [dict(one) for one in answer.changes],
        }

    def _plain_verdict(self, verdict: Verdict) -> dict[str, Any]:
        plain = verdict_to_json(verdict)
        return {
            "rule": verdict.rule,
            "clause": verdict.clause,
            "code": verdict.code,
            "message": self._why(verdict),
            "figures": plain.get("figures", {}),
            "who": verdict.who,
            "by": verdict.by,
        }
