"""Mail: every mail is a row first."""

from lyceum.core.app_config import LyceumAppConfig


class EmailConfig(LyceumAppConfig):
    name = "lyceum.integrations.email"
    label = "email"
