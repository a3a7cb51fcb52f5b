"""The one table of an event's states: which verb leads from where to where."""

from dataclasses import dataclass

from lyceum.core.errors import InvalidState
from lyceum.core.ledger import FactBase
from lyceum.events import facts
from lyceum.events.models.choices import EventStatus as S


@dataclass(frozen=True)
class Transition:
    """What a verb does to the status, and the fact that it publishes."""

    sources: frozenset[str]
    target: str
    fact: type[FactBase]


TRANSITIONS: dict[str, Transition] = {
    "publish": Transition(frozenset({S.DRAFT}), S.PUBLISHED, facts.EventPublished),
    "unpublish": Transition(frozenset({S.PUBLISHED}), S.DRAFT, facts.EventUnpublished),
    "start": Transition(frozenset({S.PUBLISHED}), S.LIVE, facts.EventLive),
    "complete": Transition(frozenset({S.LIVE}), S.COMPLETED, facts.EventCompleted),
    "close": Transition(frozenset({S.COMPLETED}), S.CLOSED, facts.EventClosed),
    "reopen": Transition(frozenset({S.CLOSED}), S.COMPLETED, facts.EventReopened),
    "cancel": Transition(frozenset({S.DRAFT, S.PUBLISHED, S.LIVE}), S.CANCELLED, facts.EventCancelled),
}


def transition_for(verb: str, status: str) -> Transition:
    """Return the transition that this verb makes from this status.

    Raises: InvalidState (409).
    """
    step = TRANSITIONS[verb]
    if status not in step.sources:
        allowed = " or ".join(sorted(step.sources))
        raise InvalidState(
            f"Only an event that is {allowed} can take this step; this one is {status}.", current_status=str(status)
        )
    return step
