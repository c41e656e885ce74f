"""Situations that a season comes into: each makes one of an office where everything is drafted."""

from collections.abc import Callable

from tests.cli.verbs.office import LATE, Office
from tests.season import PARTY_BOARDS

AS_SNV = ("--as", "CV-SNV")
DUE = "NT11-1e-1"


def drafted(office: Office) -> Office:
    return office


def half_reviewed(office: Office) -> Office:
    some = office.refs("SNV")[:3]
    office.done("dossier", "advance", *some, "self_review", "--rank", "good", *AS_SNV)
    return office


def reviewed(office: Office) -> Office:
    office.review("SNV")
    office.review("STC")
    return office


def planned(office: Office) -> Office:
    reviewed(office).done("meeting", "plan", "SNV", *AS_SNV)
    return office


def uninvited(office: Office) -> Office:
    reviewed(office).done("meeting", "hold", "SNV", "--attendees", "12", *AS_SNV)
    return office


def met(office: Office) -> Office:
    reviewed(office).meet("SNV")
    return office


def half_voted(office: Office) -> Office:
    """Two of SNV's six leaders, one of them excellent, which looks over until the others have voted."""
    meeting = met(office).done("meeting", "list", "--json").json["meetings"][0]["ref"]
    for ref, rank in zip(office.refs("SNV")[:2], ("excellent", "good"), strict=True):
        office.done("dossier", "advance", ref, "record_vote", "--rank", rank, "--set", f"meeting={meeting}", *AS_SNV)
    return office


def over(office: Office) -> Office:
    """SNV's vote is complete, open, and one over; STC's is within."""
    office.to_vote("SNV", excellent=2)
    office.to_vote("STC")
    return office


def closed_over(office: Office) -> Office:
    for unit in ("SNV", "STC"):
        over(office) if unit == "SNV" else None
        office.done("unit", "close-vote", unit, "--as", f"CV-{unit}")
    return office


def revoted(office: Office) -> Office:
    closed_over(office).done("unit", "revote", "SNV", *AS_SNV)
    return office


def sent(office: Office) -> Office:
    over(office).to_submit("STC")
    return office


def sent_back(office: Office) -> Office:
    line = ["send_back", "--reason", "thiếu", "--set", "due_back=2024-11-29", "--as", "CV-STC"]
    sent(office).done("dossier", "advance", office.ref("STC-02"), *line)
    return office


def late(before: Callable[[Office], Office]) -> Callable[[Office], Office]:
    return lambda office: before(office).at(LATE)


def extended(office: Office) -> Office:
    closed_over(office)
    for one in office.done("obligation", "list", "--json").json["obligations"]:
        if one["rule"] == DUE and one["unit"] == "STC":
            line = ["obligation", "extend", one["ref"], "--until", "2024-12-20", "--decision", "5/QĐ", "--as", "CT"]
            office.done(*line)
    return office.at(LATE)


def with_party_boards(office: Office) -> Office:
    """Planned, and everybody invited."""
    reviewed(office).done("meeting", "plan", "SNV", "--invite", PARTY_BOARDS, *AS_SNV)
    return office


SITUATIONS: dict[str, Callable[[Office], Office]] = {
    "drafted": drafted,
    "half_reviewed": half_reviewed,
    "reviewed": reviewed,
    "planned": planned,
    "with_party_boards": with_party_boards,
    "uninvited": uninvited,
    "met": met,
    "half_voted": half_voted,
    "over": over,
    "closed_over": closed_over,
    "revoted": revoted,
    "sent": sent,
    "sent_back": sent_back,
    "late_drafted": late(drafted),
    "late_half_voted": late(half_voted),
    "late_closed": late(closed_over),
    "late_sent_back": late(sent_back),
    "extended": extended,
}
