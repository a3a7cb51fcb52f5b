"""Routes below /api/v1/."""

from typing import Any

from django.urls import URLPattern, URLResolver, path

from lyceum.events.api.views.custom_fields import CustomFieldViewSet
from lyceum.events.api.views.events import EventImageViewSet, EventLogsViewSet, EventViewSet
from lyceum.events.api.views.invitations import InvitationViewSet
from lyceum.events.api.views.public import EventCalendarView, OrganizerCalendarView, PublicEventViewSet
from lyceum.events.api.views.reminders import ReminderViewSet
from lyceum.events.api.views.sessions import SessionViewSet
from lyceum.events.api.views.ticket_types import TicketTypeViewSet
from lyceum.events.api.views.transitions import EventStepsViewSet

Actions = dict[str, Any]
LIST: Actions = {"get": "list", "post": "create"}
FIXED: Actions = {"get": "retrieve", "delete": "destroy"}
DETAIL: Actions = {**FIXED, "put": "update", "patch": "partial_update"}
OWN = "events/<str:event_uuid>/"
STEPS = ("publish", "unpublish", "start", "complete", "close", "reopen", "cancel")

events = [
    path("events/", EventViewSet.as_view(LIST)),
    path("events/export/", EventViewSet.as_view({"get": "export"})),
    path("events/<str:uuid>/", EventViewSet.as_view(DETAIL)),
    path("events/<str:uuid>/restore/", EventViewSet.as_view({"post": "restore"})),
    path("events/<str:uuid>/duplicate/", EventViewSet.as_view({"post": "duplicate"})),
    path("events/<str:uuid>/upload-image/", EventImageViewSet.as_view({"post": "upload", "delete": "remove"})),
    path("events/<str:uuid>/status-history/", EventLogsViewSet.as_view({"get": "status_history"})),
    path("events/<str:uuid>/emails/", EventLogsViewSet.as_view({"get": "emails"})),
    *(path(f"events/<str:uuid>/{step}/", EventStepsViewSet.as_view({"post": step})) for step in STEPS),
]
nested = [
    path(OWN + "sessions/", SessionViewSet.as_view(LIST)),
    path(OWN + "sessions/reorder/", SessionViewSet.as_view({"post": "reorder"})),
    path(OWN + "sessions/<str:uuid>/", SessionViewSet.as_view(DETAIL)),
    *(
        path(OWN + f"sessions/<str:uuid>/{step}/", SessionViewSet.as_view({"post": step}))
        for step in ("start", "complete", "cancel")
    ),
    path(OWN + "ticket-types/", TicketTypeViewSet.as_view(LIST)),
    path(OWN + "ticket-types/<str:uuid>/", TicketTypeViewSet.as_view(DETAIL)),
    path(OWN + "custom-fields/", CustomFieldViewSet.as_view(LIST)),
    path(OWN + "custom-fields/reorder/", CustomFieldViewSet.as_view({"post": "reorder"})),
    path(OWN + "custom-fields/<str:uuid>/", CustomFieldViewSet.as_view(DETAIL)),
    path(OWN + "invitations/", InvitationViewSet.as_view(LIST)),
    path(OWN + "invitations/send-all/", InvitationViewSet.as_view({"post": "send_all"})),
    path(OWN + "invitations/<str:uuid>/", InvitationViewSet.as_view(FIXED)),
    path(OWN + "invitations/<str:uuid>/send/", InvitationViewSet.as_view({"post": "send"})),
    path(OWN + "reminders/", ReminderViewSet.as_view(LIST)),
    path(OWN + "reminders/<str:uuid>/", ReminderViewSet.as_view(FIXED)),
]
public = [
    path("public/events/", PublicEventViewSet.as_view({"get": "list"})),
    path("public/events/by-slug/<str:key>/", PublicEventViewSet.as_view({"get": "retrieve_by_slug"})),
    path("public/events/<str:key>/", PublicEventViewSet.as_view({"get": "retrieve"})),
    path("public/events/<str:key>/calendar.ics", EventCalendarView.as_view()),
    path("public/organizers/<str:uuid>/calendar.ics", OrganizerCalendarView.as_view()),
]
urlpatterns: list[URLPattern | URLResolver] = [*events, *nested, *public]
