"""A real SMTP server on this machine that takes mail, or answers as it is told to."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.notifications.kit import parsed

CERTIFICATE = Path(__file__).with_name("localhost.pem")
"""For "localhost" and 127.0.0.1, signed by itself, good until 2120; with its key, which guards nothing."""

HOST = "127.0.0.1"


@dataclass
class Inbox:
    """What the server took, and its answers by command: {"RCPT": "550 …"}; a recipient's own come first."""

    answers: dict[str, str] = field(default_factory=dict)
    recipients: dict[str, str] = field(default_factory=dict)
    mails: list[EmailMessage] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    logins: list[bytes] = field(default_factory=list)
    hangs_up: bool = False
    """Instead of answering to a mail."""

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802  the library asks for this name
        if "MAIL" in self.answers:
            return self.answers["MAIL"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802  the library asks for this name
        answer = self.recipients.get(address) or self.answers.get("RCPT")
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  the library asks for this name
        if self.hangs_up:
            server.transport.abort()
        if "DATA" in self.answers:
            return self.answers["DATA"]
        self.mails.append(parsed(envelope.content))
        self.senders.append(envelope.mail_from)
        self.encrypted.append(session.ssl is not None)
        return "250 OK"

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login)
        return AuthResult(success=data.password == b"right", handled=False)


class _Server(Controller):
    """On whatever port is free."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def serving(inbox: Inbox, **options: Any) -> Iterator[int]:
    """The port of a server that fills `inbox` while the block runs."""
    server = _Server(inbox, hostname=HOST, port=0, **options)
    server.start()
    try:
        yield server.port
    finally:
        server.stop()


def certified() -> ssl.SSLContext:
    """What the server shows."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    return context


def trusting() -> ssl.SSLContext:
    """What a client needs to believe it."""
    return ssl.create_default_context(cafile=str(CERTIFICATE))


def closed_port() -> int:
    """A port at which nobody answers."""
    with socket.socket() as held:
        held.bind((HOST, 0))
        return int(held.getsockname()[1])
