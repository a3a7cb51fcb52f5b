"""Pages: home, base templates, the admin's own look, demonstration data."""

from lyceum.core.app_config import LyceumAppConfig


class PagesConfig(LyceumAppConfig):
    name = "lyceum.pages"
    label = "pages"
