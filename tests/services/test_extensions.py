"""An extension is a recorded decision that moves one deadline of one unit; what was late stays late"""

import pytest

from tests.season import Play, at_noon, done, grant, leaders, local, person, refusals, units
from workflow.dates import micros
from workflow.errors import BadInput
from workflow.words import Role

DUE = local("2024-12-05")
E1, G3 = "NT11-1e-1", "NT11-1g-3"


@pytest.fixture
def sendable(six: Play) -> Play:
    six.bring(units("STC"), leaders("STC", 2))
    six.to_vote("SNV")
    six.close("SNV")
    return six


def extend(play: Play, rule: str = E1, until: str = "2024-12-15", *, unit: str = "SNV", by: str = "CT", **more: str):
    return play.extend(play.obligation(rule, unit)["ref"], until, by=by, **more)


def due_on(play: Play, rule: str, scope: str) -> str:
    """The last good day of the newest row."""
    return str(play.obligation(rule, scope)["last_good_day"])


# — moved by a successor —


def test_an_extension_closes_the_row_and_a_successor_replaces_it(sendable: Play):
    before = sendable.obligation(E1, "SNV")
    answer = done(extend(sendable))
    old, new = sendable.obligations(E1, "SNV")
    assert old | {"state": "open", "look_at": before["look_at"], "settled_at": None} == before
    assert (old["state"], old["due_at"], old["look_at"]) == ("closed", DUE, None)
    assert (new["state"], new["due_at"], new["last_good_day"].isoformat()) == (
        "open",
        local("2024-12-16"),
        "2024-12-15",
    )
    assert new["last_working_day"].isoformat() == "2024-12-13"
    assert (new["replaces"], new["decision"]) == (old["id"], "20/QĐ-UBND")
    assert (new["owner"], new["recipient"], new["unit"]) == (old["owner"], old["recipient"], "SNV")
    assert answer.changes[0]["by"] == new["ref"]


def test_it_is_on_the_record_of_what_it_hangs_on(sendable: Play):
    unit = next(row for row in sendable.table("unit") if "SNV" in row)
    answer = done(extend(sendable))
    records = [one for one in sendable.records(unit[1]) if one.act == answer.act]
    assert {(one.command, one.actor, one.role) for one in records} == {("extend", "CT", "issuer")}
    assert records[0].body["facts"]["command"]["args"] == {"decision": "20/QĐ-UBND"}
    duties = {name: duty for one in records for name, duty in one.body["set"]["duties"].items()}
    for rule in (E1, G3):
        old, new = sendable.obligations(rule, "SNV")
        assert duties[old["id"]]["successor"] == new["ref"]


def test_the_role_on_record_is_the_one_that_allowed_it(sendable: Play):
    """Whoever holds two roles acts in the one that the rule names."""
    sendable.bring(roles=[grant("CT", Role.AUDITOR), grant("CT", Role.AUTHORITY), grant("CT", Role.COORDINATOR)])
    unit = next(row for row in sendable.table("unit") if "SNV" in row)
    done(extend(sendable))
    assert sendable.records(unit[1])[-1].role == "issuer"


@pytest.mark.row("NT11-1g-3")
def test_what_is_due_by_the_same_date_goes_along(sendable: Play):
    answer = done(extend(sendable))
    assert len(answer.done) == 2
    assert due_on(sendable, G3, "SNV") == "2024-12-15"
    assert [row["state"] for row in sendable.obligations(G3, "SNV")] == ["closed", "open"]


def test_what_prints_the_date_does_not_go_along_with_what_follows_it(sendable: Play):
    done(extend(sendable, G3))
    assert due_on(sendable, G3, "SNV") == "2024-12-15"
    assert due_on(sendable, E1, "SNV") == "2024-12-04"


def test_only_the_one_unit_is_extended(sendable: Play):
    done(extend(sendable))
    assert due_on(sendable, E1, "STC") == "2024-12-04"
    assert len(sendable.obligations(E1, "STC")) == 1


def test_an_extension_may_be_extended(sendable: Play):
    done(extend(sendable))
    done(extend(sendable, until="2024-12-20", decision="25/QĐ-UBND"))
    first, second, third = sendable.obligations(E1, "SNV")
    assert (first["state"], second["state"], third["state"]) == ("closed", "closed", "open")
    assert (second["replaces"], third["replaces"]) == (first["id"], second["id"])


