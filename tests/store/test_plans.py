"""How SQLite goes about a statement: what asks for one thing reads no season."""

from pathlib import Path
from types import ModuleType

import pytest

from tests.ground import opened
from workflow.store import alerts, commands, queries
from workflow.store.statements import Statement

WHOLE = {
    commands: {
        "DOSSIERS_IN_STATES", "DOSSIERS_OF_SEASON", "DOSSIERS_OF_YEAR", "DOSSIER_ROWS", "GROUPS_OF_SEASON",
        "MEETINGS_OF_SEASON", "MEMBERS_OF_SEASON", "OBLIGATIONS_OF_SEASON", "RECORDS_BY_PLACE",
        "RECORDS_OF_SEASON", "ROLES", "ROSTER", "SECRETS_OF_SEASON", "SOME_OF_SEASON", "SUBJECTS", "UNITS",
    },
    alerts: {"ALERTS_OF_SEASON", "LATE_DOSSIERS", "LATE_OBLIGATIONS", "MESSAGES_OF_SEASON", "PEOPLE"},
    queries: {"ATTEMPTS", "GRANTS", "GROUP_UNITS", "HEADS", "MEETINGS", "OPEN_OBLIGATIONS"},
}  # fmt: skip
"""What lists a season, or counts it, reads all of it."""


def whole_seasons(folder: Path, room: ModuleType) -> set[str]:
    """The statements of a room that look at every row of a season."""
    found = set()
    database = opened(folder)
    with database.readers.connect() as connection:
        for name, statement in vars(room).items():
            if isinstance(statement, Statement):
                text = statement.compiled(connection.dialect).text
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", ("[]",) * text.count("?")).all()
                if any(row[-1].endswith("(season=?)") for row in plan):
                    found.add(name)
    database.close()
    return found


@pytest.mark.parametrize("room", WHOLE, ids=lambda room: room.__name__.rpartition(".")[2])
def test_only_what_lists_a_season_reads_a_season(tmp_path: Path, room: ModuleType):
    assert whole_seasons(tmp_path, room) == WHOLE[room]
