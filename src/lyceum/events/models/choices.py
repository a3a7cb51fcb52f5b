"""The closed sets of words that the events app stores."""

from django.db import models


class EventStatus(models.TextChoices):
    DRAFT = "draft"
    PUBLISHED = "published"
    LIVE = "live"
    COMPLETED = "completed"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Visibility(models.TextChoices):
    PUBLIC = "public"
    UNLISTED = "unlisted"
    PRIVATE = "private"


class EventType(models.TextChoices):
    WORKSHOP = "workshop"
    WEBINAR = "webinar"
    CONFERENCE = "conference"
    MASTERCLASS = "masterclass"
    MEETUP = "meetup"
    TRAINING = "training"
    COURSE = "course"
    LECTURE = "lecture"
    OTHER = "other"


class EventFormat(models.TextChoices):
    """Where people meet."""

    ONLINE = "online"
    IN_PERSON = "in_person"
    HYBRID = "hybrid"


class SessionLayout(models.TextChoices):
    """How the sessions hang together (`event_format` in the JSON)."""

    SINGLE = "single"
    SERIES = "series"
    COURSE = "course"
    CONFERENCE = "conference"


class AttendanceRequirement(models.TextChoices):
    PERCENTAGE_TIME = "percentage_time"
    PERCENTAGE_SESSIONS = "percentage_sessions"
    ALL_SESSIONS = "all_sessions"
    MINIMUM_SESSIONS = "minimum_sessions"


class CheckInScope(models.TextChoices):
    """What one check-in counts for."""

    SESSION = "session"
    EVENT = "event"


class SessionStatus(models.TextChoices):
    SCHEDULED = "scheduled"
    LIVE = "live"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class FieldType(models.TextChoices):
    TEXT = "text"
    TEXTAREA = "textarea"
    SELECT = "select"
    MULTISELECT = "multiselect"
    CHECKBOX = "checkbox"
    RADIO = "radio"
    DATE = "date"
    NUMBER = "number"


class InvitationStatus(models.TextChoices):
    PENDING = "pending"
    SENT = "sent"
    DELIVERED = "delivered"
    OPENED = "opened"
    REGISTERED = "registered"
    BOUNCED = "bounced"


class InvitationSource(models.TextChoices):
    MANUAL = "manual"
    CSV = "csv"
    CONTACT_LIST = "contact_list"


class ReminderType(models.TextChoices):
    BEFORE_24H = "before_24h"
    BEFORE_1H = "before_1h"
    BEFORE_15M = "before_15m"
    CUSTOM = "custom"


class ReminderStatus(models.TextChoices):
    PENDING = "pending"
    SENT = "sent"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
