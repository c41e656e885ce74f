"""Who evaluates, who receives, who decides: clause 1e and its exception 1g, and the opinion of clause 2c."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.files import PDF
from tests.season import SMALL_PACK, Play, collective, done, grant, leaders, person, refusals, units
from workflow.rosters import SubjectRow
from workflow.services.context import Upload
from workflow.services.views.ground import Ground
from workflow.services.views.look import dossiers_named
from workflow.services.views.tasks import tasks
from workflow.services.views.ways import forward
from workflow.words import Lead, Role, SubjectKind

STAFF: dict[str, Any] = {"lead": Lead.NONE, "duty": "staff"}

# Subject, kind of its unit, route, first recipient, who decides (None: an outside body).
ROUTES: list[tuple[str, SubjectRow, str, str, str, str | None]] = [
    ("NT11-1g-6", person("A-01", lead=Lead.HEAD), "department", "NT11-1g-6", "ban-to-chuc-tinh-uy", None),
    ("NT11-1g-6", person("A-01", lead=Lead.HEAD), "public_unit", "NT11-1g-6", "ban-to-chuc-tinh-uy", None),
    ("NT11-1g-2", person("A-02"), "department", "NT11-1g-2-deputies", "so-noi-vu", "QD-bcsd-ubnd"),
    ("NT11-1g-2", person("A-02"), "public_unit", "NT11-1g-2-deputies", "so-noi-vu", "QD-bcsd-ubnd"),
    (
        "NT11-1g-2",
        person("A-01", lead=Lead.HEAD),
        "association",
        "NT11-1g-2-associations",
        "so-noi-vu",
        "QD-bcsd-ubnd",
    ),
    ("NT11-1g-2", person("A-02"), "association", "NT11-1g-2-associations", "so-noi-vu", "QD-bcsd-ubnd"),
    ("NT11-1g-1", collective("A"), "department", "NT11-1g-1", "so-noi-vu", "QD-bcsd-ubnd"),
    ("NT11-1g-1", collective("A"), "public_unit", "NT11-1g-1", "so-noi-vu", "QD-bcsd-ubnd"),
    ("NT11-1g-1", collective("A"), "association", "NT11-1g-1", "so-noi-vu", "QD-bcsd-ubnd"),
    ("NT11-1e-1", collective("A"), "district", "NT11-1e", "ban-to-chuc-tinh-uy", None),
    ("NT11-1e-1", person("A-02"), "district", "NT11-1e", "ban-to-chuc-tinh-uy", None),
    ("NT11-2c-2", person("A-01", lead=Lead.HEAD), "district", "NT11-2c-2", "ban-to-chuc-tinh-uy", None),
    ("NT11-2c-1", person("A-02", tier="bcsd"), "department", "NT11-bcsd", "so-noi-vu", "QD-bcsd-ubnd"),
    ("NT11-1-1", person("A-11", tier="unit", **STAFF), "department", "NT11-unit", "unit", "QD-A"),
]
LINES = [pytest.param(*one[1:], id=f"{one[0]} {one[2]}", marks=pytest.mark.row(one[0])) for one in ROUTES]


@pytest.mark.parametrize("subject,kind,route,recipient,ratifier", LINES)
def test_a_dossier_takes_its_one_route_to_the_end(
    play: Play, *, subject: SubjectRow, kind: str, route: str, recipient: str, ratifier: str | None
):
    play.bring(units("A", kind=kind), [subject])
    name = subject.code
    assert play.dossier(name)["route"] == route
    play.review(name)
    play.vote(name)
    if subject.kind is SubjectKind.PERSON and subject.duty == "leadership":
        play.close("A")
    play.submit(name)
    assert [one["to"] for one in play.dossier(name)["marks"]["sends"]] == [recipient]
    if route == "NT11-2c-2":
        done(play.do("opinion", name, by="QD-bcsd-ubnd", body="bcsd-ubnd", rank="good"))
    if ratifier is None:
        assert play.ratify(name).done[0].to == "ratified"
        assert play.records(name)[-1].role == "registrar"
    else:
        done(play.do("ratify", name, by=ratifier))
        assert play.records(name)[-1].role == "ratifier"


@pytest.mark.row("NT11-1g-5", "NT11-1g-3")
def test_a_delegated_dossier_goes_to_home_affairs_and_not_to_the_party_board(six: Play):
    """A-20: "Riêng …" makes 1g an exception to 1e."""
    six.to_vote("SNV")
    six.close("SNV")
    refused = six.do("submit", "SNV-02", to="ban-to-chuc-tinh-uy")
    assert refusals(refused) == ["not_on_route"]
    six.submit("SNV-02")
    assert refusals(six.do("send", "SNV-02", to="ban-to-chuc-tinh-uy")) == ["not_on_route"]
    assert refusals(six.do("send", "SNV-02", to="so-noi-vu")) == ["already_sent"]


@pytest.mark.row("NT11-1e-1", "NT11-1g-5")
def test_a_head_s_dossier_goes_to_the_party_board_and_not_to_home_affairs(six: Play):
    six.to_vote("SNV")
    six.close("SNV")
    assert refusals(six.do("submit", "SNV-01", to="so-noi-vu")) == ["not_on_route"]
    six.submit("SNV-01", letter="12/SNV")
    sent = six.dossier("SNV-01")["marks"]["sends"]
    assert (sent[0]["to"], sent[0]["letter"]) == ("ban-to-chuc-tinh-uy", "12/SNV")


@pytest.mark.row("NT11-1g-4")
@pytest.mark.parametrize("actor", ["QD-SNV", "CV-SNV", "TH", "GS", "SNV-01"])
def test_a_delegated_dossier_is_decided_by_the_committee_and_nobody_else(six: Play, actor: str):
    six.to_vote("SNV")
    six.close("SNV")
    six.submit("SNV-02")
    assert "no_role" in refusals(six.do("ratify", "SNV-02", by=actor))
    six.ratify("SNV-02")


@pytest.mark.row("NT11-1g-6", "NT11-1d-1")
@pytest.mark.parametrize(
    "args,code",
    [
        ({}, "outside_decision"),
        ({"external": True}, "outside_decision"),
        ({"external": True, "decision": ""}, "outside_decision"),
        ({"decision": "15-QĐ/TU"}, "outside_decision"),
    ],
)
def test_an_outside_decision_is_entered_with_its_number(six: Play, args: dict[str, Any], code: str):
    six.to_vote("SNV")
    six.close("SNV")
    six.submit("SNV-01")
    assert refusals(six.do("ratify", "SNV-01", by="VT", **args)) == [code]
    done(six.do("ratify", "SNV-01", by="VT", external=True, decision="15-QĐ/TU"))


@pytest.mark.row("NT11-1g-6")
def test_only_a_registrar_enters_an_outside_decision(six: Play):
    six.bring(roles=[grant("SNV-05", Role.RATIFIER, "btv-tinh-uy")])
    six.to_vote("SNV")
    six.close("SNV")
    six.submit("SNV-01")
    refused = six.do("ratify", "SNV-01", by="SNV-05", external=True, decision="15-QĐ/TU")
    assert refusals(refused) == ["not_the_registrar"]


# — clause 2c: an opinion only —


@pytest.fixture
def district(play: Play) -> Play:
    """A district's chairman, voted good and sent."""
    play.bring(units("H-BACAI", kind="district"), leaders("H-BACAI", 3))
    play.to_vote("H-BACAI")
    play.close("H-BACAI")
    play.submit("H-BACAI-01", "H-BACAI-02")
    return play


