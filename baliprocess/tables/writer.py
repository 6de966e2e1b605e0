"""Tables out: the same rows give the same bytes, on both engines."""

import csv
import re

from baliprocess.tables import all_tables

CHUNK = 2000


def order_of(code):
    """Return the key by which rows are sorted: code points, with numbers padded so that 2 comes before 10."""
    return re.sub(r"\d+", lambda number: number[0].zfill(10), code), code


def write_table(rows, columns, paths, out):
    """Write a header and the rows (a queryset), whose values are at the paths, as CSV; return how many."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    render = [column.widget.render for column in columns.values()]
    values = sorted(rows.order_by().values_list(*paths).iterator(CHUNK), key=lambda row: order_of(row[0]))
    writer.writerows([cell(value) for cell, value in zip(render, row, strict=True)] for row in values)
    return len(values)


def export_tables(folder, *, private=False, public=False):
    """Write every table of the record to `<folder>/<table>.csv`; yield (table's name, number of rows).

    UTF-8 without BOM, line feeds, as little quoting as possible. All rows, drafts too, and all columns, internal notes
    too; tables that are never public only with `private`. With `public`, what the public sees and nothing else.
    """
    for name, table in all_tables().items():
        if not table.is_public and not private:
            continue
        rows = table.model().objects.all()
        columns, paths = table.columns(), table.value_paths()
        if public:
            rows, columns, paths = rows.published(), table.public_columns(), table.public_value_paths()
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
            yield name, write_table(rows, columns, paths, out)
