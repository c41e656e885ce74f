"""Settings: read once from the environment, passed on as a value; a secret may come from a file (NAME_FILE)."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workflow.errors import BadInput
from workflow.messages import LANGUAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """How mail leaves. `host` None: it does not; messages wait in the outbox, or go to `spool` as files."""

    host: str | None = None
    port: int = 587
    user: str | None = None
    password: str | None = None
    sender: str = "hoso@localhost"
    security: str = "starttls"
    """"starttls", "tls" or "none"."""
    spool: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the front door needs to know. `database` is a URL or a path, `language` "vi" or "en"."""

    database: str
    language: str
    tenant: str
    mail: Mail
    debug: bool = False
    busy_seconds: float = 30.0
    """How long a command waits for a database that somebody else is writing to."""
    files: Path | None = None
    """The folder of the attachments, where the database is a server; an SQLite file keeps them beside itself."""


def read(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Raises `BadInput` naming the variable that does not make sense."""
    env = os.environ if environ is None else environ
    return Settings(
        database=env.get("HOSO_DB") or str(_home(env) / "hoso.db"),
        language=read_language(env),
        tenant=env.get("HOSO_TENANT", "local"),
        mail=_mail(env),
        debug=env.get("HOSO_DEBUG", "") == "1",
        busy_seconds=_seconds(env, "HOSO_BUSY_SECONDS", 30.0),
        files=Path(env["HOSO_FILES"]) if env.get("HOSO_FILES") else None,
    )


def read_language(environ: Mapping[str, str] | None = None) -> str:
    """The language alone, which is all that a help page needs. Raises `BadInput` as `read`."""
    env = os.environ if environ is None else environ
    language = env.get("HOSO_LANG", "vi")[:2]
    if language not in LANGUAGES:
        raise BadInput("cli.bad_setting", name="HOSO_LANG", value=language, known=list(LANGUAGES))
    return language


def _home(env: Mapping[str, str]) -> Path:
    if env.get("HOSO_HOME"):
        return Path(env["HOSO_HOME"])
    import platformdirs  # noqa: PLC0415  only where nobody said where

    return Path(platformdirs.user_data_dir("hoso", appauthor=False))


def _mail(env: Mapping[str, str]) -> Mail:
    security = env.get("HOSO_SMTP_SECURITY", "starttls")
    if security not in {"starttls", "tls", "none"}:
        known = ["starttls", "tls", "none"]
        raise BadInput("cli.bad_setting", name="HOSO_SMTP_SECURITY", value=security, known=known)
    port = env.get("HOSO_SMTP_PORT", "587")
    if not port.isdecimal() or not 0 < int(port) < 65536:  # noqa: PLR2004  what a port can be
        raise BadInput("cli.bad_setting", name="HOSO_SMTP_PORT", value=port, known=["1-65535"])
    spool = env.get("HOSO_SPOOL")
    return Mail(
        host=env.get("HOSO_SMTP_HOST") or None,
        port=int(port),
        user=env.get("HOSO_SMTP_USER") or None,
        password=_secret(env, "HOSO_SMTP_PASSWORD"),
        sender=env.get("HOSO_SMTP_FROM", "hoso@localhost"),
        security=security,
        spool=Path(spool) if spool else None,
    )


def _seconds(env: Mapping[str, str], name: str, default: float) -> float:
    text = env.get(name)
    if not text:
        return default
    try:
        value = float(text)
    except ValueError as error:
        raise BadInput("cli.bad_setting", name=name, value=text, known=["0-3600"]) from error
    if not 0 <= value <= 3600:  # noqa: PLR2004  NaN is outside too
        raise BadInput("cli.bad_setting", name=name, value=text, known=["0-3600"])
    return value


def _secret(env: Mapping[str, str], name: str) -> str | None:
    file = env.get(f"{name}_FILE")
    if file is None:
        return env.get(name) or None
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadInput("cli.bad_setting", name=f"{name}_FILE", value=file, known=[]) from error
