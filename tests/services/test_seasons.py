"""A season is opened under one pack, named by its code, and closed; roles are given and taken on the record."""

from collections.abc import Callable
from typing import Any

import pytest

from states import packs
from tests.season import SMALL_PACK, Play, done, leaders, local, refusals, stored, units
from workflow.answers import Answer
from workflow.errors import BadInput
from workflow.rosters import RoleRow
from workflow.services.roles import assign
from workflow.services.seasons import close_season, open_season
from workflow.words import GRANTABLE, Role

Opening = Callable[..., Play]


def test_a_season_stores_its_pack_and_the_first_records_of_its_streams(play: Play):
    row = play.row()
    data = stored(play.pack)
    assert (row["code"], row["year"], row["state"], row["rehearsal"]) == ("2024", 2024, "open", False)
    assert row["pack"] == packs.pack_hash(data)
    assert play.table("pack") == [(row["pack"], "ninh-thuan-2024-11", data)]
    (record,) = play.records(row["id"])
    assert (record.command, record.actor, record.role) == ("create", "os-user:lan", "operator")
    assert play.verified().findings == ()


def test_two_seasons_share_one_stored_pack(opening: Opening):
    opening()
    opening(code="2024-2")
    assert len(opening(code="2024-3").table("pack")) == 1


def test_a_code_names_one_season(opening: Opening):
    opening()
    with pytest.raises(BadInput) as caught:
        opening()
    assert caught.value.code == "command.season_taken"


YEARLY = SMALL_PACK.replace("year = 2024\n", "")


def test_a_yearly_pack_needs_a_year_and_takes_any(opening: Opening):
    with pytest.raises(BadInput) as caught:
        opening(YEARLY)
    assert caught.value.code == "command.year_needed"
    assert opening(YEARLY, year=2025).row()["year"] == 2025


def test_a_pack_of_one_year_takes_no_other(opening: Opening):
    with pytest.raises(BadInput) as caught:
        opening(year=2025)
    assert (caught.value.code, caught.value.figures["own"]) == ("command.other_year", 2024)
    assert opening(year=2024).row()["year"] == 2024


def test_a_frame_opens_no_season(opening: Opening):
    with pytest.raises(BadInput) as refused:
        opening(SMALL_PACK.replace("year = 2024", "year = 2024\nabstract = true"))
    assert (refused.value.code, refused.value.figures) == ("command.pack_abstract", {"pack": "small"})


LACKING = """
[[missing]]
id = "annex"
what = "phụ lục"
clause = { source = "paper", at = "1" }
"""


def test_a_pack_that_lacks_a_text_opens_a_season_unless_it_says_otherwise(opening: Opening):
    """A-30: by default the rule that needs it is recorded only; a rehearsal can always be opened."""
    blocking = SMALL_PACK + '[settings]\nmissing = "block"\n' + LACKING
    with pytest.raises(BadInput) as refused:
        opening(blocking, rehearsal=False)
    assert (refused.value.code, refused.value.figures) == (
        "command.pack_lacks",
        {"pack": "small", "missing": ["annex"]},
    )
    opens = {
        "A": opening(SMALL_PACK + LACKING, code="A"),
        "B": opening(blocking, code="B", rehearsal=True),
        "C": opening(blocking.removesuffix(LACKING), code="C"),
    }
    assert {code: play.row()["state"] for code, play in opens.items()} == dict.fromkeys("ABC", "open")


def test_a_yearly_deadline_falls_in_the_season_s_year(opening: Opening):
    table = """
[[deadline]]
id = "yearly"
clause = { source = "paper", at = "4" }
text = "Hằng năm"
wording = "before"
yearly = true
on = "12-05"
per = "unit"
owner = "unit"
met_by = "submit"
"""
    play = opening(YEARLY + table, year=2026)
    play.bring(units("P1"), leaders("P1", 1))
    assert play.obligation("yearly", "P1")["due_at"] == local("2026-12-05")


def test_bytes_that_are_no_pack_open_nothing(play: Play):
    with pytest.raises(BadInput):
        open_season(play.context, play.by(), pack=b"{}", pack_hash=packs.pack_hash(b"{}"), code="x")
    assert len(play.table("season")) == 1


def test_the_same_key_opens_one_season(play: Play):
    data = stored(play.pack)

    def opened_by(key: str) -> Answer:
        by = play.by(key=key)
        return open_season(play.context, by, pack=data, pack_hash=packs.pack_hash(data), code="again")

    first, second = opened_by("k"), opened_by("k")
    assert second.repeated
    assert first.act == second.act


def test_with_one_season_open_it_need_not_be_named(six: Play):
    with pytest.raises(BadInput) as caught:
        close_season(six.context, "2023", six.by(), unfinished="Hết năm")
    assert (caught.value.code, caught.value.figures["known"]) == ("command.unknown_season", ["2024"])
    done(close_season(six.context, None, six.by(), unfinished="Hết năm"))
    assert refusals(close_season(six.context, None, six.by(), unfinished="Hết năm")) == ["wrong_state"]


