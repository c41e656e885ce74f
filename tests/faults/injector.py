"""The n-th call of a kind that a child process makes to the system fails, and the child is none the wiser.

Linux alone is needed, no root and no compiler: the child puts a filter before its own system calls (seccomp) that asks
its parent about every one that writes. The parent lets it go on, makes it fail with an error of its choice, or lets
half of it through. Standard input, output and error are never touched.
"""

import ctypes
import errno
import fcntl
import os
import platform
import resource
import select
import socket
import struct
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NoReturn

_X86, _ARM = "x86_64", "aarch64"
_NUMBERS = {
    _X86: {
        "write": (1, 18, 20, 40, 296, 326),  # write, pwrite64, writev, sendfile, pwritev, copy_file_range
        "fsync": (74, 75),  # fsync, fdatasync
        "resize": (77, 285),  # ftruncate, fallocate
        "rename": (82, 264, 316),  # rename, renameat, renameat2
        "open": (2, 257),  # open, openat: for writing alone
        "mkdir": (83, 258),  # mkdir, mkdirat
        "unlink": (87, 263),  # unlink, unlinkat
    },
    _ARM: {
        "write": (64, 68, 66, 71, 70, 285),
        "fsync": (82, 83),
        "resize": (46, 47),
        "rename": (38, 276),
        "open": (56,),
        "mkdir": (34,),
        "unlink": (35,),
    },
}
KINDS = tuple(_NUMBERS[_X86])
"""The calls that can be made to fail."""
LIMIT = "limit"
"""A fault of another kind, which any POSIX system can do: no file may grow beyond so many times `LIMIT_BYTES`."""
LIMIT_BYTES = 8192
ROOM = "room"
"""And another, for which the work itself cares: the disk has so many steps of room (`room`)."""
DEFECT = 99
"""How a child ends that failed without saying so."""

_AUDIT = {_X86: 0xC000003E, _ARM: 0xC00000B7}
_SECCOMP = {_X86: 317, _ARM: 277}
_PLAIN_WRITES = {_X86: (1, 18), _ARM: (64, 68)}
"""write and pwrite64."""
_FLAGS_AT = {2: 1, 257: 2, 56: 2}
"""Which argument of an opening holds its flags."""

_SET_MODE_FILTER, _NEW_LISTENER = 1, 1 << 3
_RECEIVE, _SEND = 0xC0502100, 0xC0182101
_CONTINUE = 1
_ALLOW, _ASK = 0x7FFF0000, 0x7FC00000
_NO_NEW_PRIVILEGES = 38

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Fault:
    """The `number`-th call (from 1) of a kind fails with `error`; with `lasting` every later one that writes too, as on
    a disk that is full or gone. `short`: the first one writes half of what it should instead of failing."""

    kind: str
    number: int
    error: int = errno.ENOSPC
    lasting: bool = False
    short: bool = False

    def __str__(self) -> str:
        if self.kind in {LIMIT, ROOM}:
            return f"{self.kind} {self.number}: {'too little' if self.kind == ROOM else 'EFBIG from then on'}"
        how = ("short, then " if self.short and self.lasting else "short " if self.short else "") + (
            errno.errorcode[self.error] if self.lasting or not self.short else ""
        )
        return f"{self.kind} {self.number}: {how}{' from then on' if self.lasting else ''}"


_GROWS = frozenset({"write", "resize", "open", "mkdir"})
"""What needs room: on a full disk these fail, while syncing and renaming what is there still work."""
_WRITES = frozenset(KINDS) - {"unlink"}
"""What fails on a disk that is gone; half a file can then still be taken away, which a test may ask for."""


@dataclass(slots=True)
class Ran:
    """What became of the child: its exit status (None where a signal ended it), what it wrote, how many calls of each
    kind it made, and whether the fault was met."""

    status: int | None
    out: str
    err: str
    calls: dict[str, int] = field(default_factory=dict)
    met: bool = False


@cache
def possible() -> bool:
    """Whether this machine lets a parent be asked about its child's system calls."""
    if not sys.platform.startswith("linux") or platform.machine() not in _NUMBERS:
        return False
    return run(lambda: 0, Fault("write", 1)).status == 0


def run(work: Callable[[], int], fault: Fault | None) -> Ran:
    """Let a child do `work` and meet `fault`; what it says on standard output and error is kept."""
    asks = fault is None or fault.kind not in {LIMIT, ROOM}
    here, there = socket.socketpair()
    pipes = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        here.close()
        for descriptor, (_, tells) in enumerate(pipes, 1):
            os.dup2(tells, descriptor)
        for pipe in pipes:
            for one in pipe:
                os.close(one)
        _be_child(work, there if asks else None, fault)
    there.close()
    for _, tells in pipes:
        os.close(tells)
    with here:
        handed = socket.recv_fds(here, 1, 1)[1] if asks else []
    watch = _Watch(handed[0] if handed else None, fault)
    status, (out, err) = watch.until_gone(child, [hears for hears, _ in pipes])
    return Ran(status, out.decode(), err.decode(), watch.calls, watch.met)


# — the child —


def _be_child(work: Callable[[], int], parent: socket.socket | None, fault: Fault | None) -> NoReturn:
    status = DEFECT
    try:
        sys.dont_write_bytecode = True
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115  as long as the process
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
        if parent is not None:
            listener = _filtered()
            socket.send_fds(parent, [b"!"], [listener])
            os.close(listener)
            parent.close()
        elif fault is not None and fault.kind == LIMIT:
            _, hardest = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (fault.number * LIMIT_BYTES, hardest))
        status = work()
        sys.stdout.flush()
    except BaseException:  # noqa: BLE001  whatever it is, the parent reads it
        traceback.print_exc(file=sys.stderr)
    finally:
        sys.stderr.flush()
        os._exit(status)


