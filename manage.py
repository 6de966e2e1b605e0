#!/usr/bin/env python
"""Run a management command of the project."""

import os
import sys


def main():
    """Hand the command line to Django; `quickstart` first makes what the settings need."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "baliprocess.settings")
    if sys.argv[1:2] == ["quickstart"]:
        from baliprocess.quickstart import prepare

        prepare(sys.argv[2:])
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(f"The settings can't be used: {error}")


if __name__ == "__main__":
    main()
