"""Rows found by what people type: a name, another name, an acronym or a code."""

from collections import defaultdict

from django.core.exceptions import ValidationError
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from baliprocess.text import fold


class Named:
    """The rows of one kind by all that they are called; `options` are what a list of suggestions offers."""

    def __init__(self, rows, *, names, also=(), missing=""):
        """Take the rows, the attributes that name them, further (key, name) pairs, and the sentence for no row."""
        self.rows = {row.pk: row for row in rows}
        self.missing = missing
        self.by_name, self.by_code = defaultdict(set), {}
        for row in self.rows.values():
            self.by_code[row.code.lower()] = row
            for name in names:
                self._add(getattr(row, name), row.pk)
        for pk, name in also:
            if pk in self.rows:
                self._add(name, pk)

    def _add(self, name, pk):
        if key := fold(name):
            self.by_name[key].add(pk)

    @property
    def options(self):
        """Return the names to offer, each of which leads to one row."""
        return [self.label(row) for row in self.rows.values()]

    def label(self, row):
        """Return the row's name, with its code where others have the same name."""
        if len(self.by_name[fold(row.name)] - {row.pk}):
            return f"{row.name} ({row.code})"
        return row.name

    def has_code(self, text):
        """Return whether a text is the code of a row."""
        return text.strip().lower() in self.by_code

    def get(self, text):
        """Return the row that is meant, or None; raise ValidationError where more than one may be."""
        text = text.strip()
        found = self.by_name.get(fold(text), set())
        in_brackets = text[text.rfind("(") + 1 : -1].lower() if text.endswith(")") else ""  # as `label` writes it
        if row := self.by_code.get(text.lower()) or (None if found else self.by_code.get(in_brackets)):
            return row
        if len(found) > 1:
            codes = sorted(self.rows[pk].code for pk in found)
            message = _("Several are called “%(name)s”. Write the code of the one that is meant: %(codes)s.")
            raise ValidationError(message % {"name": text, "codes": get_text_list(codes, _("or"))})
        return self.rows[min(found)] if found else None

    def find(self, text):
        """Return the row that is meant; raise ValidationError where none is, or more than one may be."""
        if row := self.get(text):
            return row
        raise ValidationError(self.missing % {"name": text.strip()})
