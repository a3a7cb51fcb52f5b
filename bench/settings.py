"""The product as the bench serves it: production, plain HTTP, no wake-ups to a worker that isn't there."""

from lyceum.config.settings import *  # noqa: F403 -- the product's own settings

WORK_MODE = "inline"
