"""The base of every page: view, actor, forms, refusals. Templates live in the pages app and are named, not imported."""

from lyceum.core.http.refusals import refusal_page
from lyceum.core.web.forms import PageForm
from lyceum.core.web.views import PageView

__all__ = ["PageForm", "PageView", "refusal_page"]
