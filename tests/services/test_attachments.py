"""Files that are refused at the door: nothing of the command is done."""

import pytest

from tests.files import PDF
from tests.season import Play, done
from workflow.errors import BadInput
from workflow.services.context import Upload


def upload(name: str, content: bytes = PDF) -> Upload:
    return Upload(kind="report", name=name, content=content)


@pytest.mark.parametrize("bad", [upload("x.pdf", b"MZ"), upload("../x.pdf"), upload("x.pdf", b"")])
def test_one_bad_file_stops_the_whole_command_and_nothing_is_half_written(six: Play, bad: Upload):
    before = six.table("history"), six.table("attachment"), six.table("secret")
    with pytest.raises(BadInput):
        six.do("attach", "SNV-02", uploads=(upload("x.pdf"), bad))
    with pytest.raises(BadInput):
        six.do("self_review", "SNV-02", rank="good", uploads=(bad,))
    assert (six.table("history"), six.table("attachment"), six.table("secret")) == before
    assert not list(six.folder.rglob(".*.part"))
    done(six.do("attach", "SNV-02", uploads=(upload("x.pdf"),)))
