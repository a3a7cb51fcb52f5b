"""Measure and print: `python -m bench [figure …] [--db sqlite|postgres]`."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from bench import servers

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

FIGURES = ["registrations", "consequences", "webhooks", "public_events", "reads", "certificates", "exports"]


def main() -> int:
    """Return 0 when every figure reaches what is wanted of it."""
    parser = argparse.ArgumentParser(description="Measure the headline figures, each against its floor.")
    parser.add_argument("figures", nargs="*", metavar="figure", help=", ".join(FIGURES))
    parser.add_argument("--db", choices=["sqlite", "postgres"], action="append")
    options = parser.parse_args()
    if unknown := set(options.figures) - set(FIGURES):
        parser.error(f"there is no figure called {', '.join(sorted(unknown))}; choose from {', '.join(FIGURES)}")
    good = True
    with _postgres() as url:
        for kind in options.db or ["postgres", "sqlite"]:
            print(f"\n{kind}", flush=True)
            for name in options.figures or FIGURES:
                good &= _measure(name, kind, url)
    return 0 if good else 1


def _measure(name: str, kind: str, url: str) -> bool:
    module = importlib.import_module(f"bench.figures.{name}")
    good = True
    with servers.fresh_database(kind, url) as database:
        for figure in module.measure(database):
            print("  " + figure.line(), flush=True)
            good &= figure.good
    return good


@contextlib.contextmanager
def _postgres() -> Iterator[str]:
    if url := os.environ.get("DATABASE_URL", ""):
        yield url
        return
    temporary_postgres = importlib.import_module("temporary_postgres")
    with temporary_postgres.temporary_postgres() as url:
        yield url


if __name__ == "__main__":
    sys.exit(main())
