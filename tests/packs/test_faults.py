"""Every fault of a pack has a code and names the file, the line, the rule and the key."""

import pytest

from tests.packs.base import BASE, changed, faults, line_of, pack, told
from workflow.errors import Faulty
from workflow.messages import sentence

SMALL_CASES = [
    # an unknown or missing key, a wrong type
    ("percent = 20", "percnt = 20", "unknown_key", "cap", "percnt"),
    ('symbol = "/UBND"', 'symbl = "/UBND"\nsymbol = "/UBND"', "unknown_key", "document", "symbl"),
    ("[settings]", "[setings]", "unknown_key", "setings", ""),
    ('version = "1"\n', "", "missing_key", "pack", ""),
    ('version = "1"', "version = 1", "not_text", "pack", "version"),
    ('version = "1"', 'version = "  "', "empty_text", "pack", "version"),
    ('version = "1"', 'version = "a\\u0007"', "empty_text", "pack", "version"),
    ('id = "cap"\n', "", "no_id", "quota 1", ""),
    ('id = "cap"', 'id = "tỷ lệ"', "bad_form", "tỷ lệ", "id"),
    ("percent = 20", 'percent = "20"', "not_number", "cap", "percent"),
    ("percent = 20", "percent = 20.0", "not_number", "cap", "percent"),
    ("percent = 20", "percent = true", "not_number", "cap", "percent"),
    ("percent = 20", "percent = 101", "out_of_bounds", "cap", "percent"),
    ("percent = 20", "percent = -1", "out_of_bounds", "cap", "percent"),
    ("external = true", 'external = "yes"', "not_flag", "committee", "external"),
    ('tracks = ["civil_servant"]', 'tracks = "civil_servant"', "not_list", "pack", "tracks"),
    ('where = { lead = ["head", "deputy"] }', 'where = ["head"]', "not_table", "cap", "where"),
    ("valid_from = 2024-01-01", "valid_from = 2024-01-01T00:00:00", "not_day", "pack", "valid_from"),
    ("valid_from = 2024-01-01", 'valid_from = "2024-02-31"', "no_such_day", "pack", "valid_from"),
    ('quiet_from = "21:00"', 'quiet_from = "24:00"', "not_clock", "default", "quiet_from"),
    ("date = 2024-01-01", "date = 2024", "not_day", "paper", "date"),
    ("date = 2024-01-01", 'date = "01/2024"', "bad_form", "paper", "date"),
    ('text = "Tuyến chung"', "text = { en = 'General' }", "missing_key", "general", "text"),
    ('text = "Tuyến chung"', "text = { vi = 'Chung', fr = 'x' }", "unknown_key", "general", "text.fr"),
    (
        'department = { vi = "Sở", en = "department" }',
        "department = 7",
        "not_text",
        "vocabulary",
        "unit_kinds.department",
    ),
    # values of closed lists
    ('rank = "excellent"', 'rank = "excelent"', "unknown_value", "cap", "rank"),
    ('wording = "same_as"', 'wording = "trước"', "unknown_value", "send-special", "wording"),
    ('proposal = "voted"', 'proposal = "any"', "unknown_value", "settings", "proposal"),
    ('lead = ["deputy"]', 'lead = ["vice"]', "unknown_value", "special", "where.lead[1]"),
    # ids
    ('id = "strict"', 'id = "cap"', "doubled_id", "cap", "id"),
    ("external = true", 'external = true\n[[body]]\nid = "office"\nname = "x"', "doubled_id", "office", "id"),
    ("external = true", 'external = true\n[[body]]\nid = "unit"\nname = "x"', "reserved_id", "unit", "id"),
    (
        "[settings]",
        "[[document.field]]\nid = 'number'\ntext = 'x'\nclause = { source = 'paper', at = 'x' }\n[settings]",
        "doubled_id",
        "document",
        "field[2].id",
    ),
    # names that point nowhere
    ('{ source = "paper", at = "3" }', '{ source = "papper", at = "3" }', "unknown_source", "cap", "clause.source"),
    ('[{ body = "office" }]', '[{ body = "ofice" }]', "unknown_body", "general", "recipients[1].body"),
    ('owner = "unit"\nrecipient', 'owner = "units"\nrecipient', "unknown_body", "send", "owner"),
    ('copies = ["office"]', 'copies = ["unit"]', "unknown_body", "document", "copies[1]"),
    ('overrides = ["general"]', 'overrides = ["generl"]', "unknown_route", "special", "overrides[1]"),
    ('where = { route = ["special"] }', 'where = { route = ["x"] }', "unknown_route", "send-special", "where.route[1]"),
    ('rule = "send"', 'rule = "sent"', "unknown_deadline", "send-special", "rule"),
    ('late = "reason"', 'late = "reason"\nladder = "steep"', "unknown_ladder", "send", "ladder"),
    ('id = "default"', 'id = "other"', "unknown_ladder", "send", "ladder"),
    ("percent = 20", 'missing = "anex"', "unknown_missing", "cap", "missing"),
    ('where = { tier = ["above"] }', 'where = { tier = ["abov"] }', "unknown_term", "general", "where.tier[1]"),
    ('lead = ["head", "deputy"] }', 'duty = ["lead"] }', "unknown_term", "cap", "where.duty[1]"),
    ('audience = ["department"]', 'audience = ["sở"]', "unknown_term", "document", "audience[1]"),
    (
        'recipient = "office"\nmet_by = "submit"',
        'recipient = "office"\nmet_by = "sumbit"',
        "unknown_discharge",
        "send",
        "met_by",
    ),
    (
        'recipient = "office"\nmet_by = "submit"',
        'recipient = "office"\nmet_by = "minute"',
        "unknown_discharge",
        "send",
        "met_by",
    ),
    ('shown_at = "record_vote"', 'shown_at = "everywhere"', "unknown_place", "strict", "shown_at"),
    # Nothing shows it there: no page of the report, no dossier before a step that only a meeting brings.
    ('shown_at = "record_vote"', 'shown_at = "report"', "unknown_place", "strict", "shown_at"),
    ('shown_at = "record_vote"', 'shown_at = "hold"', "unknown_place", "strict", "shown_at"),
    # the pack itself
    ("schema = 1", "schema = 2", "other_schema", "pack", "schema"),
    ("year = 2024", "valid_until = 2023-12-31\nyear = 2024", "validity", "pack", "valid_until"),
    ("year = 2024", 'year = 2024\nzone = "Asia/Saigoon"', "unknown_zone", "pack", "zone"),
    ("year = 2024", 'year = 2024\nzone = "../etc"', "unknown_zone", "pack", "zone"),
    ("year = 2024", 'year = 2024\nzone = "Asia"', "unknown_zone", "pack", "zone"),
    ('tracks = ["civil_servant"]', "tracks = []", "no_track", "pack", "tracks"),
    ('lead = ["head", "deputy"] }', 'track = ["party"] }', "foreign_track", "cap", "where.track"),
    ("overrides =", "opinions_needed = true\noverrides =", "opinions_of_nobody", "special", "opinions_needed"),
    # quotas
    ("percent = 20\n", "", "quota_without_cap", "cap", ""),
    ("small = { max_size = 5, cap = 1 }", "small = { max_size = 5, cap = 6 }", "small_cap", "cap", "small"),
    ('moment = "submit"', 'moment = "ratify"', "revote_at_ratify", "cap", "over"),
    ('group_by = ["unit"]', "group_by = []", "no_group", "cap", "group_by"),
    ('group_by = ["unit"]\n', "", "missing_key", "cap", ""),
    # deadlines
    ("on = 2024-12-05\n", "", "wording_needs", "send", ""),
    ("on = 2024-12-05", "on = 2024-12-05\ndays = 3", "not_of_wording", "send", "days"),
    ('rule = "send"', 'rule = "send"\ninclusive = true', "not_of_wording", "send-special", "inclusive"),
    ("on = 2024-12-05", 'on = "2024-02-30"', "no_such_day", "send", "on"),
    ("on = 2024-12-05", 'on = "12-05"', "full_day", "send", "on"),
    ("on = 2024-12-05", 'on = "2024-12-05"\nyearly = true', "yearly_day", "send", "on"),
    ("on = 2024-12-05", 'on = "02-29"\nyearly = true', "no_such_day", "send", "on"),
    ("on = 2024-12-05", 'on = "5/12"', "bad_form", "send", "on"),
    ("on = 2024-12-05", "on = 2023-12-05", "other_year", "send", "on"),
    ("on = 2024-12-05", "on = 2026-01-01", "other_year", "send", "on"),
    ("on = 2024-12-05", 'days = 3\nevent = "minute"', "unknown_event", "send", "event"),
    ("year = 2024\n", "", "dated_in_yearly_pack", "send", "on"),
    ("on = 2024-12-05", 'on = 2024-12-05\nfollows = "sent"', "unknown_deadline", "send", "follows"),
    ('recipient = "office"\nmet_by = "submit"', 'recipient = "office"', "late_without_command", "send", "late"),
    (
        'recipient = "office"\nmet_by = "submit"',
        'recipient = "office"\nmet_by = "hold"',
        "late_without_command",
        "send",
        "late",
    ),
    ('rule = "send"', 'rule = "send-special"', "same_as_cycle", "send-special", "rule"),
    # routes
    ('where = { tier = ["above"] }', 'where = { route = ["special"] }', "route_by_route", "general", "where.route"),
    ('ratifier = "unit"', 'ratifier = "unit"\nstep = "consultation"', "consultation_of_nobody", "special", "opinions"),
    ('ratifier = "committee"\n', "", "route_without_ratifier", "general", ""),
    ('[{ body = "office" }]', "[]", "route_to_nobody", "general", "recipients"),
    ('[{ body = "office" }]', '[{ body = "office", required = false }]', "route_to_nobody", "general", "recipients"),
    ('[{ body = "office" }]', '[{ body = "office" }, { body = "office" }]', "recipient_twice", "general", "recipients"),
    ('[{ body = "office" }]', '[{ body = "office", via = "office" }]', "via_itself", "general", "recipients"),
    ('overrides = ["general"]', 'overrides = ["general", "special"]', "override_cycle", "special", "overrides"),
    ('overrides = ["general"]\n', "", "routes_collide", "special", ""),
    # guards
    ('uses = "parties_invited"', 'uses = "party_invited"', "unknown_guard", "invited", "uses"),
    ('uses = "parties_invited"', 'uses = "not_own"', "unknown_guard", "invited", "uses"),
    ('process = "dossier"', 'process = "dosier"', "unknown_process", "invited", "process"),
    ('command = "record_vote"', 'command = "submit"', "guard_command", "invited", "command"),
    ('params = { bodies = ["office"] }\n', "", "missing_param", "invited", "params"),
    ('{ bodies = ["office"] }', '{ bodies = "office" }', "param_list", "invited", "params.bodies"),
    ('{ bodies = ["office"] }', '{ bodies = ["offices"] }', "unknown_body", "invited", "params.bodies"),
    ('{ bodies = ["office"] }', '{ bodies = ["office"], body = "x" }', "unknown_param", "invited", "params.body"),
    ('{ bodies = ["office"] }', "{ bodies = [3] }", "not_text", "invited", "params.bodies[1]"),
    ('{ bodies = ["office"] }', '["office"]', "not_table", "invited", "params"),
    ('{ bodies = ["office"] }', "{ bodies = true }", "param_list", "invited", "params.bodies"),
    ('{ bodies = ["office"] }', "{ bodies = 3 }", "param_list", "invited", "params.bodies"),
    ('{ bodies = ["office"] }', "{ bodies = 3.5 }", "not_text", "invited", "params.bodies"),
    ("params = {", 'missing = "annex"\nparams = {', "missing_but_enforced", "invited", "mode"),
    # ladders
    ('days = 0\nto = "head"', 'days = -7\nto = "owner"', "doubled_rung", "default", "rung[2]"),
    ('id = "late"', 'id = "week"', "doubled_id", "default", "rung[2].id"),
    ('quiet_from = "21:00"\n', "", "half_quiet", "default", ""),
    ("days = -7", "days = -400", "out_of_bounds", "default", "rung[1].days"),
    # parents
    ('rank = "excellent"', 'rank = "excellent"\nreplaces = "cap"', "replaces_nothing", "cap", "replaces"),
    ('rank = "excellent"', 'rank = "excellent"\nbecause = "x"', "because_alone", "cap", "because"),
    ("year = 2024", 'year = 2024\nextends = "nowhere"', "unknown_parent", "pack", "extends"),
    ("year = 2024", 'year = 2024\nextends = "small"', "extends_itself", "pack", "extends"),
]


