"""What of a model's rows is searched. Each model says so itself, in its `searched`.

A column is named as in a query: `name`, or `meeting__name` for a column of another record, which counts as far as that
record is public.
"""

from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.utils.functional import cached_property


@dataclass(frozen=True)
class Lines:
    """What rows of another table tell of a record: a line for each public row that names it by the relation."""

    relation: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Searched:
    """What of a model is searched.

    `names` are what people know a row by, and rank first; `text` is what else is told of it, of which the results show
    a line. `title` is what the results call it (the first of the names by default), `day` its date. Private columns
    have no place here: what stands here is published with the record.
    """

    names: tuple[str | Lines, ...]
    text: tuple[str | Lines, ...] = ()
    title: tuple[str, ...] = ()
    day: str = ""

    @cached_property
    def columns(self):
        """Return the columns of the record itself, and of the records that it leads to."""
        wanted = [*self.titles, *self.names, *self.text, *filter(None, [self.day])]
        return list(dict.fromkeys(one for one in wanted if isinstance(one, str)))

    @cached_property
    def lines(self):
        """Return what other tables tell of it."""
        return [one for one in (*self.names, *self.text) if isinstance(one, Lines)]

    @property
    def titles(self):
        """Return the columns of the title."""
        return self.title or self.names[:1]


def searched_models():
    """Return {kind: model} of what is searched, in the order of the apps and of their models."""
    return {model.kind_name(): model for model in apps.get_models() if getattr(model, "searched", None)}


@cache
def readers():
    """Return {model: [(searched model, path to it)]}: whose entries may have to change when a row of a model does."""
    found = {}
    for model in searched_models().values():
        for path, read in _paths(model):
            found.setdefault(read, {})[model, path] = None
    return {read: list(paths) for read, paths in found.items()}


def _paths(model):
    """Yield (path, model) of every record on which the text or the publication of a model's rows depends."""
    for column in model.searched.columns:
        relation, _separator, name = column.partition("__")
        if name:
            yield relation, model._meta.get_field(relation).related_model
    yield from _published_through(model)
    for lines in model.searched.lines:
        relation = model._meta.get_field(lines.relation)
        for field in relation.related_model._meta.concrete_fields:
            if field.is_relation and field is not relation.field and hasattr(field.related_model, "kind_name"):
                yield f"{lines.relation}__{field.name}", field.related_model


def _published_through(model, prefix=""):
    for name in model.published_through:
        above = model._meta.get_field(name).related_model
        yield f"{prefix}{name}", above
        yield from _published_through(above, f"{prefix}{name}__")


@cache
def owners():
    """Return {model: {relation: searched model}} of the tables that tell lines of other records."""
    found = {}
    for model in searched_models().values():
        for lines in model.searched.lines:
            relation = model._meta.get_field(lines.relation)
            found.setdefault(relation.related_model, {})[relation.field.name] = model
    return found
