"""The house itself: what no single room can see. Each test answers with every fault at once."""

import ast
import gettext
import io
import re
import subprocess
import sys
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.wheel import WheelBuilder

from workflow import errors, messages

HOUSE = Path(__file__).parent.parent
ROOMS = ("app", "notifications", "states", "workbooks", "workflow")
DATA = ("plans", "templates", "examples")

_PROVINCES = (
    "An Giang, Bà Rịa, Vũng Tàu, Bạc Liêu, Bắc Giang, Bắc Kạn, Bắc Ninh, Bến Tre, Bình Dương, Bình Định, Bình Phước, "
    "Bình Thuận, Cà Mau, Cao Bằng, Cần Thơ, Đà Nẵng, Đắk Lắk, Đắk Nông, Điện Biên, Đồng Nai, Đồng Tháp, Gia Lai, "
    "Hà Giang, Hà Nam, Hà Nội, Hà Tĩnh, Hải Dương, Hải Phòng, Hậu Giang, Hòa Bình, Hồ Chí Minh, Huế, Hưng Yên, "
    "Khánh Hòa, Kiên Giang, Kon Tum, Lai Châu, Lạng Sơn, Lào Cai, Lâm Đồng, Long An, Nam Định, Nghệ An, Ninh Bình, "
    "Ninh Thuận, Phú Thọ, Phú Yên, Quảng Bình, Quảng Nam, Quảng Ngãi, Quảng Ninh, Quảng Trị, Sóc Trăng, Sơn La, "
    "Tây Ninh, Thái Bình, Thái Nguyên, Thanh Hóa, Tiền Giang, Trà Vinh, Tuyên Quang, Vĩnh Long, Vĩnh Phúc, Yên Bái"
)
PROVINCES = tuple(_PROVINCES.split(", "))
"""The provinces and cities of 2024."""

ZONE = "Asia/Ho_Chi_Minh"

REGULATION = re.compile(
    r"\b\d+(?:/\d{4})?[-/](?:NĐ|QĐ|HD|KL|NQ|TT|KH|CV|QH\d+|UBND|BCSD)\b|Nghị định|Thông tư|Quy định \d"
)
"""A number of a regulation, or its kind of name: 90/2020/NĐ-CP, 124-QĐ/TW."""

RULE = re.compile(r"\b[A-Z]{2}\d{2}-\d\w*")
"""The id of a pack's rule: NT11-1a."""

FILE_NAME = re.compile(r"\.(?:csv|db|docx?|html|json|mo|pdf|po|py|toml|txt|xlsx?|zip)$")
CODE = re.compile(r"[a-z_]+\.[a-z_]+")

TELLING = {"Fault", "sentence"} | {
    name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, errors.HosoError)
}
"""Calls whose first argument, or `code`, is a message code."""