def test_the_small_pack_is_right() -> None:
    assert faults(BASE) == ()
    assert pack().routes[1].recipients[0].via == "committee"


@pytest.mark.parametrize(
    ("old", "new", "code", "rule", "key"),
    SMALL_CASES,
    ids=[f"{code}-{rule}-{key}" for _, _, code, rule, key in SMALL_CASES],
)
def test_one_change_makes_one_fault_with_its_place(old: str, new: str, code: str, rule: str, key: str) -> None:
    text = changed(old, new)
    place = (rule, key) if key else (rule,)
    found = [(one[0], *one[3:]) for one in told(text)]
    assert (f"pack.{code}", *place) in found
    assert {one[0] for one in found} == {f"pack.{code}"}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("old", "new"), [case[:2] for case in SMALL_CASES])
def test_every_fault_is_told_in_a_sentence(old: str, new: str, language: str) -> None:
    for fault in faults(changed(old, new)):
        text = sentence(fault.code, language, **fault.figures)
        assert text[-1] == "."
        assert not text.startswith("pack.")
        assert "{" not in text.replace("{ … }", "").replace(str(fault.figures.get("found")), "")


def test_a_fault_names_file_line_rule_and_key() -> None:
    text = changed('ratifier = "committee"', 'ratifyer = "x"\nratifier = "committee"')
    assert told(text) == [("pack.unknown_key", "pack.toml", line_of("ratifyer", text), "general", "ratifyer")]
    assert faults(text)[0].figures["nearest"] == "ratifier"
    assert "overrides" in str(faults(text)[0].figures["known"])


