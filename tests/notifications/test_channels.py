"""Mail by a real SMTP server: what arrives, what each refusal means, and that nothing leaves in clear; and as files."""

import base64
import quopri
import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest

from notifications.channels import Mail, Postponed, Refused, Security, Smtp, Spool, Undelivered, Unreachable, composed
from notifications.delivery import Fate, deliver
from notifications.sweep import sweep
from tests.notifications.kit import BODY, address, body, messages, parsed
from tests.notifications.server import HOST, Inbox, certified, closed_port, serving, trusting
from tests.season import local, person
from workflow.errors import BadInput

MAIL = Mail(
    id="0193847a-0000-7000-8000-0123456789ab",
    recipient="CV-STC",
    name="Nguyễn Thị Ánh",
    address="cv-stc@ninhthuan.example",
    language="vi",
    subject="Nhắc hạn: 2 việc, sớm nhất đến hết thứ Tư 04/12/2024",
    text="Kính gửi Ông/Bà,\nCòn thiếu 1 hồ sơ.\n",
    html="<p>Còn thiếu <b>1</b> hồ sơ.</p>\n",
    written_at=datetime(2024, 11, 27, 17, tzinfo=UTC),
)


def smtp(port, **changes):
    given = {"host": HOST, "port": port, "sender": "hoso@ninhthuan.example", "security": Security.NONE, "timeout": 5}
    return Smtp(**given | changes)


@pytest.fixture
def inbox():
    return Inbox()


# — what arrives —


def test_a_mail_arrives_as_text_and_html_with_its_letters_whole(inbox):
    with serving(inbox) as port:
        smtp(port).send(MAIL)
    (mail,) = inbox.mails
    assert mail["Subject"] == MAIL.subject
    assert mail["To"] == "Nguyễn Thị Ánh <cv-stc@ninhthuan.example>"
    assert mail["From"] == "hoso@ninhthuan.example"
    assert parsedate_to_datetime(mail["Date"]) == MAIL.written_at
    assert mail["Content-Language"] == "vi"
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_charset() for part in mail.iter_parts()] == ["utf-8", "utf-8"]
    assert body(mail, "plain") == MAIL.text
    assert body(mail, "html") == MAIL.html


def test_the_message_id_is_the_messages_own_and_the_same_at_every_try(inbox):
    with serving(inbox) as port:
        smtp(port).send(MAIL)
        smtp(port).send(replace(MAIL, text="Sau này"))
    assert {one["Message-ID"] for one in inbox.mails} == {f"<{MAIL.id}@ninhthuan.example>"}


def test_no_holiday_notice_is_asked_for(inbox):
    with serving(inbox) as port:
        smtp(port).send(MAIL)
    assert inbox.mails[0]["Auto-Submitted"] == "auto-generated"


def test_a_sender_may_have_a_name(inbox):
    with serving(inbox) as port:
        smtp(port, sender="Hệ thống Hoso <hoso@ninhthuan.example>").send(MAIL)
    assert inbox.senders == ["hoso@ninhthuan.example"]
    assert inbox.mails[0]["Message-ID"].endswith("@ninhthuan.example>")


def test_a_name_cannot_add_a_header_or_a_recipient(inbox):
    hostile = replace(MAIL, name='Ánh" <x@evil.example>,\r\nBcc: y@evil.example', subject="Một\r\nBcc: z@evil.example")
    with serving(inbox) as port:
        smtp(port).send(hostile)
    (mail,) = inbox.mails
    assert mail["Bcc"] is None
    assert [one.addr_spec for one in mail["To"].addresses] == [MAIL.address]
    assert mail["Subject"] == "Một Bcc: z@evil.example"


# — what a refusal means —


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        ("451 try later", Postponed, "mail.later"),
        ("452 mailbox full", Postponed, "mail.later"),
        ("499 the last temporary one", Postponed, "mail.later"),
        ("500 the first permanent one", Refused, "mail.refused"),
        ("550 no such user cv-stc@ninhthuan.example", Refused, "mail.refused"),
        ("554 spam", Refused, "mail.refused"),
    ],
)
def test_4xx_is_for_now_and_5xx_for_good(inbox, command, answer, kind, code):
    inbox.answers[command] = answer
    with serving(inbox) as port, pytest.raises(kind) as caught:
        smtp(port).send(MAIL)
    assert (caught.value.code, caught.value.figures) == (code, {"status": int(answer[:3])})
    assert caught.value.permanent is (kind is Refused)
    assert inbox.mails == []


