"""Alerts and the next look are what the ladder makes of what is owed; whatever else they say was written by hand."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from notifications.proving import check_alerts
from notifications.sweep import sweep
from tests.season import Play, done, leaders, local, opened, units
from tests.services.tampering import attack
from workflow.replay.findings import Finding

# ruff: noqa: S608  an attacker's statements, made of our own names

MINE = "obligation = (SELECT id FROM obligation WHERE rule = 'NT11-1g-3' AND scope = 'SNV')"
ROW = "rule = 'NT11-1g-3' AND scope = 'SNV'"


@pytest.fixture
def owing(tmp_path: Path) -> Iterator[Play]:
    """A department that owes, nothing swept yet."""
    play = opened(tmp_path)
    play.bring(units("SNV"), leaders("SNV", 3))
    with closing(play.database):
        yield play


@pytest.fixture
def climbed(owing: Play) -> Play:
    """Looked at a week before, a day before, and after the date."""
    play = owing
    for moment in ("2024-11-10 10:00", "2024-11-28 09:00", "2024-12-04 09:00", "2024-12-06 09:00"):
        play.clock.now = local(moment)
        sweep(play.context)
    assert found(play) == []
    return play


def found(play: Play) -> list[Finding]:
    with play.database.reading() as tx:
        return list(check_alerts(tx, play.row(), play.rules()))


def told(play: Play) -> list[str]:
    return [one.code.removeprefix("audit.") for one in found(play)]


@pytest.mark.parametrize("change", ["NULL", "look_at + 86400000000", "look_at - 86400000000", "born_at"])
def test_a_next_look_that_was_moved_is_found_with_the_one_that_should_be(climbed: Play, change: str):
    """Put off, nobody escalates."""
    attack(climbed, f"UPDATE obligation SET look_at = {change} WHERE {ROW}")
    (one,) = found(climbed)
    assert (one.code, one.figures["name"]) == ("audit.look_at", climbed.obligation("NT11-1g-3", "SNV")["ref"])
    assert one.figures["row"] != one.figures["at"]


def test_a_first_look_put_off_before_any_sweep_is_found(owing: Play):
    assert found(owing) == []
    attack(owing, f"UPDATE obligation SET look_at = born_at + 864000000000 WHERE {ROW}")
    assert told(owing) == ["look_at"]
    attack(owing, f"UPDATE obligation SET look_at = NULL WHERE {ROW}")
    assert told(owing) == ["look_at"]


def test_an_alert_that_is_gone_is_found(climbed: Play):
    attack(climbed, f"DELETE FROM alert WHERE {MINE} AND rung = 'three-days-before'")
    (one,) = found(climbed)
    assert (one.code, one.figures["rung"]) == ("audit.alert_gone", "three-days-before")


def test_the_last_alerts_cannot_be_taken_away_alone(climbed: Play):
    """The next look stands behind them."""
    attack(climbed, f"DELETE FROM alert WHERE {MINE} AND at = (SELECT max(at) FROM alert)")
    assert told(climbed) == ["look_at"]


def test_an_alert_before_its_time_is_found(climbed: Play):
    values = "season, obligation, 'three-days-after', 'queued', at"
    attack(climbed, f"INSERT INTO alert SELECT {values} FROM alert WHERE {MINE} AND rung = 'overdue'")
    assert "alert_invented" in told(climbed)


def test_an_alert_of_a_rung_that_the_ladder_does_not_have_is_found(climbed: Play):
    attack(climbed, f"UPDATE alert SET rung = 'never' WHERE {MINE} AND rung = 'overdue'")
    assert sorted(told(climbed)) == ["alert_gone", "alert_invented"]


def test_an_alert_called_told_that_was_only_folded_is_found(climbed: Play):
    attack(climbed, f"UPDATE alert SET outcome = 'queued' WHERE {MINE} AND outcome = 'folded'")
    assert set(told(climbed)) == {"alert"}


def test_what_was_extended_late_and_met_late_climbed_as_it_should(climbed: Play):
    done(climbed.extend(climbed.obligation("NT11-1g-3", "SNV")["ref"], "2024-12-15"))
    for moment in ("2024-12-08 09:00", "2024-12-20 09:00"):
        climbed.clock.now = local(moment)
        sweep(climbed.context)
    climbed.to_vote("SNV")
    climbed.close("SNV")
    climbed.submit("SNV-01", "SNV-02", "SNV-03", reason="Chờ ý kiến")
    sweep(climbed.context)
    assert found(climbed) == []