@pytest.mark.parametrize(
    ("old", "new", "code", "meant"),
    [
        ('where = { tier = ["above"] }', 'where = { tier = ["Cấp trên quản lý"] }', "unknown_term", "above"),
        ('where = { tier = ["above"] }', 'where = { tier = ["cấp trên quản lí"] }', "unknown_term", "above"),
        ('audience = ["department"]', 'audience = ["Sở"]', "unknown_term", "department"),
        ('copies = ["office"]', 'copies = ["Văn phòng"]', "unknown_body", "office"),
        ('where = { tier = ["above"] }', 'where = { tier = ["?"] }', "unknown_term", None),
    ],
)
def test_a_name_where_an_id_belongs_is_told_with_the_id_that_it_names(old: str, new: str, code: str, meant: str | None):
    (fault,) = faults(changed(old, new))
    assert (fault.code, fault.figures["nearest"]) == (f"pack.{code}", meant)


@pytest.mark.parametrize(
    ("old", "new", "code", "meant"),
    [
        ('wording = "before"', 'wording = "trước ngày"', "unknown_value", "before"),
        ('wording = "before"', 'wording = "Trước ngày"', "unknown_value", "before"),
        ("percent = 20", 'percent = 20\nrounding = "làm tròn xuống"', "unknown_value", "floor"),
        ("percent = 20", 'percent = 20\nrounding = "rounded down"', "unknown_value", "floor"),
        ('over = "revote"', 'over = "xếp loại lại"', "unknown_value", "revote"),
        ('rank = "excellent"', 'rank = "Hoàn thành xuất sắc nhiệm vụ"', "unknown_value", "excellent"),
        ('met_by = "submit"\nlate', 'met_by = "gửi hồ sơ"\nlate', "unknown_discharge", "submit"),
        ('shown_at = "record_vote"', 'shown_at = "ghi kết quả bỏ phiếu"', "unknown_place", "record_vote"),
        ('{ source = "paper", at = "3" }', '{ source = "12/UBND", at = "3" }', "unknown_source", "paper"),
        ('{ source = "paper", at = "3" }', '{ source = "Kế hoạch", at = "3" }', "unknown_source", "paper"),
        ('bodies = ["office"]', 'bodies = ["Văn phòng"]', "unknown_body", "office"),
        ('over = "revote"', 'over = "?"', "unknown_value", None),
    ],
)
def test_the_words_that_are_shown_for_a_value_lead_to_it(old: str, new: str, code: str, meant: str | None):
    found = [(one.code, one.figures["nearest"]) for one in faults(changed(old, new))]
    assert found == [(f"pack.{code}", meant)]


