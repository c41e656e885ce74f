"""Where packs are found: a file that somebody names, its neighbours, and the packs that come with Hoso."""

from importlib.resources import files
from pathlib import Path

from states.packs.calendar import Corrections, read_corrections
from states.packs.text import LARGEST, one_fault

_SUFFIX = ".toml"
_CALENDAR = "calendar"


def shipped_names() -> tuple[str, ...]:
    """The ids of the packs that come with Hoso, sorted."""
    names = (one.name.removesuffix(_SUFFIX) for one in files("plans").iterdir() if one.name.endswith(_SUFFIX))
    return tuple(sorted(name for name in names if name != _CALENDAR))


def shipped_pack(name: str) -> tuple[bytes, str] | None:
    """The bytes and file name of a pack that comes with Hoso, or None."""
    if name not in shipped_names():
        return None
    file = f"{name}{_SUFFIX}"
    return files("plans").joinpath(file).read_bytes(), f"plans/{file}"


def shipped_corrections() -> Corrections:
    """The corrections of the calendar that come with Hoso."""
    file = f"{_CALENDAR}{_SUFFIX}"
    return read_corrections(files("plans").joinpath(file).read_bytes(), file=f"plans/{file}")


def bytes_of(path: Path) -> bytes:
    """The bytes of the file `path`. Raises `Faulty`: not there, a directory or device, too large, not readable."""
    file = str(path)
    try:
        if path.is_dir():
            raise one_fault(file, "is_directory")
        if not path.exists():
            raise one_fault(file, "no_file")
        if not path.is_file():
            raise one_fault(file, "no_plain_file")
        size = path.stat().st_size
        if size > LARGEST:
            raise one_fault(file, "too_large", size=size, largest=LARGEST)
        return path.read_bytes()
    except OSError as error:
        raise one_fault(file, "unreadable", reason=error.strerror or type(error).__name__) from error


def neighbours(folder: Path, name: str) -> tuple[bytes, str] | None:
    """The pack `name` beside another in `folder`, else the one that comes with Hoso, or None."""
    beside = folder / f"{name}{_SUFFIX}"
    return (bytes_of(beside), str(beside)) if beside.is_file() else shipped_pack(name)
