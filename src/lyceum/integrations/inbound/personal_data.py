"""What deliveries hold about people. Whoever works on a source takes names off with `forget_address`."""

from lyceum.core.personal_data import about_nobody
from lyceum.integrations.inbound.models import InboundDelivery

about_nobody(
    "What vendors sent, deleted after 90 days; `forget_address`, which attendance calls, takes people off at once.",
    InboundDelivery,
)
