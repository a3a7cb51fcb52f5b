"""Where files are kept: the data folder, S3 or Google Cloud Storage."""

from typing import Any

from lyceum.config.env import Misconfigured, data_folder, env, required

_SPOOL_BYTES = 2 * 1024 * 1024


def storages() -> dict[str, Any]:
    """Return Django's STORAGES for STORAGE_BACKEND (local, s3 or gcs)."""
    return {
        "default": _default(env.str("STORAGE_BACKEND", "local")),
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }


def _default(kind: str) -> dict[str, Any]:
    if kind == "local":
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {
                "location": data_folder() / "media",
                "file_permissions_mode": 0o600,
                "directory_permissions_mode": 0o700,
            },
        }
    if kind == "s3":
        return {
            "BACKEND": "lyceum.integrations.storage.s3.S3FileStorage",
            "OPTIONS": {
                "bucket_name": required("AWS_STORAGE_BUCKET_NAME"),
                "access_key": env.str("AWS_ACCESS_KEY_ID", None),
                "secret_key": env.str("AWS_SECRET_ACCESS_KEY", None),
                "endpoint_url": env.str("AWS_S3_ENDPOINT_URL", None),
                "default_acl": None,
                "file_overwrite": False,
                # A download larger than this goes through a temporary file instead of memory.
                "max_memory_size": _SPOOL_BYTES,
            },
        }
    if kind == "gcs":
        return {
            "BACKEND": "storages.backends.gcloud.GoogleCloudStorage",
            "OPTIONS": {
                "bucket_name": required("GCS_BUCKET_NAME"),
                "file_overwrite": False,
                "blob_chunk_size": 1024 * 1024,
                "max_memory_size": _SPOOL_BYTES,
            },
        }
    raise Misconfigured("STORAGE_BACKEND must be local, s3 or gcs.")
