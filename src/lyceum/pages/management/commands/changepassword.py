"""`manage.py changepassword`: Django's own, and everything that was opened with the old password ends."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.management.commands import changepassword
from django.db import transaction

from lyceum.accounts.models import User, UserSession
from lyceum.accounts.services.end_access import end_access
from lyceum.accounts.services.locking import lock_user
from lyceum.core import clock
from lyceum.core.actors import Actor


class Command(changepassword.Command):
    """Sets a password at the terminal, for an operator whose mail doesn't work."""

    help = "Change the password of an account; its sessions, API keys and mailed links end."

    def handle(self, *args: Any, **options: Any) -> str | None:
        # Not in one transaction: on SQLite everybody else's writing would wait until the operator has typed it.
        done = super().handle(*args, **options)
        user = User.objects.get_by_natural_key(options["username"])
        with transaction.atomic():
            end_access(
                lock_user(user.pk),
                keep_session=None,
                reason=UserSession.EndReason.PASSWORD,
                actor=Actor.system(),
                at=clock.real_now(),
            )
        return done
