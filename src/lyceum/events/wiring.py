"""What this app registers with those below it when it is ready."""

from lyceum.accounts.ports import register_active_content
from lyceum.events import mails, personal_data, tasks
from lyceum.events.selectors import active_content

__all__ = ["mails", "personal_data", "tasks"]

register_active_content(active_content)
