"""Keep the groups that ship with the software."""

from django.core.management.base import BaseCommand

from baliprocess.groups import sync_groups


class Command(BaseCommand):
    """Give each group exactly its permissions."""

    help = "Make the groups Viewer, Editor, Publisher and Administrator, and give each exactly its permissions."

    def handle(self, *args, verbosity, **options):
        """Make them, and say what each has."""
        for name, count in sync_groups():
            if verbosity:
                self.stdout.write(f"{name}: {count} permissions")
