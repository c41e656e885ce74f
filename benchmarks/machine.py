"""What was measured on: everything that a figure depends on and a reader cannot guess."""

import os
import platform
import statistics
import subprocess
import time
from pathlib import Path

from workflow.store.engines import sqlite_driver  # type: ignore[attr-defined]


def described(folder: Path, postgresql: str | None) -> dict[str, str]:
    """This machine, and the disk that `folder` is on."""
    return {
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "system": f"{platform.system()} {platform.release()}, {platform.machine()}",
        "disk": f"{_synced(folder) * 1e6:,.0f} µs for 4 kB and their fsync",
        "python": platform.python_version(),
        "sqlite": sqlite_driver.sqlite_version,
        "postgresql": postgresql or "not measured",
    }


def last_commit_day() -> str:
    """The day of what is measured."""
    line = ["git", "log", "-1", "--format=%cs"]
    return subprocess.run(line, check=True, capture_output=True, text=True, cwd=Path(__file__).parent).stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _synced(folder: Path) -> float:
    """The median of what a commit has to wait for at least, in seconds."""
    took = []
    with (folder / "synced").open("wb", buffering=0) as file:
        for _ in range(50):
            file.write(bytes(4096))
            start = time.perf_counter()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - start)
    return statistics.median(took)