@pytest.mark.row("NT11-2c-2")
def test_a_district_chairman_is_decided_outside_after_the_committee_s_opinion(district: Play):
    refused = district.do("ratify", "H-BACAI-01", by="VT", external=True, decision="15-QĐ/TU")
    assert refusals(refused) == ["opinion_missing"]
    verdict = refused.refused[0].verdicts[0]
    assert verdict.remedy is not None
    assert (verdict.remedy.action, verdict.scope) == ("dossier.opinion", "bcsd-ubnd")
    done(district.do("opinion", "H-BACAI-01", by="QD-bcsd-ubnd", body="bcsd-ubnd", rank="good"))
    done(district.do("ratify", "H-BACAI-01", by="VT", external=True, decision="15-QĐ/TU", rank="excellent"))
    row = district.dossier("H-BACAI-01")
    assert (row["decided"], row["marks"]["opinions"][0]["rank"]) == ("excellent", "good")


@pytest.mark.row("NT11-2c-2")
def test_whoever_decides_gives_no_opinion_for_those_who_are_asked(opening: Callable[..., Play]):
    play = opening(SMALL_PACK.replace('ratifier = "committee"', 'ratifier = "committee"\nopinions = ["office"]'))
    play.bring(units("P1"), leaders("P1", 2))
    play.to_vote("P1")
    asked: dict[str, Any] = {"body": "office", "rank": "good"}
    assert refusals(play.do("opinion", "P1-02", by="QD-committee", **asked)) == ["no_role"]
    done(play.do("opinion", "P1-02", by="QD-office", **asked))


