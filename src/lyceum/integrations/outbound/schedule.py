"""What outbound calls do by themselves: calls are made, answers handed over, old ones let go of."""

from lyceum.core.work.due_work import register_work
from lyceum.core.work.periodic import every
from lyceum.integrations.outbound.services.call import call_due
from lyceum.integrations.outbound.services.hand_over import hand_over_due
from lyceum.integrations.outbound.services.purge import purge_calls

register_work(name="outbound_calls", run=call_due)
register_work(name="outbound_answers", run=hand_over_due)
every(seconds=86_400, name="outbound.purge", run=purge_calls)