def test_a_sender_that_is_refused_is_no_recipients_fault(inbox):
    inbox.answers["MAIL"] = "553 not your address"
    with serving(inbox) as port, pytest.raises(Unreachable) as caught:
        smtp(port).send(MAIL)
    assert (caught.value.code, caught.value.permanent) == ("mail.sender_refused", False)


def test_a_refused_connection_is_for_now_and_for_every_mail():
    port = closed_port()
    with pytest.raises(Unreachable) as caught:
        smtp(port).send(MAIL)
    assert (caught.value.code, caught.value.figures) == ("mail.unreachable", {"host": HOST, "port": port})


def test_a_host_that_nobody_knows_is_for_now():
    with pytest.raises(Unreachable):
        smtp(25, host="mail.invalid").send(MAIL)


def test_a_server_that_is_gone_in_the_middle_is_for_now(inbox):
    inbox.hangs_up = True
    with serving(inbox) as port, pytest.raises(Unreachable) as caught:
        smtp(port).send(MAIL)
    assert caught.value.code == "mail.unreachable"


def test_a_server_that_closes_is_for_now(inbox):
    inbox.answers["DATA"] = "421 closing"
    with serving(inbox) as port, pytest.raises(Undelivered) as caught:
        smtp(port).send(MAIL)
    assert caught.value.permanent is False


@pytest.mark.parametrize(
    "bad",
    ["", "nobody", "a b@x.example", "a@", "@x.example", "a@x.example, b@x.example", "ánh@x.example", "a@x\r\nBcc: b@y"],
)
def test_an_address_that_is_none_is_for_good_and_reaches_no_server(bad):
    with pytest.raises(Refused) as caught:
        smtp(closed_port()).send(replace(MAIL, address=bad))
    assert caught.value.code == "mail.bad_address"


@pytest.mark.parametrize("sender", ["", "hoso", "hoso@", "họ@ninhthuan.example", "Hoso <hoso>"])
def test_a_sender_that_is_no_address_is_told_before_anything_is_sent(sender):
    with pytest.raises(BadInput, match="bad_sender"):
        smtp(25, sender=sender)


# — nothing leaves in clear —


def test_starttls_comes_before_anything_is_said(inbox):
    with serving(inbox, tls_context=certified(), require_starttls=True) as port:
        smtp(port, security=Security.STARTTLS, tls=trusting()).send(MAIL)
    assert inbox.encrypted == [True]


def test_a_server_without_starttls_gets_nothing(inbox):
    with serving(inbox) as port, pytest.raises(Unreachable) as caught:
        smtp(port, security=Security.STARTTLS).send(MAIL)
    assert caught.value.code == "mail.not_secure"
    assert inbox.mails == []


def test_a_certificate_that_nobody_vouches_for_gets_nothing(inbox):
    with serving(inbox, tls_context=certified(), require_starttls=True) as port, pytest.raises(Unreachable) as caught:
        smtp(port, security=Security.STARTTLS).send(MAIL)
    assert caught.value.code == "mail.not_secure"
    assert inbox.mails == []


def test_tls_from_the_first_byte(inbox):
    with serving(inbox, ssl_context=certified()) as port:
        smtp(port, security=Security.TLS, tls=trusting()).send(MAIL)
    assert len(inbox.mails) == 1


def test_a_login_is_used_and_a_wrong_one_is_no_recipients_fault(inbox):
    options = {
        "tls_context": certified(),
        "require_starttls": True,
        "authenticator": inbox.authenticate,
        "auth_required": True,
    }
    with serving(inbox, **options) as port:
        channel = smtp(port, security=Security.STARTTLS, tls=trusting(), user="hoso", password="right")
        channel.send(MAIL)
        with pytest.raises(Unreachable) as caught:
            replace(channel, password="wrong").send(MAIL)
    assert inbox.logins[0] == b"hoso"
    assert (caught.value.code, caught.value.figures["status"]) == ("mail.login_refused", 535)
    assert len(inbox.mails) == 1
    assert "right" not in repr(channel)


# — from the sweep to the inbox —


