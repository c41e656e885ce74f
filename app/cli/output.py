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

from app.cli.remedy import lines_of, rest_of
from workflow.answers import Answer, Done, Refused, verdict_to_json
from workflow.errors import Fault, Faulty, HosoError
from workflow.facts import Verdict
from workflow.messages import sentence, word
from workflow.services.views.steps import Cure, Finder, Step, unlike

DEFECT = 1
REFUSED = 3
UNSOUND = 4
UNWELL = 6
"""Exit statuses that no error carries: ours to mend, an answer that refuses, a record that does not verify, something
around the record that does not work."""

_BESIDE = frozenset({"attach", "suggest", "explain", "comment", "send", "receive", "opinion"})
"""Commands that leave every rank as it is: how the groups stand is no part of what people are told then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One command's voice."""

    language: str
    json: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    """What the pack calls by an id (`RulePack.names`), where it is known."""
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
            where = " · ".join(self._place(part) for part in one["where"])
            self.complain(f"  {where}: {one['message']}" if where else f"  {one['message']}")

    def _place(self, part: str) -> str:
        """A part of a place; "line 17" in the reader's words."""
        number = part.removeprefix("line ")
        return self.told("cli.at_line", number=number) if number != part and number.isdecimal() else part

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

    def answer(self, answer: Answer, *, cures: Finder | None = None, batch: Sequence[str] = ()) -> int:
        """Tell a command's answer; 0 if anything was done or nothing refused, 3 if refused.

        `cures` knows what helps against each verdict, so that lines can be pasted (`answering.tell`); `batch` are the
        dossiers that the command named.
        """
        finder = cures or (lambda _one, _verdict: Cure())
        commands = {one.command for one in answer.done} | {one.command for one in answer.refused}
        self.document(self._plain(answer, finder, batch))
        if not self.json:
            for done in answer.done:
                self._tell_done(done, finder)
            for change in answer.changes:
                self.line(
                    self.told(change["code"], **{name: value for name, value in change.items() if name != "code"})
                )
            for group in () if commands <= _BESIDE else answer.groups:
                code = "cli.group_over" if group.over else "cli.group_stands"
                figures = {
                    name: getattr(group, name) for name in ("key", "size", "base", "count", "allowance", "unvoted")
                }
                vote = "" if group.vote == "none" else " " + self.told("cli.group_vote", vote=group.vote)
                self.line(self.told(code, **figures) + vote)
            if answer.dry_run:
                self.say("cli.dry_run")
            if answer.repeated:
                self.say("cli.repeated")
        self._tell_refused(answer, finder, batch)
        return 0 if answer.accepted else REFUSED

    def _tell_done(self, done: Done, cures: Finder) -> None:
        if done.receipt:
            figures = {"ref": done.ref, "command": done.command, "to": done.to, "seq": done.seq}
            self.line(self.told("cli.done" if done.to else "cli.done_here", receipt=done.receipt, **figures))
        elif done.to:
            self.line(self.told("cli.would", ref=done.ref, command=done.command, to=done.to))
        else:
            self.line(self.told("cli.would_here", ref=done.ref, command=done.command))
        for warning in done.warnings:
            self.line(f"  ! {self.why(warning)}")
            if done.receipt:  # after a dry run there is nothing yet to add to
                for line in self._lines(cures(done, warning).steps, [done.ref]):
                    self.line(f"    {line}")

    def _tell_refused(self, answer: Answer, cures: Finder, batch: Sequence[str]) -> None:
        """Each refusal with its reasons, then what to do, in order; those refused for the very same reasons are told
        together."""
        alike: dict[str, list[Refused]] = {}
        for one in answer.refused:
            found = [cures(one, verdict).steps for verdict in one.verdicts]
            unknown = [verdict.rule for verdict in one.unknown]
            alike.setdefault(str([one.command, *self._heads(one, cures), found, unknown]), []).append(one)
        for of in alike.values():
            refs = [one.ref for one in of]
            self.complain(self.told("cli.refused", ref=", ".join(refs), command=of[0].command))
            for head in self._heads(of[0], cures):
                self.complain(head)
            for line in self._lines(_in_order(of[0], cures), refs, batch):
                self.complain(f"    {line}")
            for verdict in of[0].unknown:
                self.complain("  ? " + self.told("cli.unknown_rule", rule=verdict.rule, clause=verdict.clause))
        rest = _rest(answer, batch)
        if rest is not None and not self.json:
            self.complain(self.told("cli.rest", count=len(batch) - len(answer.refused)))
            self.complain(f"    → {rest}")

    def _lines(self, steps: Sequence[Step], refs: Sequence[str], batch: Sequence[str] = ()) -> Iterator[str]:
        """The lines of these steps, each once."""
        seen = set()
        for step in steps:
            for line in lines_of(step, refs, batch):
                if line not in seen:
                    seen.add(line)
                    yield (self.told("cli.instead") + " " if step.instead else "") + f"→ {line}"

    def _heads(self, refused: Refused, cures: Finder) -> Iterator[str]:
        """For each verdict: why, and who can help by when."""
        for verdict in refused.verdicts:
            clause = f" [{verdict.clause}]" if verdict.clause else ""
            person = self._who(verdict, cures(refused, verdict).who)
            told = [self.told("cli.who", who=person)] if person else []
            if verdict.by and (self.today is None or verdict.by >= self.today.isoformat()):
                told.append(self.told("cli.by", by=verdict.by))
            by = f"\n    {' '.join(told)}" if told else ""
            yield f"  ✗ {self.why(verdict)}{clause}{by}"

    def why(self, verdict: Verdict) -> str:
        """The reason as a sentence, with bodies by name."""
        return self.told(verdict.code, **{name: self.named(value) for name, value in verdict.figures.items()})

    def named(self, value: Any) -> Any:
        """A figure by the pack's name; the id, which is what one types, stays beside it."""
        if isinstance(value, str):
            return f"{self.names[value]} ({value})" if value in self.names else value
        return [self.named(one) for one in value] if isinstance(value, list | tuple) else value

    def _who(self, verdict: Verdict, person: str | None) -> str:
        if not verdict.who:
            return ""
        scope = f" {self.word(verdict.scope)}" if verdict.scope else ""
        return f"{self.names.get(verdict.who) or self.word(verdict.who)}{scope}" + (f" ({person})" if person else "")

    def _plain(self, answer: Answer, cures: Finder, batch: Sequence[str]) -> dict[str, Any]:
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
                    "receipt": one.receipt or None,
                    "warnings": [
                        self._plain_verdict(verdict) | _remedies(cures(one, verdict).steps, one.ref, batch)
                        for verdict in one.warnings
                    ],
                }
                for one in answer.done
            ],
            "refused": [
                self._plain_verdict(verdict)
                | {"ref": one.ref, "command": one.command}
                | _remedies(cures(one, verdict).steps, one.ref, batch)
                for one in answer.refused
                for verdict in one.verdicts
            ],
            "next": {
                one.ref: _pasted([step for step in _in_order(one, cures) if not step.instead], one.ref, batch)
                for one in answer.refused
            },
            "rest": _rest(answer, batch),
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
            "message": self.why(verdict),
            "figures": plain.get("figures", {}),
            "who": verdict.who,
            "by": verdict.by,
        }


def _in_order(refused: Refused, cures: Finder) -> list[Step]:
    """What helps against all the reasons of a refusal: what comes before the command first, then the command again."""
    steps = unlike(step for verdict in refused.verdicts for step in cures(refused, verdict).steps)
    return sorted(steps, key=lambda step: step.again)


def _pasted(steps: Sequence[Step], ref: str, batch: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(line for step in steps for line in lines_of(step, [ref], batch)))


def _remedies(steps: Sequence[Step], ref: str, batch: Sequence[str]) -> dict[str, str | None]:
    """The line that helps first, and the one for whoever cannot go that way."""
    first = _pasted([step for step in steps if not step.instead], ref, batch)
    other = _pasted([step for step in steps if step.instead], ref, batch)
    return {"remedy": next(iter(first), None), "instead": next(iter(other), None)}


def _rest(answer: Answer, batch: Sequence[str]) -> str | None:
    """The line for those of a batch that nothing stands against; None where there are none."""
    refused = {one.ref for one in answer.refused}
    if answer.done or not refused or not set(batch) - refused:
        return None
    return rest_of(batch, refused)
