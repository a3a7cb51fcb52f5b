"""The one place that reads the environment. `.env.example` documents every name."""

import logging
import os
import secrets
from pathlib import Path
from typing import Literal

from environs import Env

log = logging.getLogger(__name__)
env = Env()
env.read_env(Path.cwd() / ".env", recurse=False)

ROOT = Path(__file__).resolve().parents[3]
Environment = Literal["development", "test", "production"]


class Misconfigured(RuntimeError):
    """The environment lacks something that this start needs, or says something unsafe."""


def environment() -> Environment:
    """Return which of the three set-ups this process runs in."""
    name = env.str("LYCEUM_ENV", "production")
    if name == "development":
        return "development"
    if name == "test":
        return "test"
    if name == "production":
        return "production"
    raise Misconfigured(f"LYCEUM_ENV is {name!r}; it must be development, test or production.")


def data_folder() -> Path:
    """Return the folder for database, media, mail and logs, made if it is missing."""
    folder = Path(env.str("LYCEUM_DATA", str(ROOT / "var"))).resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def generated_secret(folder: Path, name: str) -> str:
    """Return a secret that development made once and keeps in the data folder, mode 600."""
    path = folder / "secrets" / name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if not path.exists():
        # Filled first and then given its name: another process, or a kill, never sees half of it.
        filled = path.with_name(f".{name}-{secrets.token_hex(6)}")
        with os.fdopen(os.open(filled, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(filled, path)
        except FileExistsError:
            log.debug("Another process made the secret %s first.", name)
        filled.unlink()
    return path.read_text().strip()


def minutes_or_off(name: str, default: str) -> int | None:
    """Return a number of minutes; None for `off`."""
    given = env.str(name, default).strip().lower()
    if given == "off":
        return None
    if not given.isdecimal() or int(given) < 1:
        raise Misconfigured(f"{name} is {given!r}; it must be a number of minutes, at least 1, or off.")
    return int(given)


def required(name: str, advice: str = "") -> str:
    """Return a variable that production does not start without.

    advice: what to set, where the name doesn't say it.
    """
    value = env.str(name, "").strip()
    if not value:
        raise Misconfigured(f"{name} is not set. Production needs it; see .env.example. {advice}".rstrip())
    return value