def test_of_two_bodies_that_are_asked_each_gives_its_own_opinion_and_says_something(opening: Callable[..., Play]):
    both = 'ratifier = "committee"\nopinions = ["office", "post"]'
    play = opening(SMALL_PACK.replace('ratifier = "committee"', both) + '\n[[body]]\nid = "post"\nname = "Ban"\n')
    play.bring(units("P1"), leaders("P1", 2))
    play.to_vote("P1")
    assert refusals(play.do("opinion", "P1-02", by="QD-office", body="post", rank="good")) == ["no_role"]
    assert refusals(play.do("opinion", "P1-02", by="QD-office", body="office")) == ["opinion_empty"]
    done(play.do("opinion", "P1-02", by="QD-office", body="office", rank="good"))
    done(play.do("opinion", "P1-02", by="QD-post", body="post", letter="5/YK"))
    assert [one["body"] for one in play.dossier("P1-02")["marks"]["opinions"]] == ["office", "post"]
    assert play.verified().findings == ()


def test_an_opinion_decides_nothing(district: Play):
    done(district.do("opinion", "H-BACAI-01", by="QD-bcsd-ubnd", body="bcsd-ubnd", rank="excellent"))
    row = district.dossier("H-BACAI-01")
    assert (row["state"], row["proposed"], row["decided"]) == ("submitted", "good", None)
    refused = district.do("ratify", "H-BACAI-01", by="QD-bcsd-ubnd")
    assert "no_role" in refusals(refused)


@pytest.mark.row("NT11-2c-2")
def test_nobody_asked_for_an_opinion_on_a_deputy_chairman(district: Play):
    refused = district.do("opinion", "H-BACAI-02", by="VT", body="bcsd-ubnd", letter="3/YK")
    assert refusals(refused) == ["opinion_not_asked"]
    district.ratify("H-BACAI-02")


@pytest.mark.row("NT11-2c-2")
def test_a_body_that_was_not_asked_gives_no_opinion(district: Play):
    refused = district.do("opinion", "H-BACAI-01", by="VT", body="so-noi-vu", letter="3/YK")
    assert refusals(refused) == ["opinion_not_asked"]


# — clause 2b, and what the letter does not say —


@pytest.mark.row("NT11-2b-1")
def test_the_committee_s_own_dossier_is_decided_though_the_letter_does_not_say_by_whom(play: Play):
    """Recorded, told as unknown, and in nobody's way (A-30)."""
    play.bring([*units("BCSD", kind="committee"), *units("SNV")], [collective("BCSD")])
    assert play.dossier("BCSD-TT")["route"] == "NT11-2b"
    play.review("BCSD-TT")
    play.vote("BCSD-TT")
    play.submit("BCSD-TT")
    done(play.do("ratify", "BCSD-TT", by="VT"))
    verdicts = {one["rule"]: one for one in play.records("BCSD-TT")[-1].body["verdicts"]}
    assert verdicts["NT11-2b"]["status"] == "unknown"


@pytest.mark.row("NT11-1c-1")
@pytest.mark.parametrize("invited", [[], ["so-noi-vu"]])
def test_where_the_standing_committee_manages_the_party_boards_are_invited(six: Play, invited: list[str]):
    six.review("SNV-02")
    meeting = six.hold("SNV", invited=invited)
    refused = six.do("record_vote", "SNV-02", rank="good", meeting=meeting)
    assert refusals(refused) == ["not_invited"]
    assert refused.refused[0].verdicts[0].figures["bodies"] == ["ban-dang-tinh-uy"]
    again = six.hold("SNV", invited=["ban-dang-tinh-uy", *invited])
    done(six.do("record_vote", "SNV-02", rank="good", meeting=again))


@pytest.mark.row("NT11-1c-1")
def test_staff_are_voted_on_without_the_party_boards(play: Play):
    play.bring(units("SNV"), [person("SNV-11", tier="unit", **STAFF)])
    play.review("SNV-11")
    done(play.do("record_vote", "SNV-11", rank="good", meeting=play.hold("SNV", invited=[])))


@pytest.mark.row("NT11-0-4")
def test_the_letter_speaks_to_the_four_classes_of_bodies_and_each_has_its_routes(play: Play):
    assert set(play.pack.document.audience) == {"department", "public_unit", "association", "district"}
    for kind in play.pack.document.audience:
        play.bring(units(kind.upper(), kind=kind), leaders(kind.upper(), 2))
    assert {row["unit_kind"] for row in play.dossiers()} == set(play.pack.document.audience)


