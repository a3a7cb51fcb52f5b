"""The pages of registrations."""

from django.urls import URLPattern, URLResolver, path

from lyceum.registrations.web.views.event import EventPage, RegisteredPage
from lyceum.registrations.web.views.guest_name import GuestNamePage
from lyceum.registrations.web.views.own_registrations import GuestCancelPage, GuestPage, OwnCancelPage

urlpatterns: list[URLPattern | URLResolver] = [
    path("events/<str:slug>/", EventPage.as_view(), name="event"),
    path("events/<str:slug>/registered/", RegisteredPage.as_view(), name="registered"),
    path("r/<str:token>/", GuestPage.as_view(), name="guest-registration"),
    path("r/<str:key>/cancel/", GuestCancelPage.as_view(), name="guest-cancel"),
    path("r/<str:key>/name/", GuestNamePage.as_view(), name="guest-name"),
    path("account/registrations/<str:key>/cancel/", OwnCancelPage.as_view(), name="own-cancel"),
]
