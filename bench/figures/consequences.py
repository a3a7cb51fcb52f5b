"""What follows a registration (its facts delivered, its mail sent): as fast as sending the mail alone allows?"""

from __future__ import annotations

import time
from itertools import count

from bench import load, servers
from bench.figures.registrations import rate_of
from bench.report import Figure, alternate

PEOPLE = 600
FEWEST, MOST = 3, 5
FLOOR_SECONDS = 10
_NUMBERS = count()


def measure(database: servers.Database) -> list[Figure]:
    """Return a worker's rate against its floor, that of two workers, and what a worker takes from the web."""
    with servers.mail_server() as mail:
        figures = [_against_bare_mail(database, mail), _two_workers(database, mail)]
        # SQLite has one writer, for whom the worker and the web wait in turn: there the whole is measured.
        return [*figures, _beside(database, mail)] if database.kind == "postgres" else [*figures, *_embedded()]


def _against_bare_mail(database: servers.Database, mail: servers.MailServer) -> Figure:
    one, bare, spread = alternate(
        lambda: _rate(database, mail, cores=[0]), lambda: _floor(database, mail), fewest=FEWEST, most=MOST
    )
    return Figure("consequences, against the bare mail", one, bare, "/s", 0.50, spread=spread)


def _two_workers(database: servers.Database, mail: servers.MailServer) -> Figure:
    two, one, spread = alternate(
        lambda: _rate(database, mail, cores=[0, 1]),
        lambda: _rate(database, mail, cores=[0]),
        fewest=FEWEST,
        most=MOST,
    )
    return Figure("consequences with two workers, against one", two, one, "/s", 1.7, spread=spread)


def _beside(database: servers.Database, mail: servers.MailServer) -> Figure:
    """Registering while a worker mails those who have registered, against the same with no worker."""

    def with_worker() -> float:
        with servers.work(database, mail, cores=[0]):
            return rate_of(database, "beside", next(_NUMBERS))

    beside, alone, spread = alternate(
        with_worker, lambda: rate_of(database, "alone", next(_NUMBERS)), fewest=FEWEST, most=MOST
    )
    return Figure("registrations while a worker works, against none", beside, alone, "/s", 0.85, spread=spread)


def _embedded() -> list[Figure]:
    """500 people register by 8 connections with what `make run` starts; then the last mail is waited for."""
    with servers.embedded() as (port, folder, database):
        event = servers.seed(database, "hot_event", "0", "0")["event"]
        path = f"/api/v1/public/events/{event}/register/"
        crowd = [{"email": f"p{number}@bench.example", "name": f"Person {number}"} for number in range(500)]
        begun = time.monotonic()
        result = load.run(load.post_json(path, crowd, port=port), port=port, clients=8)
        if set(result.statuses) != {201}:
            raise SystemExit(f"Registering answered {dict(result.statuses)}.")
        # And the note to the organizer.
        while len(list((folder / "mail").glob("*.eml"))) < 501:
            if time.monotonic() - begun > 300:
                raise SystemExit("The mails haven't come in five minutes.")
            time.sleep(0.05)
        seconds = time.monotonic() - begun
    return [
        Figure("embedded: 500 people register, against the rate wanted", result.rate, 60, "/s", 1.0),
        Figure("embedded: until their last mail lies there", seconds, 10, "s", 1.0, at_most=True),
    ]


def _rate(database: servers.Database, mail: servers.MailServer, *, cores: list[int]) -> float:
    event, name = str(servers.seed(database, "hot_event", "0", "0")["event"]), f"crowd{next(_NUMBERS)}-"
    with servers.work(database, mail, cores=cores):
        # A few first, so that what is measured begins with workers that have started.
        mail.arrivals.clear()
        servers.seed(database, "crowd", event, "20", f"{name}first")
        servers.seed(database, "begin")
        mail.wait_for(20, seconds=60)
        servers.seed(database, "crowd", event, str(PEOPLE), name)
        mail.arrivals.clear()
        let_go = str(servers.seed(database, "begin")["begun"])
        mail.wait_for(PEOPLE, seconds=600)
    # Nobody wakes the workers here as a registration does; until they look by themselves isn't their rate.
    begun = float(str(servers.seed(database, "first_begun", let_go)["begun"]))
    return PEOPLE / (mail.arrivals[PEOPLE - 1] - begun)


def _floor(database: servers.Database, mail: servers.MailServer) -> float:
    event = str(servers.seed(database, "hot_event", "0", "0")["event"])
    servers.seed(database, "crowd", event, "50", f"floor{next(_NUMBERS)}-")
    found = servers.ask(database, "bench.floor.mails", event, str(FLOOR_SECONDS), **mail.environment)
    return float(str(found["rate"]))
