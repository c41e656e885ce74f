"""Rules: dossiers on their way, and groups that vote."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.machine import papers
from tests.machine.driver import PLAIN, How
from tests.machine.gatherings import BACK, HOW, LIKELY, RANKS, REASONS, Gatherings
from tests.machine.model import SOURCES, Believed
from tests.machine.picture import Line
from tests.season import SEASON_COORDINATOR
from workflow.answers import Answer
from workflow.services.context import By, Upload
from workflow.services.votes import vote

DIRECT = sorted(set(SOURCES) - {"self_review", "record_vote", "submit", "ratify"})


def ready(*states: str) -> Callable[[Any], bool]:
    """A precondition: there are dossiers in one of these states."""
    return lambda machine: bool(machine.driver.model.in_state(*states))


class Flow(Gatherings):
    def some(self, data: st.DataObject, found: Sequence[Believed], *, one_unit: bool = True) -> list[Believed]:
        """One or several of them, of one unit where one coordinator acts."""
        first = self.one(data, found)
        others = {one.ref: one for one in found if one is not first and (not one_unit or one.unit == first.unit)}
        more = data.draw(st.lists(st.sampled_from(sorted(others)), unique=True)) if others else []
        return [first, *(others[ref] for ref in more)]

    def one(self, data: st.DataObject, found: Sequence[Believed]) -> Believed:
        return self.driver.model.dossiers[data.draw(st.sampled_from([one.ref for one in found]))]

    def ask(self, command: str, key: str, by: By, how: How = PLAIN) -> Any:
        """A command on a key's groups; then the model knows who votes again."""
        before = self.driver.look
        outcome = self.driver.give(lambda context, who: vote(context, "2024", who, command, key), by, how)
        if command == "revote" and isinstance(outcome, Answer) and outcome.done and not outcome.repeated:
            was = {one["id"]: one["seq"] for one in before.lines("quota_group")}
            groups = {one["id"] for one in self.driver.look.lines("quota_group") if one["seq"] > was[one["id"]]}
            keys = {one["key"] for one in before.lines("quota_group") if one["id"] in groups}
            assert keys == {key}
            refs = {one["id"]: one["ref"] for one in before.lines("dossier")}
            for one in before.lines("member"):
                if one["group_id"] in groups and one["left_on"] is None:
                    self.driver.model.vote_again(refs[one["dossier"]])
        return outcome

    def keys(self) -> list[str]:
        return sorted({one["key"] for one in self.driver.look.lines("quota_group") if one["vote"] != "none"})

    # — whole stretches —

    def begin(self, stage: str, excellent: int) -> None:
        """Bring everybody up to a stage, so many of each unit excellent: what is rare from the start comes early."""
        for unit in sorted(self.driver.look.unit_paths()):
            here = [one for one in self.driver.model.dossiers.values() if one.unit == unit]
            if not here or stage == "drafted":
                continue
            self.prepare(here, "self_review")
            self.driver.advance("self_review", [one.ref for one in here], self.who(f"CV-{unit}", None), rank="good")
            self.vote_on(here, ["excellent" if at < excellent else "good" for at in range(len(here))])
        if stage in {"closed", "submitted", "ratified"}:
            for key in self.keys():
                self.ask("close_vote", key, self.who(SEASON_COORDINATOR, None))
        if stage in {"submitted", "ratified"}:
            self.prepare(self.driver.model.in_state("unit_voted"), "submit")
            refs = [one.ref for one in self.driver.model.in_state("unit_voted")]
            self.driver.advance("submit", refs, self.who(SEASON_COORDINATOR, None), partial=True)
        for one in self.driver.model.in_state("submitted") if stage == "ratified" else []:
            self.prepare([one], "ratify")
            actor, args = self.driver.decider(self.row(one.ref))
            self.driver.advance("ratify", [one.ref], self.who(actor, None), **args)

    @precondition(ready("drafted"))
    @rule(data=st.data(), rank=RANKS, how=HOW, prepared=LIKELY)
    def review(self, data: st.DataObject, rank: str, how: How, prepared: bool) -> None:
        chosen = self.some(data, self.driver.model.in_state("drafted"))
        self.prepare(chosen if prepared else [], "self_review")
        by = self.who(f"CV-{chosen[0].unit}", None)
        self.driver.advance("self_review", [one.ref for one in chosen], by, how, rank=rank, reason="Chậm")

    @precondition(ready("drafted"))
    @rule(data=st.data(), back=BACK)
    def review_oneself(self, data: st.DataObject, back: timedelta | None) -> None:
        one = self.one(data, self.driver.model.in_state("drafted"))
        self.driver.advance("self_review", [one.ref], self.who(one.subject, back), rank="good", reason="Chậm")

    @precondition(ready("self_reviewed"))
    @rule(data=st.data(), back=BACK)
    def vote(self, data: st.DataObject, back: timedelta | None) -> None:
        chosen = self.some(data, self.driver.model.in_state("self_reviewed"))
        ranks = data.draw(st.lists(RANKS, min_size=len(chosen), max_size=len(chosen)))
        self.vote_on(chosen, ranks, back=back)

    @precondition(ready("drafted", "self_reviewed"))
    @rule(data=st.data(), excellent=st.integers(0, 4))
    def unit_votes(self, data: st.DataObject, excellent: int) -> None:
        """Everybody of a unit who has not voted yet: so many excellent, the others good."""
        pending = self.driver.model.in_state("drafted", "self_reviewed")
        unit = data.draw(st.sampled_from(sorted({one.unit for one in pending})))
        here = [one for one in pending if one.unit == unit]
        self.prepare([one for one in here if one.state == "drafted"], "self_review")
        drafted = [one.ref for one in here if one.state == "drafted"]
        if drafted:
            self.driver.advance("self_review", drafted, self.who(f"CV-{unit}", None), rank="good", reason="Chậm")
        here = [one for one in here if one.state == "self_reviewed"]
        if here:
            ranks = ["excellent" if at < excellent else "good" for at in range(len(here))]
            self.vote_on(here, ranks, reason="Chậm")

    @precondition(lambda self: bool(self.keys()))
    @rule(data=st.data(), how=HOW, back=BACK)
    def close_vote(self, data: st.DataObject, how: How, back: timedelta | None) -> None:
        self.ask("close_vote", data.draw(st.sampled_from(self.keys())), self.who(SEASON_COORDINATOR, back), how)

    @precondition(lambda self: bool(self.keys()))
    @rule(data=st.data(), how=HOW)
    def revote(self, data: st.DataObject, how: How) -> None:
        self.ask("revote", data.draw(st.sampled_from(self.keys())), self.who(SEASON_COORDINATOR, None), how)

    @precondition(ready("unit_voted"))
    @rule(
        data=st.data(),
        partial=st.booleans(),
        reason=REASONS,
        back=BACK,
        how=HOW,
        letter=st.sampled_from([None, "7/CV"]),
    )
    def submit(
        self,
        *,
        data: st.DataObject,
        partial: bool,
        reason: str | None,
        back: timedelta | None,
        how: How,
        letter: str | None,
    ) -> None:
        chosen = self.some(data, self.driver.model.in_state("unit_voted"))
        by = self.who(f"CV-{chosen[0].unit}", back)
        refs = [one.ref for one in chosen]
        self.driver.advance("submit", refs, by, how, partial=partial, reason=reason, letter=letter)

    @precondition(ready("unit_voted"))
    @rule(data=st.data(), partial=st.booleans())
    def unit_submits(self, data: st.DataObject, partial: bool) -> None:
        """Close what can be closed, then send everybody of a unit."""
        for key in self.keys():
            self.ask("close_vote", key, self.who(SEASON_COORDINATOR, None))
        voted = self.driver.model.in_state("unit_voted")
        unit = data.draw(st.sampled_from(sorted({one.unit for one in voted})))
        self.prepare([one for one in voted if one.unit == unit], "submit")
        refs = [one.ref for one in voted if one.unit == unit]
        self.driver.advance("submit", refs, self.who(f"CV-{unit}", None), partial=partial, reason="Chậm")

    @precondition(ready("submitted"))
    @rule(data=st.data(), rank=st.one_of(st.none(), st.none(), RANKS), partial=st.booleans(), how=HOW, sent=LIKELY)
    def ratify(self, data: st.DataObject, rank: str | None, partial: bool, how: How, sent: bool) -> None:
        """One or several of one route, all their sends done first, mostly."""
        first = self.one(data, self.driver.model.in_state("submitted"))
        actor, args = self.driver.decider(self.row(first.ref))
        alike = [
            one
            for one in self.driver.model.in_state("submitted")
            if self.driver.decider(self.row(one.ref)) == (actor, args)
        ]
        count = data.draw(st.integers(1, len(alike)))
        chosen = [first, *(one for one in alike if one is not first)][:count]
        self.prepare(chosen if sent else [], "ratify")
        if rank is not None:
            args |= {"rank": rank}
        refs = [one.ref for one in chosen]
        self.driver.advance("ratify", refs, self.who(actor, None), how, partial=partial, **args)

    @precondition(ready("submitted"))
    @rule(data=st.data(), rank=st.sampled_from([None, None, "excellent"]), partial=st.booleans())
    def everybody_is_ratified(self, data: st.DataObject, rank: str | None, partial: bool) -> None:
        """Whatever one authority has before it, in one act: equals compete for what is left."""
        first = self.one(data, self.driver.model.in_state("submitted"))
        actor, args = self.driver.decider(self.row(first.ref))
        here = [
            one for one in self.driver.model.in_state("submitted") if self.driver.decider(self.row(one.ref))[0] == actor
        ]
        self.prepare(here, "ratify")
        args |= {} if rank is None else {"rank": rank}
        self.driver.advance("ratify", [one.ref for one in here], self.who(actor, None), partial=partial, **args)

    # — any command on anybody —

    @rule(data=st.data(), several=st.booleans(), likely=LIKELY, back=BACK, how=HOW)
    def record(self, data: st.DataObject, several: bool, likely: bool, back: timedelta | None, how: How) -> None:
        """A command on one or several dossiers, mostly one of their state, its arguments right or nearly so."""
        every = list(self.driver.model.dossiers.values())
        first = self.one(data, every)
        fitting = [one for one in DIRECT if first.state in SOURCES[one]]
        command = data.draw(st.sampled_from(fitting if fitting and likely else DIRECT))
        others = [one for one in self.some(data, every) if one is not first] if several else []
        self._record(data, command, [first, *others], self.who("", back), how)

    @precondition(ready("submitted", "ratified"))
    @rule(data=st.data(), several=st.booleans(), how=HOW)
    def record_on_what_was_sent(self, data: st.DataObject, several: bool, how: How) -> None:
        """Sent back, adjusted, corrected, received, heard upon: where groups go over after all was in order."""
        sent = self.driver.model.in_state("submitted", "ratified")
        first = self.one(data, sent)
        command = data.draw(st.sampled_from([one for one in DIRECT if first.state in SOURCES[one]]))
        others = [one for one in sent if one is not first and one.unit == first.unit] if several else []
        self._record(data, command, [first, *others], self.who("", None), how)

    def _record(self, data: st.DataObject, command: str, chosen: Sequence[Believed], by: By, how: How) -> None:
        row = self.row(chosen[0].ref)
        actor = (
            self.driver.decider(row)[0]
            if command in {"adjust", "answer_petition", "opinion"}
            else f"CV-{chosen[0].unit}"
        )
        args, uploads = self._arguments(data, command, row)
        by, refs = replace(by, actor=actor), [one.ref for one in chosen]
        self.driver.advance(command, refs, by, how, partial=len(refs) > 1, uploads=uploads, **args)

    def _arguments(self, data: st.DataObject, command: str, row: Line) -> tuple[dict[str, Any], tuple[Upload, ...]]:
        args: dict[str, Any] = {}
        uploads: tuple[Upload, ...] = ()
        if command in {"withdraw", "not_ranked", "send_back", "adjust", "correct"}:
            args["reason"] = "Theo đề nghị" if data.draw(LIKELY) else None
        if command == "send_back":
            args["due_back"] = (self.driver.now.date() + timedelta(days=data.draw(st.integers(-1, 9)))).isoformat()
        if command == "adjust":
            args["rank"] = data.draw(st.one_of(st.none(), RANKS))
        if command == "correct":
            have = [one for one in ("voted", "proposed", "expected") if row[one]] or ["decided"]
            args |= {"field": data.draw(st.sampled_from(have)), "rank": data.draw(RANKS)}
            args["corrects"] = 1 if data.draw(LIKELY) else 99
        if command in {"send", "receive"}:
            to = st.sampled_from([*self.driver.recipients(row), *self.driver.stations(row), "unit"])
            args |= {"to": data.draw(to), "letter": "9/CV", "reason": data.draw(REASONS)}
        if command in {"suggest", "comment"}:
            args |= papers.saying(data, command, self.driver.play.pack, self.driver.now)
        if command in {"raise_petition", "answer_petition"} and data.draw(LIKELY):
            args["text"] = "Đề nghị xem xét lại"
        if command == "answer_petition":
            args["outcome"] = data.draw(st.sampled_from(["kept", "kept", "changed"]))
        if command == "record_fault":
            args |= _fault(data)
        if command == "opinion":
            asked = next(one.opinions for one in self.driver.play.pack.routes if one.id == row["route"])
            bodies = asked or [one.id for one in self.driver.play.pack.bodies]
            args |= {"body": data.draw(st.sampled_from(bodies)), "rank": "good"}
        if command in {"attach", "explain"} and data.draw(LIKELY):
            more, uploads = papers.handing_in(data, command, self.driver.play.pack)
            args |= more
        return args, uploads


def _fault(data: st.DataObject) -> dict[str, Any]:
    """A new fault, or what became of one of the first few; mostly whole."""
    said = data.draw(st.sampled_from(["Chậm giải ngân", "Họp muộn", None]))
    way = data.draw(st.sampled_from([None, "mended", "none"]))
    number = None if way is None and data.draw(LIKELY) else data.draw(st.integers(1, 3))
    reason = None if way != "none" else "Ghi nhầm"
    text = None if way == "none" and data.draw(LIKELY) else said
    return {"fault": number, "text": text, "reason": reason} | ({} if way is None else {way: True})