# --- reading the house ------------------------------------------------------------------------------------------------


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (HOUSE / folder).rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def shown(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


def docstrings(module: ast.Module) -> set[int]:
    """The ids of the nodes that only describe: docstrings, and sentences under a field."""
    return {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """Every string that the code uses, with its line; no docstring."""
    module = tree(path)
    described = docstrings(module)
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in described:
            yield node.lineno, node.value


# --- catalogues -------------------------------------------------------------------------------------------------------


def po_files(language: str) -> dict[str, Path]:
    """Domain → catalogue."""
    return {path.stem: path for path in sorted((messages.LOCALE / language / "LC_MESSAGES").glob("*.po"))}


@cache
def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def sentences(path: Path) -> dict[str, str]:
    """Code → sentence."""
    return {str(one.id): str(one.string or "") for one in catalogue(path) if one.id}


def placeholders(text: str) -> dict[str, str]:
    """Figure → how it is told. Raises ValueError for a broken text."""
    return {name: spec or "" for _, name, spec, _ in Formatter().parse(text) if name is not None}


def all_codes() -> set[str]:
    return {code for path in po_files("vi").values() for code in sentences(path)}


@pytest.mark.drift
def test_every_domain_is_told_in_every_language():
    told = {language: set(po_files(language)) for language in messages.LANGUAGES}
    assert told["vi"], "there is no catalogue at all"
    assert all(domains == told["vi"] for domains in told.values()), told


@pytest.mark.drift
def test_catalogues_are_sound_and_say_the_same_codes():
    faults = []
    for domain, vietnamese in po_files("vi").items():
        codes = set(sentences(vietnamese))
        for language in messages.LANGUAGES:
            path = po_files(language)[domain]
            told = sentences(path)
            faults += [f"{shown(path)}: {code} is missing" for code in sorted(codes - set(told))]
            faults += [f"{shown(path)}: {code} is not in the Vietnamese one" for code in sorted(set(told) - codes)]
            faults += [f"{shown(path)}: {code} has no sentence" for code, text in told.items() if not text.strip()]
            faults += [
                f"{shown(path)}: {code} is of another domain" for code in told if not code.startswith(f"{domain}.")
            ]
            faults += [f"{shown(path)}: {one.id} is fuzzy" for one in catalogue(path) if one.id and one.fuzzy]
            faults += [
                f"{shown(path)}: {code} is not NFC"
                for code, text in told.items()
                if not unicodedata.is_normalized("NFC", text)
            ]
    assert not faults, "\n".join(faults)


_PLAIN_OR_COUNTED = r"[<>^,.]?\d*[df]?|[^|]+\|[^|]+"
"""Python's own ways to tell a number, or the two forms of a noun: `{count:day|days}`."""


@pytest.mark.drift
def test_both_languages_take_the_same_figures_and_every_telling_is_known():
    faults = []
    for domain, vietnamese in po_files("vi").items():
        english = sentences(po_files("en")[domain])
        for code, text in sentences(vietnamese).items():
            ours, theirs = placeholders(text), placeholders(english.get(code, ""))
            if set(ours) != set(theirs):
                faults.append(f"{code}: vi takes {sorted(ours)}, en takes {sorted(theirs)}")
            for name, how in [*ours.items(), *theirs.items()]:
                if how and how not in messages._TELLINGS and not re.fullmatch(_PLAIN_OR_COUNTED, how):
                    faults.append(f"{code}: nobody knows how to tell {{{name}:{how}}}")
                if not name.isidentifier():
                    faults.append(f"{code}: {{{name}}} is not the name of a figure")
    assert not faults, "\n".join(faults)


@pytest.mark.drift
def test_compiled_catalogues_are_what_the_texts_say():
    faults = []
    for language in messages.LANGUAGES:
        for path in po_files(language).values():
            fresh = io.BytesIO()
            write_mo(fresh, catalogue(path))
            fresh.seek(0)
            compiled = path.with_suffix(".mo")
            if not compiled.exists():
                faults.append(f"{shown(compiled)} is missing")
            elif told(compiled.read_bytes()) != told(fresh.read()):
                faults.append(f"{shown(compiled)} is older than its .po")
        stray = {path.stem for path in (messages.LOCALE / language).rglob("*.mo")} - set(po_files(language))
        faults += [f"{language}: {domain}.mo has no .po" for domain in sorted(stray)]
    assert not faults, "\n".join([*faults, "make them: pybabel compile -f -d workflow/locale -D DOMAIN"])


def told(compiled: bytes) -> dict[str, str]:
    translations = gettext.GNUTranslations(io.BytesIO(compiled))
    every: Mapping[str, str] = vars(translations)["_catalog"]
    return {code: text for code, text in every.items() if code}


def named_codes(path: Path, domains: set[str]) -> Iterator[tuple[int, str]]:
    """The message codes that a file writes out, with their lines.

    "guard.late" wherever it stands; the "late" of a helper that puts "guard." before it; and whatever an error, a fault
    or a sentence is given, even where no catalogue has such a domain yet.
    """
    calls = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    actions = {id(keyword.value) for call in calls for keyword in call.keywords if keyword.arg == "action"}
    parts = {id(one) for node in ast.walk(tree(path)) if isinstance(node, ast.JoinedStr) for one in node.values}
    silent = actions | parts | docstrings(tree(path))
    for node in ast.walk(tree(path)):
        if (
            "migrations" not in path.parts
            and isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in silent
        ):
            known = CODE.fullmatch(node.value) and node.value.partition(".")[0] in domains
            if known and not FILE_NAME.search(node.value):
                yield node.lineno, node.value
    helpers = {name: domain for name, domain in prefixing(path).items() if domain in domains}
    for call in calls:
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        given = [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg == "code")]
        for code in [one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)]:
            if name in helpers:
                yield call.lineno, f"{helpers[name]}.{code}"
            elif name in TELLING:
                yield call.lineno, code