@pytest.mark.parametrize("source", ["12-KH/TU", "12-KH", "kế hoạch 12"])
def test_a_paper_is_known_by_what_is_printed_on_it(source: str):
    numbered = changed('issuer = "UBND"', 'issuer = "UBND"\nnumber = "12-KH/TU"\naliases = ["Kế hoạch 12"]')
    (fault,) = faults(changed('{ source = "paper", at = "3" }', f'{{ source = "{source}", at = "3" }}', numbered))
    assert fault.figures["nearest"] == "paper"


def test_an_unknown_key_far_from_all_others_has_no_suggestion() -> None:
    fault = faults(changed("percent = 20", "percent = 20\nzzz = 1"))[0]
    assert fault.figures["nearest"] is None
    assert "percent" in str(fault.figures["known"])


def test_a_rule_without_a_clause_says_so() -> None:
    text = changed('clause = { source = "paper", at = "3" }\n', "")
    assert told(text) == [("pack.no_clause", "pack.toml", line_of("[[quota]]", text), "cap")]


@pytest.mark.parametrize("table", ["route", "quota", "deadline", "guard", "ladder", "guidance", "missing"])
def test_every_kind_of_rule_needs_a_clause(table: str) -> None:
    before, after = BASE.split(f"[[{table}]]", 1)
    lines = after.split("\n")
    first = next(number for number, line in enumerate(lines) if line.startswith("clause"))
    without = "\n".join(lines[:first] + lines[first + 1 :])
    assert [one[0] for one in told(f"{before}[[{table}]]{without}")] == ["pack.no_clause"]


