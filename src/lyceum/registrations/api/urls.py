"""Addresses of registrations below /api/v1/."""

from django.urls import path

from lyceum.registrations.api.views.my_events import MyEventsView
from lyceum.registrations.api.views.organizer import EventAttendeesView, EventRegistrationViewSet, EventStatisticsView
from lyceum.registrations.api.views.own import MyRegistrationViewSet
from lyceum.registrations.api.views.public import GuestCancelView, GuestRegistrationView, RegisterView
from lyceum.registrations.attendance.api.urls import urlpatterns as attendance_urlpatterns

_EVENT = "events/<str:event_uuid>/"
_ROWS = f"{_EVENT}registrations/"
_ROW = f"{_ROWS}<str:uuid>/"
_MINE = "users/me/registrations/"
_registration = EventRegistrationViewSet.as_view

urlpatterns = [
    path("public/events/<str:event_uuid>/register/", RegisterView.as_view()),
    path("public/registrations/<str:token>/", GuestRegistrationView.as_view()),
    path("public/registrations/<str:token>/cancel/", GuestCancelView.as_view()),
    path("users/me/events/", MyEventsView.as_view()),
    path(_MINE, MyRegistrationViewSet.as_view({"get": "list"})),
    path(f"{_MINE}<str:uuid>/", MyRegistrationViewSet.as_view({"get": "retrieve", "patch": "partial_update"})),
    path(f"{_MINE}<str:uuid>/cancel/", MyRegistrationViewSet.as_view({"post": "cancel"})),
    path(f"{_MINE}<str:uuid>/waitlist-position/", MyRegistrationViewSet.as_view({"get": "waitlist_position"})),
    path(f"{_EVENT}attendees/", EventAttendeesView.as_view({"get": "list"})),
    path(f"{_EVENT}statistics/", EventStatisticsView.as_view()),
    # Words before ids: both stand at the same place of a path.
    *attendance_urlpatterns,
    path(_ROWS, _registration({"get": "list", "post": "create"})),
    path(f"{_ROWS}waitlist/", _registration({"get": "waitlist"})),
    path(f"{_ROWS}promote-next/", _registration({"post": "promote_next"})),
    path(f"{_ROWS}summary/", _registration({"get": "summary"})),
    path(f"{_ROWS}export/", _registration({"get": "export"})),
    path(_ROW, _registration({"get": "retrieve", "patch": "partial_update", "delete": "destroy"})),
    path(f"{_ROW}cancel/", _registration({"post": "cancel"})),
    path(f"{_ROW}promote/", _registration({"post": "promote"})),
    path(f"{_ROW}no-show/", _registration({"post": "no_show"})),
]
