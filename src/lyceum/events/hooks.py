"""What events contributes to the apps below."""

from lyceum.accounts.ports import register_active_content
from lyceum.events.selectors import active_content

register_active_content(active_content)
