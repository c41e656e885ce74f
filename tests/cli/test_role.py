"""role: given, taken away, listed."""

import pytest

from tests.cli.line import Line


def roles(line: Line, person: str) -> list[tuple[str, str]]:
    found = line.done("role", "list", "--person", person, "--json").json["roles"]
    return [(one["role"], one["scope"]) for one in found]


@pytest.mark.parametrize("name", ["coordinator", "Đầu mối", "Cán bộ tổng hợp", "COORDINATOR", "can bo tong hop"])
def test_a_role_is_given_under_any_of_its_names(staffed: Line, name: str):
    answer = staffed.done("role", "grant", "SNV-02", name, "SNV")
    assert answer.out.startswith("SNV-02 · số ")
    assert roles(staffed, "SNV-02") == [("coordinator", "SNV")]


@pytest.mark.parametrize(("typed", "scope"), [("all", "*"), ("*", "*"), ("so-noi-vu", "so-noi-vu"), ("STC", "STC")])
def test_a_scope_is_a_unit_a_body_or_the_season(staffed: Line, typed: str, scope: str):
    staffed.done("role", "grant", "SNV-02", "ratifier", typed)
    assert roles(staffed, "SNV-02") == [("ratifier", scope)]


def test_a_role_is_taken_away(staffed: Line):
    staffed.done("role", "revoke", "CV-SNV", "coordinator", "SNV")
    assert roles(staffed, "CV-SNV") == []
    assert staffed("meeting", "plan", "SNV", "--as", "CV-SNV").status == 3


def test_giving_what_is_there_and_taking_what_is_not_change_nothing_and_say_so(staffed: Line):
    again = staffed.done("role", "grant", "CV-SNV", "coordinator", "SNV", "--json").json
    assert (again["done"], [one["code"] for one in again["changes"]]) == ([], ["change.role_grant_idle"])
    never = staffed.done("role", "revoke", "SNV-02", "coordinator", "SNV", "--json").json
    assert (never["done"], [one["code"] for one in never["changes"]]) == ([], ["change.role_revoke_idle"])


def test_a_dry_run_gives_nothing(staffed: Line):
    staffed.done("role", "grant", "SNV-02", "coordinator", "SNV", "--dry-run")
    assert roles(staffed, "SNV-02") == []


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["SNV-99", "coordinator", "SNV"], "command.unknown_actor"),
        (["SNV-02", "boss", "SNV"], "command.unknown_role"),
        (["SNV-02", "operator", "SNV"], "command.unknown_role"),
        (["SNV-02", "subject", "SNV"], "command.unknown_role"),
        (["SNV-02", "coordinator", "nowhere"], "command.unknown_unit"),
    ],
)
@pytest.mark.parametrize("verb", ["grant", "revoke"])
def test_an_unknown_person_role_or_scope_is_refused(staffed: Line, verb: str, argv: list[str], code: str):
    answer = staffed("role", verb, *argv, "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, code)


def test_giving_roles_is_refused_to_whoever_coordinates_only_a_unit(staffed: Line):
    answer = staffed("role", "grant", "SNV-02", "coordinator", "SNV", "--as", "CV-SNV")
    assert answer.status == 3
    assert "→ hoso role grant SNV-02 coordinator SNV --as TH" in answer.err, "the line to paste"


def test_the_list_tells_who_may_do_what_where(staffed: Line):
    answer = staffed.done("role", "list")
    assert ["CV-SNV", "Người CV-SNV", "", "SNV", "cán bộ tổng hợp", "SNV"] in answer.rows
    assert ["TH", "Người TH", "", "SNV", "cán bộ tổng hợp", "toàn kỳ đánh giá"] in answer.rows
    assert len(answer.rows) == 4


def test_the_list_of_somebody_unknown_is_refused(staffed: Line):
    assert staffed("role", "list", "--person", "SNV-99").status == 2
