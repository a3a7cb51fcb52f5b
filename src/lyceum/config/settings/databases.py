"""The two database sizes and their caches: embedded, and PostgreSQL with Redis."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from lyceum.config.env import Misconfigured, env


def databases(folder: Path) -> dict[str, Any]:
    """Return Django's DATABASES for DATABASE_URL, or SQLite in the data folder."""
    url = env.str("DATABASE_URL", "")
    if not url:
        return {"default": _sqlite(str(folder / "lyceum.sqlite3"))}
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {"default": _sqlite(unquote(parts.path) or ":memory:")}
    if parts.scheme in {"postgres", "postgresql"}:
        return {"default": _postgres(url)}
    raise Misconfigured("DATABASE_URL must start with postgres:// or sqlite://.")


def caches(folder: Path) -> dict[str, Any]:
    """Return Django's CACHES: Redis where there is one, else the memory of each process, which no other sees.

    What several processes have to agree on is therefore never kept in the cache alone.
    """
    if url := env.str("REDIS_URL", ""):
        return {
            "default": {
                "BACKEND": "lyceum.core.resilient_cache.ResilientRedisCache",
                "LOCATION": url,
                "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
            }
        }
    return {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 50_000}}}


def _sqlite(name: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 30,
            "transaction_mode": "IMMEDIATE",
            # Without secure_delete, what was erased would stay in the file's free pages.
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA busy_timeout=30000;"
                "PRAGMA temp_store=MEMORY;PRAGMA cache_size=-20000;PRAGMA secure_delete=ON;"
            ),
        },
    }


def _postgres(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "lyceum",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        # libpq's own form for a socket file: postgres://user@/name?host=/run/postgresql
        "HOST": parse_qs(parts.query).get("host", [unquote(parts.hostname or "")])[0],
        "PORT": str(parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE", 16), "timeout": 20},
            "connect_timeout": 5,
        },
    }
