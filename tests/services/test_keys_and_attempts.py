"""The same key answers the same; a refusal is in its own ledger once; a lost race stores nothing."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.season import SMALL_PACK, Play, at_noon, done, grant, leaders, person, refusals, units
from workflow.answers import Answer
from workflow.errors import BadInput, Conflict, KeyReused
from workflow.rosters import RoleRow
from workflow.services.context import By
from workflow.services.meetings import MeetingCommand, meet
from workflow.services.roles import assign
from workflow.services.seasons import close_season
from workflow.store import commands as sql
from workflow.store.statements import Statement, Transaction
from workflow.words import Role

# — keys —


def keyed(play: Play, key: str = "k", **more: Any) -> By:
    return play.by("CV-SNV", key=key, **more)


def same(one: Answer, other: Answer) -> bool:
    """The same answer but for being repeated; warnings and figures included."""
    return (one.act, one.done, one.refused, one.groups) == (other.act, other.done, other.refused, other.groups)


def test_the_same_key_and_content_is_answered_from_the_ledger(six: Play):
    first = done(six.do("self_review", "SNV-02", by=keyed(six), rank="good"))
    again = six.do("self_review", "SNV-02", by=keyed(six), rank="good")
    assert again.repeated
    assert not first.repeated
    assert same(first, again)
    assert six.dossier("SNV-02")["seq"] == 2


def test_an_answer_from_the_ledger_keeps_its_groups_and_warnings(six: Play):
    six.to_vote("SNV", excellent=2)
    first = done(six.group_command("close_vote", "SNV", by=keyed(six)))
    again = six.group_command("close_vote", "SNV", by=keyed(six))
    assert again.repeated
    assert same(first, again)
    assert again.done[0].warnings[0].code == "guard.closed_over"


def test_a_refusal_is_remembered_even_when_the_reason_is_gone(six: Play):
    refused = six.do("submit", "SNV-02", by=keyed(six))
    six.to_vote("SNV")
    six.close("SNV")
    again = six.do("submit", "SNV-02", by=keyed(six))
    assert again.repeated
    assert same(refused, again)
    assert six.states("SNV-02") == ["unit_voted"]


@pytest.mark.parametrize(
    "command,names,args",
    [
        ("self_review", ["SNV-02"], {"rank": "excellent"}),
        ("self_review", ["SNV-03"], {"rank": "good"}),
        ("self_review", ["SNV-02", "SNV-03"], {"rank": "good"}),
        ("record_vote", ["SNV-02"], {"rank": "good"}),
        ("self_review", ["SNV-02"], {"rank": "good", "letter": "1"}),
    ],
)
def test_the_same_key_with_other_content_is_an_error(six: Play, command: str, names: list[str], args: dict[str, Any]):
    done(six.do("self_review", "SNV-02", by=keyed(six), rank="good"))
    with pytest.raises(KeyReused) as caught:
        six.do(command, *names, by=keyed(six), **args)
    assert (caught.value.code, caught.value.exit_status) == ("command.key_reused", 2)
    assert six.states("SNV-03") == ["drafted"]


def test_another_day_on_paper_is_other_content(six: Play):
    """When it happened is part of what was said: two dates under one key cannot both be the answer."""
    done(six.do("self_review", "SNV-02", by=keyed(six, occurred_at=at_noon("2024-11-05")), rank="good"))
    with pytest.raises(KeyReused):
        six.do("self_review", "SNV-02", by=keyed(six, occurred_at=at_noon("2024-11-06")), rank="good")


def test_another_season_is_other_content(opening: Callable[..., Play]):
    """Groups are named by units, which have the same codes every year: a key must not answer for another year."""
    old = opening()
    old.bring(units("SNV"), leaders("SNV", 3))
    old.to_vote("SNV")
    new = opening(code="2024-2")
    new.bring(units("SNV"), leaders("SNV", 3))
    new.to_vote("SNV")
    done(old.group_command("close_vote", "SNV", by=keyed(old)))
    with pytest.raises(KeyReused):
        new.group_command("close_vote", "SNV", by=keyed(new))
    assert new.group("SNV")["vote"] == "open"


def test_a_key_is_its_actor_s_own(six: Play):
    done(six.do("self_review", "SNV-02", by=keyed(six), rank="good"))
    answer = six.do("self_review", "SNV-03", by=six.by("SNV-03", key="k"), rank="good")
    assert not answer.repeated
    assert six.states("SNV-03") == ["self_reviewed"]


def test_bad_input_stores_no_answer_under_its_key(six: Play):
    with pytest.raises(BadInput):
        six.do("self_review", "HS-9999", by=keyed(six), rank="good")
    done(six.do("self_review", "SNV-02", by=keyed(six), rank="good"))


def test_a_dry_run_does_not_use_its_key_up(six: Play):
    six.do("self_review", "SNV-02", by=keyed(six, dry_run=True), rank="good")
    assert not six.do("self_review", "SNV-02", by=keyed(six), rank="good").repeated


def closing(play: Play, by: By) -> Answer:
    return close_season(play.context, play.season, by, unfinished="Hết năm")


def granting(play: Play, by: By) -> Answer:
    row = RoleRow(subject="SNV-03", role=Role.COORDINATOR, scope="SNV")
    return assign(play.context, play.season, by, "grant", row)


def importing(play: Play, by: By) -> Answer:
    return play.bring(subjects=[person("SNV-07")], by=by)


def holding(play: Play, by: By) -> Answer:
    order = MeetingCommand(command="hold", unit="SNV", args={"attendees": 5})
    return meet(play.context, play.season, by, order)


def extending(play: Play, by: By) -> Answer:
    return play.extend(play.obligations("NT11-1e-1", "SNV")[0]["ref"], "2024-12-15", by=by)


def reviewing(play: Play, by: By) -> Answer:
    return play.do("self_review", "SNV-02", by=by, rank="good")


def reopening(play: Play, by: By) -> Answer:
    return play.group_command("revote", "SNV", by=by)


DEEDS = [reviewing, reopening, holding, extending, granting, importing, closing]
named = pytest.mark.parametrize("deed", DEEDS, ids=[one.__name__ for one in DEEDS])
Deed = Callable[[Play, By], Answer]


@pytest.fixture
def all_roles(six: Play) -> Play:
    """TH may do everything that is asked below."""
    six.bring(roles=[grant("TH", Role.ISSUER)])
    return six


@named
def test_every_command_that_is_repeated_answers_the_same(all_roles: Play, deed: Deed):
    first = deed(all_roles, all_roles.by("TH", key="k"))
    assert first.accepted
    again = deed(all_roles, all_roles.by("TH", key="k"))
    assert again.repeated
    assert same(first, again)


@named
def test_every_refusal_that_is_repeated_answers_the_same(six: Play, deed: Deed):
    first = deed(six, six.by("GS", key="k"))
    assert "no_role" in refusals(first)
    six.bring(roles=[grant("GS", Role.COORDINATOR), grant("GS", Role.ISSUER)])
    again = deed(six, six.by("GS", key="k"))
    assert again.repeated
    assert same(first, again)


# — attempts —


@named
def test_every_refusal_of_somebody_with_a_role_is_an_attempt_on_the_ledger(six: Play, deed: Deed):
    answer = deed(six, six.by("GS"))
    assert not answer.accepted
    (attempt,) = six.attempts()
    assert attempt["actor"] == "GS"
    assert [one["code"] for one in attempt["verdicts"]] == ["guard.no_role"]


def test_an_attempt_tells_who_tried_what_when_and_why_not(six: Play):
    answer = six.do("submit", "SNV-02")
    (attempt,) = six.attempts()
    assert attempt["act"] == answer.act
    assert (attempt["actor"], attempt["command"], attempt["ref"]) == ("CV-SNV", "submit", six.ref("SNV-02"))
    assert attempt["auth"] == "os-user:lan, asserted"
    assert attempt["occurred_at"] == int(six.clock.now.timestamp()) * 1_000_000
    assert [one["rule"] for one in attempt["verdicts"]] == ["hoso.state"]


def test_the_same_refusal_at_the_same_head_is_stored_once(six: Play):
    for _ in range(3):
        six.do("submit", "SNV-02")
        six.clock.now += timedelta(minutes=7)
    assert len(six.attempts()) == 1


def test_another_refusal_or_another_head_is_another_attempt(six: Play):
    six.do("submit", "SNV-02")
    six.do("submit", "SNV-02", letter="12/SNV")
    six.do("submit", "SNV-02", by="TH")
    assert len(six.attempts()) == 3
    six.review("SNV-02")
    six.do("submit", "SNV-02")
    assert len(six.attempts()) == 4


def test_every_refused_dossier_of_a_bulk_command_is_an_attempt(six: Play):
    six.do("submit", "SNV-01", "SNV-02", "SNV-03")
    assert len(six.attempts()) == 3


def test_of_a_partial_command_only_the_refused_are_attempts(six: Play):
    six.review("SNV-02")
    six.do("self_review", "SNV-01", "SNV-02", rank="good", partial=True)
    assert [one["ref"] for one in six.attempts()] == [six.ref("SNV-02")]


def test_the_text_of_a_refused_reason_is_kept_nowhere(six: Play):
    before = six.table("secret")
    six.do("withdraw", "SNV-02", by="GS", reason="lý do riêng tư của đồng chí")
    assert len(six.attempts()) == 1
    assert six.table("secret") == before
    assert "riêng tư" not in str(six.attempts()) + str(six.table("attempt"))


def test_whoever_has_no_role_at_all_only_knocks(play: Play):
    """A rate-limited access log: one row a minute, however often."""
    play.bring(units("SNV", "STC"), [*leaders("SNV", 3), *leaders("STC", 3)])
    for _ in range(5):
        assert refusals(play.do("self_review", "SNV-02", by="STC-02", rank="good")) == ["no_role"]
    assert play.attempts() == []
    assert [row[3] for row in play.table("access")] == [5]
    play.clock.now += timedelta(minutes=1)
    play.do("self_review", "SNV-02", by="STC-02", rank="good")
    assert [row[3] for row in play.table("access")] == [5, 1]


# — races —

RIVALS = {
    "his row": "UPDATE dossier SET seq = seq + 1 WHERE ref = 'HS-0002'",
    "his record": "INSERT INTO history SELECT season, id, 2, id, 99, head, head FROM dossier WHERE ref = 'HS-0002'",
}


class Overtaken(Transaction):
    """A transaction in which somebody else's write comes in just before our first record."""

    rival = ""

    def change_together(self, *writes: tuple[Statement, Any]) -> list[int]:
        if writes[0][0] is sql.NEW_HISTORY and self.rival:
            Overtaken.rival, sneaked = "", self.rival
            self.plainly(sneaked)
        return super().change_together(*writes)

    @classmethod
    def lets(cls, rival: str, writing: Callable[[], AbstractContextManager[Transaction]]) -> Callable[[Any], Any]:
        def write(work: Callable[[Transaction], Any]) -> Any:
            cls.rival = rival
            with writing() as tx:
                return work(cls(tx._connection, tx.dialect))

        return write


