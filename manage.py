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
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
