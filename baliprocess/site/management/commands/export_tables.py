"""Export every table of the record as CSV."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from baliprocess.tables.writer import export_tables


class Command(BaseCommand):
    """Write the record as the same tables that `import_tables` takes."""

    help = (
        "Export every table of the record as CSV; the same record gives the same bytes. Drafts, withdrawn records and "
        "internal notes are in them, so keep them as safe as the database; --public leaves all of that out."
    )

    def add_arguments(self, parser):
        """Take the folder."""
        parser.add_argument("folder", type=Path, metavar="DIR", help="where to write; made where it is missing")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--private", action="store_true", help="contacts too, which are never public")
        which.add_argument("--public", action="store_true", help="what the public sees, and nothing else")

    def handle(self, *args, folder, private, public, **options):
        """Write the tables and say how many rows each has."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            counts = list(export_tables(folder, private=private, public=public))
        except OSError as error:
            raise CommandError(f"{folder} can't be written: {error.strerror}.") from None
        for name, count in counts:
            self.stdout.write(f"{name}: {count}")
        total = sum(count for _name, count in counts)
        self.stdout.write(self.style.SUCCESS(f"{total} rows in {len(counts)} tables."))
        if not public:
            self.stdout.write("Drafts and internal notes are in them: they are not for the public.")
