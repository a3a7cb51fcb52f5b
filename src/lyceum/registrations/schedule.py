"""What registrations do by themselves: holds run out, seats are filled, counters are compared, links run out."""

from datetime import datetime, timedelta

from lyceum.core.clock import real_now
from lyceum.core.work.schedules import DueWork, Periodic
from lyceum.registrations.models import GuestLink
from lyceum.registrations.services.holds import release_due_holds
from lyceum.registrations.services.link_to_account import link_forgotten_rows
from lyceum.registrations.services.promote import promote_where_seats_are_free
from lyceum.registrations.services.recount import recount_events


def purge_guest_links(at: datetime) -> int:
    """Remove links that have run out; they live on the real clock."""
    return GuestLink.objects.filter(expires_at__lt=real_now()).delete()[0]


def link_forgotten(at: datetime) -> int:
    """Link what `EmailVerified` came too early for."""
    return link_forgotten_rows(at=at)


SCHEDULE = [
    DueWork(
        name="registrations.holds",
        run=release_due_holds,
        says="Releases the seats whose holds have run out unpaid.",
    ),
    Periodic(
        name="registrations.promote",
        every=timedelta(minutes=5),
        run=promote_where_seats_are_free,
        says="Fills free seats from the waiting list, after a change of settings or a fault.",
    ),
    Periodic(
        name="registrations.recount",
        every=timedelta(days=1),
        run=recount_events,
        says="Compares every event's counters of seats with its rows and corrects them.",
    ),
    Periodic(
        name="registrations.purge_guest_links",
        every=timedelta(days=1),
        run=purge_guest_links,
        says="Removes guests' links that have run out.",
    ),
    Periodic(
        name="registrations.link_forgotten",
        every=timedelta(hours=1),
        run=link_forgotten,
        says="Links guests' registrations to accounts whose address was verified at the same moment.",
    ),
]
