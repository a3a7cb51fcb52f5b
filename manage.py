#!/usr/bin/env python
"""Django's command line for Lyceum."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "src"))

from django.core.management import execute_from_command_line

from lyceum.core.files.permissions import write_privately

if __name__ == "__main__":
    write_privately()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lyceum.config.settings")
    execute_from_command_line(sys.argv)
