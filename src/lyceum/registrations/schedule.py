"""What registrations does by itself: holds that run out, counters against rows, forgotten links, links that ran out."""

from datetime import datetime

from lyceum.core.clock import real_now
from lyceum.core.work.due_work import register_work
from lyceum.core.work.periodic import every
from lyceum.registrations.models import GuestLink
from lyceum.registrations.services.holds import release_due_holds
from lyceum.registrations.services.link import link_forgotten_rows
from lyceum.registrations.services.promote import promote_where_seats_are_free
from lyceum.registrations.services.recount import recount_open_events

DAY = 24 * 3600


def purge_guest_links(at: datetime) -> int:
    """Remove links that have run out; they live on the real clock."""
    return GuestLink.objects.filter(expires_at__lt=real_now()).delete()[0]


def link_forgotten(at: datetime) -> int:
    """Link what `EmailVerified` came too early for."""
    return link_forgotten_rows()


register_work(name="registrations.holds", run=release_due_holds)
every(seconds=300, name="registrations.promote", run=promote_where_seats_are_free)
every(seconds=DAY, name="registrations.recount", run=recount_open_events)
every(seconds=DAY, name="registrations.purge_guest_links", run=purge_guest_links)
every(seconds=3600, name="registrations.link_forgotten", run=link_forgotten)