def test_of_several_closed_ones_one_must_be_named(opening: Opening):
    play = opening()
    opening(code="2024-2")
    for code in ("2024", "2024-2"):
        done(close_season(play.context, code, play.by(), unfinished="Hết năm"))
    with pytest.raises(BadInput) as caught:
        close_season(play.context, None, play.by(), unfinished="Hết năm")
    assert (caught.value.code, caught.value.figures["known"]) == ("command.no_season", ["2024", "2024-2"])


def test_with_two_open_it_must_be_named(opening: Opening):
    play = opening()
    opening(code="2024-2")
    with pytest.raises(BadInput) as caught:
        close_season(play.context, None, play.by(), unfinished="Hết năm")
    assert (caught.value.code, caught.value.figures["known"]) == ("command.which_season", ["2024", "2024-2"])


def test_in_a_closed_season_nothing_more_is_recorded(six: Play):
    done(close_season(six.context, "2024", six.by("TH"), unfinished="Hết năm"))
    assert six.row()["state"] == "closed"
    for deed in (lambda: six.review("SNV-02"), lambda: six.close("SNV"), lambda: six.hold("SNV")):
        with pytest.raises(BadInput) as caught:
            deed()
        assert caught.value.code == "command.season_closed"
    assert six.verified().findings == ()


@pytest.mark.parametrize("actor", ["CV-SNV", "VT", "GS", "SNV-01"])
def test_only_an_operator_or_the_season_s_coordinator_closes_it(six: Play, actor: str):
    assert refusals(close_season(six.context, "2024", six.by(actor), unfinished="Hết năm")) == ["no_role"]
    assert six.row()["state"] == "open"


# — roles —


def role(play: Play, command: str, subject: str, role_: Role, scope: str = "*", *, by: str = "TH", **more: Any):
    row = RoleRow(subject=subject, role=role_, scope=scope)
    return assign(play.context, play.season, play.by(by, **more), command, row)


def held(play: Play, subject: str) -> set[tuple[str, str]]:
    return {(row[2], row[3]) for row in play.table("role") if row[1] == subject}


@pytest.mark.parametrize("scope", ["*", "SNV", "bcsd-ubnd"])
def test_a_role_is_given_and_taken_on_the_record(six: Play, scope: str):
    answer = done(role(six, "grant", "SNV-02", Role.REGISTRAR, scope))
    assert held(six, "SNV-02") == {("registrar", scope)}
    (_, stream, *_) = six.table("roster")[0]
    record = six.records(stream)[-1]
    assert (record.command, record.actor, record.act) == ("grant", "TH", answer.act)
    assert record.body["facts"]["command"]["args"]["changes"] == {
        "subject": "SNV-02",
        "role": "registrar",
        "scope": scope,
    }
    done(role(six, "revoke", "SNV-02", Role.REGISTRAR, scope))
    assert held(six, "SNV-02") == set()
    assert six.verified().findings == ()


def test_giving_what_is_there_and_taking_what_is_not_says_so(six: Play):
    done(role(six, "grant", "SNV-02", Role.REGISTRAR))
    again = role(six, "grant", "SNV-02", Role.REGISTRAR)
    assert (again.done, [one["code"] for one in again.changes]) == ((), ["change.role_grant_idle"])
    gone = role(six, "revoke", "SNV-02", Role.REGISTRAR, "SNV")
    assert [one["code"] for one in gone.changes] == ["change.role_revoke_idle"]
    assert held(six, "SNV-02") == {("registrar", "*")}


def test_a_role_that_was_taken_opens_no_more_doors(six: Play):
    role(six, "revoke", "CV-SNV", Role.COORDINATOR, "SNV")
    assert refusals(six.do("self_review", "SNV-02", by="CV-SNV", rank="good")) == ["no_role"]


@pytest.mark.parametrize("role_", sorted(set(Role) - GRANTABLE))
def test_subject_and_operator_are_never_given(six: Play, role_: Role):
    with pytest.raises(BadInput) as caught:
        role(six, "grant", "SNV-02", role_)
    assert caught.value.code == "command.unknown_role"


@pytest.mark.parametrize(
    "subject,scope,code",
    [("XYZ", "*", "command.unknown_actor"), ("SNV-02", "SNW", "command.unknown_unit")],
)
def test_a_role_is_somebody_s_and_reaches_something(six: Play, subject: str, scope: str, code: str):
    with pytest.raises(BadInput) as caught:
        role(six, "grant", subject, Role.REGISTRAR, scope)
    assert caught.value.code == code


@pytest.mark.parametrize("actor", ["CV-SNV", "VT", "GS", "SNV-02"])
def test_nobody_else_gives_roles_and_least_of_all_to_himself(six: Play, actor: str):
    assert refusals(role(six, "grant", actor, Role.COORDINATOR, by=actor)) == ["no_role"]
    assert ("coordinator", "*") not in held(six, actor)


def test_a_coordinator_reaches_the_units_below(play: Play):
    play.bring(
        [*units("SNV"), *units("SNV-TG", kind="room", parent="SNV"), *units("STC")],
        [*leaders("SNV-TG", 1, tier="unit"), *leaders("STC", 1)],
    )
    done(play.do("self_review", "SNV-TG-01", by="CV-SNV", rank="good"))
    assert refusals(play.do("self_review", "STC-01", by="CV-SNV", rank="good")) == ["no_role"]
    assert refusals(play.do("self_review", "STC-01", by="CV-SNV-TG", rank="good")) == ["no_role"]
