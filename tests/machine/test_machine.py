"""A season driven at random: many dossiers, every kind of command, right and wrong, and what must hold after each."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.machine import checks
from tests.machine.driver import Driver
from tests.machine.edits import Edits
from tests.machine.flow import Flow
from tests.machine.trouble import Trouble
from tests.machine.worlds import WORLDS
from tests.season import local
from workflow.dates import from_micros

SIZES = st.fixed_dictionaries({"A": st.integers(2, 7), "B": st.integers(1, 4)})
SPANS = st.one_of(
    st.integers(1, 90).map(lambda minutes: timedelta(minutes=minutes)),
    st.integers(1, 6 * 24).map(lambda hours: timedelta(hours=hours)),
)
LAST = local("2025-01-20 17:00")
"""Beyond it nothing new can happen."""


class SeasonMachine(Flow, Edits, Trouble, RuleBasedStateMachine):
    """The rules stand in `flow` (dossiers, votes), `edits` (roster, roles, duties) and `trouble` (what is wrong)."""

    def __init__(self) -> None:
        super().__init__()
        self.driver: Driver
        self.ready = False

    @initialize(
        world=st.sampled_from(sorted(WORLDS)),
        sizes=SIZES,
        collectives=st.booleans(),
        varied=st.booleans(),
        grouped=st.booleans(),
        stage=st.sampled_from(["drafted", "voted", "closed", "submitted", "ratified"]),
        excellent=st.sampled_from([0, 0, 1, 1, 2, 3]),
    )
    def open_season(
        self,
        *,
        world: str,
        sizes: dict[str, int],
        collectives: bool,
        varied: bool,
        grouped: bool,
        stage: str,
        excellent: int,
    ) -> None:
        self.driver = Driver(world=WORLDS[world], grouped=grouped)
        self.driver.open(sizes, collectives=collectives, varied=varied)
        self.checked = self.driver.look
        self.begin(stage, excellent)
        self.ready = True

    @precondition(lambda self: self.driver.now < LAST)
    @rule(span=SPANS)
    def time_passes(self, span: timedelta) -> None:
        self.driver.pass_time(span)

    @precondition(lambda self: self.driver.now < LAST)
    @rule(data=st.data(), edge=st.sampled_from([timedelta(microseconds=-1), timedelta(0), timedelta(microseconds=1)]))
    def time_comes_to_an_edge(self, data: st.DataObject, edge: timedelta) -> None:
        """A deadline's instant: one microsecond before, at it, one after."""
        rows = self.driver.look.lines("obligation")
        ahead = {from_micros(one["due_at"]) + edge for one in rows if one["due_at"] is not None}
        later = sorted(one for one in ahead if one > self.driver.now)
        if later:
            self.driver.play.clock.now = data.draw(st.sampled_from(later))

    @rule(limit=st.sampled_from([100, 1, 2]), told=st.booleans())
    def sweep(self, limit: int, told: bool) -> None:
        if told:
            checks.announced(self.driver)
        checks.swept(self.driver, limit)

    @rule()
    def restart(self) -> None:
        self.driver.restart()

    @invariant()
    def all_holds(self) -> None:
        if not self.ready or self.driver.look is self.checked:
            return
        checks.everything(self.driver, self.checked)
        checks.what_is_over_is_blocked(self.driver)
        checks.what_is_over_may_vote_again(self.driver)
        self.checked = self.driver.look

    def teardown(self) -> None:
        if self.ready:
            self.driver.end()


LONG = settings.get_current_profile_name() == "long"


def _settings(examples: int) -> settings:
    return settings(
        settings() if LONG else settings(max_examples=examples, stateful_step_count=40),
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


TestSeason: Any = SeasonMachine.TestCase
TestSeason.settings = _settings(20)


class OnAServer(SeasonMachine):
    """The same with a PostgreSQL server below."""


TestSeasonOnAServer: Any = pytest.mark.usefixtures("on_a_server")(OnAServer.TestCase)
TestSeasonOnAServer.settings = _settings(6)
