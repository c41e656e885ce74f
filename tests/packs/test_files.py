"""Files that are no pack at all: one clear fault each, and nothing is read that is too large."""

from pathlib import Path

import pytest

from states.packs import find, read_file, read_text, shipped
from states.packs.text import LARGEST
from tests.packs.base import BASE, faults, pack, told
from workflow.errors import BadInput, Fault, Faulty
from workflow.messages import sentence


def fault_of(path: Path) -> Fault:
    with pytest.raises(Faulty) as caught:
        read_file(path)
    assert len(caught.value.faults) == 1
    fault = caught.value.faults[0]
    assert fault.where[0] == str(path)
    for language in ("vi", "en"):
        assert "{" not in sentence(fault.code, language, **fault.figures)
        assert sentence(fault.code, language, **fault.figures) != fault.code
    return fault


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert fault_of(tmp_path / "none.toml").code == "pack.no_file"


def test_a_directory(tmp_path: Path) -> None:
    assert fault_of(tmp_path).code == "pack.is_directory"


def test_a_device_is_not_read() -> None:
    assert fault_of(Path("/dev/zero")).code == "pack.no_plain_file"


def test_a_name_that_is_too_long_for_the_system(tmp_path: Path) -> None:
    assert fault_of(tmp_path / ("x" * 300)).code in {"pack.unreadable", "pack.no_file"}


def test_a_file_of_fifty_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.toml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    fault = fault_of(path)
    assert fault.code == "pack.too_large"
    assert fault.figures == {"size": 50_000_000, "largest": LARGEST}


def test_the_largest_file_is_read_and_one_byte_more_is_not() -> None:
    filled = BASE + "#" * (LARGEST - len(BASE.encode()))
    assert len(filled.encode()) == LARGEST
    assert pack(filled).id == "small"
    assert [one.code for one in faults(filled + "#")] == ["pack.too_large"]


@pytest.mark.parametrize("text", ["", "  \n\n", "\ufeff"])
def test_an_empty_file(text: str) -> None:
    assert told(text) == [("pack.empty_file", "pack.toml")]


def test_a_file_of_comments_lacks_its_tables() -> None:
    assert told("# nothing\n") == [("pack.missing_table", "pack.toml")] * 2


def test_text_that_is_not_utf8_names_line_and_byte() -> None:
    data = BASE.encode().replace("Gói nhỏ".encode(), "Gói".encode("cp1258", "replace") + b"\xf3")
    found = faults(data)
    assert [(one.code, one.where) for one in found] == [("pack.not_utf8", ("pack.toml", "line 5"))]
    assert str(found[0].figures["byte"]).startswith("0x")


def test_sixteen_bit_text_is_not_utf8() -> None:
    assert [one.code for one in faults(BASE.encode("utf-16"))] == ["pack.not_utf8"]


def test_a_byte_order_mark_and_windows_line_ends_are_taken() -> None:
    assert pack(b"\xef\xbb\xbf" + BASE.replace("\n", "\r\n").encode()) == pack()


def test_bad_toml_names_line_and_column() -> None:
    fault = faults(BASE.replace("schema = 1", "schema = = 1"))[0]
    assert (fault.code, fault.where) == ("pack.not_toml", ("pack.toml", "line 2"))
    assert (fault.figures["line_number"], fault.figures["column"]) == (2, 10)
    assert fault.figures["reason"]


def test_a_key_given_twice_is_bad_toml() -> None:
    assert [one.code for one in faults(BASE.replace("schema = 1", "schema = 1\nschema = 1"))] == ["pack.not_toml"]


def test_a_number_with_thousands_of_digits_is_bad_toml() -> None:
    assert [one.code for one in faults("x = " + "9" * 5000)] == ["pack.not_toml"]


def test_lists_within_lists_without_end() -> None:
    assert [one.code for one in faults("x = " + "[" * 100_000)] in (["pack.too_deep"], ["pack.not_toml"])


def test_decomposed_vietnamese_is_stored_composed() -> None:
    decomposed = BASE.replace("Gói nhỏ", "Go\u0301i nho\u0309")
    assert pack(decomposed).title.vi == "Gói nhỏ"
    escaped = BASE.replace("Gói nhỏ", "Go\\u0301i nho\\u0309")
    assert pack(escaped).title.vi == "Gói nhỏ"


def test_a_pack_is_found_by_id_or_by_path(tmp_path: Path) -> None:
    assert find("ninh-thuan-2024-11").id == "ninh-thuan-2024-11"
    path = tmp_path / "small.toml"
    path.write_text(BASE, encoding="utf-8")
    assert find(str(path)) == read_text(BASE)


def test_a_pack_that_is_neither_names_those_that_are() -> None:
    with pytest.raises(BadInput) as caught:
        find("ninh-thuan-2024")
    assert caught.value.code == "pack.unknown"
    assert caught.value.figures["nearest"] == "ninh-thuan-2024-11"
    assert "ninh-thuan-2024-11" in sentence(caught.value.code, "vi", **caught.value.figures)


def test_a_path_that_is_not_there_is_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Faulty) as caught:
        find(str(tmp_path / "none.toml"))
    assert caught.value.faults[0].code == "pack.no_file"


def test_every_shipped_pack_is_right() -> None:
    assert "ninh-thuan-2024-11" in [one.id for one in shipped()]


def test_a_parent_beside_the_file_is_found_first(tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(BASE, encoding="utf-8")
    child = BASE.split("[document]")[0].replace('id = "small"', 'id = "child"\nextends = "small"')
    document = "[document]" + BASE.split("[document]")[1].split("[[document.field]]")[0]
    path = tmp_path / "child.toml"
    path.write_text(child + document, encoding="utf-8")
    found = read_file(path)
    assert (found.id, found.extends) == ("child", "small")
    assert found.routes == pack().routes
