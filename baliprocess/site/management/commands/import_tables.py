"""Import CSV tables as one change: all of them or nothing."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from baliprocess.tables import all_tables
from baliprocess.tables.loader import TablesRefused, import_tables


class Command(BaseCommand):
    """Import a folder of tables, or single files named after their tables."""

    help = "Import CSV tables as one change: all of them or nothing. Every error is listed."

    def add_arguments(self, parser):
        """Take the files and what to do with them."""
        parser.add_argument("paths", nargs="+", type=Path, metavar="DIR_or_FILE", help="folders of tables, or files")
        parser.add_argument("--dry-run", action="store_true", help="check everything and change nothing")
        parser.add_argument("--why", default="", help="the reason that history shows")

    def handle(self, *args, paths, dry_run, why, **options):
        """Import the files and say what came of it; exit with an error where anything is refused."""
        try:
            files = [file for path in paths for file in self.files_of(path)]
            name = ", ".join(path.name or str(path.resolve().name) for path in paths)
            result = import_tables(files, why=why or f"Import of {name}", name=name[:255], dry_run=dry_run)
        except TablesRefused as refused:
            for error in refused.errors:
                self.stderr.write(str(error))
            count = len(refused.errors)
            raise CommandError(f"{count} {'error' if count == 1 else 'errors'}. Nothing was imported.") from None
        for table in result.new:
            counts = result.new[table], result.changed[table], result.unchanged[table]
            if any(counts):
                self.stdout.write("{}: {} new, {} changed, {} unchanged".format(table, *counts))
        total = sum(result.new.values()), sum(result.changed.values()), sum(result.unchanged.values())
        done = "Dry run, nothing was written" if dry_run else "Imported"
        self.stdout.write(self.style.SUCCESS("{}: {} new, {} changed, {} unchanged.".format(done, *total)))

    def files_of(self, path):
        """Return the files that a path stands for: a folder's tables, or the file itself."""
        if path.is_dir():
            files = sorted(path.glob("*.csv"))
            if not files:
                raise CommandError(f"{path} holds no table. A table is a file such as {next(iter(all_tables()))}.csv.")
            return files
        if not path.is_file():
            raise CommandError(f"{path} is neither a folder nor a file.")
        return [path]
