"""Settings for pytest and mypy, which start without an environment of their own.

Every process of the suite gets a data folder of its own, so that parallel workers never see each other's files.
"""

import atexit
import os
import shutil
import tempfile

os.environ["LYCEUM_ENV"] = "test"
os.environ["LYCEUM_DATA"] = tempfile.mkdtemp(prefix="lyceum-suite-")

from lyceum.config.settings import *  # noqa: F403 -- the environment above must come first

atexit.register(shutil.rmtree, os.environ["LYCEUM_DATA"], ignore_errors=True)
