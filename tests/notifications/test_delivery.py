"""What waits in the outbox leaves at least once; each recipient's fate is their own."""

from dataclasses import replace
from datetime import timedelta

import pytest

from notifications import delivery
from notifications.channels import Postponed, Refused, Unreachable
from notifications.delivery import TAKEN_FOR, Delivered, Fate, Handled, Retry, deliver, failure_told
from notifications.render import render
from notifications.sweep import sweep
from tests.notifications.kit import AUTHORITY, BODY, SUBMIT, Post, address, messages
from tests.notifications.test_sweep import quiet_ladder, with_ladder
from tests.season import done, local
from workflow.errors import Locked
from workflow.services.seasons import close_season, reopen_season
from workflow.store import alerts as sql
from workflow.store import commands

MINUTE = timedelta(minutes=1)
OWNERS = ["CV-SNV", "CV-STC", BODY]


@pytest.fixture
def due(play):
    """Three messages wait: the owners are reminded, seven days before."""
    play.clock.now = local("2024-11-28")
    sweep(play.context)
    assert [one["recipient"] for one in messages(play)] == OWNERS
    return play


def send(play, post, **more):
    return deliver(play.context, {"email": post}, **more)


def fates(delivered):
    return [(one.recipient, str(one.fate)) for one in delivered.handled]


def only(play, recipient):
    (found,) = messages(play, recipient)
    return found


# — it leaves —


@pytest.mark.row("NT11-2a-1")
def test_everything_that_waits_is_sent_and_recorded(due):
    post = Post()
    delivered = send(due, post)
    assert fates(delivered) == [(who, "sent") for who in OWNERS]
    assert delivered.count(Fate.SENT) == 3
    assert [one.address for one in post.sent] == [address(who) for who in OWNERS]
    for row in messages(due):
        assert (row["state"], row["tries"], row["sent_at"], row["next_at"]) == ("sent", 1, due.clock.now, None)


def test_what_was_sent_is_not_sent_again(due):
    send(due, Post())
    due.clock.now += timedelta(days=1)
    post = Post()
    assert send(due, post) == Delivered()
    assert post.tried == []


def test_a_message_waits_for_its_time(due):
    post = Post()
    due.clock.now -= MINUTE
    assert send(due, post) == Delivered()


def test_no_more_than_asked_for_leave_at_once(due):
    post = Post()
    assert fates(send(due, post, limit=2)) == [("CV-SNV", "sent"), ("CV-STC", "sent")]
    assert fates(send(due, post, limit=2)) == [(BODY, "sent")]


def test_a_message_of_another_channel_waits_for_it(due):
    assert deliver(due.context, {"chat": Post()}) == Delivered()
    assert deliver(due.context, {}) == Delivered()
    assert {one["state"] for one in messages(due)} == {"queued"}


def test_nothing_is_held_open_while_the_channel_talks(due):
    class Prying(Post):
        def send(self, mail):
            database = due.database
            assert database.engine.pool.checkedout() == database.readers.pool.checkedout() == 0
            database.write(lambda tx: tx.change(sql.BEAT, name="somebody", at=due.clock.now))
            super().send(mail)

    assert send(due, Prying()).count(Fate.SENT) == 3


def test_a_clock_set_by_hand_sends_nothing_of_a_real_season(due):
    assert deliver(replace(due.context, virtual=True), {"email": Post()}) == Delivered()


def test_what_waits_in_a_closed_season_leaves_when_it_is_reopened(due):
    done(close_season(due.context, None, due.by(), unfinished="Hết năm"))
    assert send(due, Post()).handled == ()
    done(reopen_season(due.context, due.season, due.by(), reason="Bổ sung"))
    assert [one.recipient for one in send(due, Post()).handled] == OWNERS


def test_a_delivery_says_that_it_is_alive(due):
    send(due, Post())
    with due.database.reading() as tx:
        assert {"name": "deliver", "at": due.clock.now} in tx.all(sql.HEARTBEATS)


# — it fails —


