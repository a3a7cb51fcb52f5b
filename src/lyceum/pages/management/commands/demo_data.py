"""Fill an empty development set-up with people and events to try the product with."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from lyceum.accounts.models import User
from lyceum.accounts.services.roles import take_role
from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.events.models import Event
from lyceum.events.services.create_event import create_event
from lyceum.events.services.lifecycle import publish_event
from lyceum.pages.demo_content import ABOUT_ORGANIZER, ACCOUNTS, EVENTS, DemoAccount, event_values
from lyceum.registrations.services.register import register


class Command(BaseCommand):
    """Repeatable: what is there stays. Passwords are made at that moment and kept, mode 600, in the data folder."""

    help = "Makes demo accounts and published events, once for each data folder."

    def handle(self, *_args: Any, **_options: Any) -> None:
        path = Path(settings.LYCEUM_DATA) / "demo-accounts.json"
        known = {row["email"]: row["password"] for row in json.loads(path.read_text())} if path.exists() else {}
        if known and User.objects.filter(email__in=known).count() == len(ACCOUNTS):
            return
        passwords = {account.email: known.get(account.email) or secrets.token_urlsafe(12) for account in ACCOUNTS}
        # Readable before the accounts exist: a kill in between must not leave accounts that nobody can enter.
        _write_private(path, passwords)
        with transaction.atomic():
            people = {account.role: _account(account, passwords[account.email]) for account in ACCOUNTS}
            _programme(people["Organizer"], people["Attendee"])
        self.stdout.write("Made demo accounts and events.")


def _write_private(path: Path, passwords: dict[str, str]) -> None:
    rows = [
        {"role": account.role, "email": account.email, "password": passwords[account.email]} for account in ACCOUNTS
    ]
    filled = path.with_suffix(".part")
    filled.unlink(missing_ok=True)
    with os.fdopen(os.open(filled, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        json.dump(rows, file, indent=2)
    filled.replace(path)


def _account(account: DemoAccount, password: str) -> User:
    user: User | None = User.all_objects.filter(email=account.email).first()
    if user is None:
        user = User(email=account.email, first_name=account.first_name, last_name=account.last_name)
        user.email_verified_at = clock.real_now()
        user.professional_title = account.title
        user.organization_name = account.organization
        user.timezone = "Europe/London"
        user.is_staff = user.is_superuser = account.role == "Admin"
    user.set_password(password)
    user.save()
    return user


def _programme(organizer: User, attendee: User) -> None:
    at = clock.now()
    if not organizer.is_organizer:
        take_role(
            user_id=organizer.pk, role="organizer", actor=Actor.of(organizer), at=at,
            organization_name="Northgate Academy", bio=ABOUT_ORGANIZER, website="https://northgate.example",
        )  # fmt: skip
        organizer.refresh_from_db()
    if Event.all_objects.filter(owner=organizer).exists():
        return
    actor = Actor.of(organizer)
    events = [create_event(values=event_values(event, at=at), actor=actor, at=at) for event in EVENTS]
    for event in events:
        publish_event(event_id=event.pk, actor=actor, at=at)
    register(event_id=events[0].pk, actor=Actor.of(attendee), at=at)
