"""Settings for pytest and mypy, which start without an environment of their own.

Every process of the suite gets a data folder of its own, so that parallel workers never see each other's files.
"""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

os.environ["LYCEUM_ENV"] = "test"
if "pytest" in sys.modules:
    os.environ["LYCEUM_DATA"] = tempfile.mkdtemp(prefix="lyceum-suite-")
    atexit.register(shutil.rmtree, os.environ["LYCEUM_DATA"], ignore_errors=True)
else:
    # mypy ends without running exit handlers, so it gets the same folder every time.
    os.environ["LYCEUM_DATA"] = str(Path(tempfile.gettempdir(), "lyceum-types"))

from lyceum.config.settings import *  # noqa: F403 -- the environment above must come first