def _filtered() -> int:
    """Put the filter before this process's calls; where its questions are heard."""
    program = _program(platform.machine())
    code = ctypes.create_string_buffer(program, len(program))
    described = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    _checked(_libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    return _checked(
        _libc.syscall(_SECCOMP[platform.machine()], _SET_MODE_FILTER, _NEW_LISTENER, ctypes.c_char_p(described))
    )


def _program(machine: str) -> bytes:
    """Classic BPF over `struct seccomp_data` (number at 0, architecture at 4, arguments from 16, 8 bytes each)."""
    load, equal, above, bits, give = 0x20, 0x15, 0x25, 0x45, 0x06

    def line(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("HBBI", code, yes, no, value)

    lines = [line(load, 4), line(equal, _AUDIT[machine], 1, 0), line(give, _ALLOW), line(load, 0)]
    for kind, numbers in _NUMBERS[machine].items():
        for number in numbers:
            if kind == "open":
                flags = 16 + 8 * _FLAGS_AT[number]
                body = [line(load, flags), line(bits, os.O_WRONLY | os.O_RDWR | os.O_CREAT, 0, 1), line(give, _ASK)]
            elif kind == "write" and number in _PLAIN_WRITES[machine]:
                body = [line(load, 16), line(above, 2, 0, 1), line(give, _ASK)]
            else:
                body = [line(give, _ASK)]
            body = [*body, *([line(give, _ALLOW)] if len(body) > 1 else [])]
            lines += [line(equal, number, 0, len(body)), *body]
    return b"".join([*lines, line(give, _ALLOW)])


def _checked(answer: int) -> int:
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return answer


# — the parent —


class _Watch:
    """Answers the child's questions, and hears what it says."""

    def __init__(self, listener: int | None, fault: Fault | None) -> None:
        machine = platform.machine()
        self.listener, self.fault = listener, fault
        self.kinds = {number: kind for kind, numbers in _NUMBERS.get(machine, {}).items() for number in numbers}
        self.plain = _PLAIN_WRITES.get(machine, (-1, -1))
        self.calls = dict.fromkeys(KINDS, 0)
        self.met = False
        self.limited = False

    def until_gone(self, child: int, pipes: Sequence[int]) -> tuple[int | None, list[bytes]]:
        """How the child ended (None: by a signal), and what came through each pipe."""
        said = dict.fromkeys(pipes, b"")
        ears = select.poll()
        for one in (*pipes, *([] if self.listener is None else [self.listener])):
            ears.register(one, select.POLLIN)
        left = {*pipes}
        while left:
            for ear, event in ears.poll():
                if ear in said:
                    heard = os.read(ear, 1 << 16)
                    said[ear] += heard
                    if not heard:
                        left.discard(ear)
                        ears.unregister(ear)
                        os.close(ear)
                elif event & select.POLLIN:
                    self._answer()
                else:  # nobody is left to ask anything
                    ears.unregister(ear)
        if self.listener is not None:
            os.close(self.listener)
        _, how = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(how) if os.WIFEXITED(how) else None, list(said.values())

    def _answer(self) -> None:
        assert self.listener is not None
        asked = bytearray(80)
        try:
            fcntl.ioctl(self.listener, _RECEIVE, asked, True)
        except OSError as error:
            if error.errno in {errno.ENOENT, errno.EINTR}:  # it was killed, or interrupted, in the middle
                return
            raise
        question, pid, _, number, _, _, *arguments = struct.unpack("=QIIiIQ6Q", asked)
        answer = struct.pack("=QqiI", question, 0, *self._verdict(number, arguments, pid))
        with suppress(FileNotFoundError):
            fcntl.ioctl(self.listener, _SEND, bytearray(answer), True)

    def _verdict(self, number: int, arguments: list[int], pid: int) -> tuple[int, int]:
        """The error that the child is told, and whether it may go on."""
        if self.limited:
            self._limit(pid, resource.RLIM_INFINITY)
        kind, fault = self.kinds[number], self.fault
        self.calls[kind] += 1
        if fault is None:
            return 0, _CONTINUE
        first = not self.met and kind == fault.kind and self.calls[kind] == fault.number
        again = self.met and fault.lasting and kind in (_GROWS if fault.error == errno.ENOSPC else _WRITES)
        self.met = self.met or first
        if first and fault.short:
            self._let_by_half(number, arguments, pid)
            return 0, _CONTINUE
        return (-fault.error, 0) if first or again else (0, _CONTINUE)

    def _let_by_half(self, number: int, arguments: list[int], pid: int) -> None:
        """Keep the file from growing past the middle of what the child is about to write: the system itself then writes
        half of it. What is no plain write gets one byte through."""
        descriptor, size = arguments[0], arguments[2]
        if number == self.plain[1]:
            at = arguments[3]
        else:
            told = Path(f"/proc/{pid}/fdinfo/{descriptor}").read_text("utf-8")
            at = int(told.split()[1])
        self._limit(pid, at + max(1, size // 2 if number in self.plain else 1))

    def _limit(self, pid: int, size: int) -> None:
        _, hardest = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hardest))
        self.limited = size != resource.RLIM_INFINITY
