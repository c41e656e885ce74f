"""What every verb shares: usage, languages, JSON, text that is broken, streams that take no more, defects."""

import getpass
import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from app.cli import desk
from app.cli.output import Output
from tests.cli.line import NOW, Line, Said
from workflow.errors import BadInput

HOSO = [sys.executable, "-c", "from app.cli import main; main()"]
HOUSE = Path(__file__).parent.parent.parent


def ran(*argv: str, **env: str) -> Said:
    """`hoso` in a process of its own."""
    done = subprocess.run(
        [*HOSO, *argv], cwd=HOUSE, capture_output=True, text=True, check=False, env={**os.environ, **env}
    )
    return Said(status=done.returncode, out=done.stdout, err=done.stderr)


# — usage —

USAGE = {
    "unknown verb": (["seasn"], "seasn"),
    "unknown verb of a noun": (["season", "opn"], "opn"),
    "unknown option": (["season", "status", "--jsn"], "--jsn"),
    "missing argument": (["season", "open"], {"vi": "GÓI", "en": "PACK"}),
    "missing option": (["season", "open", "x"], "--code"),
    "too many arguments": (["season", "status", "a", "b"], "a b"),
    "an option without its value": (["season", "status", "--season"], "--season"),
    "a word for a number": (["meeting", "hold", "SNV", "--attendees", "N"], "--attendees"),
}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("argv", "named"), USAGE.values(), ids=USAGE)
def test_bad_usage_names_what_is_wrong_and_exits_with_2(nowhere: Line, argv: list[str], named: Any, language: str):
    nowhere.patch.setenv("HOSO_LANG", language)
    answer = nowhere.plainly(*argv)
    assert (answer.status, answer.out) == (2, "")
    assert (named[language] if isinstance(named, dict) else named) in answer.err
    assert "cli." not in answer.err, "every sentence is in the catalogue"


@pytest.mark.parametrize(("argv", "named"), USAGE.values(), ids=USAGE)
def test_bad_usage_is_one_json_document_where_json_was_asked_for(nowhere: Line, argv: list[str], named: str):
    error = nowhere.plainly("--json", *argv) if len(argv) == 1 else nowhere.plainly(*argv[:2], "--json", *argv[2:])
    assert error.status == 2
    assert error.json["error"]["code"].startswith("cli.")


def test_an_option_that_was_nearly_right_is_suggested(nowhere: Line):
    assert "--json" in nowhere.plainly("season", "status", "--jsn").err


def test_hoso_alone_shows_how_to_use_it(nowhere: Line):
    answer = nowhere.plainly()
    assert (answer.status, answer.out) == (2, "")
    assert "season" in answer.err


def test_the_version_is_told(nowhere: Line):
    assert nowhere.plainly("--version").out.startswith("Hoso ")