def test_a_guard_of_another_process_says_which() -> None:
    text = changed('process = "dossier"', 'process = "vote"')
    assert [(one[0], *one[3:]) for one in told(text)] == [("pack.guard_process", "invited", "process")]
    unknown = changed('command = "record_vote"', 'command = "vote"')
    assert [(one[0], *one[3:]) for one in told(unknown)] == [("pack.unknown_command", "invited", "command")]


def test_a_deadline_may_not_refuse_what_its_owner_does_not_do() -> None:
    late = 'late = "reason"'
    assert faults(changed(late, 'late = "refuse"')) == ()
    others = changed('recipient = "office"\nmet_by = "submit"', 'met_by = "ratify"', changed(late, 'late = "refuse"'))
    assert [one[0] for one in told(others)] == ["pack.refuses_others"]
    authority = changed('owner = "unit"\nmet_by = "ratify"', 'owner = "committee"\nmet_by = "ratify"', others)
    assert faults(authority) == ()
    turned = changed('met_by = "ratify"', 'met_by = "submit"', authority)
    assert [one[0] for one in told(turned)] == ["pack.refuses_others"]


DEADLINE = """
[[deadline]]
id = "{id}"
clause = {{ source = "paper", at = "x" }}
text = "Việc"
per = "unit"
owner = "unit"
{rest}
"""


def with_deadlines(**each: str) -> str:
    """The small pack with more deadlines: id → the keys that differ."""
    return BASE + "".join(DEADLINE.format(id=name.replace("_", "-"), rest=rest) for name, rest in each.items())


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ('wording = "before"\non = 2024-12-05', 'wording = "before"\non = 2024-12-05', None),
        ('wording = "before"\non = 2024-12-05', 'wording = "before"\non = 2024-12-04', "before_followed"),
        ('wording = "before"\non = 2024-12-05', 'wording = "at_latest_on"\non = 2024-12-04', None),
        ('wording = "before"\non = 2024-12-05', 'wording = "at_latest_on"\non = 2024-12-03', "before_followed"),
        ('wording = "within_month"\nmonth = "2024-11"', 'wording = "before"\non = 2024-12-01', None),
        ('wording = "within_month"\nmonth = "2024-11"', 'wording = "before"\non = 2024-11-30', "before_followed"),
        (
            'wording = "before"\non = "12-05"\nyearly = true',
            'wording = "before"\non = "11-15"\nyearly = true',
            "before_followed",
        ),
        ('wording = "same_as"\nrule = "send"', 'wording = "before"\non = 2024-12-04', "before_followed"),
        ('wording = "before"\non = 2024-12-06', 'wording = "same_as"\nrule = "send"', "before_followed"),
        (
            'wording = "after_event"\nevent = "record_vote"\ndays = 3',
            'wording = "after_event"\nevent = "record_vote"\ndays = 3',
            None,
        ),
        (
            'wording = "after_event"\nevent = "record_vote"\ndays = 3',
            'wording = "after_event"\nevent = "record_vote"\ndays = 2',
            "fewer_days_than_followed",
        ),
        ('wording = "after_event"\nevent = "record_vote"\ndays = 3', 'wording = "before"\non = 2024-11-01', None),
        ('wording = "external"', 'wording = "before"\non = 2024-11-01', None),
    ],
)
def test_a_deadline_is_not_before_the_one_it_follows(first: str, second: str, code: str | None) -> None:
    text = with_deadlines(first=first, second=f'{second}\nfollows = "first"')
    expected = [] if code is None else [(f"pack.{code}", "second", "follows")]
    assert [(one[0], *one[3:]) for one in told(text)] == expected