def test_within_the_extension_a_dossier_is_in_time_to_the_microsecond(sendable: Play):
    done(extend(sendable))
    sendable.clock.now = local("2024-12-15 23:59:59.999999")
    sendable.submit("SNV-01")
    assert "late" not in sendable.dossier("SNV-01")["marks"]
    sendable.clock.now = local("2024-12-16")
    assert refusals(sendable.do("submit", "SNV-02")) == ["late_reason"]


def test_a_joiner_after_the_extension_owes_by_the_extended_date(sendable: Play):
    """The unit was done in its extension; who joins it owes by the same date as the unit did."""
    done(extend(sendable))
    sendable.submit(*(f"SNV-0{number}" for number in range(1, 7)))
    sendable.clock.now = at_noon("2024-12-10")
    sendable.bring(subjects=[person("SNV-07")])
    assert due_on(sendable, G3, "SNV") == "2024-12-15"
    assert sendable.obligation(G3, "SNV")["state"] == "open"


def test_what_follows_a_date_follows_its_extension_even_when_it_is_owed_later(play: Play):
    """`same_as` is "as that rule, its extensions included": a first deputy comes after the head's date was moved."""
    play.bring(units("SNV"), leaders("SNV", 1))
    assert play.obligations(G3, "SNV") == []
    done(extend(play))
    play.bring(subjects=[person("SNV-02")])
    assert due_on(play, G3, "SNV") == "2024-12-15"


def test_an_extension_never_shortens_what_was_extended_further(sendable: Play):
    done(extend(sendable, G3, "2024-12-20"))
    done(extend(sendable, E1, "2024-12-10"))
    assert due_on(sendable, G3, "SNV") == "2024-12-20"
    assert due_on(sendable, E1, "SNV") == "2024-12-10"


# — refused —


@pytest.mark.parametrize("until", ["2026-01-01", "2034-12-05"])
def test_an_extension_ends_in_the_year_or_the_one_after(sendable: Play, until: str):
    with pytest.raises(BadInput) as caught:
        extend(sendable, until=until)
    assert caught.value.code == "command.day_elsewhere"
    assert len(sendable.obligations(E1, "SNV")) == 1


@pytest.mark.parametrize("until", ["2024-12-04", "2024-12-03", "2023-12-15"])
def test_an_extension_to_no_later_day_is_bad_input(sendable: Play, until: str):
    with pytest.raises(BadInput) as caught:
        extend(sendable, until=until)
    assert caught.value.code == "command.extension_earlier"
    assert caught.value.figures["day"] == "2024-12-04"
    assert len(sendable.obligations(E1, "SNV")) == 1


def test_one_day_more_is_an_extension(sendable: Play):
    done(extend(sendable, until="2024-12-05"))
    assert sendable.obligation(E1, "SNV")["due_at"] == local("2024-12-06")


@pytest.mark.parametrize("actor", ["CV-SNV", "TH", "VT", "GS", "SNV-01", "QD-bcsd-ubnd", "os-user:lan"])
def test_only_the_role_that_the_rule_names_extends(sendable: Play, actor: str):
    refused = extend(sendable, by=actor)
    assert refusals(refused) == ["no_role"]
    assert refused.refused[0].verdicts[0].figures["roles"] == ["issuer"]
    assert len(sendable.obligations(E1, "SNV")) == 1


def test_an_issuer_of_another_unit_does_not_extend(sendable: Play):
    sendable.bring(roles=[grant("STC-01", Role.ISSUER, "STC")])
    assert refusals(extend(sendable, by="STC-01")) == ["no_role"]
    done(extend(sendable, unit="STC", by="STC-01"))


def test_what_was_met_in_time_needs_no_extension(sendable: Play):
    sendable.submit(*(f"SNV-0{number}" for number in range(1, 7)))
    assert refusals(extend(sendable)) == ["obligation_closed"]


def test_the_row_that_was_replaced_is_not_extended_again(sendable: Play):
    ref = sendable.obligation(E1, "SNV")["ref"]
    done(extend(sendable))
    assert refusals(sendable.extend(ref, "2024-12-20")) == ["obligation_closed"]


