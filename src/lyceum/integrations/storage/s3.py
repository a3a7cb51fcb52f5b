"""S3, and whatever speaks its language, with limits on how long a request may wait for it."""

from collections.abc import Iterator
from typing import Any

from botocore.config import Config
from storages.backends.s3 import S3Storage


class S3FileStorage(S3Storage):
    """django-storages' S3 with our time-outs: its own let a request wait for minutes when S3 is out of reach."""

    def get_default_settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = super().get_default_settings()
        retries = {"total_max_attempts": 3}
        return {**settings, "client_config": Config(connect_timeout=5, read_timeout=20, retries=retries)}

    def names(self) -> Iterator[str]:
        """Yield the name of every file in the bucket, a page at a time; `listdir` would gather a whole folder."""
        yield from (found.key for found in self.bucket.objects.all())
