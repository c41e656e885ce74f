"""A season told again from its records, an act at a time; the records made by hand, whole in what the telling reads."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.workflow.book import DUE, NOW, SEASON, deadline, rules_with
from workflow.dates import micros
from workflow.replay.retelling import Retelling
from workflow.rulepack import Per, Wording
from workflow.words import ObligationState

HOUR = timedelta(hours=1)
BODY_S = deadline("office", per=Per.SEASON, met_by=None, owner="office")
FIELDS: dict[str, Any] = {
    "kind": "person",
    "category": "c",
    "duty": "leadership",
    "tier": "btv",
    "lead": "deputy",
    "party": False,
}


def season(*more: Any) -> Retelling:
    return Retelling(dict(SEASON), rules_with(deadline(), BODY_S, *more))


def record(
    kind: str, command: str, stream: str, patch: dict[str, Any], *, at: datetime = NOW, **changes: Any
) -> dict[str, Any]:
    """A record given at `at` and recorded an hour later, undated unless `dated`."""
    process = changes.pop("process", kind)
    given: dict[str, Any] = {"process": process, "args": changes.pop("args", {}), "dated": changes.pop("dated", False)}
    given |= {"occurred_at": micros(at), "recorded_at": changes.pop("recorded_at", micros(at + HOUR))}
    made = {"kind": kind, "command": command, "stream": stream, "set": patch, "to": patch.get("state")}
    return {**made, "facts": {"command": given}, **changes}


def unit(code: str, path: str, **more: Any) -> dict[str, Any]:
    return record("unit", "create", f"u{code}", {"code": code, "kind": "department", "path": path}, **more)


def opened(number: int, subject: str, at: str = "A", **more: Any) -> dict[str, Any]:
    patch = {"ref": f"HS-{number}", "subject": subject, "unit": at, "state": "drafted", "marks": {}}
    return record("dossier", "create", f"d{number}", {**patch, "track": "t", "route": "r", **FIELDS}, **more)


def imported(*made: tuple[str, str], roles: Any = None, **subjects: Any) -> dict[str, Any]:
    changes = [{"code": f"change.{code}", "subject": subject} for code, subject in made]
    patch = {"subjects": {code: {**FIELDS, "unit": "A", **fields} for code, fields in subjects.items()}}
    return record("roster", "import", "roster", {**patch, "roles": roles or {}}, args={"changes": {"made": changes}})


def told(*more: Any) -> Retelling:
    """Units A and B; A1 and A2 in A, a dossier each."""
    made = season(*more)
    new = imported(("subject_added", "A1"), ("subject_added", "A2"), A1={}, A2={})
    made.tell([unit("A", "A P"), unit("B", "B"), new, opened(1, "A1"), opened(2, "A2")])
    return made


def brought(number: int, state: str, name: str = "", at: datetime = NOW, **more: Any) -> dict[str, Any]:
    patch = {"state": state, "marks": {name: micros(at)} if name else {}, **more.pop("patch", {})}
    return record("dossier", more.pop("command", "submit"), f"d{number}", patch, at=at, **more)


def rows(made: Retelling) -> list[tuple[str, str, str]]:
    return [(one["rule"], one["scope"], one["state"]) for one in made.obligations]


# — instants —


def test_what_was_not_dated_happened_when_it_was_given():
    made = season()
    made.tell([unit("A", "A")])
    assert (made.occurred_at, made.now) == (NOW, NOW)


def test_what_was_dated_was_made_when_the_first_of_its_records_was_recorded():
    made = season()
    late, later = micros(NOW + 2 * HOUR), micros(NOW + 3 * HOUR)
    made.tell([unit("A", "A", dated=True, recorded_at=later), unit("B", "B", dated=True, recorded_at=late)])
    assert (made.occurred_at, made.now) == (NOW, NOW + 2 * HOUR)


# — what is no dossier —


def test_a_unit_is_known_by_its_code_with_the_place_that_it_has():
    made = season()
    made.tell([unit("A", "A P")])
    assert made.units == {"A": {"id": "uA", "kind": "department", "path": "A P"}}
    made.tell([record("unit", "amend", "uA", {"kind": "room"})])
    assert made.units["A"]["kind"] == "room"
    assert made.streams["uA"] == {"code": "A", "kind": "room", "path": "A P"}


def test_a_season_s_opening_makes_what_its_bodies_owe_and_nothing_else_does():
    made = season()
    made.tell([record("season", "create", "season", {"state": "open"})])
    assert rows(made) == [("office", "2024", "open")]
    made.tell([record("roster", "create", "roster", {})])
    made.tell([record("season", "close", "season", {"state": "closed"})])
    assert len(made.obligations) == 1


@pytest.mark.parametrize(("states", "closed"), [([], False), (["open"], False), (["open", "closed"], True)])
def test_a_season_is_closed_from_its_closing_on(states: list[str], closed: bool):
    made = season()
    for state in states:
        made.tell([record("season", "close" if state == "closed" else "create", "season", {"state": state})])
    assert made.closed is closed
    made.tell([record("season", "reopen", "season", {"state": "open"})])
    assert not made.closed


def test_rights_are_given_and_taken():
    made = season()
    made.tell([record("roster", "grant", "roster", {"roles": {"X coordinator A": True, "Y issuer *": True}})])
    made.tell([record("roster", "revoke", "roster", {"roles": {"X coordinator A": False, "Z issuer *": False}})])
    assert made.roles == {"Y issuer *"}


# — a roster —


def test_a_roster_opens_its_dossiers_and_makes_what_they_owe():
    made = told()
    assert rows(made) == [("r", "A", "open")]
    assert (made.obligations[0]["id"], made.obligations[0]["ref"], made.obligations[0]["born_at"]) == (0, "", NOW)
    assert set(made.subjects) == {"A1", "A2"}
    assert made.streams["roster"]["subjects"]["A1"] == {**FIELDS, "unit": "A"}
    row = made.dossier("d1")
    assert row == {**made.streams["d1"], "id": "d1", "unit_kind": "department", "unit_path": "A P", "unit_stream": "uA"}


def test_a_roster_s_rights_hold_from_then_on():
    made = told()
    made.tell([imported(roles={"A1 coordinator A": True})])
    assert made.roles == {"A1 coordinator A"}


def test_dossiers_of_a_file_are_opened_in_the_order_of_their_numbers():
    rule = deadline("own", per=Per.DOSSIER)
    made = season(rule)
    new = imported(("subject_added", "A2"), ("subject_added", "A1"), A1={}, A2={})
    made.tell([opened(2, "A2"), opened(1, "A1"), unit("A", "A"), new])
    assert rows(made) == [("r", "A", "open"), ("own", "HS-1", "open"), ("own", "HS-2", "open")]


def test_a_subject_s_own_fields_are_what_selectors_choose_by():
    made = told()
    made.tell([imported(("subject_changed", "A1"), A1={"lead": "head"})])
    assert made.subjects["A1"]["lead"] == "head"
    assert made.dossier("d1")["lead"] == "head"
    assert made.dossier("d2")["lead"] == "deputy"


def test_a_subject_s_dossiers_are_all_its_own_on_whatever_track():
    made = told()
    made.tell([imported(("subject_changed", "A1"), A1={}), opened(3, "A1")])
    assert [one["ref"] for one in made.of_subject("A1")] == ["HS-1", "HS-3"]
    assert [one["ref"] for one in made.of_subject("A2")] == ["HS-2"]
    assert made.of_subject("stranger") == []


def test_who_has_no_dossier_is_known_all_the_same_and_may_change():
    made = told()
    made.tell([imported(("subject_added", "STAFF"), STAFF={"duty": "staff"})])
    made.tell([imported(("subject_changed", "STAFF"), STAFF={"unit": "B"})])
    assert made.subjects["STAFF"] == {**FIELDS, "unit": "B"}
    assert made.of_subject("STAFF") == []
    rights = imported(roles={"CV coordinator A": True})
    made.tell([{**rights, "set": {"roles": rights["set"]["roles"]}}])
    assert made.roles == {"CV coordinator A"}


def test_only_what_a_file_names_of_a_subject_changes():
    made = told()
    change = imported(("subject_changed", "A1"), A1={})
    change["set"]["subjects"]["A1"] = {"lead": "head"}
    made.tell([change])
    assert made.subjects["A1"] == {**FIELDS, "unit": "A", "lead": "head"}


def moved(number: int, subject: str, at: str) -> list[dict[str, Any]]:
    amended = record("dossier", "amend", f"d{number}", {"unit": at, "state": "drafted"})
    return [amended, imported(("subject_changed", subject), **{subject: {"unit": at}})]


def test_who_moves_makes_his_new_unit_owe_and_the_old_one_done_when_he_was_its_last():
    made = told()
    made.tell(moved(1, "A1", "B"))
    assert rows(made) == [("r", "A", "open"), ("r", "B", "open")]
    assert [one["id"] for one in made.about(Per.UNIT, "uA", "A")] == ["d2"]
    assert [one["id"] for one in made.about(Per.UNIT, "uB", "B")] == ["d1"]
    assert made.dossier("d1")["unit_path"] == "B"
    made.tell(moved(2, "A2", "B"))
    assert rows(made) == [("r", "A", "met"), ("r", "B", "open")]


def test_a_changed_subject_may_get_a_dossier_more():
    made = told(deadline("own", per=Per.DOSSIER))
    made.tell([imported(("subject_changed", "A1"), A1={"party": True}), opened(3, "A1")])
    assert rows(made)[-1] == ("own", "HS-3", "open")
    made.tell([imported(("subject_changed", "A1"), A1={"lead": "head"})])
    assert (made.dossier("d3")["lead"], made.dossier("d1")["lead"]) == ("head", "head")


# — commands —


def test_the_last_dossier_of_a_unit_meets_what_it_owes():
    made = told()
    made.tell([brought(1, "submitted", "submitted_at")])
    assert rows(made) == [("r", "A", "open")]
    made.tell([brought(2, "submitted", "submitted_at", NOW + HOUR)])
    assert rows(made) == [("r", "A", "met")]
    assert made.obligations[0]["settled_at"] == NOW + HOUR
    assert made.open_on(["uA"]) == []


def test_two_of_one_act_meet_it_together():
    made = told()
    made.tell([brought(1, "submitted", "submitted_at"), brought(2, "submitted", "submitted_at")])
    assert rows(made) == [("r", "A", "met")]


def test_a_record_of_another_process_on_a_dossier_settles_nothing():
    made = told()
    made.tell([brought(number, "submitted", process="obligation", command="assess") for number in (1, 2)])
    assert rows(made) == [("r", "A", "open")]


def test_what_is_sent_back_owes_again_by_its_day():
    made = told()
    made.tell([brought(1, "submitted", "submitted_at")])
    made.tell([brought(1, "self_reviewed", command="send_back", args={"due_back": "2024-12-10"})])
    assert rows(made) == [("r", "A", "open"), ("r", "HS-1", "open")]
    assert made.obligations[1]["last_good_day"] == date(2024, 12, 10)
    assert made.obligations[1]["replaces"] == 0


# — duties —


def extended(stream: str, kind: str, **args: Any) -> dict[str, Any]:
    duties = {"VH-1": {"rule": "r", "successor": "VH-2", "last_good_day": "2024-12-15"}}
    return record(kind, "extend", stream, {"duties": duties}, process="obligation", args=args)


@pytest.mark.parametrize("args", [{"decision": "20/QĐ"}, {"decision": "20/QĐ", "letter": "x"}, {"letter": "20/QĐ"}])
def test_an_extension_replaces_the_row_by_one_with_its_day_and_its_decision(args: dict[str, str]):
    made = told()
    made.tell([extended("uA", "unit", **args)])
    assert rows(made) == [("r", "A", "closed"), ("r", "A", "open")]
    new = made.obligations[1]
    assert (new["decision"], new["replaces"], new["id"]) == ("20/QĐ", 0, 1)
    assert (new["due_at"], new["last_good_day"]) == (datetime(2024, 12, 15, 17, tzinfo=UTC), date(2024, 12, 15))
    assert made.open_on(["uA"]) == [new]


def test_a_dossier_s_own_day_is_extended_on_its_own_record():
    made = told(deadline("own", per=Per.DOSSIER))
    duties = {"VH-1": {"rule": "own", "successor": "VH-9", "last_good_day": "2024-12-15"}}
    act = record("dossier", "extend", "d1", {"duties": duties}, process="obligation", args={"decision": "1"})
    made.tell([act])
    assert [one["last_good_day"] for one in made.of_rule("d1", "own")] == [date(2024, 12, 4), date(2024, 12, 15)]


def test_what_was_done_is_met_by_the_newest_row():
    made = season()
    made.tell([record("season", "create", "season", {"state": "open"})])
    duties = {"VH-1": {"rule": "office", "state": "met", "late": True}}
    made.tell([record("season", "done", "season", {"duties": duties}, process="milestone", at=DUE)])
    assert [(one["state"], one["late"], one["settled_at"]) for one in made.obligations] == [("met", True, DUE)]


def test_what_was_not_needed_is_void_and_never_late():
    made = season()
    made.tell([record("season", "create", "season", {"state": "open"})])
    duties = {"VH-1": {"rule": "office", "state": "void"}}
    made.tell([record("season", "not_needed", "season", {"duties": duties}, process="milestone", at=DUE)])
    assert [(one["state"], one["late"], one["settled_at"]) for one in made.obligations] == [("void", False, DUE)]


def test_a_duty_that_nobody_had_cannot_be_told():
    made = told()
    with pytest.raises(LookupError, match="unheard"):
        made.tell([record("unit", "done", "uB", {"duties": {"x": {"rule": "unheard"}}}, process="milestone")])


# — a book —


def test_open_rows_are_told_by_rule_over_all_the_streams_that_are_asked_for():
    made = told(deadline("a"), deadline("z", per=Per.DOSSIER))
    assert [one["rule"] for one in made.open_on(["d1", "uA", "nowhere"])] == ["a", "r", "z"]
    assert made.of_rule("uA", "a")[0]["rule"] == "a"
    assert made.of_rule("uA", "z") == []


def test_what_is_settled_is_open_no_more_and_nobody_looks_at_it():
    made = told(deadline("a"))
    row = made.of_rule("uA", "r")[0]
    made.settle(row, state=ObligationState.CLOSED, late=True, at=NOW + HOUR)
    assert [one["rule"] for one in made.open_on(["uA"])] == ["a"]
    assert (row["state"], row["late"], row["settled_at"], row["look_at"]) == ("closed", True, NOW + HOUR, None)


def test_a_row_that_was_met_from_the_first_is_never_open():
    made = told(deadline("paper", wording=Wording.WITH_DOCUMENT, on=None))
    assert [one["rule"] for one in made.open_on(["uA"])] == ["r"]
    assert made.of_rule("uA", "paper")[0]["state"] == "met"


def test_an_obligation_is_over_one_dossier_those_of_a_unit_or_all():
    made = told()
    made.tell([imported(("subject_added", "B1"), B1={"unit": "B"}), opened(3, "B1", "B")])
    names = {per: [one["id"] for one in made.about(per, "d1", at)] for per, at in ((Per.DOSSIER, "A"), (Per.UNIT, "A"))}
    assert names == {Per.DOSSIER: ["d1"], Per.UNIT: ["d1", "d2"]}
    assert [one["id"] for one in made.about(Per.SEASON, "season", None)] == ["d1", "d2", "d3"]
    assert made.about(Per.UNIT, "uC", "C") == []


def test_those_behind_are_those_in_the_states_that_are_asked_for():
    made = told()
    made.tell([brought(1, "submitted", "submitted_at")])
    for per, stream, at, found in (
        (Per.UNIT, "uA", "A", ["d2"]),
        (Per.SEASON, "season", None, ["d2"]),
        (Per.DOSSIER, "d1", "A", []),
        (Per.DOSSIER, "d2", "A", ["d2"]),
    ):
        assert [one["id"] for one in made.behind(per, stream, at, {"drafted"})] == found


# — what commands see —


def test_a_dossier_is_read_anew_once_its_records_went_on():
    made = told()
    assert made.dossier("d1") is made.dossier("d1")
    made.tell([brought(1, "self_reviewed", "reviewed_at", command="self_review", patch={"expected": "good"})])
    assert (made.dossier("d1")["state"], made.dossier("d1")["expected"]) == ("self_reviewed", "good")


def test_what_dossiers_of_a_unit_stand_under_is_the_same_while_no_obligation_changes():
    made = told()
    assert made.owed(made.dossier("d1")) is made.owed(made.dossier("d2"))
    assert [one["rule"] for one in made.owed(made.dossier("d1"))] == ["r"]
    made.tell([extended("uA", "unit", decision="20/QĐ")])
    assert [one["last_good_day"] for one in made.owed(made.dossier("d1"))] == ["2024-12-15"]


def test_a_dossier_with_a_day_of_its_own_stands_under_that():
    made = told()
    made.tell([brought(1, "submitted", "submitted_at")])
    assert [one["scope"] for one in made.owed(made.dossier("d1"))] == ["A"]
    made.tell([brought(1, "self_reviewed", command="send_back", args={"due_back": "2024-12-10"})])
    assert [one["scope"] for one in made.owed(made.dossier("d1"))] == ["HS-1"]
    assert [one["scope"] for one in made.owed(made.dossier("d2"))] == ["A"]


@pytest.mark.parametrize("name", ["kind", "category", "duty", "tier", "lead", "party"])
def test_dossiers_that_selectors_choose_apart_are_looked_up_apart(name: str):
    made = told()
    made.tell([imported(("subject_changed", "A1"), A1={name: "other"})])
    assert made.owed(made.dossier("d1")) is not made.owed(made.dossier("d2"))


def test_what_cannot_be_told_is_folded_so_that_its_state_is_known():
    made = told()
    made.fold([brought(1, "submitted", "submitted_at"), record("meeting", "hold", "m", {"state": "held"})])
    assert (made.streams["d1"]["state"], made.streams["m"]) == ("submitted", {"state": "held"})
    assert rows(made) == [("r", "A", "open")]