def test_an_unknown_obligation_is_bad_input(sendable: Play):
    with pytest.raises(BadInput) as caught:
        sendable.extend("VH-9999", "2024-12-15")
    assert caught.value.code == "command.unknown_obligation"


@pytest.mark.parametrize("decision", ["", "   "])
def test_an_extension_needs_its_decision(sendable: Play, decision: str):
    """Decided "with a decision reference": one without is no extension."""
    try:
        answer = extend(sendable, decision=decision)
    except BadInput:
        return
    assert not answer.accepted


def test_the_return_day_of_one_dossier_may_be_extended_alone(sendable: Play):
    sendable.submit(*(f"SNV-0{number}" for number in range(1, 7)))
    done(sendable.do("send_back", "SNV-02", by="QD-bcsd-ubnd", reason="thiếu", due_back="2024-12-10"))
    ref = sendable.ref("SNV-02")
    done(extend(sendable, G3, "2024-12-20", unit=ref))
    assert due_on(sendable, G3, ref) == "2024-12-20"
    assert due_on(sendable, G3, "SNV") == "2024-12-04"
    assert sendable.records("SNV-02")[-1].command == "extend"
    sendable.vote("SNV-02")
    sendable.clock.now = at_noon("2024-12-20")
    sendable.submit("SNV-02")
    assert "late" not in sendable.dossier("SNV-02")["marks"]
    assert sendable.verified().findings == ()


# — late stays late —


def test_a_lateness_that_was_marked_stays_with_what_covers_it(sendable: Play):
    sendable.clock.now = at_noon("2024-12-06")
    sendable.submit("SNV-01", reason="lũ lụt")
    (before,) = sendable.dossier("SNV-01")["marks"]["late"]
    answer = done(extend(sendable))
    (after,) = sendable.dossier("SNV-01")["marks"]["late"]
    assert after == {**before, "covered_by": "20/QĐ-UBND"}
    old, new = sendable.obligations(E1, "SNV")
    assert (old["state"], old["late"], old["due_at"]) == ("met", True, DUE)
    assert (new["state"], new["late"], new["due_at"], new["look_at"]) == ("met", False, local("2024-12-16"), None)
    assert ("dossier", "cover") in {(one.kind, one.command) for one in answer.done}
    assert sendable.records("SNV-01")[-1].command == "cover"


def test_a_lateness_after_the_extended_day_is_not_covered(sendable: Play):
    sendable.clock.now = at_noon("2024-12-18")
    sendable.submit("SNV-01", reason="lũ lụt")
    done(extend(sendable))
    (mark,) = sendable.dossier("SNV-01")["marks"]["late"]
    assert "covered_by" not in mark
    assert mark["at"] == micros(at_noon("2024-12-18"))


def test_a_lateness_is_covered_too_while_others_of_the_unit_still_owe(sendable: Play):
    """One deputy's went late, the others have not gone yet; the extension covers his mark as it saves theirs."""
    sendable.clock.now = at_noon("2024-12-06")
    sendable.submit("SNV-02", reason="lũ lụt")
    done(extend(sendable, G3))
    (mark,) = sendable.dossier("SNV-02")["marks"]["late"]
    assert mark.get("covered_by") == "20/QĐ-UBND"
    sendable.submit("SNV-03")
    assert "late" not in sendable.dossier("SNV-03")["marks"]


def test_a_lateness_under_the_rule_that_follows_is_covered_with_it(sendable: Play):
    """All deputies went late, under the rule that takes its date from the head's; the head's date is then extended."""
    sendable.clock.now = at_noon("2024-12-06")
    sendable.submit("SNV-02", "SNV-03", "SNV-04", "SNV-05", "SNV-06", reason="lũ lụt")
    done(extend(sendable, E1))
    (mark,) = sendable.dossier("SNV-02")["marks"]["late"]
    assert (mark["rule"], mark.get("covered_by")) == (G3, "20/QĐ-UBND")


def test_everything_still_holds_after_extensions(sendable: Play):
    sendable.clock.now = at_noon("2024-12-06")
    sendable.submit("SNV-01", reason="lũ lụt")
    done(extend(sendable))
    done(extend(sendable, unit="STC"))
    assert sendable.verified().findings == ()
