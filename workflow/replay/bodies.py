"""Reading records' bodies, each checked to be canonical; what one record has in common with another is read once.

The records of one act say the same about who commanded what, when, by which rules; those of one group the same about
the group and what it owes. So a body is cut into six parts, and what was read before is found by its bytes. That a
body is canonical follows from its parts: each is, their keys go on in order, and put together they are the body.
Where they are not as our commands write them, the whole is read at once (`canonical.loads`), which has the last word.
"""

from collections.abc import Mapping
from typing import Any

from workflow import canonical

Part = Mapping[str, Any]

KNOWN = 4096
"""Parts that are remembered; then it begins anew."""
LONGEST = 16384
"""Bytes of a part that is remembered."""


class _Unlike(Exception):
    """A body that is not cut as ours are."""


class Bodies:
    """A reader of bodies. What it gives is shared between records: it may be read, never written to."""

    def __init__(self) -> None:
        self._known: dict[bytes, Part] = {}

    def read(self, data: bytes) -> Any:
        """The value of canonical bytes. Raises `NotCanonical` where they are not the canonical form of what they
        say."""
        try:
            return self._whole(data)
        except (_Unlike, canonical.NotCanonical):
            return canonical.loads(data)

    def _whole(self, data: bytes) -> Any:
        dossier = data.find(b',"dossier":{')
        groups = data.find(b',"groups":[', max(dossier, 0))
        kind = data.find(b'},"kind":"', groups)
        seq = data.find(b',"seq":', kind)
        verdicts = data.find(b',"verdicts":[', seq)
        if min(groups, kind, seq, verdicts) < 0:
            raise _Unlike
        head = self._shared(data[: groups if dossier < 0 else dossier], _head)
        facts = head["facts"]
        if dossier < 0:
            facts = {**facts, **self._shared(data[groups:kind], _groups)}
        else:
            facts = {**facts, **_dossier(data[dossier:groups]), **self._shared(data[groups:kind], _groups)}
        return {
            **head,
            "facts": facts,
            **self._shared(data[kind:seq], _middle),
            **_change(data[seq:verdicts]),
            **self._shared(data[verdicts:], _verdicts),
        }

    def _shared(self, data: bytes, read: Any) -> Part:
        known = self._known.get(data)
        if known is None:
            known = read(data)
            if len(data) <= LONGEST:
                if len(self._known) >= KNOWN:
                    self._known.clear()
                self._known[data] = known
        return known


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
