"""What calls to vendors hold about people: ids alone, deleted some time after they are done."""

from lyceum.core.personal_data import about_nobody
from lyceum.integrations.outbound.models import Breaker, OutboundCall

about_nobody("Calls carry ids; whoever performs one reads the person's rows at that moment.", OutboundCall)
about_nobody("How a vendor answers at the moment.", Breaker)
