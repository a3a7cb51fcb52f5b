"""What the routes about one's own account share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from lyceum.accounts.models import User
from lyceum.core.errors import NotAuthenticated


class OwnMixin:
    """Gives a view the person who is signed in, as the row that authentication has read."""

    request: Any

    @property
    def person(self) -> User:
        user = self.request.user
        if not isinstance(user, User):
            raise NotAuthenticated
        return user

    @property
    def person_id(self) -> UUID:
        return self.person.pk
