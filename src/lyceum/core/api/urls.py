"""Core's own routes: jobs."""

from django.urls import path

from lyceum.core.api.jobs import JobView

urlpatterns = [path("jobs/<str:uuid>/", JobView.as_view(), name="job")]