def test_a_temporary_failure_is_tried_again_after_a_while_that_doubles(due):
    post = Post(failing={"CV-SNV": Postponed("mail.later", status=451)})
    assert fates(send(due, post)) == [("CV-SNV", "retried"), ("CV-STC", "sent"), (BODY, "sent")]
    waits = []
    for _ in range(4):
        row = only(due, "CV-SNV")
        waits.append(row["next_at"] - due.clock.now)
        due.clock.now = row["next_at"] - timedelta(microseconds=1)
        assert send(due, post) == Delivered()
        due.clock.now = row["next_at"]
        assert fates(send(due, post)) == [("CV-SNV", "retried")]
    assert waits == [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]
    post.failing.clear()
    due.clock.now += timedelta(days=1)
    assert fates(send(due, post)) == [("CV-SNV", "sent")]
    row = only(due, "CV-SNV")
    assert (row["state"], row["tries"], row["failure"]) == ("sent", 6, None)


def test_the_wait_is_bounded_and_the_default_goes_on_for_nearly_five_days():
    retry = Retry()
    waits = [retry.after(tries) or timedelta(0) for tries in range(1, retry.tries)]
    assert waits[:3] == [MINUTE, 2 * MINUTE, 4 * MINUTE]
    assert max(waits) == waits[-1] == timedelta(hours=6)
    assert timedelta(days=4) < sum(waits, timedelta()) < timedelta(days=5)
    assert retry.after(retry.tries) is None


def test_after_the_last_try_it_is_a_dead_letter(due):
    post = Post(failing=dict.fromkeys(OWNERS, Postponed("mail.later", status=451)))
    for fate in ("retried", "retried", "dead"):
        assert {one for _, one in fates(send(due, post, retry=Retry(tries=3)))} == {fate}
        due.clock.now += timedelta(hours=1)
    row = only(due, "CV-SNV")
    assert (row["state"], row["tries"], row["next_at"]) == ("dead", 3, None)
    assert row["failure"] == '{"code":"mail.later","status":451}'
    assert send(due, post) == Delivered()


def test_a_permanent_failure_is_a_dead_letter_at_once_and_nobody_else_suffers(due):
    post = Post(failing={"CV-STC": Refused("mail.refused", status=550)})
    delivered = send(due, post)
    assert fates(delivered) == [("CV-SNV", "sent"), ("CV-STC", "dead"), (BODY, "sent")]
    failure = '{"code":"mail.refused","status":550}'
    row = only(due, "CV-STC")
    assert (row["state"], row["tries"], row["failure"]) == ("dead", 1, failure)
    assert delivered.handled[1] == Handled(
        message=row["id"], recipient="CV-STC", channel="email", fate=Fate.DEAD, failure=failure
    )


def test_a_channel_that_does_not_work_is_left_alone_and_the_others_keep_their_tries(due):
    post = Post(failing=dict.fromkeys(OWNERS, Unreachable("mail.unreachable", host="mx", port=25)))
    assert fates(send(due, post)) == [("CV-SNV", "retried")]
    assert post.tried == ["CV-SNV"]
    assert [one["tries"] for one in messages(due)] == [1, 0, 0]
    due.clock.now += 10 * MINUTE
    post.failing.clear()
    assert sorted(fates(send(due, post))) == sorted((who, "sent") for who in OWNERS)


def test_one_channels_failure_does_not_stop_another(play):
    play.clock.now = local("2024-11-28")
    sweep(play.context, channels=("email", "chat"))
    broken = Post(failing=dict.fromkeys(OWNERS, Unreachable("mail.unreachable", host="mx", port=25)))
    chat = Post()
    delivered = deliver(play.context, {"email": broken, "chat": chat})
    assert [one.recipient for one in chat.sent] == OWNERS
    assert delivered.count(Fate.RETRIED) == 1


def test_an_address_erased_meanwhile_is_a_dead_letter(due):
    with due.database.writing() as tx:
        season = due.row()["id"]
        contact = tx.one(commands.SUBJECT, season=season, code="CV-SNV")["contact"]
        tx.change(commands.SECRET_ERASED, was_season=season, was_digest=contact)
    assert fates(send(due, Post())) == [("CV-SNV", "dead"), ("CV-STC", "sent"), (BODY, "sent")]
    assert only(due, "CV-SNV")["failure"] == '{"code":"mail.no_address"}'


