"""The settings of the set-up that LYCEUM_ENV names."""

from lyceum.config.env import environment

if environment() == "development":
    from lyceum.config.settings.development import *  # noqa: F403 -- the chosen set-up is the settings
elif environment() == "test":
    from lyceum.config.settings.test import *  # noqa: F403 -- as above
else:
    from lyceum.config.settings.production import *  # noqa: F403 -- as above
