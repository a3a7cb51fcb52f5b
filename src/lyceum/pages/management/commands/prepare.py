"""Bring a data folder to the state in which the product can run."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

from lyceum.core.files.permissions import close_to_others


class Command(BaseCommand):
    """Close the data folder to others, collect and migrate what is missing, make administrator and demo data."""

    help = "Migrates the database if needed, then ensures the administrator and the demo data."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--stamp", type=Path, help="file that receives the digest once migrations are done")
        parser.add_argument("--digest", default="", help="what to write into it")

    def handle(self, *_args: Any, **options: Any) -> None:
        close_to_others(Path(settings.LYCEUM_DATA))
        if not settings.DEBUG and not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
            # Every page names its files by this list; without it none could be shown.
            call_command("collectstatic", interactive=False, verbosity=0)
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Bringing the database up to date …")
            call_command("migrate", interactive=False, verbosity=0)
        if options["stamp"]:
            options["stamp"].write_text(options["digest"])
        call_command("ensure_admin")
        if settings.DEMO_DATA and settings.LYCEUM_ENV == "development":
            call_command("demo_data")
