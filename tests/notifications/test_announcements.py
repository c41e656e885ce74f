"""The plan in force, its copies and invitations are told once, to whoever answers for the unit or body."""

from dataclasses import replace
from pathlib import Path

import pytest

from notifications.announcements import announce
from notifications.delivery import deliver
from notifications.sweep import EMAIL, sweep
from tests.notifications.kit import Post, messages
from tests.season import SEASON_COORDINATOR, Play, stored
from workflow.services.repinning import repin


def told(play: Play) -> list[tuple[str, str, str | None]]:
    """Every notice: kind, scope, outcome."""
    rows = play.table("notice")
    return sorted((row[2], row[3], row[7]) for row in rows)


@pytest.mark.row("NT11-0-4")
def test_each_unit_that_the_paper_addresses_hears_that_it_is_in_force(play: Play):
    written = announce(play.context, channels=(EMAIL,))
    assert {one for one in told(play) if one[0] == "opened"} == {
        ("opened", "SNV", "queued"),
        ("opened", "STC", "queued"),
    }
    assert written > 0


@pytest.mark.row("NT11-4-1")
def test_the_bodies_on_the_list_of_recipients_get_a_copy_or_are_marked_unreachable(play: Play):
    announce(play.context, channels=(EMAIL,))
    copies = [one for one in told(play) if one[0] == "copy"]
    assert {scope for _, scope, _ in copies} == set(play.pack.document.copies)
    assert all(outcome in {"queued", "nobody"} for _, _, outcome in copies)


def test_nothing_is_told_twice(play: Play):
    assert announce(play.context, channels=(EMAIL,)) > 0
    assert announce(play.context, channels=(EMAIL,)) == 0


@pytest.mark.row("NT11-1c-1")
def test_an_invited_body_is_told_of_the_meeting(play: Play):
    announce(play.context, channels=(EMAIL,))
    play.hold("SNV")
    before = len(told(play))
    announce(play.context, channels=(EMAIL,))
    invited = [one for one in told(play) if one[0] == "invitation"]
    assert [scope for _, scope, _ in invited] == ["ban-dang-tinh-uy"]
    assert all(outcome is not None for _, _, outcome in invited)
    assert len(told(play)) == before


@pytest.mark.row("NT11-1c-2")
def test_the_letter_says_what_it_is_and_that_invitees_do_not_vote(play: Play, tmp_path: Path):
    announce(play.context, channels=(EMAIL,))
    play.clock.now = play.clock.now.replace(hour=3)
    post = Post()
    deliver(play.context, {EMAIL: post}, limit=50)
    mail = post.to("SNV-01")
    assert play.pack.title.vi in mail.text
    assert play.pack.title.vi in mail.html


def test_an_announcement_and_an_alert_of_one_moment_are_one_message_for_one_reader(play: Play):
    announce(play.context, channels=(EMAIL,))
    sweep(play.context)
    readers = [(row["recipient"], row["channel"], row["created_at"]) for row in messages(play)]
    assert len(readers) == len(set(readers))


@pytest.mark.parametrize("dry_run", [False, True])
def test_whoever_heard_of_the_plan_hears_that_another_rules_now(play: Play, *, dry_run: bool):
    announce(play.context, channels=(EMAIL,))
    heard = {scope for _, scope, _ in told(play)}
    by = play.by(SEASON_COORDINATOR, dry_run=dry_run)
    repin(play.context, play.season, by, pack=replace(play.pack, version="2"), stored=stored, decision="99/UBND")
    announce(play.context, channels=(EMAIL,))
    assert {scope for kind, scope, _ in told(play) if kind == "repinned"} == (set() if dry_run else heard)
    play.clock.now = play.clock.now.replace(hour=3)
    post = Post()
    deliver(play.context, {EMAIL: post}, limit=50)
    assert ("99/UBND" in "".join(one.text for one in post.sent)) is not dry_run
