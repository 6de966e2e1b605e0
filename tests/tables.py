"""Files of tables for tests."""

import csv
import io
from pathlib import Path

from django.conf import settings

FIXTURES = Path(settings.BASE_DIR) / "fixtures"


def csv_of(header, *rows):
    """Return a table as CSV: the header as one text with spaces between the names, the rows as lists."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header.split())
    writer.writerows(rows)
    return out.getvalue()


def write_files(folder, files):
    """Write {table's name: text or bytes} to a folder; return the paths."""
    paths = []
    for name, content in files.items():
        path = Path(folder) / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        paths.append(path)
    return paths


def bytes_of(folder):
    """Return {file's name: bytes} of a folder's tables."""
    return {path.name: path.read_bytes() for path in sorted(Path(folder).glob("*.csv"))}
