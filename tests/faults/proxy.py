"""A wire between a client and PostgreSQL that is cut at a chosen request: before it arrives, or after it was carried
out and before the answer is back.

A request is whatever the client waits for an answer to (a simple query, or a Sync of the extended protocol; the
documentation's chapter on the frontend/backend protocol). After a cut new connections go through unharmed.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from sqlalchemy.engine import URL

_QUERY, _PARSE, _SYNC, _READY = b"Q", b"P", b"S", b"Z"


@dataclass(frozen=True, slots=True)
class Cut:
    """At the `number`-th request (from 1). `executed`: the server did it, and its answer is lost."""

    number: int
    executed: bool

    def __str__(self) -> str:
        return f"{'answer to request' if self.executed else 'request'} {self.number} lost"


@dataclass(slots=True)
class Proxy:
    """Listens on an address of its own and passes everything on to the server of `url` until the cut."""

    url: URL
    cut: Cut | None = None
    requests: list[str] = field(default_factory=list)
    """What was asked, in order; of a pipeline its last statement."""
    met: bool = False
    _door: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    _open: list[socket.socket] = field(default_factory=list)

    def __enter__(self) -> Self:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _shut(self._door)
        for one in self._open:
            _shut(one)

    def address(self, database: str | None) -> str:
        """Where clients connect to."""
        plain = {"sslmode": "disable", "gssencmode": "disable"}
        url = self.url.set(host="127.0.0.1", port=self._door.getsockname()[1], database=database, query=plain)
        return url.render_as_string(hide_password=False)

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._door.accept()
                server = self._connected()
                self._open += (client, server)
                _Wire(self, client, server).start()

    def _connected(self) -> socket.socket:
        host = self.url.query.get("host") or self.url.host or "127.0.0.1"
        port = self.url.port or 5432
        if not str(host).startswith("/"):
            return socket.create_connection((str(host), port))
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{host}/.s.PGSQL.{port}")
        return server


class _Wire:
    """One connection: what goes there, and what comes back."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self.proxy, self.client, self.server = proxy, client, server
        self.text = ""
        self.lost = False
        """The next answer goes nowhere."""

    def start(self) -> None:
        for work in (self._there, self._back):
            threading.Thread(target=work, daemon=True).start()

    def _there(self) -> None:
        with self._ending(), closing(self.client.makefile("rb")) as stream:
            size = stream.read(4)  # the first message has no type
            self.server.sendall(size + stream.read(int.from_bytes(size) - 4))
            while kind := stream.read(1):
                size = stream.read(4)
                body = stream.read(int.from_bytes(size) - 4)
                if not self._passes(kind, body):
                    return
                self.server.sendall(kind + size + body)

    def _passes(self, kind: bytes, body: bytes) -> bool:
        """Whether the message is passed on."""
        if kind in {_QUERY, _PARSE}:
            self.text = body.split(b"\0")[0 if kind == _QUERY else 1].decode()
        if kind not in {_QUERY, _SYNC}:
            return True
        proxy = self.proxy
        proxy.requests.append(self.text)
        if proxy.cut is None or proxy.met or len(proxy.requests) != proxy.cut.number:
            return True
        proxy.met = True
        self.lost = proxy.cut.executed
        return self.lost

    def _back(self) -> None:
        with self._ending(), closing(self.server.makefile("rb")) as stream:
            while kind := stream.read(1):
                size = stream.read(4)
                body = stream.read(int.from_bytes(size) - 4)
                if self.lost:
                    if kind == _READY:
                        return
                else:
                    self.client.sendall(kind + size + body)

    @contextmanager
    def _ending(self) -> Iterator[None]:
        """When one direction ends, both do."""
        with suppress(OSError, ValueError):
            yield
        _shut(self.client)
        _shut(self.server)


def _shut(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