@pytest.mark.parametrize("rival", RIVALS.values(), ids=list(RIVALS))
def test_whoever_loses_a_race_stores_nothing_and_may_try_again(opening: Callable[..., Play], rival: str):
    play = opening()
    play.bring(units("SNV"), leaders("SNV", 6))
    before = {name: play.table(name) for name in ("dossier", "history", "answer", "attempt", "secret")}
    write = Overtaken.lets(rival, play.database.writing)
    racing = replace(play, context=replace(play.context, write=write))
    with pytest.raises(Conflict) as caught:
        racing.do("self_review", "SNV-01", "SNV-02", by=keyed(racing), rank="good")
    assert caught.value.exit_status == 5
    assert {name: play.table(name) for name in before} == before
    assert not done(play.do("self_review", "SNV-01", "SNV-02", by=keyed(play), rank="good")).repeated


def test_a_small_pack_needs_nothing_of_the_shipped_one(opening: Callable[..., Play]):
    """No regulation in the code: the same commands under another pack, without a cap or a date."""
    play = opening(SMALL_PACK)
    play.bring(units("P1"), leaders("P1", 2))
    refs = play.to_vote("P1", excellent=2)
    play.submit(*refs)
    play.ratify(*refs)
    assert play.obligations() == []
    assert set(play.states(*refs)) == {"ratified"}