def test_a_mail_that_cannot_be_written_is_logged_and_keeps_nobody_waiting(due, monkeypatch, caplog):
    write = render

    def failing(letter):
        if letter.recipient == "CV-SNV":
            raise ZeroDivisionError
        return write(letter)

    monkeypatch.setattr(delivery, "render", failing)
    assert fates(send(due, Post())) == [("CV-SNV", "retried"), ("CV-STC", "sent"), (BODY, "sent")]
    assert only(due, "CV-SNV")["failure"] == '{"code":"mail.defect","kind":"ZeroDivisionError"}'
    assert "cannot be written" in caplog.text


def test_a_locked_database_is_nobodys_failure(due):
    class Locking(Post):
        def send(self, mail):
            raise Locked("store.locked", database="hoso.db")

    with pytest.raises(Locked):
        send(due, Locking())
    assert only(due, "CV-SNV")["failure"] is None


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_stored_failure_is_told_in_either_language(language):
    told = failure_told('{"code":"mail.unreachable","host":"mx.example","port":25}', language)
    assert "mx.example:25" in told
    assert "mail." not in told


# — it dies in between —


class Killed(BaseException):
    """The process is gone; nothing is recorded any more."""


class Dying(Post):
    def send(self, mail):
        super().send(mail)
        raise Killed


def test_a_worker_that_dies_after_sending_leads_to_a_repeat_under_the_same_id(due):
    first = Dying()
    with pytest.raises(Killed):
        send(due, first)
    assert only(due, "CV-SNV")["state"] == "queued"
    second = Post()
    assert "CV-SNV" not in [one.recipient for one in send(due, second).handled]  # still the dead worker's
    due.clock.now += TAKEN_FOR
    assert fates(send(due, second)) == [("CV-SNV", "sent")]
    assert second.to("CV-SNV").id == first.to("CV-SNV").id


def test_a_worker_that_was_too_slow_cannot_undo_what_another_did_meanwhile(due):
    class Slow(Post):
        def send(self, mail):
            due.clock.now += TAKEN_FOR
            assert (mail.recipient, "sent") in fates(send(due, Post()))
            raise Postponed("mail.later", status=451)

    send(due, Slow(), limit=1)
    row = only(due, "CV-SNV")
    assert (row["state"], row["tries"], row["failure"]) == ("sent", 2, None)


# — it has waited —


def test_what_was_done_meanwhile_is_told_as_done(due):
    due.to_vote("STC")
    due.close("STC")
    due.submit(*[row["ref"] for row in due.dossiers("STC") if row["track"] == "civil_servant"])
    post = Post()
    send(due, post)
    mail = post.to("CV-STC")
    assert mail.subject.startswith("Đã xong 2 việc")
    assert "Còn thiếu" not in mail.text
    assert "Lệnh để dán" not in mail.text


def test_what_was_extended_meanwhile_names_its_successor(due):
    done(due.extend(due.obligation(SUBMIT, "STC")["ref"], "2024-12-12"))
    post = Post()
    send(due, post)
    successor = due.obligation(SUBMIT, "STC")["ref"]
    assert f"Được thay bằng việc {successor}, hạn đến hết thứ Năm 12/12/2024" in post.to("CV-STC").text


def test_quiet_hours_that_began_since_hold_it_back_without_counting_a_try(due):
    quiet = replace(due, context=with_ladder(due, quiet_ladder))
    quiet.clock.now = local("2024-11-28 21:00")
    post = Post()
    assert fates(send(quiet, post)) == [(who, "postponed") for who in OWNERS]
    assert post.tried == []
    assert {(one["tries"], one["next_at"], one["state"]) for one in messages(due)} == {
        (0, local("2024-11-29 06:30"), "queued")
    }
    quiet.clock.now = local("2024-11-29 06:30")
    assert send(quiet, post).count(Fate.SENT) == 3


def test_the_authoritys_mail_carries_the_register(play):
    play.clock.now = local("2024-12-08")
    sweep(play.context)
    post = Post()
    send(play, post)
    assert "SỔ THEO DÕI CHẬM HẠN" in post.to(AUTHORITY).text
    assert "SỔ THEO DÕI CHẬM HẠN" not in post.to("GS").text
