"""The pack itself: its language, its validity, its zone, its tracks."""

from zoneinfo import ZoneInfo

from states.packs.keys import SCHEMA, Head, PackFile
from states.packs.shapes import Notes, listed
from workflow.rulepack import Where


def check_head(pack: PackFile, notes: Notes) -> None:
    head = pack.pack
    if head is None:
        return
    if head.schema != SCHEMA:
        notes.refuse(("pack", "schema"), "other_schema", found=head.schema, known=SCHEMA)
    if head.valid_until is not None and head.valid_until < head.valid_from:
        figures = {"since": head.valid_from.isoformat(), "until": head.valid_until.isoformat()}
        notes.refuse(("pack", "valid_until"), "validity", **figures)
    if not _is_zone(head.zone):
        notes.refuse(("pack", "zone"), "unknown_zone", name=head.zone)
    if not head.tracks:
        notes.refuse(("pack", "tracks"), "no_track")
    _check_tracks(pack, head, notes)


def _check_tracks(pack: PackFile, head: Head, notes: Notes) -> None:
    """A rule about a track that the pack does not run would never apply; of a parent's, that is as it should be."""
    for section in (pack.routes, pack.quotas, pack.deadlines, pack.guards):
        for one in (each for each in section if each.at):
            where: Where = one.value.where
            for track in where.track:
                if head.tracks and track not in head.tracks:
                    at, tracks = (*one.at, "where", "track"), listed(head.tracks)
                    notes.refuse(at, "foreign_track", name=track.value, known=tracks)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
