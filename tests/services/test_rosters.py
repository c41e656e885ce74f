"""A roster is brought in: what is new, what changed, what cannot be; a second time it says nothing."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.season import SMALL_PACK, Play, collective, done, grant, leaders, person, refusals, units
from workflow.errors import BadInput, Faulty
from workflow.rosters import RoleRow
from workflow.words import Lead, Role, SubjectKind


def told(answer: Any) -> Counter[str]:
    return Counter(one["code"].removeprefix("change.") for one in answer.changes)


def snapshot(play: Play) -> dict[str, list[Any]]:
    names = ("unit", "subject", "role", "dossier", "quota_group", "member", "obligation", "history", "secret", "roster")
    return {name: play.table(name) for name in names}


# — the first time —


def test_an_import_opens_dossiers_groups_and_obligations_in_one_act(play: Play):
    answer = play.bring(units("SNV"), leaders("SNV", 3))
    found = told(answer)
    assert (found["unit_added"], found["subject_added"], found["dossier_opened"]) == (1, 13, 3)
    assert play.figures("SNV") == (3, 0, 0, 0, False)
    assert len(play.obligations(scope="SNV")) == 2
    assert [row["state"] for row in play.dossiers()] == ["drafted"] * 3
    acts = {play.records(row["ref"])[0].act for row in play.dossiers()}
    assert acts == {answer.act}
    assert [one.command for one in play.records(play.dossiers()[0]["ref"])] == ["create"]


def test_people_who_only_act_have_no_dossier(play: Play):
    play.bring(units("SNV"), leaders("SNV", 1))
    assert [row["subject"] for row in play.dossiers()] == ["SNV-01"]


def test_party_members_have_a_dossier_on_each_track(play: Play):
    play.bring(units("SNV"), [*leaders("SNV", 1, party=True), *leaders("SNV", 2)[1:]])
    tracks = {(row["subject"], row["track"]) for row in play.dossiers()}
    assert tracks == {("SNV-01", "civil_servant"), ("SNV-01", "party"), ("SNV-02", "civil_servant")}


def test_refs_are_numbered_on_and_never_used_again(opening: Callable[..., Play]):
    play = opening(SMALL_PACK)
    play.bring(units("P1"), leaders("P1", 2))
    play.bring(subjects=[person("P1-03")])
    other = opening(SMALL_PACK, code="2024-2")
    other.bring(units("P1"), leaders("P1", 1))
    assert [row["ref"] for row in play.dossiers()] == ["HS-0001", "HS-0002", "HS-0003"]
    assert [row["ref"] for row in other.dossiers()] == ["HS-0004"]


def test_names_and_addresses_lie_in_the_erasable_table_only(play: Play):
    play.bring(units("SNV"), [person("SNV-01", name="Trần Thị Bưởi", email="buoi@ninhthuan.example")])
    for name in ("subject", "dossier", "history", "attempt"):
        assert "Bưởi" not in str(play.table(name))
        assert "buoi@" not in str(play.table(name))
    texts = [row[3] for row in play.table("secret")]
    assert {"Trần Thị Bưởi", "buoi@ninhthuan.example"} <= set(texts)


# — again —


def test_a_second_import_of_the_same_roster_changes_nothing(play: Play):
    rows, people = units("SNV"), [*leaders("SNV", 3, party=True), collective("SNV")]
    play.bring(rows, people)
    before = snapshot(play)
    play.brought = ()
    answer = play.bring(rows, people)
    assert (answer.done, answer.changes) == ((), ())
    assert snapshot(play) == before


def test_a_dry_run_tells_the_changes_and_makes_none(play: Play):
    play.bring(units("SNV"), leaders("SNV", 3))
    before = snapshot(play)
    answer = play.bring(subjects=[person("SNV-04")], by=play.by(dry_run=True))
    assert answer.dry_run
    assert told(answer)["dossier_opened"] == 1
    assert snapshot(play) == before
    assert told(play.bring(subjects=[person("SNV-04")])) == told(answer)


def test_what_changed_is_told_field_by_field(play: Play):
    first = leaders("SNV", 3)
    play.bring(units("SNV"), first)
    changed = replace(first[1], name="Người khác", post="Phó Giám đốc", language="en")
    answer = play.bring(subjects=[changed])
    assert {
        "code": "change.subject_changed",
        "subject": "SNV-02",
        "fields": ["language", "name", "post"],
    } in answer.changes
    assert told(answer)["subject_changed"] == 1


def test_whoever_is_left_out_is_named_and_stays(play: Play):
    play.bring(units("SNV"), leaders("SNV", 3))
    answer = play.bring(subjects=leaders("SNV", 2))
    absent = next(one for one in answer.changes if one["code"] == "change.absent")
    assert "SNV-03" in absent["subjects"]
    assert "SNV-02" not in absent["subjects"]
    assert play.states("SNV-03") == ["drafted"]


def test_a_change_of_what_rules_choose_by_is_an_amendment_on_the_dossier(six: Play):
    """From then on another route and another group: both follow in the same commit."""
    answer = done(six.bring(subjects=[person("SNV-06", tier="unit", lead=Lead.NONE, duty="staff")]))
    row = six.dossier("SNV-06")
    assert row["route"] == "NT11-unit"
    record = six.records("SNV-06")[-1]
    assert (record.command, record.act) == ("amend", answer.act)
    assert record.body["set"]["route"] == "NT11-unit"
    assert six.group("SNV")["size"] == 5
    assert six.verified().findings == ()


def test_what_no_rule_chooses_by_leaves_the_dossier_alone(six: Play):
    six.bring(subjects=[person("SNV-06", post="Phó Giám đốc")])
    assert six.dossier("SNV-06")["seq"] == 1


def test_who_becomes_a_party_member_gets_the_dossier_of_that_track(six: Play):
    answer = six.bring(subjects=[person("SNV-02", party=True)])
    assert told(answer)["dossier_opened"] == 1
    tracks = [row["track"] for row in six.dossiers() if row["subject"] == "SNV-02"]
    assert sorted(tracks) == ["civil_servant", "party"]


def test_who_begins_to_be_ranked_gets_a_dossier(play: Play):
    play.bring(units("SNV"), [*leaders("SNV", 2), person("SNV-03", ranked=False)])
    assert play.group("SNV")["size"] == 2
    answer = play.bring(subjects=[person("SNV-03")])
    assert told(answer)["dossier_opened"] == 1
    assert play.group("SNV")["size"] == 3


def test_who_stopped_and_begins_again_keeps_his_one_dossier(six: Play):
    ref = six.ref("SNV-03")
    six.bring(subjects=[person("SNV-03", ranked=False)])
    six.bring(subjects=[person("SNV-03")])
    assert [row["ref"] for row in six.dossiers() if row["subject"] == "SNV-03"] == [ref]


# — units —


def test_a_unit_may_be_renamed_and_given_an_address(play: Play):
    (unit,) = units("SNV")
    play.bring([unit], leaders("SNV", 1))
    answer = play.bring([replace(unit, name="Sở Nội vụ", email="snv@ninhthuan.example")])
    assert {"code": "change.unit_changed", "unit": "SNV", "fields": ["email", "name"]} in answer.changes
    assert play.verified().findings == ()


def test_a_unit_with_dossiers_keeps_its_kind_and_its_place(play: Play):
    play.bring([*units("SNV"), *units("SNV-TG", kind="room", parent="SNV")], leaders("SNV-TG", 1, tier="unit"))
    for changed in (units("SNV-TG", kind="department", parent="SNV"), units("SNV-TG", kind="room")):
        with pytest.raises(Faulty) as caught:
            play.bring(changed)
        assert [fault.code for fault in caught.value.faults] == ["command.unit_fixed"]


def test_a_unit_without_dossiers_may_change_both(play: Play):
    play.bring([*units("SNV"), *units("SNV-TG", kind="room", parent="SNV")], leaders("SNV", 1))
    assert told(play.bring(units("SNV-TG", kind="department"))) == {"unit_changed": 1}


def test_a_unit_that_becomes_its_own_parent_is_bad_input(play: Play):
    play.bring([*units("A"), *units("B", parent="A")], ())
    before = snapshot(play)
    with pytest.raises(BadInput) as caught:
        play.bring(units("A", parent="B"))
    assert caught.value.code == "command.unit_cycle"
    assert snapshot(play) == before


def test_a_unit_under_an_unknown_one_is_bad_input(play: Play):
    with pytest.raises(BadInput) as caught:
        play.bring(units("A", parent="NOWHERE"))
    assert caught.value.code == "command.unknown_parent"


# — what cannot be together —


def faults(play: Play, **roster: Any) -> list[str]:
    before = snapshot(play)
    with pytest.raises(Faulty) as caught:
        play.bring(**roster)
    assert snapshot(play) == before
    return [fault.code for fault in caught.value.faults]


def test_two_heads_are_found_across_imports(six: Play):
    assert faults(six, subjects=[person("SNV-07", lead=Lead.HEAD)]) == ["command.roster_two_heads"]


def test_a_new_head_comes_with_the_old_one_stepping_back(six: Play):
    rows = [person("SNV-02", lead=Lead.HEAD), person("SNV-01", lead=Lead.DEPUTY)]
    done(six.bring(subjects=rows))
    assert [six.dossier(name)["lead"] for name in ("SNV-01", "SNV-02")] == ["deputy", "head"]


def test_a_subject_of_an_unknown_unit_and_a_role_of_an_unknown_subject_are_told_together(six: Play):
    found = faults(six, subjects=[person("XYZ-01")], roles=[grant("XYZ-02", Role.MONITOR)])
    assert found == ["command.roster_unknown_unit", "command.roster_unknown_subject"]


@pytest.mark.parametrize("scope", ["SNW", "bcsd"])
def test_a_role_reaches_a_unit_or_a_body_that_is_there(six: Play, scope: str):
    """A role that reaches nothing would be found out when nobody may act."""
    with pytest.raises(BadInput):
        six.bring(roles=[grant("SNV-06", Role.COORDINATOR, scope)])


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SUBJECT])
def test_roles_that_are_never_granted_do_not_come_with_a_roster_either(six: Play, role: Role):
    """Whoever holds the database is the operator, and one's own dossier makes the subject: no file says so."""
    with pytest.raises(BadInput):
        six.bring(roles=[RoleRow(subject="SNV-06", role=role, scope="*")])