# — settings —


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOSO_LANG", "fr"),
        ("HOSO_SMTP_PORT", "smtp"),
        ("HOSO_SMTP_SECURITY", "maybe"),
        ("HOSO_SMTP_PASSWORD_FILE", "/nosuch/file"),
        ("HOSO_BUSY_SECONDS", "long"),
        ("HOSO_BUSY_SECONDS", "nan"),
        ("HOSO_BUSY_SECONDS", "-1"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(nowhere: Line, name: str, value: str):
    nowhere.patch.setenv(name, value)
    answer = nowhere.plainly("plans", "list")
    assert (answer.status, answer.out) == (2, "")
    assert name in answer.err
    assert value in answer.err


def test_an_unknown_language_is_refused_in_one_that_is_known(nowhere: Line):
    answer = nowhere.plainly("plans", "list", "--lang", "fr")
    assert answer.status == 2
    assert "--lang" in answer.err
    assert "cli." not in answer.err


def test_an_empty_db_never_means_the_default_database(nowhere: Line, tmp_path: Path):
    nowhere.patch.setenv("HOSO_HOME", str(tmp_path / "mine"))
    answer = nowhere.plainly("init", "--db", "")
    assert answer.status == 2
    assert not (tmp_path / "mine").exists()


# — languages —


def test_messages_are_vietnamese_unless_asked_otherwise(opened: Line):
    assert "Kỳ đánh giá 2024" in opened("season", "status").out
    assert "Season 2024" in opened("season", "status", "--lang", "en").out
    opened.patch.setenv("HOSO_LANG", "en")
    assert "Season 2024" in opened("season", "status").out
    assert "Kỳ đánh giá 2024" in opened("season", "status", "--lang", "vi").out


def test_help_is_vietnamese_unless_asked_otherwise(nowhere: Line):
    page = nowhere.plainly("season", "open", "--help").out
    assert "Cách dùng: hoso season open" in page
    assert "[bắt buộc]" in page
    for english in ("Usage", "Options", "required", "Show this", "default:"):
        assert english not in page
    page = nowhere.plainly("season", "open", "--lang=en", "--help").out
    assert "Usage: hoso season open" in page
    assert "[required]" in page


# — JSON —


@pytest.mark.parametrize(
    "argv",
    [
        ["plans", "list"],
        ["plans", "show", "ninh-thuan-2024-11"],
        ["plans", "lint", "ninh-thuan-2024-11"],
        ["plans", "lint", "nosuch.toml"],
        ["season", "status"],
        ["season", "status", "--season", "nosuch"],
        ["season", "close"],
        ["role", "list"],
        ["role", "grant", "SNV-01", "coordinator", "SNV"],
        ["role", "grant", "SNV-01", "coordinator", "SNV", "--as", "SNV-01"],
        ["meeting", "list"],
        ["meeting", "plan", "SNV"],
        ["meeting", "plan", "SNV", "--as", "CV-STC"],
        ["roster", "import", "nosuch.xlsx"],
        ["sweep"],
        ["health"],
        ["init"],
    ],
    ids=" ".join,
)
def test_json_is_one_document_and_nothing_else_on_standard_output(staffed: Line, argv: list[str]):
    answer = staffed(*argv, "--json")
    assert isinstance(answer.json, dict)
    assert answer.status in {0, 2, 3}
    if answer.status:
        assert answer.err, "people are told as well"


# — what somebody typed —


def test_text_from_a_mac_is_recorded_as_everybody_else_writes_it(staffed: Line):
    """A Mac's terminal sends letters and their marks apart; the record has them together (NFC)."""
    reason = unicodedata.normalize("NFD", "Đối tượng nghỉ ốm dài ngày")
    ref = staffed.done("dossier", "list", "--json").json["dossiers"][0]["ref"]
    staffed.done("dossier", "advance", ref, "withdraw", "--reason", reason, "--as", "TH")


def test_broken_characters_are_refused_by_name(staffed: Line):
    answer = staffed("season", "status", "--season", "k\udcff")
    assert (answer.status, answer.out) == (2, "")
    assert "season" in answer.err
    assert "\\udcff" in answer.err


@pytest.mark.parametrize(
    ("text", "code"),
    [("2024-11-10T08:00:00", "command.naive_time"), ("tomorrow", "cli.not_an_instant"), ("", "cli.not_an_instant")],
)
def test_now_must_be_an_instant_with_its_offset(opened: Line, text: str, code: str):
    answer = opened.plainly("season", "status", "--now", text, "--db", str(opened.db), "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, code)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2024-11-09T08:00:00", "command.naive_time"),
        ("2024-11-11", "command.future"),
        ("2024-11-10T01:00:00.000001+00:00", "command.future"),
        ("09/13/2024", "command.not_a_day"),
        ("2024-11-09T25:00:00+07:00", "cli.not_an_instant"),
    ],
)
def test_when_something_happened_must_be_a_time_that_was(staffed: Line, text: str, code: str):
    answer = staffed("meeting", "plan", "SNV", "--as", "CV-SNV", "--occurred", text, "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, code)


@pytest.mark.parametrize("text", ["2024-11-10", "10/11/2024", NOW, "2024-11-09", "2024-11-10T01:00:00+00:00"])
def test_a_day_or_an_instant_up_to_now_is_taken(staffed: Line, text: str):
    staffed.done("meeting", "plan", "SNV", "--as", "CV-SNV", "--occurred", text)


# — streams, defects —


def test_nobody_reading_to_the_end_is_no_failure(staffed: Line):
    reading = subprocess.Popen(
        [*HOSO, "plans", "show", "ninh-thuan-2024-11"],
        cwd=HOUSE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert reading.stdout is not None
    assert reading.stderr is not None
    reading.stdout.close()
    errors = reading.stderr.read()
    reading.stderr.close()
    assert (reading.wait(), errors) == (0, b"")


@pytest.mark.parametrize("more", [[], ["--json"]], ids=["text", "json"])
def test_an_output_that_does_not_fit_on_the_disk_is_told(more: list[str]):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*HOSO, "plans", "show", "ninh-thuan-2024-11", *more, "--lang", "en"],
            cwd=HOUSE,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 6
    assert "no space left" in done.stderr
    assert "Traceback" not in done.stderr


def test_output_is_utf8_whatever_the_machine_speaks():
    answer = subprocess.run(
        [*HOSO, "plans", "list"],
        cwd=HOUSE,
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"},
    )
    assert "Đánh giá" in answer.stdout.decode("utf-8")


def test_a_defect_is_said_plainly_and_exits_with_1(staffed: Line):
    def broken(*_: object) -> None:
        raise ZeroDivisionError("made up")

    staffed.patch.setattr(desk.Desk, "looking", broken)
    answer = staffed("season", "status", "--json")
    assert (answer.status, answer.json["error"]["code"]) == (1, "cli.defect")
    assert "ZeroDivisionError" in answer.err
    assert "Traceback" not in answer.err
    staffed.patch.setenv("HOSO_DEBUG", "1")
    assert "Traceback" in staffed("season", "status").err


def test_a_user_without_a_name_still_may_use_it(staffed: Line):
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    staffed.patch.setattr(getpass, "getuser", nameless)
    staffed.done("role", "grant", "SNV-01", "coordinator", "SNV")


def test_an_interrupt_exits_as_shells_expect(staffed: Line):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    staffed.patch.setattr(desk.Desk, "looking", interrupted)
    assert staffed("season", "status").status == 130


# — exit statuses and speed of the real thing —


def test_the_installed_command_exits_as_designed(staffed: Line):
    db = ("--db", str(staffed.db), "--now", NOW)
    assert ran("season", "status", *db).status == 0
    assert ran("season", "status", "--season", "nosuch", *db).status == 2
    assert ran("meeting", "plan", "SNV", "--as", "CV-STC", *db).status == 3


def test_help_loads_no_database_and_no_workbook_anywhere_in_the_tree():
    script = """
import sys
from app.cli.root import run
for page in ([], ["season"], ["roster", "import"], ["plans", "show"], ["health"], ["sweep"]):
    assert run([*page, "--help"]) == 0
heavy = {"sqlmodel", "sqlalchemy", "openpyxl", "xlsxwriter", "apscheduler", "rich", "holidays"}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=HOUSE, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


# — tables —


class _Terminal:
    """Standard output that says that somebody looks."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self.said = ""

    def write(self, text: str) -> int:
        self.said += text
        return len(text)

    def flush(self) -> None:
        """Nothing waits."""

    def isatty(self) -> bool:
        return True


def test_a_piped_table_has_one_line_for_each_row(capsys: pytest.CaptureFixture[str]):
    Output(language="en").table(None, ["cli.column_name"], [["a\tb\nc"], [None], [3]])
    assert capsys.readouterr().out == "Name\na b c\n\n3\n"


def test_several_tables_are_titled_and_empty_ones_left_out(capsys: pytest.CaptureFixture[str]):
    out = Output(language="en")
    out.table("cli.season_due", ["cli.column_name"], [])
    out.table("cli.season_due", ["cli.column_name"], [["x"]])
    assert capsys.readouterr().out == "\nWhat is due next\nName\nx\n"


def test_on_a_terminal_brackets_are_text(monkeypatch: pytest.MonkeyPatch):
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    Output(language="en").table(None, ["cli.column_name"], [["[bold]Ban[/bold] :smile:"]])
    assert "[bold]Ban[/bold] :smile:" in terminal.said


def test_json_is_told_as_it_is_written(capsys: pytest.CaptureFixture[str]):
    out = Output(language="en", json=True)
    out.table(None, ["cli.column_name"], [["x"]])
    out.say("cli.dry_run")
    assert out.fail(BadInput("command.unknown_unit", unit="Đơn vị")) == 2
    assert json.loads(capsys.readouterr().out)["error"]["figures"] == {"unit": "Đơn vị"}


# — options before the verb, and what was nearly right —


@pytest.mark.parametrize(
    "argv",
    [
        ["--lang", "en", "season", "status"],
        ["--lang=en", "season", "status"],
        ["season", "--lang", "en", "status"],
        ["season", "status", "--lang", "en"],
    ],
)
def test_the_language_may_be_asked_for_before_or_behind_the_verb(opened: Line, argv: list[str]):
    assert "Season 2024" in opened(*argv).out


def test_every_shared_option_may_stand_before_the_verb(opened: Line):
    answer = opened.plainly("--db", str(opened.db), "--now", NOW, "--json", "season", "status")
    assert answer.json["season"]["code"] == "2024"


@pytest.mark.parametrize("argv", [["--lang", "en"], ["--lang", "en", "--help"], ["season", "--lang", "en"]])
def test_a_language_without_a_verb_gives_the_help_in_it(nowhere: Line, argv: list[str]):
    assert "Usage" in nowhere.plainly(*argv).text


def test_a_language_that_is_none_is_refused_before_the_verb_too(nowhere: Line):
    answer = nowhere.plainly("--lang", "fr", "plans", "list")
    assert answer.status == 2
    assert "--lang" in answer.err


def test_an_option_of_the_verb_that_came_too_early_is_told_its_place(nowhere: Line):
    answer = nowhere.plainly("--season", "2024", "dossier", "list")
    assert answer.status == 2
    assert "--season đặt sau lệnh" in answer.err


def test_what_stands_behind_the_verb_is_left_alone(opened: Line):
    assert opened("--lang", "en", "dossier", "show", "--", "--json").status == 2


@pytest.mark.parametrize(
    ("line", "option"),
    [
        (("season", "close", "--unfinished", "--dry-run"), "--unfinished"),
        (("unit", "submit", "SNV", "--as", "CV-SNV", "--reason", "--dry-run"), "--reason"),
        (("dossier", "advance", "HS-0001", "self_review", "--key", "--dry-run", "--as", "CV-SNV"), "--key"),
        (("season", "close", "--unfinished", "--now=2024-11-11T08:00:00+07:00"), "--unfinished"),
        (("today", "--as", "--json"), "--as"),
    ],
)
def test_an_option_is_never_another_options_value(staffed: Line, line: tuple[str, ...], option: str):
    """What was meant as a trial would be written."""
    answer = staffed(*line)
    assert answer.status == 2
    assert option in answer.err
    assert staffed.done("season", "status", "--json").json["season"]["state"] == "open"


def test_a_value_may_look_like_anything_but_an_option_of_its_command(staffed: Line):
    assert staffed.done("season", "close", "--unfinished", "--khac", "--dry-run", "--json").json["dry_run"]
