"""Files that are handed in: what they are by their bytes, and what is refused at the door."""

import pytest

from tests.files import DOCX, JPG, ODS, ODT, OLE, PDF, PNG, XLSX, ZIP, archive
from workflow.errors import BadInput
from workflow.rulepack import FileType
from workflow.services.attachments import LARGEST, check_size, digests_of
from workflow.services.context import Upload
from workflow.services.filetypes import media_of, type_of, types_of


def upload(name: str, content: bytes = PDF) -> Upload:
    return Upload(kind="report", name=name, content=content)


@pytest.mark.parametrize(
    "content,types",
    [
        (PDF, {"pdf"}),
        (PNG, {"png"}),
        (JPG, {"jpg"}),
        (DOCX, {"docx"}),
        (XLSX, {"xlsx"}),
        (ODT, {"odt"}),
        (ODS, {"ods"}),
        (OLE, {"doc", "xls"}),
        (ZIP, set()),
        (archive("word/document.xml"), set()),
        (b"PK\x03\x04 cut off", set()),
        (DOCX[:-10], set()),
        (b"plain text", set()),
        (b"", set()),
    ],
)
def test_a_file_is_what_its_bytes_say(content: bytes, types: set[str]):
    assert types_of(content) == {FileType(one) for one in types}


@pytest.mark.parametrize(
    "name,content,told",
    [("a.xls", OLE, "xls"), ("a.doc", OLE, "doc"), ("a", OLE, "doc"), ("a.txt", b"x", None), ("a", PDF, "pdf")],
)
def test_an_old_office_file_is_what_its_name_says_of_the_two(name: str, content: bytes, told: str | None):
    assert type_of(name, content) == told


def test_bytes_of_no_type_have_no_media_type_of_their_own():
    assert [media_of(one) for one in (PDF, ZIP, b"x")] == [
        "application/pdf",
        "application/zip",
        "application/octet-stream",
    ]


@pytest.mark.parametrize(
    "name,content",
    [
        ("bản kiểm điểm.pdf", PDF),
        ("KẾT QUẢ.DOCX", DOCX),
        ("ảnh.jpeg", JPG),
        ("bảng.xlsx", XLSX),
        ("cũ.doc", OLE),
        ("văn bản.odt", ODT),
        ("ghi chú.txt", b"x"),
        ("không đuôi", b"x"),
        ("hai..chấm.pdf", PDF),
    ],
)
def test_a_file_that_is_what_its_name_says_is_taken(name: str, content: bytes):
    digests_of([upload(name, content)])


@pytest.mark.parametrize(
    "name,content",
    [
        ("x.pdf", b"MZ\x90\x00"),
        ("x.pdf", DOCX),
        ("x.docx", XLSX),
        ("x.docx", ZIP),
        ("x.docx", PDF),
        ("x.xlsx", b"PK\x03\x04"),
        ("x.odt", ODS),
        ("x.jpg", PNG),
        ("x.doc", DOCX),
        ("x.PDF", b"%PD"),
    ],
)
def test_bytes_that_are_not_what_the_name_says_are_refused(name: str, content: bytes):
    with pytest.raises(BadInput, match="attachment_type"):
        digests_of([upload(name, content)])


@pytest.mark.parametrize(
    "name,content",
    [
        ("x.exe", b"MZ\x90\x00"),
        ("x", b"MZ\x90\x00"),
        ("x.bin", b"\x7fELF\x02"),
        ("x.txt", b"#!/bin/sh\n"),
        ("x.BAT", b"echo"),
        ("x.pdf.js ", b"alert(1)"),
        ("x.jar", ZIP),
    ],
)
def test_a_program_is_no_paper(name: str, content: bytes):
    with pytest.raises(BadInput, match="attachment_program"):
        digests_of([upload(name, content)])


@pytest.mark.parametrize("name", ["bat", "x.exe.txt", "comment.text"])
def test_what_only_sounds_like_a_program_is_taken(name: str):
    digests_of([upload(name, b"echo")])


@pytest.mark.parametrize(
    "name", ["../x.pdf", "a/b.pdf", "a\\b.pdf", "x\0.pdf", ".pdf", "..", ".hidden.pdf", " .x.pdf", "", " ", "a\nb.pdf"]
)
def test_a_path_in_a_file_name_is_refused(name: str):
    with pytest.raises(BadInput, match="attachment_path"):
        digests_of([upload(name)])


@pytest.mark.parametrize("size", [1, LARGEST])
def test_a_file_of_any_size_up_to_the_largest_is_taken(size: int):
    check_size("x.pdf", size)


@pytest.mark.parametrize("size", [0, LARGEST + 1])
def test_an_empty_or_enormous_file_is_refused(size: int):
    with pytest.raises(BadInput, match="bad_attachment"):
        check_size("x.pdf", size)