def test_a_month_of_one_year_stands_in_no_yearly_pack() -> None:
    text = changed("on = 2024-12-05", 'on = "12-05"\nyearly = true', changed("year = 2024\n", ""))
    assert faults(text) == ()
    monthly = text + DEADLINE.format(id="monthly", rest='wording = "within_month"\nmonth = "2024-11"')
    assert [(one[0], *one[3:]) for one in told(monthly)] == [("pack.dated_in_yearly_pack", "monthly", "month")]


@pytest.mark.parametrize("day", ["2024-01-01", "2025-12-31"])
def test_what_a_year_asks_for_is_done_in_it_or_in_the_next(day: str) -> None:
    assert faults(changed("on = 2024-12-05", f"on = {day}")) == ()


@pytest.mark.parametrize(
    ("per", "met_by", "wrong"),
    [("unit", "", True), ("dossier", "", True), ("season", "", False), ("unit", 'met_by = "self_review"', False)],
)
def test_what_is_to_be_begun_says_by_what_it_is_begun(per: str, met_by: str, *, wrong: bool) -> None:
    """A-37: a unit by its first review, or its first vote; an office says so itself."""
    begun = DEADLINE.format(id="begun", rest=f'wording = "start_before"\non = 2024-11-15\n{met_by}')
    found = told(changed("[[ladder]]", begun.replace('per = "unit"', f'per = "{per}"') + "\n[[ladder]]"))
    assert [(one[0], one[3]) for one in found] == ([("pack.wording_needs", "begun")] if wrong else [])


def test_what_follows_a_malformed_deadline_is_not_blamed_for_it() -> None:
    text = with_deadlines(first='wording = "before"\non = 3', second='wording = "none"\nfollows = "first"')
    assert [(one[0], one[3]) for one in told(text)] == [("pack.not_day", "first")]


def test_following_in_a_circle_is_refused() -> None:
    none = 'wording = "none"\nfollows = '
    text = with_deadlines(one=f'{none}"two"', two=f'{none}"one"')
    assert [one[0] for one in told(text)] == ["pack.follows_cycle"] * 2
    assert [one[0] for one in told(with_deadlines(one=f'{none}"one"'))] == ["pack.follows_cycle"]


def test_dates_taken_from_each_other_are_refused_and_the_rest_still_checked() -> None:
    text = with_deadlines(
        one='wording = "same_as"\nrule = "two"',
        two='wording = "same_as"\nrule = "one"',
        three='wording = "same_as"\nrule = "two"',
        four='wording = "before"\non = 2024-12-01\nfollows = "send"',
    )
    found = [(one[0], one[3]) for one in told(text)]
    assert found == [("pack.same_as_cycle", "one"), ("pack.same_as_cycle", "two"), ("pack.before_followed", "four")]


@pytest.mark.parametrize(
    ("first", "code"),
    [("self_review", None), ("record_vote", None), ("opinion", "pack.order_unmarked"), ("x", "pack.order_unmarked")],
)
def test_a_condition_asks_only_for_a_command_whose_instant_a_dossier_bears(first: str, code: str | None) -> None:
    asks = f'uses = "done_before"\nparams = {{ command = "{first}" }}'
    text = BASE.replace('uses = "parties_invited"\nparams = { bodies = ["office"] }', asks)
    text = text.replace('command = "record_vote"', 'command = "ratify"')
    assert [(one[0], *one[3:]) for one in told(text)] == ([] if code is None else [(code, "invited", "params.command")])


