"""What amends, adds to or ends a dossier on its way: corrections, withdrawals, papers, and what is adjusted."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from tests.season import SMALL_PACK, Play, done, leaders, refusals, units, warnings
from workflow.errors import BadInput
from workflow.services.attachments import LARGEST
from workflow.services.context import Upload
from workflow.store.files import path_of

PAPER = Upload(kind="minutes", name="Biên bản họp.pdf", content=b"%PDF-1.7 minutes")
DIGEST = hashlib.sha256(PAPER.content).hexdigest()


@pytest.fixture
def sent(six: Play) -> Play:
    """Six good leaders, the first proposed excellent, all sent."""
    six.to_vote("SNV", excellent=1)
    six.close("SNV")
    six.submit(*(f"SNV-0{number}" for number in range(1, 7)))
    return six


# — corrections —


def test_a_correction_names_the_record_and_the_old_one_stays(sent: Play):
    done(sent.do("correct", "SNV-02", field="voted", rank="completed", corrects=3, reason="ghi nhầm biên bản"))
    row = sent.dossier("SNV-02")
    assert (row["state"], row["voted"], row["proposed"]) == ("submitted", "completed", "completed")
    records = sent.records("SNV-02")
    assert records[2].body["set"]["voted"] == "good"
    assert records[-1].body["facts"]["command"]["args"]["corrects"] == 3
    assert sent.figures("SNV") == (6, 5, 1, 1, False)


def test_a_proposal_that_was_set_apart_does_not_follow_a_corrected_vote(opening: Callable[..., Play]):
    play = opening(SMALL_PACK + '\n[settings]\nproposal = "free"\n')
    play.bring(units("P1"), leaders("P1", 1))
    play.review("P1-01")
    play.vote("P1-01", rank="good", proposed="excellent")
    done(play.do("correct", "P1-01", field="voted", rank="completed", corrects=3, reason="ghi nhầm"))
    row = play.dossier("P1-01")
    assert (row["voted"], row["proposed"]) == ("completed", "excellent")


def test_a_correction_is_a_fact_even_where_it_puts_the_group_over(sent: Play):
    answer = done(sent.do("correct", "SNV-02", field="voted", rank="excellent", corrects=3, reason="ghi nhầm"))
    assert answer.groups[0].over is True
    assert sent.figures("SNV") == (6, 6, 2, 1, True)
    told = warnings(sent.ratify("SNV-02"))
    assert "quota_over" in told  # whoever decides hears of it, while the group may still vote again


@pytest.mark.parametrize(
    "args,answer",
    [
        ({"field": "voted", "rank": "good", "corrects": 3}, ["reason_missing"]),
        ({"field": "voted", "corrects": 3, "reason": "x"}, ["rank_missing"]),
        ({"field": "decided", "rank": "good", "corrects": 3, "reason": "x"}, ["correct_field"]),
        ({"field": "voted", "rank": "good", "reason": "x"}, ["correct_record"]),
        ({}, ["reason_missing", "rank_missing", "correct_field"]),
    ],
)
def test_a_correction_says_what_which_record_and_why(sent: Play, args: dict[str, Any], answer: list[str]):
    assert refusals(sent.do("correct", "SNV-02", **args)) == answer


@pytest.mark.parametrize("corrects", [5, 99, -1])
def test_a_record_that_is_not_there_is_not_corrected(sent: Play, corrects: int):
    """The dossier has four records."""
    try:
        answer = sent.do("correct", "SNV-02", field="voted", rank="completed", corrects=corrects, reason="ghi nhầm")
    except BadInput:
        return
    assert not answer.accepted


def test_what_is_ratified_is_adjusted_not_corrected(sent: Play):
    sent.ratify("SNV-02")
    refused = sent.do("correct", "SNV-02", field="voted", rank="completed", corrects=3, reason="x")
    assert refusals(refused) == ["wrong_state"]


# — out —


@pytest.mark.parametrize("command,state", [("withdraw", "withdrawn"), ("not_ranked", "not_ranked")])
def test_a_dossier_leaves_with_a_reason(sent: Play, command: str, state: str):
    assert refusals(sent.do(command, "SNV-02")) == ["reason_missing"]
    done(sent.do(command, "SNV-02", reason="nghỉ hưu", reason_kind="retired"))
    row = sent.dossier("SNV-02")
    assert row["state"] == state
    kind = "leave_reason" if command == "withdraw" else "not_ranked_reason"
    assert row["marks"][kind] == "retired"
    assert refusals(sent.do("correct", "SNV-02", field="voted", rank="good", corrects=3, reason="x")) == ["wrong_state"]


def test_one_not_ranked_has_no_rank_but_keeps_what_was_voted_on_record(sent: Play):
    done(sent.do("not_ranked", "SNV-02", reason="kỷ luật"))
    row = sent.dossier("SNV-02")
    assert (row["voted"], row["decided"]) == ("good", None)


# — back, and again —


def test_sending_back_needs_a_reason_and_a_day(sent: Play):
    assert refusals(sent.do("send_back", "SNV-02", by="QD-bcsd-ubnd")) == ["reason_missing", "due_back_missing"]
    late = sent.do("send_back", "SNV-02", by="QD-bcsd-ubnd", reason="thiếu", due_back="2024-11-09")
    assert refusals(late) == ["due_back_past"]
    done(sent.do("send_back", "SNV-02", by="QD-bcsd-ubnd", reason="thiếu", due_back="2024-11-10"))
    assert sent.dossier("SNV-02")["marks"]["sends"] == []


def test_adjusting_needs_a_reason_and_somebody_who_decides(sent: Play):
    sent.ratify("SNV-02")
    assert refusals(sent.do("adjust", "SNV-02", by="QD-bcsd-ubnd")) == ["reason_missing"]
    assert refusals(sent.do("adjust", "SNV-02", by="CV-SNV", reason="x")) == ["no_role", "not_the_ratifier"]
    done(sent.do("adjust", "SNV-02", by="QD-bcsd-ubnd", reason="báo cáo có căn cứ của đơn vị"))
    row = sent.dossier("SNV-02")
    assert (row["state"], row["decided"], row["proposed"]) == ("submitted", "good", "good")


def test_the_authority_decides_again_after_an_adjustment_and_both_decisions_stay(sent: Play):
    sent.ratify("SNV-02")
    done(sent.do("adjust", "SNV-02", by="QD-bcsd-ubnd", rank="completed", reason="xét lại"))
    sent.ratify("SNV-02")
    assert sent.dossier("SNV-02")["decided"] == "completed"
    decided = [one.body["set"]["decided"] for one in sent.records("SNV-02") if one.command == "ratify"]
    assert decided == ["good", "completed"]


# — papers —


def test_a_paper_is_kept_by_its_digest_beside_the_database(six: Play):
    done(six.do("attach", "SNV-02", uploads=(PAPER,)))
    assert six.database.attachments is not None
    assert path_of(six.database.attachments, DIGEST).read_bytes() == PAPER.content
    (row,) = six.table("attachment")
    assert row[1:3] == (DIGEST, "minutes")
    assert row[4:] == ("application/pdf", len(PAPER.content))
    assert six.dossier("SNV-02")["marks"]["attachments"] == [DIGEST]
    assert six.states("SNV-02") == ["drafted"]


def test_the_name_of_a_paper_lies_in_the_erasable_table_only(six: Play):
    done(six.do("attach", "SNV-02", uploads=(PAPER,)))
    assert "Biên bản" not in str(six.table("attachment")) + str(six.table("history"))
    assert "Biên bản họp.pdf" in [row[3] for row in six.table("secret")]


def test_the_same_paper_twice_is_one_paper(six: Play):
    done(six.do("attach", "SNV-02", uploads=(PAPER,)))
    done(six.do("attach", "SNV-03", uploads=(PAPER,)))
    assert len(six.table("attachment")) == 1
    assert six.dossier("SNV-03")["marks"]["attachments"] == [DIGEST]


def test_papers_come_along_with_any_command(six: Play):
    done(six.do("self_review", "SNV-02", rank="good", uploads=(PAPER,)))
    assert six.dossier("SNV-02")["marks"]["attachments"] == [DIGEST]
    assert six.records("SNV-02")[-1].body["facts"]["command"]["args"]["attachments"] == [DIGEST]


def test_attaching_nothing_is_refused(six: Play):
    assert refusals(six.do("attach", "SNV-02")) == ["attachment_missing"]


@pytest.mark.parametrize("size", [0, LARGEST + 1])
def test_an_empty_or_enormous_paper_is_bad_input(six: Play, size: int):
    with pytest.raises(BadInput) as caught:
        six.do("attach", "SNV-02", uploads=(Upload(kind="scan", name="x", content=bytes(size)),))
    assert caught.value.code == "command.bad_attachment"
    assert six.table("attachment") == []
    assert files(six) == []


def test_a_refused_command_keeps_no_paper(six: Play):
    assert refusals(six.do("submit", "SNV-02", uploads=(PAPER,))) == ["wrong_state"]
    assert six.table("attachment") == []
    assert files(six) == []


def test_a_dry_run_keeps_no_paper_either(six: Play):
    answer = six.do("attach", "SNV-02", by=six.by("CV-SNV", dry_run=True), uploads=(PAPER,))
    assert answer.accepted
    assert six.table("attachment") == []
    assert files(six) == []


def files(play: Play) -> list[str]:
    folder = play.database.attachments
    assert folder is not None
    return sorted(path.name for path in folder.rglob("*") if path.is_file()) if folder.exists() else []
