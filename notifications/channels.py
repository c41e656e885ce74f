"""How a mail leaves: by SMTP, or as a file. A channel hands one mail over and says what a failure means.

`Undelivered` carries a code of domain `mail` and figures, never what a server answered in words: that may hold an
address, and failures are kept.
"""

import re
import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Protocol

from workflow.errors import BadInput, Figure
from workflow.store import files

PERMANENT_FROM = 500
"""SMTP reply codes from here on say that another try will not help (RFC 5321, 4.2.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One message in words. `id` is the message row's and makes the Message-ID, so a repeat can be told as one."""

    id: str
    recipient: str
    """The subject's code."""
    name: str
    address: str = field(repr=False)
    language: str
    subject: str
    text: str
    html: str
    written_at: datetime


class Undelivered(Exception):
    """A mail did not leave. `permanent`: trying again will not help."""

    permanent: ClassVar[bool] = False

    def __init__(self, code: str, /, **figures: Figure) -> None:
        super().__init__(code, figures)
        self.code = code
        self.figures = figures


class Refused(Undelivered):
    """The server will never take this mail, or its address is none."""

    permanent: ClassVar[bool] = True


class Postponed(Undelivered):
    """The server does not take this mail now."""


class Unreachable(Undelivered):
    """The channel itself does not work now; no other mail would leave by it either."""


class Channel(Protocol):
    """Hands one mail over. Raises `Undelivered`; returning means that the next hop has it."""

    def send(self, mail: Mail) -> None: ...


class Security(StrEnum):
    """How the connection to the mail server is protected."""

    STARTTLS = "starttls"
    """Encrypted before anything is said; a server that cannot is not talked to."""
    TLS = "tls"
    NONE = "none"
    """In clear: for a relay on the same machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    """Mail by SMTP, one connection for each mail. `timeout` is in seconds, for each step of the conversation.

    `tls` replaces the system's trust, for a body that signs its own certificates.
    """

    host: str
    port: int
    sender: str
    security: Security = Security.STARTTLS
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float = 30.0
    tls: ssl.SSLContext | None = None

    def __post_init__(self) -> None:
        """Raises `BadInput` for a sender that is no address: better at the start than at every mail."""
        name, at, domain = parseaddr(self.sender)[1].rpartition("@")
        if not (name and at and domain and (name + domain).isascii()):
            raise BadInput("mail.bad_sender", sender=self.sender)

    def send(self, mail: Mail) -> None:
        message = composed(mail, self.sender)
        server = self._opened()
        try:
            self._hand_over(server, message)
        finally:
            _close(server)

    def _opened(self) -> smtplib.SMTP:
        trust = self.tls or ssl.create_default_context()
        server: smtplib.SMTP | None = None
        try:
            if self.security is Security.TLS:
                server = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=trust)
            else:
                server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
                if self.security is Security.STARTTLS:
                    server.starttls(context=trust)
            if self.user is not None:
                server.login(self.user, self.password or "")
        except (smtplib.SMTPException, OSError) as error:
            if server is not None:
                _close(server)
            raise self._closed(error) from error
        return server

    def _closed(self, error: Exception) -> Unreachable:
        where: dict[str, Figure] = {"host": self.host, "port": self.port}
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return Unreachable("mail.login_refused", status=error.smtp_code, **where)
        if isinstance(error, ssl.SSLError | smtplib.SMTPNotSupportedError):
            return Unreachable("mail.not_secure", **where)
        return Unreachable("mail.unreachable", **where)

    def _hand_over(self, server: smtplib.SMTP, message: EmailMessage) -> None:
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            status = next(iter(error.recipients.values()))[0]
            raise _answered(status) from error
        except smtplib.SMTPSenderRefused as error:
            # It is ours, and the same for every mail: none of them is to blame.
            raise Unreachable("mail.sender_refused", status=error.smtp_code, sender=self.sender) from error
        except smtplib.SMTPDataError as error:
            raise _answered(error.smtp_code) from error
        except (smtplib.SMTPException, OSError) as error:
            raise self._closed(error) from error


def _answered(status: int) -> Undelivered:
    return (
        Refused("mail.refused", status=status) if status >= PERMANENT_FROM else Postponed("mail.later", status=status)
    )


def _close(server: smtplib.SMTP) -> None:
    """The mail's fate is settled; how the server says goodbye changes nothing."""
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spool:
    """Mails as `.eml` files in a folder, for rehearsals and demonstrations. A repeat replaces its own file."""

    folder: Path
    sender: str = "hoso@localhost"

    def send(self, mail: Mail) -> None:
        content = composed(mail, self.sender).as_bytes()
        who = re.sub(r"[^\w.-]", "_", mail.recipient)
        name = f"{mail.written_at:%Y%m%dT%H%M%SZ}-{who}-{mail.id[-12:]}.eml"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            files.write_whole(self.folder / name, content)
        except OSError as error:
            raise Unreachable("mail.no_spool", folder=str(self.folder)) from error


UNFOLDED = SMTP.clone(max_line_length=990)
"""Python 3.11 loses spaces where it folds a header of encoded words; a line may be 998 octets (RFC 5322, 2.1.1)."""


def composed(mail: Mail, sender: str) -> EmailMessage:
    """The mail as it travels. Raises `Refused` where the address is none."""
    address = _address(mail)
    message = EmailMessage(policy=UNFOLDED)
    message["From"] = sender
    message["To"] = address
    message["Subject"] = " ".join(mail.subject.split())
    message["Date"] = mail.written_at
    message["Message-ID"] = f"<{mail.id}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    # Nobody's holiday notice answers this one (RFC 3834, 5); Exchange listens to a header of its own.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    # Not every server on the way takes letters beyond ASCII as they are.
    message.set_content(mail.text, charset="utf-8", cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", charset="utf-8", cte="quoted-printable")
    message["Content-Language"] = mail.language
    return message


def _address(mail: Mail) -> Address:
    """Raises `Refused` for what is no address; the few with letters beyond ASCII are taken by hardly any server."""
    try:
        return Address(display_name=" ".join(mail.name.split()), addr_spec=mail.address)
    except (HeaderParseError, ValueError, IndexError) as error:
        raise Refused("mail.bad_address") from error