@pytest.mark.parametrize(
    ("rest", "code"),
    [
        ('wording = "same_as"\nrule = "order"', "same_as_undated"),
        ('wording = "after_event"\nevent = "submit"\ndays = 3\nmet_by = "submit"', "clock_starts_late"),
        ('wording = "after_event"\nevent = "ratify"\ndays = 3\nmet_by = "submit"', "clock_starts_late"),
        ('wording = "after_event"\nevent = "record_vote"\ndays = 3\nmet_by = "submit"', None),
        ('wording = "before_event"\nevent = "submit"\nmet_by = "ratify"', "order_impossible"),
        ('wording = "before_event"\nevent = "submit"\nmet_by = "submit"', "order_impossible"),
        ('wording = "before_event"\nevent = "submit"\nmet_by = "record_vote"', None),
        ('wording = "before_event"\nevent = "ratify"\nmet_by = "send"\nrecipient = "office"', "order_unmarked"),
        ('wording = "with_event"\nevent = "ratify"\nmet_by = "send"\nrecipient = "office"', "order_unmarked"),
        ('wording = "after_event"\nevent = "record_vote"\ndays = 3\nmet_by = "send"\nrecipient = "office"', None),
        ('wording = "same_as"\nrule = "after-ratify"\nmet_by = "submit"', "clock_starts_late"),
        ('wording = "before_event"\nevent = "hold"\nmet_by = "submit"', None),
        ('wording = "before_event"\nevent = "submit"\ndays = 3', "not_of_wording"),
        ('wording = "before_event"\nevent = "submit"\nworking_days = true', "not_of_wording"),
        ('wording = "external"\nrecipient = "office"\nmet_by = "send"\nlate = "reason"', None),
        ('wording = "external"\nmet_by = "send"', "send_to_nobody"),
        ('wording = "external"\nrecipient = "unit"\nmet_by = "send"', "send_off_route"),
        ('wording = "with_document"', None),
        ('wording = "external"\non = 2024-12-20', None),
        ('wording = "none"\non = 2024-12-20', "not_of_wording"),
        ('wording = "start_before"\non = "11-15"\nyearly = true\nmet_by = "self_review"', None),
        ('wording = "within_month"\nmonth = "2024-13"', "bad_form"),
        ('wording = "external"\nyearly = true', "not_of_wording"),
    ],
)
def test_a_deadline_that_nobody_could_keep_is_refused(rest: str, code: str | None) -> None:
    text = with_deadlines(
        order='wording = "before_event"\nevent = "submit"',
        after_ratify='wording = "after_event"\nevent = "ratify"\ndays = 1',
        tried=rest,
    )
    assert {(one[0], one[3]) for one in told(text)} == (set() if code is None else {(f"pack.{code}", "tried")})


def test_a_quota_may_lack_its_figure_when_it_says_so() -> None:
    text = changed("percent = 20", 'missing = "annex"')
    assert faults(text) == ()
    assert pack(text).quotas[0].percent is None
    assert faults(changed("percent = 20", "fixed = 0")) == ()


def test_a_guard_that_lacks_something_is_record_only() -> None:
    text = changed("params = {", 'missing = "annex"\nmode = "record_only"\nparams = {')
    assert faults(text) == ()


def test_a_list_has_at_most_a_thousand_members() -> None:
    assert faults(changed('archive = ["VT"]', "archive = [" + '"VT", ' * 1000 + "]")) == ()
    assert told(changed('archive = ["VT"]', "archive = [" + '"VT", ' * 1001 + "]")) == [
        ("pack.list_length", "pack.toml", line_of("archive"), "document", "archive")
    ]


def test_circles_of_overrides_are_refused() -> None:
    text = changed('ratifier = "committee"', 'ratifier = "committee"\noverrides = ["special"]')
    assert [(one[0], one[3]) for one in told(text)] == [
        ("pack.override_cycle", "general"),
        ("pack.override_cycle", "special"),
    ]


def test_routes_that_can_never_meet_do_not_collide() -> None:
    text = changed(
        'overrides = ["general"]\n', "", changed('where = { tier = ["above"] }', 'where = { lead = ["head"] }')
    )
    assert faults(text) == ()


THIRD = """
[[route]]
id = "third"
clause = { source = "paper", at = "x" }
text = "Tuyến thứ ba"
where = { tier = ["above"], category = ["civil_servant"], lead = ["deputy"], party = %s }
recipients = [{ body = "office" }]
ratifier = "committee"
overrides = ["general"%s]
"""


def test_a_third_route_may_settle_what_two_leave_open() -> None:
    assert [(one[0], one[3]) for one in told(BASE + THIRD % ("true", ""))] == [("pack.routes_collide", "third")]
    assert faults(BASE + THIRD % ("true", ', "special"')) == ()
    party = changed('lead = ["deputy"] }', 'lead = ["deputy"], party = false }')
    assert faults(party + THIRD % ("true", "")) == ()