def prefixing(path: Path) -> dict[str, str]:
    """Name of a function of this file whose first argument gets a domain put before it → that domain."""
    found = {}
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.FunctionDef):
            continue
        first = next(iter([*node.args.posonlyargs, *node.args.args]), None)
        for part in ast.walk(node):
            match part:
                case ast.JoinedStr(
                    values=[ast.Constant(value=str(start)), ast.FormattedValue(value=ast.Name(id=name))]
                ):
                    if first is not None and name == first.arg and re.fullmatch(r"[a-z_]+\.", start):
                        found[node.name] = start[:-1]
    return found


@pytest.mark.drift
def test_every_code_in_the_code_has_a_sentence():
    codes, domains = all_codes(), set(po_files("vi"))
    faults = [
        f"{shown(path)}:{line}: no catalogue says {code}"
        for path in python_files(*ROOMS)
        for line, code in named_codes(path, domains)
        if code not in codes
    ]
    assert not faults, "\n".join(faults)


# --- law is data ------------------------------------------------------------------------------------------------------


def pack_names() -> set[str]:
    """What the packs call themselves and the bodies they name."""
    names = set()
    for path in sorted((HOUSE / "plans").glob("*.toml")):
        pack = tomllib.loads(path.read_text(encoding="utf-8"))
        names |= {path.stem, str(pack.get("id", path.stem))}
        for body in pack.get("bodies", pack.get("body", [])):
            name = body.get("name", "")
            names |= set(name.values()) if isinstance(name, dict) else {name}
    return {name for name in names if name}


def plain(text: str) -> str:
    """Without marks: "Ninh Thuận" → "Ninh Thuan"."""
    text = text.replace("Đ", "D").replace("đ", "d")
    return "".join(one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one))


def spellings(name: str) -> set[str]:
    """How a name may turn up in code: with marks, without, as a slug, as an identifier."""
    return {name} | {separator.join(plain(name).lower().split()) for separator in "-_" if " " in name}


def test_code_templates_and_catalogues_name_no_province_and_no_body():
    names = {spelling: name for name in PROVINCES for spelling in spellings(name)}
    names |= {name: name for name in pack_names() if " " in name or "-" in name}
    files = [*python_files(*ROOMS), *(HOUSE / "templates").rglob("*.*"), *messages.LOCALE.rglob("*.po")]
    faults = []
    for path in files:
        text = path.read_text(encoding="utf-8").replace(ZONE, "")
        for one in (name for name in names if name in text):
            whole = re.compile(rf"(?<!\w){re.escape(one)}(?!\w)")
            lines = enumerate(text.splitlines(), start=1)
            faults += [f"{shown(path)}:{number}: {one}" for number, line in lines if whole.search(line)]
    assert not faults, "these belong in plans/ or examples/:\n" + "\n".join(faults)


def test_code_decides_on_no_regulation():
    """A docstring may cite; a string that the code uses may not."""
    faults = [
        f"{shown(path)}:{line}: {text!r}"
        for path in python_files(*ROOMS)
        for line, text in literals(path)
        if REGULATION.search(text) or RULE.search(text)
    ]
    assert not faults, "these belong in plans/:\n" + "\n".join(faults)


# --- the plan of the house --------------------------------------------------------------------------------------------


def test_rooms_are_packages_and_data_folders_hold_no_package():
    faults = [f"{room}/ is no package" for room in ROOMS if not (HOUSE / room / "__init__.py").is_file()]
    faults += [
        f"{shown(path.parent)}/ holds code but no __init__.py"
        for path in python_files(*ROOMS)
        if not (path.parent / "__init__.py").is_file() and "migrations" not in path.parts
    ]
    faults += [f"{shown(path)} is code in a data folder" for path in python_files("plans", "templates")]
    faults += [
        f"{shown(path)} makes a package of data" for path in python_files("examples") if path.name == "__init__.py"
    ]
    assert not faults, "\n".join(faults)


