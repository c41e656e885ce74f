"""What a season that is played needs of the world outside: signed papers, votes that add up, who came to a meeting."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from workflow.facts import TallyFacts
from workflow.roll import roll
from workflow.rulepack import Agenda, MeetingRule, Method, SelfVote
from workflow.services.context import Upload
from workflow.words import Rank

_FEW = 2
"""So many voters agree; of more, one may vote otherwise."""
_SIGNED = b"%PDF-1.7\n% A signed paper of a made-up meeting\n"


def signed(kind: str, name: str) -> Upload:
    """A paper of that kind, as a file to hand in."""
    return Upload(kind=kind, name=name, content=_SIGNED + name.encode())


def attended(kind: MeetingRule, unit: str, people: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Everybody comes: of each part all whom the roster has, and one of each body."""
    return {part.id: 1 for part in kind.parts} | roll(kind, unit, people)


def ballots(kind: MeetingRule, told: TallyFacts, rank: str, *, dissent: bool) -> Iterator[dict[str, Any]]:
    """What is counted on a dossier at each step that is voted on: all for one rank, or with `dissent` all but one where
    there are more than two."""
    votes = told["present"] - (told["own"] and kind.self_vote is SelfVote.EXCLUDE)
    other = Rank.COMPLETED.value if rank != Rank.COMPLETED else Rank.GOOD.value
    levels = {rank: votes - 1, other: 1} if dissent and votes > _FEW else {rank: max(votes, 0)}
    whole = {"issued": votes, "unused": 0, "cast": votes, "valid": votes, "invalid": 0, **levels}
    given = {"dossier": told["ref"], "committee": ["Tổ trưởng kiểm phiếu", "Thư ký kiểm phiếu"]}
    for step in kind.steps:
        if step.method is not None and step.step is not Agenda.DISPUTED:
            figures = whole if step.method is Method.BALLOT else levels
            yield {**given, "step": step.step.value, "method": step.method.value, "figures": figures}
