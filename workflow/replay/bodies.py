"""Reading records' bodies, each checked to be canonical; what one record has in common with another is read once.

The records of one act say the same about who commanded what, when, by which rules; those of one group the same about
the group and what it owes. So a body is cut into six parts, and what was read before is found by its bytes. That a
body is canonical follows from its parts: each is, their keys go on in order, and put together they are the body.
Where they are not as our commands write them, the whole is read at once (`canonical.loads`), which has the last word.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from workflow import canonical

Part = dict[str, Any]

KNOWN = 256
"""Parts of each sort that are remembered: what repeats, repeats within an act and between acts close by."""
LONGEST = 16384
"""Bytes of a part that is remembered."""


class _Unlike(Exception):
    """A body that is not cut as ours are."""


class Bodies:
    """A reader of bodies. What it gives is shared between records: it may be read, never written to."""

    def __init__(self) -> None:
        self._head, self._groups, self._middle, self._verdicts = map(_remembered, (_head, _groups, _middle, _verdicts))

    def read(self, data: bytes) -> Any:
        """The value of canonical bytes. Raises `NotCanonical` where they are not the canonical form of what they
        say."""
        try:
            return self._in_parts(data)
        except (_Unlike, canonical.NotCanonical):
            return canonical.loads(data)

    def _in_parts(self, data: bytes) -> Any:
        dossier = data.find(b',"dossier":{')
        groups = data.find(b',"groups":[', max(dossier, 0))
        kind = data.find(b'},"kind":"', max(groups, 0))
        seq = data.find(b',"seq":', max(kind, 0))
        verdicts = data.find(b',"verdicts":[', max(seq, 0))
        if min(groups, kind, seq, verdicts) < 0:
            raise _Unlike
        head = self._head(data[: groups if dossier < 0 else dossier])
        facts = head["facts"] if dossier < 0 else head["facts"] | _dossier(data[dossier:groups])
        return {
            **head,
            "facts": facts | self._groups(data[groups:kind]),
            **self._middle(data[kind:seq]),
            **_change(data[seq:verdicts]),
            **self._verdicts(data[verdicts:]),
        }


def _remembered(read: Callable[[bytes], Part]) -> Callable[[bytes], Part]:
    """`read`, which remembers what it was given last."""
    known = lru_cache(KNOWN)(read)
    return lambda data: known(data) if len(data) <= LONGEST else read(data)


def _head(data: bytes) -> Part:
    """`{"act":…,"facts":{"actor":…,"command":…`: both objects are still open."""
    value = canonical.loads(data + b"}}")
    if [*value][-1] != "facts" or not isinstance(value["facts"], dict) or [*value["facts"]][-1:] != ["command"]:
        raise _Unlike
    return value  # type: ignore[no-any-return]


def _dossier(data: bytes) -> Part:
    """`,"dossier":{…}`: one fact."""
    value = canonical.loads(b"{%b}" % data[1:])
    if len(value) != 1:
        raise _Unlike
    return value  # type: ignore[no-any-return]


def _groups(data: bytes) -> Part:
    """`,"groups":[…],"obligations":[…]`, the last of the facts; a meeting may stand between."""
    return canonical.loads(b"{%b}" % data[1:])  # type: ignore[no-any-return]


def _middle(data: bytes) -> Part:
    """`},"kind":…,"season":"…"`, after the facts."""
    value = canonical.loads(b"{%b}" % data[2:])
    if [*value][-1] >= "seq":
        raise _Unlike
    return value  # type: ignore[no-any-return]


def _change(data: bytes) -> Part:
    """`,"seq":…,"set":{…},"stream":"…","to":"…","v":1`: what is this record's own."""
    value = canonical.loads(b"{%b}" % data[1:])
    if [*value][-1] >= "verdicts":
        raise _Unlike
    return value  # type: ignore[no-any-return]


def _verdicts(data: bytes) -> Part:
    """`,"verdicts":[…]}`, up to the end."""
    return canonical.loads(b"{%b" % data[1:])  # type: ignore[no-any-return]