def test_the_first_send_takes_the_place_and_each_further_one_is_its_own(opening: Callable[..., Play]):
    """A-21: submitted at the first required send, decided only when all are sent."""
    both = SMALL_PACK.replace(
        'recipients = [{ body = "office" }]', 'recipients = [{ body = "office" }, { body = "committee" }]'
    )
    play = opening(both)
    play.bring(units("P1"), leaders("P1", 1))
    play.to_vote("P1")
    play.submit("P1-01")
    assert play.states("P1-01") == ["submitted"]
    refused = play.decide("P1-01")
    assert refusals(refused) == ["sends_missing"]
    assert refused.refused[0].verdicts[0].figures["bodies"] == ["committee"]
    done(play.do("send", "P1-01", to="committee", letter="13/P1"))
    play.ratify("P1-01")


# — who is only consulted —


def test_whoever_is_only_consulted_is_asked_and_holds_nobody_up(opening: Callable[..., Play]):
    text = SMALL_PACK.replace('ratifier = "committee"', 'ratifier = "committee"\nopinions = ["office"]')
    play = opening(text)
    play.bring(units("P1"), leaders("P1", 2))
    play.submit(*play.to_vote("P1"))

    def day(actor: str) -> list[str]:
        with play.looking() as look:
            return [one.code.removeprefix("view.task_") for one in tasks(look, actor)]

    assert "ratify" in day("QD-committee")
    assert "opinion" in day("QD-office")
    done(play.do("opinion", "P1-01", by="QD-office", body="office", rank="good"))
    answer = play.ratify("P1-01", "P1-02", decision="7/QĐ")
    assert [[one.code for one in each.warnings] for each in answer.done] == [[], ["guard.opinion_unheard"]]


def test_where_nobody_speaks_for_the_body_a_registrar_enters_its_letter(opening: Callable[..., Play]):
    text = SMALL_PACK.replace('ratifier = "committee"', 'ratifier = "committee"\nopinions = ["outside"]')
    play = opening(f'{text}\n[[body]]\nid = "outside"\nname = "Ngoài"\nexternal = true\n')
    play.bring(units("P1"), leaders("P1", 1))
    play.submit(*play.to_vote("P1"))
    with play.looking() as look:
        (one,) = [one for one in tasks(look, "VT") if one.code == "view.task_opinion"]
    assert dict(one.step.args) == {"body": "outside", "rank": "RANK", "letter": "NO"}
    assert refusals(play.do("opinion", "P1-01", by="VT", body="outside", rank="good")) == ["opinion_unproved"]
    done(play.do("opinion", "P1-01", by="VT", body="outside", rank="good", letter="5/YK"))


# — what is offered, and to whom —


def test_a_package_without_its_papers_is_not_offered_but_the_papers_are(opening: Callable[..., Play]):
    paper = """
[[paper]]
id = "frame"
clause = { source = "paper", at = "6" }
text = "Khung tiêu chí"
kind = "frame"
needed_at = "submit"
"""
    play = opening(SMALL_PACK + paper)
    play.bring(units("P1"))
    meeting = play.hold("P1")  # before there is anybody for whom papers would be handed in
    play.bring((), leaders("P1", 2))
    done(play.do("self_review", "P1-01", "P1-02", rank="good"))
    done(play.do("record_vote", "P1-01", "P1-02", rank="good", meeting=meeting))

    def day() -> list[tuple[str, tuple[str, ...]]]:
        with play.looking() as look:
            return [(one.code.removeprefix("view.task_"), one.refs) for one in tasks(look, "CV-P1")]

    first, second = play.ref("P1-01"), play.ref("P1-02")
    assert day() == [("papers", (first,)), ("papers", (second,))]
    frame = Upload(kind="frame", name="khung.pdf", content=PDF)
    done(play.do("attach", "P1-01", uploads=(frame,)))
    assert day() == [("papers", (second,)), ("submit", (first,))]


def test_a_unit_that_meets_by_itself_is_voted_on_there(opening: Callable[..., Play]):
    play = opening(SMALL_PACK)
    below = replace(units("C1")[0], parent="P1")
    play.bring([*units("P1"), below], [*leaders("P1", 2), *leaders("C1", 2)])
    play.review("C1-01", "C1-02")

    def offered() -> Any:
        with play.looking() as look:
            (row,) = dossiers_named(look, [play.ref("C1-01")])
            return forward(Ground(look), row)[0].remedy.args.get("meeting")

    above = play.hold("P1")
    assert offered() == above
    own = play.hold("C1")
    play.hold("P1", held_on="2024-11-09")
    assert offered() == own
