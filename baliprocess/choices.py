"""What the selects of a list offer: of records and of fixed values, those that occur among its rows.

All that a list offers is read at once. A value that is in the address and not offered is kept in its select, and said:
a record that no row has leaves the list empty, one that nobody may know of is an error.
"""

from operator import itemgetter

import django_filters
from django.db.models import BigIntegerField, F, Q, TextField, Value, Window
from django.db.models.functions import Cast, RowNumber
from django.utils.functional import cached_property
from django_filters.fields import ModelChoiceField, ModelChoiceIterator

from baliprocess.records import naming_field


def columns(rows, paths):
    """Yield (queryset, name of its column) of all that the paths lead to from the rows of a list.

    A path is a column of the rows themselves, such as `body`, or one of their public parts, such as `bodies__body`.
    """
    for path in paths:
        relation, _dots, column = path.rpartition("__")
        if relation:
            part = rows.model._meta.get_field(relation)
            public = part.related_model.objects.published()
            yield public.filter(**{f"{part.field.name}__in": rows.order_by().values("pk")}).order_by(), column
        else:
            yield rows.order_by(), column


def _line(name, place, key, code, text):
    """Return the columns that all choices share, so that one query reads them."""
    return (
        Cast(Value(name), TextField()),
        Cast(place, BigIntegerField()),
        Cast(key, BigIntegerField()),
        Cast(code, TextField()),
        Cast(text, TextField()),
    )


class Choice(django_filters.ChoiceFilter):
    """One of a few fixed values, of which those are offered that a row has."""

    def __init__(self, choices, *, occurs=None, always=(), **kwargs):
        """Take the choices; those that are `always` offered; and what finds the others.

        `occurs` is a function of the list's rows that returns what `columns` does; by default, the filter's own column.
        """
        self.occurs, self.always = occurs, always
        super().__init__(choices=choices, **kwargs)

    def occurring(self, name, rows):
        """Return the queries for the values that occur among the rows."""
        found = self.occurs(rows) if self.occurs else columns(rows, [self.field_name])
        return [
            queryset.values_list(*_line(name, Value(0), Value(None), F(column), Value(""))).distinct()
            for queryset, column in found
        ]

    def record(self, _key, value, _text):
        """Return the value of a line."""
        return value

    def offer(self, field, found, chosen):
        """Let the select of a form offer what was found, and what is chosen."""
        field.widget.choices = OccurringValues(field, found, {"", *self.always, chosen})


class OccurringValues:
    """The choices of a select that occur, once it is asked for them."""

    def __init__(self, field, found, anyway):
        """Take the field with all choices, the function that returns the values found, and those offered anyway."""
        self.field, self.found, self.anyway = field, found, anyway

    def __iter__(self):
        """Yield each choice that is to be offered, in the order of all."""
        found = self.found()
        for value, label in self.field.choices:
            if value in self.anyway or value in found:
                yield value, label


class RecordChoiceIterator(ModelChoiceIterator):
    """The choices, from the records that the field offers."""

    def __iter__(self):
        """Yield what is said where none is chosen, each record, and the one chosen that no row has."""
        yield ("", self.field.empty_label)
        for record in filter(None, [*self.field.found().values(), self.field.idle]):
            yield self.choice(record)


class RecordChoiceField(ModelChoiceField):
    """A choice of records by their codes: what is offered is accepted without a query of its own."""

    iterator = RecordChoiceIterator
    idle = None  # the record chosen, where no row has it

    def found(self):
        """Return {code: record} of what is offered; a form of a list fills it, and a hidden box offers none."""
        return {}

    def to_python(self, value):
        """Return the record of a code; one that no row has is asked for alone."""
        if value in self.empty_values:
            return super().to_python(value)
        found = self.found()
        if value not in found:
            self.idle = super().to_python(value)
        return found.get(value, self.idle)


class RecordChoice(django_filters.ModelChoiceFilter):
    """One public record of another kind, chosen by its name and written in the address by its code."""

    field_class = RecordChoiceField

    def __init__(self, model, *, label, occurs=(), empty_label=None, method=None, widget=None):
        """Take the kind of record, how the control is called, and what it says where none is chosen.

        `occurs` are the paths on which the records of the list's rows are found, see `columns`. With a hidden `widget`
        nobody chooses: pages lead to the list with it set, and a chip takes it off.
        """
        self.kind, self.occurs = model, occurs
        super().__init__(
            queryset=lambda _request: model.objects.published().only("code", naming_field(model)),
            to_field_name="code",
            label=label,
            empty_label=empty_label,
            method=method,
            **({"widget": widget} if widget else {}),
        )

    def occurring(self, name, rows):
        """Return the query for the public records that the rows name, in their order."""
        named = Q(pk__in=[])
        for queryset, column in columns(rows, self.occurs):
            named |= Q(pk__in=queryset.values(column))
        place = Window(RowNumber(), order_by=self.kind._meta.ordering)
        records = self.kind.objects.published().filter(named).order_by()
        return [records.values_list(*_line(name, place, F("pk"), F("code"), F(naming_field(self.kind))))]

    def record(self, key, code, text):
        """Return the record of a line, with what names it and no more."""
        return self.kind.from_db(None, ["id", "code", naming_field(self.kind)], [key, code, text])

    def offer(self, field, found, _chosen):
        """Let the field of a form offer what was found."""
        field.found = found


class OffersWhatOccurs(django_filters.FilterSet):
    """A list's filters, whose selects offer what occurs among its rows (one query for all of them)."""

    def listed(self):
        """Return the rows, narrowed by nothing, among which the choices occur."""
        return self.queryset

    @property
    def form(self):
        """Return the form; its selects are filled when they are first asked for their choices."""
        if not hasattr(self, "_form"):
            form = super().form
            for name, choice in self.selects.items():
                choice.offer(form.fields[name], lambda name=name: self.offered[name], form.data.get(name))
        return super().form

    @cached_property
    def selects(self):
        """Return {name: filter} of those that offer what occurs."""
        return {
            name: one for name, one in self.filters.items() if isinstance(one, Choice) or getattr(one, "occurs", ())
        }

    @cached_property
    def offered(self):
        """Return {name: {value: its record, or the value}} of what the selects offer (one query)."""
        offered = {name: {} for name in self.selects}
        rows = self.listed()
        queries = [query for name, select in self.selects.items() for query in select.occurring(name, rows)]
        if queries:
            lines = queries[0].union(*queries[1:], all=True) if len(queries) > 1 else queries[0]
            for name, _place, key, code, text in sorted(lines, key=itemgetter(0, 1)):
                offered[name][code] = self.selects[name].record(key, code, text)
        return offered

    def offers(self, name):
        """Return whether a control is worth showing: a select that has no choice is not."""
        return name not in self.selects or bool(self.offered[name]) or bool(self.form.data.get(name))

    def is_idle(self, name, value):
        """Return whether no row of the list has a value, that of a select."""
        return name in self.selects and value not in {*self.offered[name], *getattr(self.selects[name], "always", ())}
