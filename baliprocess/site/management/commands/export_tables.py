"""Export every table of the record as CSV."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from baliprocess.tables.writer import export_tables


class Command(BaseCommand):
    """Write the record as the same tables that `import_tables` takes."""

    help = "Export every table of the record as CSV; the same record gives the same bytes."

    def add_arguments(self, parser):
        """Take the folder."""
        parser.add_argument("folder", type=Path, metavar="DIR", help="where to write; made where it is missing")
        parser.add_argument("--private", action="store_true", help="contacts too, which are never public")

    def handle(self, *args, folder, private, **options):
        """Write the tables and say how many rows each has."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            counts = list(export_tables(folder, private=private))
        except OSError as error:
            raise CommandError(f"{folder} can't be written: {error.strerror}.") from None
        for name, count in counts:
            self.stdout.write(f"{name}: {count}")
        total = sum(count for _name, count in counts)
        self.stdout.write(self.style.SUCCESS(f"{total} rows in {len(counts)} tables."))
