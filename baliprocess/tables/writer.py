"""Tables out: the same rows give the same bytes, on both engines."""

import csv
import re

from baliprocess.tables import all_tables

CHUNK = 2000


def order_of(code):
    """Return the key by which rows are sorted: code points, with numbers padded so that 2 comes before 10."""
    return re.sub(r"\d+", lambda number: number[0].zfill(10), code), code


def write_table(table, rows, out):
    """Write a header and the rows (a queryset of the table's model) as CSV; return how many."""
    columns = table.columns()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    render = [column.widget.render for column in columns.values()]
    values = sorted(rows.order_by().values_list(*table.value_paths()).iterator(CHUNK), key=lambda row: order_of(row[0]))
    writer.writerows([cell(value) for cell, value in zip(render, row, strict=True)] for row in values)
    return len(values)


def export_tables(folder, *, private=False):
    """Write every table of the record to `<folder>/<table>.csv`; yield (table's name, number of rows).

    UTF-8 without BOM, line feeds, as little quoting as possible. Tables that are never public only with `private`.
    """
    for name, table in all_tables().items():
        if table.is_public or private:
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
                yield name, write_table(table, table.model().objects.all(), out)
