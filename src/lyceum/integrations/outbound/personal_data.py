"""What calls to vendors hold about people: ids, and what the vendor answered, for a while."""

from lyceum.core.personal_data import about_nobody
from lyceum.integrations.outbound.models import Breaker, OutboundCall

about_nobody("Ids to ask a vendor about and its answer, deleted 90 days after the call was finished.", OutboundCall)
about_nobody("How a vendor is doing.", Breaker)
