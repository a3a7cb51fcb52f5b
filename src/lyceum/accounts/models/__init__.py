"""Rows about people and the ways they sign in."""

from lyceum.accounts.models.api_key import ApiKey
from lyceum.accounts.models.email_token import EmailToken
from lyceum.accounts.models.notification_preference import NotificationPreference
from lyceum.accounts.models.second_factor import RecoveryCode, SecondFactor
from lyceum.accounts.models.user import User
from lyceum.accounts.models.user_session import UserSession

__all__ = ["ApiKey", "EmailToken", "NotificationPreference", "RecoveryCode", "SecondFactor", "User", "UserSession"]
