"""Files on a command line: what is refused before a byte of it is read."""

import os
from pathlib import Path

import pytest

from tests.cli.verbs.office import Office


def attach(office: Office, file: Path | str) -> tuple[int, str]:
    answer = office(
        "dossier", "advance", office.ref("SNV-01"), "attach", "--attach", f"report={file}", "--as", "SNV-01"
    )
    assert "Traceback" not in answer.err
    return answer.status, answer.err


def test_a_file_of_two_gigabytes_is_refused_before_it_is_read(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    large = tmp_path / "large.pdf"
    with large.open("wb") as file:
        file.truncate(2 * 1024**3)
    monkeypatch.setattr(Path, "open", lambda *_, **__: pytest.fail("it was opened"))
    status, told = attach(office, large)
    assert status == 2
    assert "large.pdf" in told
    assert "2147483648" in told.replace(".", "")
    assert "attachments" not in office.shown("SNV-01")["marks"]


def test_a_folder_and_a_pipe_are_no_files(office: Office, tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.pdf")
    assert attach(office, tmp_path / "pipe.pdf")[0] == 2
    status, told = attach(office, tmp_path)
    assert (status, str(tmp_path) in told) == (2, True)


@pytest.mark.parametrize("name", ["a\\b.pdf", ".hidden.pdf"])
def test_a_name_that_is_half_a_path_is_refused(office: Office, tmp_path: Path, name: str):
    (tmp_path / name).write_bytes(b"%PDF-1.7 x")
    assert attach(office, tmp_path / name)[0] == 2


def test_bytes_that_are_not_their_type_are_refused(office: Office, tmp_path: Path):
    (tmp_path / "x.docx").write_bytes(b"%PDF-1.7 x")
    status, told = attach(office, tmp_path / "x.docx")
    assert (status, "x.docx" in told) == (2, True)
    assert "attachments" not in office.shown("SNV-01")["marks"]
