"""What the constraints of accounts refuse."""

from functools import partial

from lyceum.accounts.errors import EmailTaken
from lyceum.core.broken_constraints import declare_constraints
from lyceum.core.errors import ChangedMeanwhile, InvalidState, MissingField

CHOICE = "The column takes one of its choices, which every input checks."
RANDOM = "It is made of so much chance that two are never alike."
TOGETHER = "One verb writes these columns, all of them in one statement."
PASSED_OVER = "Django inserts it so that the database passes over what is there already."

declare_constraints(
    refused={
        "accounts_user.email": EmailTaken,
        "user_email_given": partial(MissingField, {"email": ["Please give the email address."]}),
        "user_deleted_is_inactive": partial(InvalidState, "This account was deleted, so it can't be switched on."),
        "notification_preference_once": ChangedMeanwhile,
        "accounts_secondfactor.user_id": ChangedMeanwhile,
    },
    unreachable={
        "accounts_apikey.key_hash": RANDOM,
        "accounts_emailtoken.token_hash": RANDOM,
        "accounts_usersession.refresh_jti": RANDOM,
        "recovery_code_once": RANDOM,
        "email_token_purpose_known": CHOICE,
        "session_end_has_reason": TOGETHER,
        "accounts_user_groups.user_id, accounts_user_groups.group_id": PASSED_OVER,
        "accounts_user_user_permissions.user_id, accounts_user_user_permissions.permission_id": PASSED_OVER,
    },
)