def test_a_dossier_that_no_route_takes_is_bad_input_and_brings_nothing(play: Play):
    play.bring(units("SNV"), leaders("SNV", 1))
    assert faults(play, subjects=[person("SNV-09", tier="nowhere")]) == ["command.no_route"]


# — who —


@pytest.mark.parametrize("actor", ["CV-SNV", "VT", "GS", "SNV-01"])
def test_only_an_operator_or_the_season_s_coordinator_imports(six: Play, actor: str):
    before = snapshot(six)
    assert refusals(six.bring(subjects=[person("SNV-07")], by=six.by(actor))) == ["no_role"]
    assert snapshot(six) == before


def test_the_season_s_coordinator_imports(six: Play):
    answer = done(six.bring(subjects=[person("SNV-07")], by=six.by("TH")))
    assert answer.done[-1].command == "import"
    assert six.records("SNV-07")[0].actor == "TH"


def test_one_record_of_the_import_stands_on_the_roster_s_stream(six: Play):
    answer = six.bring(subjects=[person("SNV-07", name="Trần Thị Bưởi")])
    (_, stream, *_) = six.table("roster")[0]
    record = six.records(stream)[-1]
    assert (record.command, record.act) == ("import", answer.act)
    assert list(record.body["set"]["subjects"]) == ["SNV-07"]
    assert record.body["set"]["subjects"]["SNV-07"]["unit"] == "SNV"
    assert record.body["set"]["roles"] == {}
    assert "Bưởi" not in str(record.body)


def test_collectives_are_subjects_of_their_own(play: Play):
    play.bring(units("SNV"), [collective("SNV"), *leaders("SNV", 1)])
    row = play.dossier("SNV-TT")
    assert (row["kind"], row["route"]) == (SubjectKind.COLLECTIVE, "NT11-1g-1")
