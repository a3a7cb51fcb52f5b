from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "lyceum.pages"
    label = "pages"
