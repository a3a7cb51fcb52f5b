"""The ledger: facts that commit with the change they tell of, and the reactions they owe."""

from lyceum.core.ledger.facts import FactBase
from lyceum.core.ledger.publishing import publish, publish_many
from lyceum.core.ledger.reactions import reaction
from lyceum.core.work.due_work import drain

__all__ = ["FactBase", "drain", "publish", "publish_many", "reaction"]
