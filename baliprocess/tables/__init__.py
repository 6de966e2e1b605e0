"""Declared tables: what of a model goes in and out as CSV, under which column names.

Each model has one table, a django-import-export resource in its app's `resources.py`. It names its columns once; types,
help, allowed values and what may be left out come from the model's fields. Everything else reads the declaration: the
loader, the writer, and the pages and files that later describe the tables.
"""

import re
from functools import cache

from django.apps import apps
from django.db import models
from django.db.backends.base.operations import BaseDatabaseOperations
from django.utils.module_loading import autodiscover_modules
from import_export import fields, resources

from baliprocess.records import public_text
from baliprocess.tables.cells import WIDGETS, NumberCell, TextCell

RECORD_FIRST = ("code", "record_state", "withdrawn_reason")
RECORD_LAST = ("source", "locator", "verified_on", "note", "internal_note")
PART_LAST = ("source", "locator", "note")


def record_columns(*names):
    """Return the columns of a record's table: what all records have around those of its own."""
    return [*RECORD_FIRST, *names, *RECORD_LAST]


def part_columns(*names):
    """Return the columns of a part's table: what all parts have around those of its own."""
    return ["code", *names, *PART_LAST]


class Column(fields.Field):
    """One column: the model's field it stands for is `model_field`."""

    model_field = None

    @property
    def is_code(self):
        """Return whether the cell names a row of another table."""
        return isinstance(self.model_field, models.ForeignKey)

    @property
    def help(self):
        """Return what staff read about the column."""
        return self.model_field.help_text

    @property
    def allowed(self):
        """Return the values that a cell may have, or [] where any will do."""
        return [value for value, _label in self.model_field.choices or []]

    @property
    def is_public(self):
        """Return whether the column goes into public files."""
        return self.model_field.name != "internal_note"


class Table(resources.ModelResource):
    """The base of the declared tables. A subclass names its model and its columns."""

    DEFAULT_RESOURCE_FIELD = Column

    # Whether the table goes into public files, and out with `export_tables` unless it is asked for.
    is_public = True

    class Meta:
        import_id_fields = ["code"]
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True
        use_transactions = True

    @classmethod
    def widget_from_django_field(cls, f, default=TextCell):
        """Return the cell type for a model's field."""
        return WIDGETS.get(type(f).__name__, default)

    @classmethod
    def widget_kwargs_for_field(cls, field_name, django_field):
        """Return no arguments: our cells need none."""
        return {}

    @classmethod
    def field_from_django_field(cls, field_name, django_field, readonly):
        """Return the column for a model's field."""
        column = Column(
            attribute=field_name,
            column_name=field_name,
            widget=cls.widget_from_django_field(django_field)(),
            readonly=readonly,
        )
        column.model_field = django_field
        if isinstance(column.widget, NumberCell):
            column.widget.limits = BaseDatabaseOperations.integer_field_ranges[type(django_field).__name__]
        return column

    @classmethod
    def model(cls):
        """Return the model."""
        return cls._meta.model

    @classmethod
    def name(cls):
        """Return the table's name, which is its file's too: `participant_names`."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", plural(cls._meta.model.__name__)).lower()

    @classmethod
    def columns(cls):
        """Return {name: column} in the order in which the files have them."""
        return {name: cls.fields[name] for name in cls._meta.fields}

    @classmethod
    def value_paths(cls):
        """Return, column by column, where the value comes from in a query: the code of a row that is named."""
        return [f"{name}__code" if column.is_code else name for name, column in cls.columns().items()]

    @classmethod
    def public_columns(cls):
        """Return those of the columns that go into public files."""
        return {name: column for name, column in cls.columns().items() if column.is_public}

    @classmethod
    def public_value_paths(cls):
        """Return the same for the public columns: '' for a row that is not public, and for where in such a source."""
        return [cls._public_value(name, column) for name, column in cls.public_columns().items()]

    @classmethod
    def _public_value(cls, name, column):
        if column.is_code:
            return public_text(column.model_field.related_model, name, "code")
        if name == "locator":
            source = cls.columns()["source"].model_field.related_model
            shown = models.Q(source__isnull=True) | source.published_condition("source__")
            return models.Case(models.When(shown, then=models.F(name)), default=models.Value(""))
        return models.F(name)


_PLURALS = {"Person": "People"}


def plural(name):
    """Return the English plural of a model's name."""
    if name in _PLURALS:
        return _PLURALS[name]
    if name.endswith("y"):
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith(("s", "x")) else f"{name}s"


@cache
def all_tables():
    """Return {name: table} of every table of the apps, those first to which others refer."""
    autodiscover_modules("resources")
    tables = {table._meta.model: table for table in _leaves(Table)}
    ordered = []

    def place(model, waiting=()):
        if model in ordered or model not in tables or model in waiting:
            return
        for field in model._meta.concrete_fields:
            if field.remote_field:
                place(field.related_model, (*waiting, model))
        ordered.append(model)

    for model in apps.get_models():
        place(model)
    # What names a record by kind and code comes last: it may name any of the others.
    ordered.sort(key=lambda model: hasattr(model, "models_by_kind"))
    return {tables[model].name(): tables[model] for model in ordered}


def _leaves(table):
    for subclass in table.__subclasses__():
        if subclass._meta.model:
            yield subclass
        yield from _leaves(subclass)
