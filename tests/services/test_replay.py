"""History, folded, gives the rows; at any instant it gives what stood then; and what was decided is decided again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from states import packs
from states.rules import compile_rules
from tests.season import MICROSECOND, Play, at_noon, done, leaders, stored, units
from tests.services.busy import keep_busy
from tests.services.tampering import attack
from workflow.ledger import Flaw
from workflow.replay.redecision import Difference, redecide
from workflow.replay.timeline import Entry, entries, flaws, fold
from workflow.rulepack import Late, RulePack
from workflow.store import commands as sql

COLUMNS = ("ref", "subject", "unit", "track", "route", "state", "expected", "voted", "proposed", "decided", "marks")


@pytest.fixture
def busy(play: Play) -> Play:
    return keep_busy(play)


def bodies(records: list[Entry]) -> list[Any]:
    return [one.body for one in records]


def every_record(play: Play) -> list[Entry]:
    with play.database.reading() as tx:
        return list(entries(tx.all(sql.RECORDS_OF_SEASON, season=play.row()["id"])))


# — folding —


def test_the_history_of_every_dossier_gives_its_row(busy: Play):
    assert len(busy.dossiers()) == 18
    for row in busy.dossiers():
        state = fold(bodies(busy.records(row["ref"])))
        assert {name: state.get(name) for name in COLUMNS} == {name: row[name] for name in COLUMNS}


def test_the_history_of_every_group_gives_its_vote_and_the_figures_of_its_last_record(busy: Play):
    for key in ("SNV", "STC", "H-BACAI"):
        row = busy.group(key)
        state = fold(bodies(busy.records(row["id"])))
        closed_on = state["closed_on"] and date.fromisoformat(state["closed_on"])
        assert (state["vote"], closed_on) == (row["vote"], row["closed_on"])


def test_the_state_at_any_instant_is_what_stood_then(six: Play):
    start = six.clock.now
    six.clock.now = start + timedelta(days=1)
    six.review("SNV-02")
    six.clock.now = start + timedelta(days=2)
    six.vote("SNV-02", rank="excellent")
    records = bodies(six.records("SNV-02"))

    def at(moment: Any) -> tuple[str | None, str | None]:
        state = fold(records, as_of=moment)
        return state.get("state"), state.get("voted")

    assert at(start - MICROSECOND) == (None, None)
    assert fold(records, as_of=start - MICROSECOND) == {}
    assert at(start) == ("drafted", None)
    assert at(start + timedelta(days=1) - MICROSECOND) == ("drafted", None)
    assert at(start + timedelta(days=1)) == ("self_reviewed", None)
    assert at(start + timedelta(days=2)) == ("unit_voted", "excellent")
    assert at(start + timedelta(days=400)) == ("unit_voted", "excellent")


def test_what_was_known_then_goes_by_when_it_was_recorded_not_by_the_date_on_paper(six: Play):
    six.clock.now = at_noon("2024-11-20")
    done(six.do("self_review", "SNV-02", by=six.by("CV-SNV", occurred_at=at_noon("2024-11-12")), rank="good"))
    records = bodies(six.records("SNV-02"))
    assert fold(records, as_of=at_noon("2024-11-15"))["state"] == "drafted"
    assert fold(records, as_of=at_noon("2024-11-20"))["state"] == "self_reviewed"


def test_marks_are_merged_key_by_key_and_everything_else_is_set():
    records: list[dict[str, Any]] = [
        {"set": {"state": "a", "marks": {"one": [1], "two": 2}, "duties": {"x": {"state": "closed"}}}},
        {"set": {"state": "b", "marks": {"one": [1, 2]}, "duties": {"y": {"state": "met"}}}},
        {"set": {}},
    ]
    assert fold(records) == {
        "state": "b",
        "marks": {"one": [1, 2], "two": 2},
        "duties": {"x": {"state": "closed"}, "y": {"state": "met"}},
    }
    assert records[0]["set"]["marks"] == {"one": [1], "two": 2}
    assert fold([]) == {}


def test_a_record_is_told_with_who_when_and_its_receipt(six: Play):
    answer = six.review("SNV-02")
    entry = six.records("SNV-02")[-1]
    assert (entry.kind, entry.seq, entry.command, entry.to) == ("dossier", 2, "self_review", "self_reviewed")
    assert (entry.actor, entry.role, entry.auth) == ("CV-SNV", "coordinator", "os-user:lan, asserted")
    assert entry.receipt == answer.done[0].receipt
    assert (entry.act, entry.stream) == (answer.act, six.dossier("SNV-02")["id"])


def test_every_command_writes_one_record_for_each_stream_that_it_changes(busy: Play):
    """All with one act, and numbered on without a gap."""
    seen: dict[tuple[str, str], int] = {}
    for entry in every_record(busy):
        seen[entry.act, entry.stream] = seen.get((entry.act, entry.stream), 0) + 1
    assert max(seen.values()) <= 2  # a meeting is planned and held, a mover is taken back and amended, in one act


def test_records_that_are_not_what_was_sealed_are_told_by_stream_and_number(six: Play):
    """Every stream is a chain of its own: what is wrong with one says nothing of the others."""
    six.review("SNV-01", "SNV-02")

    def told() -> list[Flaw]:
        with six.database.reading() as tx:
            return flaws(tx.all(sql.RECORDS_OF_SEASON, season=six.row()["id"]))

    assert told() == []
    first, second = sorted(six.dossier(name)["id"] for name in ("SNV-01", "SNV-02"))
    attack(six, f"UPDATE history SET hash = zeroblob(32) WHERE stream IN ('{first}', '{second}') AND seq = 2")  # noqa: S608
    assert told() == [Flaw(code="audit.hash", stream=stream, seq=2) for stream in (first, second)]


# — deciding again —


def differences(play: Play, change: Callable[[RulePack], RulePack] | None = None) -> list[Difference]:
    pack = change(play.pack) if change else play.pack
    return list(redecide(every_record(play), compile_rules(stored(pack))))


def test_decided_again_nothing_differs(busy: Play):
    assert differences(busy) == []


def test_nothing_differs_after_the_texts_were_erased(busy: Play):
    """Guards saw that a reason was there, never what it said."""
    with busy.database.writing() as tx:
        for row in busy.table("secret"):
            tx.change(sql.SECRET_ERASED, was_season=row[0], was_digest=row[1])
    assert differences(busy) == []
    assert busy.verified().findings == ()


def without_invitation(pack: RulePack) -> RulePack:
    return replace(pack, guards=tuple(one for one in pack.guards if one.id != "NT11-1c-1"))


def refusing_lateness(pack: RulePack) -> RulePack:
    return replace(pack, deadlines=tuple(replace(one, late=refused(one.late)) for one in pack.deadlines))


def refused(late: Late) -> Late:
    return Late.REFUSE if late is Late.REASON else late


def test_under_a_pack_without_a_rule_every_decision_that_asked_it_differs(busy: Play):
    found = differences(busy, without_invitation)
    assert {one.command for one in found} == {"record_vote"}
    for one in found:
        assert one.recorded["verdicts"]["NT11-1c-1"] == "met"
        assert "NT11-1c-1" not in one.now["verdicts"]
        assert one.now["to"] == one.recorded["to"]


def test_under_a_pack_that_refuses_lateness_the_late_would_not_have_gone(busy: Play):
    found = differences(busy, refusing_lateness)
    late = [row["ref"] for row in busy.dossiers() if row["marks"].get("late")]
    assert sorted(one.stream for one in found) == sorted(busy.dossier(ref)["id"] for ref in late)
    for one in found:
        assert (one.command, one.recorded["to"], one.now["to"]) == ("submit", "submitted", None)


def test_a_decision_that_was_tampered_with_differs(six: Play):
    """Sent without its review: the bytes may be chained anew, the decision cannot be."""
    six.to_vote("SNV")
    six.close("SNV")
    six.submit("SNV-02")
    (entry,) = [one for one in every_record(six) if one.command == "submit"]
    forged = {**entry.body, "facts": {**entry.body["facts"], "dossier": {**entry.body["facts"]["dossier"]}}}
    forged["facts"]["dossier"] |= {"marks": {}, "voted": None}
    (found,) = redecide([replace(entry, body=forged)], six.rules())
    assert (found.recorded["to"], found.now["to"]) == ("submitted", None)
    assert found.now["verdicts"]["NT11-1e-2"] == "unmet"


def test_a_season_keeps_its_pack_when_the_shipped_one_changes(six: Play):
    """What is stored rules it: the file is read when a season is opened, and never again."""
    kept = six.table("pack")[0][2]
    assert compile_rules(kept).hash == six.row()["pack"] == packs.pack_hash(kept)
    six.review("SNV-02")
    assert six.records("SNV-02")[-1].body["pack"] == six.row()["pack"]


def test_two_units_of_a_season_do_not_disturb_each_other_s_history(play: Play):
    play.bring(units("SNV", "STC"), [*leaders("SNV", 2), *leaders("STC", 2)])
    before = bodies(play.records("STC-01"))
    play.to_vote("SNV")
    play.close("SNV")
    assert bodies(play.records("STC-01")) == before


def test_a_rank_changed_in_a_record_is_decided_otherwise_though_its_verdicts_stand(play: Play):
    """Chained rightly, with the row behind it: what the record changes is not what its facts come to."""
    play.bring(units("SNV"), leaders("SNV", 2))
    play.to_vote("SNV")
    with play.database.reading() as tx:
        records = list(entries(tx.all(sql.RECORDS_OF_SEASON, season=play.row()["id"])))
    last = next(one for one in records if one.command == "record_vote")
    changed = replace(last, body={**last.body, "set": {**last.body["set"], "proposed": "excellent"}})
    assert not list(redecide([last], play.rules()))
    (found,) = redecide([changed], play.rules())
    assert (found.recorded["set"]["proposed"], found.now["set"]["proposed"]) == ("excellent", "good")
