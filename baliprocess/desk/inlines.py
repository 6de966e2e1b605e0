"""The parts of a record, as tables on its form."""

from django.contrib.admin import StackedInline, TabularInline
from django.contrib.admin.checks import InlineModelAdminChecks
from django.contrib.admin.utils import flatten_fieldsets
from django.db import models
from django.forms import BaseInlineFormSet, BaseModelFormSet, ChoiceField, modelformset_factory
from django.forms.models import modelform_defines_fields
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from baliprocess import changes
from baliprocess.citable import citable_fields
from baliprocess.desk.fields import DeskFields
from baliprocess.desk.forms import RowForm
from baliprocess.desk.writing import sitting_of, why_not_change


class LabelledRows:
    """A form set of which every box names its column, as a table has no label beside each box."""

    def add_fields(self, form, index):
        """Name the boxes, the one for deleting too."""
        super().add_fields(form, index)
        for field in form.fields.values():
            if not field.widget.is_hidden:
                field.widget.attrs.setdefault("aria-label", capfirst(field.label))


class PartsFormSet(LabelledRows, BaseInlineFormSet):
    """The parts of one record."""

    def get_unique_error_message(self, unique_check):
        """Return the sentence of the constraint that two of the rows break."""
        for constraint in self.model._meta.constraints:
            if {*getattr(constraint, "fields", ()), self.fk.name} == {*unique_check, self.fk.name}:
                return str(constraint.get_violation_error_message())
        return super().get_unique_error_message(unique_check)


class PartsMixin(DeskFields):
    """What every table of parts has: the version of each row, and the permissions of the record above."""

    form = RowForm
    formset: type[BaseModelFormSet] = PartsFormSet
    extra = 0
    show_change_link = True
    textarea_rows = 2

    def get_fields(self, request, obj=None):
        """Add the version that each row was opened with, where rows can be changed."""
        fields = [name for name in super().get_fields(request, obj) if name != "seen"]
        return [*fields, "seen"] if self.has_change_permission(request, obj) else fields

    def get_queryset(self, request):
        """Return the rows with their relations; within a change, locked until its end."""
        relations = [
            name
            for name in flatten_fieldsets([(None, {"fields": self.fields})])
            if isinstance(self.opts.get_field(name), models.ForeignKey)
        ]
        rows = super().get_queryset(request)
        rows = rows.select_related(*relations) if relations else rows
        return rows.select_for_update(of=("self",), no_key=True) if changes.current() else rows

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Leave out the buttons beside each relation's box: a table of fifty rows would have hundreds."""
        formfield = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(db_field, models.ForeignKey) and formfield:
            formfield.widget = getattr(formfield.widget, "widget", formfield.widget)
        return formfield

    def has_add_permission(self, request, obj):
        """Return whether rows may be added to this record."""
        return super().has_add_permission(request, obj) and self._is_open(request, obj)

    def has_change_permission(self, request, obj=None):
        """Return whether this record's rows may be changed."""
        return super().has_change_permission(request, obj) and self._is_open(request, obj)

    def has_delete_permission(self, request, obj=None):
        """Return whether this record's rows may be deleted."""
        return super().has_delete_permission(request, obj) and self._is_open(request, obj)

    def _is_open(self, request, obj):
        return obj is None or sitting_of(request).is_submission or not why_not_change(obj, request)


class Parts(PartsMixin, TabularInline):
    """Parts as a table with a line a row."""


class StackedParts(PartsMixin, StackedInline):
    """Parts one below the other, for rows with more fields than a line has room for."""


# --- what names a record by kind and code -----------------------------------------------------------------------------


class BesideFormSet(LabelledRows, BaseModelFormSet):
    """The citations or figures of one record."""

    def __init__(self, data=None, files=None, instance=None, save_as_new=False, prefix=None, queryset=None, **kwargs):
        """Take the record as `instance`, as the admin hands it to every form set."""
        self.instance, self.save_as_new = instance, save_as_new
        rows = queryset.of(instance) if instance is not None and instance.pk else queryset.none()
        super().__init__(data=data, files=files, prefix=prefix, queryset=rows, **kwargs)

    @classmethod
    def get_default_prefix(cls):
        """Return the model's name."""
        return cls.model._meta.model_name

    def _construct_form(self, i, **kwargs):
        """Name the record in each row, before the row is checked."""
        form = super()._construct_form(i, **kwargs)
        if form.instance._state.adding:
            self._name_record(form.instance)
            # A new record is saved just before the rows that name it.
            form.instance.is_in_file = self.instance._state.adding
        return form

    def save_new(self, form, commit=True):
        """Save a new row under the code that the record has by now."""
        self._name_record(form.instance)
        return super().save_new(form, commit=commit)

    def _name_record(self, row):
        row.record_kind, row.record_code = self.instance.kind_name(), self.instance.code


class BesideChecks(InlineModelAdminChecks):
    """The admin's checks of an inline, without those of the foreign key that this one does without."""

    def _check_exclude_of_parent_model(self, obj, parent_model):
        return []

    def _check_relation(self, obj, parent_model):
        return []


class BesideRecord(Parts):
    """Citations or figures, which name their record by kind and code instead of a foreign key."""

    formset = BesideFormSet
    checks_class = BesideChecks

    def get_formset(self, request, obj=None, **kwargs):
        """Return the form set's class, of the same shape as every other inline's."""
        fields = kwargs.pop("fields", flatten_fieldsets(self.get_fieldsets(request, obj)))
        may = {
            "add": self.has_add_permission(request, obj),
            "change": self.has_change_permission(request, obj),
        }

        class Row(self.form):
            def has_changed(self):
                is_allowed = may["add" if self.instance._state.adding else "change"]
                return is_allowed and super().has_changed()

        if fields is None and not modelform_defines_fields(Row):
            fields = "__all__"
        return modelformset_factory(
            self.model,
            **{
                "form": Row,
                "formset": self.formset,
                "fields": fields,
                "exclude": list(self.get_readonly_fields(request, obj)) or None,
                "formfield_callback": lambda field, **options: self.formfield_for_dbfield(field, request, **options),
                "extra": self.get_extra(request, obj),
                "can_delete": self.can_delete and self.has_delete_permission(request, obj),
                **kwargs,
            },
        )

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Offer the record's own fields where a row says which one it speaks to."""
        if db_field.name != "field":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        named = [(name, capfirst(field.verbose_name)) for name, field in citable_fields(self.parent_model).items()]
        return ChoiceField(
            label=capfirst(db_field.verbose_name),
            required=False,
            choices=[("", _("The record as a whole")), *named],
            help_text=db_field.help_text,
        )
