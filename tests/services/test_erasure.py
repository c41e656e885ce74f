"""What must be forgotten is forgotten; what happened stays provable."""

from datetime import timedelta

import pytest

from tests.season import Play
from workflow.errors import BadInput
from workflow.replay.redecision import redecide
from workflow.replay.timeline import entries
from workflow.services.erasure import erase
from workflow.services.seasons import close_season
from workflow.store import commands as sql

REASON = "hoàn cảnh gia đình của Nguyễn Thị Bưởi"


def texts(play: Play) -> list[str]:
    return [row[3] for row in play.table("secret") if row[3] is not None]


@pytest.fixture
def withdrawn(six: Play) -> Play:
    six.do("withdraw", "SNV-02", by="CV-SNV", reason=REASON)
    return six


def test_names_addresses_and_reasons_go_and_nobody_elses(withdrawn: Play):
    before = texts(withdrawn)
    assert REASON in before
    answer = erase(withdrawn.context, None, withdrawn.by(), "SNV-02", decision="12/QĐ")
    assert answer.accepted
    gone = len(before) - len(texts(withdrawn))
    assert answer.changes == ({"code": "change.erased", "subject": "SNV-02", "texts": gone},)
    assert gone >= 2
    assert REASON not in texts(withdrawn)
    assert len([row for row in withdrawn.table("secret") if row[2] is None]) == gone


def test_the_history_still_verifies_and_is_decided_the_same(withdrawn: Play):
    erase(withdrawn.context, None, withdrawn.by(), "SNV-02", decision="12/QĐ")
    assert withdrawn.verified().findings == ()
    with withdrawn.database.reading() as tx:
        records = list(entries(tx.each(sql.RECORDS_OF_SEASON, season=withdrawn.row()["id"])))
    assert list(redecide(records, withdrawn.rules())) == []
    assert records


def test_it_is_on_the_roster_s_record_with_its_decision(withdrawn: Play):
    answer = erase(withdrawn.context, None, withdrawn.by(), "SNV-02", decision="12/QĐ")
    (_, stream, *_) = withdrawn.table("roster")[0]
    record = withdrawn.records(stream)[-1]
    assert (record.command, record.act) == ("erase", answer.act)
    assert record.body["facts"]["command"]["args"]["decision"] == "12/QĐ"


def test_a_second_time_finds_nothing_left(withdrawn: Play):
    erase(withdrawn.context, None, withdrawn.by(), "SNV-02", decision="12/QĐ")
    again = erase(withdrawn.context, None, withdrawn.by(), "SNV-02", decision="12/QĐ")
    assert again.changes == ({"code": "change.erased", "subject": "SNV-02", "texts": 0},)


def test_a_unit_s_coordinator_may_not_and_nothing_is_gone(withdrawn: Play):
    before = texts(withdrawn)
    answer = erase(withdrawn.context, None, withdrawn.by("CV-SNV"), "SNV-02", decision="12/QĐ")
    assert [one.code for one in answer.refused[0].verdicts] == ["guard.no_role"]
    assert texts(withdrawn) == before


@pytest.mark.parametrize(("subject", "decision"), [("XYZ", "12/QĐ"), ("SNV-02", ""), ("SNV-02", "  ")])
def test_who_is_not_there_and_no_decision_are_bad_input(withdrawn: Play, subject: str, decision: str):
    with pytest.raises(BadInput):
        erase(withdrawn.context, None, withdrawn.by(), subject, decision=decision)


def test_a_closed_season_does_not_keep_what_must_be_forgotten(withdrawn: Play):
    closed = close_season(withdrawn.context, None, withdrawn.by(), unfinished="Hết năm")
    assert closed.accepted
    withdrawn.clock.now += timedelta(days=400)
    assert erase(withdrawn.context, withdrawn.season, withdrawn.by(), "SNV-02", decision="12/QĐ").accepted
    assert REASON not in texts(withdrawn)
    assert withdrawn.row()["state"] == "closed"
    assert withdrawn.verified().findings == ()