def test_no_drawer_for_odds_and_ends():
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "tools"}
    files = python_files(*ROOMS)
    faults = [shown(path) for path in files if drawers & {path.stem, *path.relative_to(HOUSE).parts[:-1]}]
    assert not faults, f"name them for what they do: {faults}"


def test_annotations_are_what_they_say():
    """Strings, as `from __future__ import annotations` makes them, would leave Typer and SQLModel guessing."""
    faults = [
        f"{shown(path)}:{node.lineno}"
        for path in python_files(*ROOMS, "tests", "benchmarks", "examples")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.module == "__future__"
    ]
    assert not faults, faults


def test_no_test_is_skipped_or_expected_to_fail():
    names = {"skip", "skipif", "xfail", "importorskip"}
    faults = [
        f"{shown(path)}:{node.lineno}: {node.attr}"
        for path in python_files("tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in names
    ]
    assert not faults, faults


@pytest.mark.drift
def test_the_wheel_carries_code_and_data_and_nothing_else():
    carried = {file.relative_path for file in WheelBuilder(str(HOUSE)).recurse_included_files()}
    strangers = {path for path in carried if Path(path).parts[0] not in {*ROOMS, *DATA}}
    assert not strangers, strangers
    wanted = {
        shown(path)
        for folder in (*ROOMS, *DATA)
        for path in (HOUSE / folder).rglob("*")
        if path.suffix in {".csv", ".html", ".json", ".mako", ".mo", ".py", ".sql", ".toml", ".txt", ".xlsx"}
        and not path.name.startswith("~$")
    }
    assert not wanted - carried, sorted(wanted - carried)


# --- the lock ---------------------------------------------------------------------------------------------------------


@pytest.mark.drift
def test_locks_pin_and_hash_everything_and_name_no_address():
    faults = []
    for path in sorted((HOUSE / "requirements").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        faults += [f"{path.name}: an address: {line}" for line in text.splitlines() if "/" in line or "--index" in line]
        for entry in re.split(r"\n(?=\S)", text.strip()):
            if not re.match(r"[a-z0-9-]+==\S+", entry):
                faults.append(f"{path.name}: not pinned: {entry.splitlines()[0]}")
            if "--hash=sha256:" not in entry:
                faults.append(f"{path.name}: no hash: {entry.splitlines()[0]}")
    assert not faults, "\n".join(faults)


def pins(name: str) -> set[str]:
    text = (HOUSE / "requirements" / name).read_text(encoding="utf-8")
    return set(re.findall(r"^[a-z0-9-]+==[^\s;]+", text, re.MULTILINE))


@pytest.mark.drift
def test_tests_run_on_the_versions_that_are_shipped():
    assert pins("runtime.txt") | pins("build.txt") <= pins("dev.txt")


@pytest.mark.drift
def test_everything_the_project_asks_for_is_locked():
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))
    asked = {re.split(r"[^A-Za-z0-9-]", line)[0].lower() for line in project["project"]["dependencies"]}
    assert asked <= {pin.partition("==")[0] for pin in pins("runtime.txt")}
    groups = [line for group in project["dependency-groups"].values() for line in group if isinstance(line, str)]
    assert {re.split(r"[^A-Za-z0-9-]", line)[0].lower() for line in groups} <= {
        pin.partition("==")[0] for pin in pins("dev.txt")
    }


# --- the front door ---------------------------------------------------------------------------------------------------

HEAVY = (
    "alembic",
    "apscheduler",
    "holidays",
    "openpyxl",
    "pydantic",
    "python_calamine",
    "sqlalchemy",
    "sqlmodel",
    "xlsxwriter",
)
"""Half a second and more of imports that nobody who asks for help should wait for."""


def test_help_answers_without_the_database():
    script = f"""
import sys
from app.cli import main
sys.argv = ["hoso", "--help"]
try:
    main()
finally:
    print("loaded:", *[name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""
    ran = subprocess.run([sys.executable, "-c", script], cwd=HOUSE, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "hoso" in ran.stdout
    assert ran.stderr.splitlines()[-1].split() == ["loaded:"]
