"""What everybody was told of a season, held against what its database says."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from notifications.channels import Spool
from notifications.delivery import deliver
from notifications.sweep import sweep
from tests.season import Play
from workflow import ledger
from workflow.store.database import Database


@dataclass(slots=True)
class Books:
    """One season: its database, the season as it began, a folder for what leaves; and what was told so far."""

    address: str
    play: Play
    folder: Path
    acts: set[str] = field(default_factory=set)
    """The acts of what was done."""
    keys: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        with self.opened() as play:
            self.acts = {str(act) for (act,) in _rows(play, "SELECT act FROM history")}

    @contextmanager
    def opened(self) -> Iterator[Play]:
        with closing(Database(self.address, busy_seconds=10, files=self.folder / "files")) as database:
            yield replace(self.play, context=replace(self.play.context, database=database, write=database.write))

    def compared(self, given: Sequence[dict[str, Any]]) -> None:
        """Everything that was acknowledged is on record and nothing besides; it verifies; nobody was told twice."""
        self.acts |= {one["act"] for one in given if one["done"]}
        self.keys |= {(one["actor"], one["key"]) for one in given}
        with self.opened() as play:
            history = _rows(play, "SELECT act, seq, hash FROM history")
            records = {(str(act), seq, ledger.short(bytes(digest))) for act, seq, digest in history}
            for one in given:
                for seq, receipt in one["done"]:
                    assert (one["act"], seq, receipt) in records, ("acknowledged, and lost", one)
            done = {act for act, _, _ in records}
            assert done == self.acts, ("done, and never acknowledged: twice, maybe", done - self.acts)
            answered = {(actor, key) for actor, key in _rows(play, "SELECT actor, key FROM answer")}
            assert self.keys <= answered, ("a key has no answer", self.keys - answered)
            assert play.verified().findings == (), play.verified().findings
            _nobody_twice(play)

    def told(self) -> tuple[int, int]:
        """Days later, when nothing waits any more: how many alerts there were, and how many messages left."""
        with self.opened() as play:
            play.clock.now += timedelta(days=2)
            sweep(play.context)
            deliver(play.context, {"email": Spool(folder=self.folder / "spool")})
            assert sweep(play.context).alerts == ()
            _nobody_twice(play)
            messages = _rows(play, "SELECT id, state FROM message")
            assert {state for _, state in messages} <= {"sent", "dead"}, "a message was forgotten"
            sent = sorted(str(one)[-12:] for one, state in messages if state == "sent")
            mails = sorted(one.stem.rpartition("-")[2] for one in (self.folder / "spool").glob("*.eml"))
            assert mails == sent, "a message left twice under two names, or never"
            return len(_rows(play, "SELECT rung FROM alert")), len(sent)


def _rows(play: Play, text: str) -> Sequence[Any]:
    with play.database.readers.connect() as connection:
        return connection.exec_driver_sql(text).all()


def _nobody_twice(play: Play) -> None:
    """Nobody hears twice of one rung of one duty, or of one notice."""
    heard = Counter[tuple[str, ...]]()
    for recipient, channel, content in _rows(play, "SELECT recipient, channel, content FROM message"):
        for item in json.loads(content):
            if "notice" in item:
                heard[recipient, channel, str(item)] += 1
            else:
                heard.update((recipient, channel, item["obligation"], rung) for rung in item["rungs"])
    assert all(number == 1 for number in heard.values()), heard.most_common(3)