@pytest.mark.row("NT11-2a-1")
def test_from_the_sweep_to_the_inbox_in_each_recipients_language(play, inbox):
    plain = {"unit": "STC", "duty": "staff", "tier": "", "lead": "none", "ranked": False}
    play.bring(subjects=[person("CV-STC", email=address("CV-STC"), language="en", **plain)])
    play.clock.now = local("2024-11-28")
    sweep(play.context)
    with serving(inbox) as port:
        delivered = deliver(play.context, {"email": smtp(port)})
    assert delivered.count(Fate.SENT) == 3
    by_address = {one["To"].addresses[0].addr_spec: one for one in inbox.mails}
    assert by_address[address("CV-STC")]["Subject"].strip().startswith("Reminder: 2 duties")
    assert by_address[address("CV-SNV")]["Subject"].strip().startswith("Nhắc hạn: 2 việc")
    assert "hoso unit submit STC --as CV-STC" in body(by_address[address("CV-STC")], "plain")
    sent = {row["id"] for row in messages(play)}
    assert {one["Message-ID"].strip("<>").partition("@")[0] for one in inbox.mails} == sent


def test_one_recipient_refused_for_good_one_for_now_and_one_served(play, inbox):
    play.clock.now = local("2024-11-28")
    sweep(play.context)
    inbox.recipients = {address("CV-SNV"): "550 unknown", address("CV-STC"): "450 busy"}
    with serving(inbox) as port:
        first = deliver(play.context, {"email": smtp(port)})
        inbox.recipients.clear()
        play.clock.now = messages(play, "CV-STC")[0]["next_at"]
        second = deliver(play.context, {"email": smtp(port)})
    assert [(one.recipient, str(one.fate)) for one in first.handled] == [
        ("CV-SNV", "dead"),
        ("CV-STC", "retried"),
        (BODY, "sent"),
    ]
    assert [(one.recipient, str(one.fate)) for one in second.handled] == [("CV-STC", "sent")]
    assert "unknown" not in str(messages(play, "CV-SNV")[0]["failure"])


def test_without_a_server_everything_waits_and_nothing_is_lost(play, inbox):
    play.clock.now = local("2024-11-28")
    sweep(play.context)
    down = smtp(closed_port())
    for _ in range(5):
        deliver(play.context, {"email": down})
        play.clock.now += timedelta(minutes=1)
    assert {one["state"] for one in messages(play)} == {"queued"}
    play.clock.now = local("2024-11-29")
    with serving(inbox) as port:
        assert deliver(play.context, {"email": smtp(port)}).count(Fate.SENT) == 3


# — files —


def test_a_spool_holds_one_file_for_each_mail_however_often_it_is_sent(tmp_path):
    spool = Spool(folder=tmp_path / "outbox" / "today")
    spool.send(MAIL)
    spool.send(MAIL)
    (file,) = (tmp_path / "outbox" / "today").iterdir()
    assert file.name == "20241127T170000Z-CV-STC-0123456789ab.eml"
    mail = parsed(file.read_bytes())
    assert mail["Subject"] == MAIL.subject
    assert body(mail, "plain") == MAIL.text


def test_a_spools_file_name_cannot_leave_its_folder(tmp_path):
    Spool(folder=tmp_path / "a").send(replace(MAIL, recipient="../../etc/x"))
    (file,) = (tmp_path / "a").iterdir()
    assert file.parent == tmp_path / "a"


def test_a_spool_that_cannot_be_written_is_for_now(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Unreachable) as caught:
        Spool(folder=tmp_path / "file").send(MAIL)
    assert caught.value.code == "mail.no_spool"


def test_a_mail_shows_its_address_to_nobody_by_accident():
    assert MAIL.address not in repr(MAIL)


def as_mail_programs_read(header: str) -> str:
    """RFC 2047, 6.2: white space between two encoded words is none of the text."""

    def word(found: re.Match[str]) -> str:
        encoded = found[3]
        plain = base64.b64decode(encoded) if found[2] in "bB" else quopri.decodestring(encoded.replace("_", " "))
        return plain.decode(found[1])

    joined = re.sub(r"(\?=)\s+(=\?)", r"\1\2", header)
    return re.sub(r"=\?([^?]*)\?([bBqQ])\?([^?]*)\?=", word, joined)


def test_no_subject_loses_a_space_on_its_way():
    """Python 3.11 drops the space where it folds: "kiểm điểmvà báo cáo"."""
    words = ["kiểm", "điểm", "và", "báo", "cáo,", "về", "Tỉnh", "ủy", "(HCTD)", "04/12/2024", "SNV:", "trước"]
    chance = random.Random(348)
    for _ in range(200):
        subject = " ".join(chance.choice(words) for _ in range(chance.randint(3, 30)))
        raw = composed(replace(MAIL, subject=subject), "hoso@sgd.example").as_bytes().decode("utf-8", "replace")
        header = re.search(r"Subject: (.*?)\r\n(?![ \t])", raw, re.DOTALL)
        assert header is not None
        assert as_mail_programs_read(header[1].replace("\r\n", "")) == subject
