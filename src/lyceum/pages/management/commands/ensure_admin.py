"""Make the administrator that ADMIN_EMAIL and ADMIN_PASSWORD name, if there is none with that address."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import IntegrityError, transaction

from lyceum.accounts.models import User


class Command(BaseCommand):
    """An account that is there already keeps its password: this is for the first start, not for resets."""

    help = "Makes the administrator named by ADMIN_EMAIL and ADMIN_PASSWORD, if missing."

    def handle(self, *_args: Any, **_options: Any) -> None:
        email, password = settings.ADMIN_EMAIL.strip().lower(), settings.ADMIN_PASSWORD
        if not email or not password or User.all_objects.filter(email=email).exists():
            return
        try:
            with transaction.atomic():
                User.objects.create_superuser(email, password, first_name="Administrator")
        except IntegrityError:
            # Two machines started at the same moment, and the other was first.
            return
        self.stdout.write("Made the administrator that ADMIN_EMAIL names.")
