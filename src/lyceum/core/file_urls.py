"""Mounted at `/` by the project's urls."""

from django.urls import path

from lyceum.core.file_views import serve_file

urlpatterns = [path("files/<str:token>/", serve_file, name="file")]