COLLECTIVES = """
[[route]]
id = "collectives"
clause = { source = "paper", at = "x" }
text = "Tập thể"
where.kind = ["collective"]
where.tier = ["above"]
where.category = ["civil_servant"]
where.duty = ["leadership"]
where.lead = ["none"]
recipients = [{ body = "office" }]
ratifier = "committee"
overrides = ["general"]
"""


@pytest.mark.parametrize(("units", "codes"), [(156, ["pack.routes_collide"]), (157, [])])
def test_routes_with_too_many_sorts_of_dossiers_are_left_to_the_rosters_import(units: int, codes: list[str]) -> None:
    # Each unit stands for 32 sorts: category, duty, tier and lead named or not, party member or not.
    listed = ", ".join(f'"U{number}"' for number in range(units))
    text = changed('where = { tier = ["above"] }', f"where = {{ unit = [{listed}] }}")
    text = changed('{ tier = ["above"], lead = ["deputy"] }', f'{{ unit = [{listed}], kind = ["person"] }}', text)
    text = changed('overrides = ["general"]\n', "", text)
    assert [one[0] for one in told(text + COLLECTIVES)] == codes


def test_all_faults_come_at_once_in_the_order_of_the_file() -> None:
    text = changed("schema = 1", "schema = 9")
    text = changed('signatory_post = "Chủ tịch"', "signatory_post = 3", text)
    text = changed('[{ body = "office" }]', '[{ body = "nobody" }]', text)
    text = changed("percent = 20", "percent = 200", text)
    text = changed("on = 2024-12-05", 'on = "12-05"', text)
    text = changed('uses = "parties_invited"', 'uses = "eval"', text)
    assert [one[0].removeprefix("pack.") for one in told(text)] == [
        "other_schema",
        "not_text",
        "unknown_body",
        "out_of_bounds",
        "full_day",
        "unknown_guard",
    ]
    lines = [int(one[2].removeprefix("line ")) for one in told(text)]
    assert lines == sorted(lines)


def test_a_malformed_rule_is_not_blamed_for_what_it_seems_to_lack() -> None:
    assert [one[0] for one in told(changed("percent = 20", 'percent = "20"'))] == ["pack.not_number"]
    assert [one[0] for one in told(changed("year = 2024", 'year = "2024"'))] == ["pack.not_number"]
    assert [one[0] for one in told(changed('id = "office"\nname = "Văn phòng"', 'id = "office"'))] == [
        "pack.missing_key"
    ]


def test_the_error_counts_its_faults_and_names_the_file() -> None:
    with pytest.raises(Faulty) as caught:
        pack(changed("schema = 1", "schema = 9"))
    assert caught.value.figures == {"count": 1, "file": "pack.toml"}
    assert caught.value.exit_status == 2
    assert sentence(caught.value.code, "en", **caught.value.figures) == "pack.toml has 1 fault."


@pytest.mark.parametrize(
    ("second", "code"),
    [
        ('wording = "none"\nhint = "first"', None),
        ('wording = "external"\nhint = "first"', None),
        ('wording = "external"\non = 2024-12-01\nhint = "first"', "hint_beside_date"),
        ('wording = "before"\non = 2024-12-01\nhint = "first"', "hint_beside_date"),
        ('wording = "none"\nhint = "same"', None),
        ('wording = "none"\nhint = "second"', "hint_undated"),
        ('wording = "none"\nhint = "waits"', "hint_undated"),
        ('wording = "none"\nhint = "fist"', "unknown_deadline"),
    ],
)
def test_a_hint_stands_beside_what_has_no_date_and_has_one(second: str, code: str | None) -> None:
    """A-24: never a date that nobody printed."""
    first, same = 'wording = "before"\non = 2024-11-15', 'wording = "same_as"\nrule = "first"'
    waits = 'wording = "after_event"\nevent = "record_vote"\ndays = 3'
    found = told(with_deadlines(first=first, second=second, same=same, waits=waits))
    assert [(one[0], *one[3:]) for one in found] == ([] if code is None else [(f"pack.{code}", "second", "hint")])


def test_a_paper_is_asked_for_where_no_dossier_settles_it() -> None:
    by_hand, by_command = (
        'wording = "none"\npaper = "summary"',
        'wording = "none"\nmet_by = "submit"\npaper = "summary"',
    )
    assert told(with_deadlines(first=by_hand)) == []
    found = told(with_deadlines(first=by_command))
    assert [(one[0], *one[3:]) for one in found] == [("pack.paper_of_command", "first", "paper")]
