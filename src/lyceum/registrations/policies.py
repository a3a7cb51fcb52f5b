"""Who may do what with a registration, beside the managers of its event (`events.policies`)."""

from lyceum.core.actors import Actor
from lyceum.registrations.models import Registration


def may_act_as_attendee(actor: Actor, registration: Registration) -> bool:
    """Say whether the registration is the actor's: by account, or by a link that was mailed to its address."""
    if actor.is_user:
        return registration.user_id == actor.user_id
    return actor.kind == "guest" and actor.email == registration.email
