"""The desk's forms: a reason for the change, the version that was opened, and refusals beside what was typed."""

import re

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget, AutocompleteSelect
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.functional import cached_property
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from baliprocess.partial_dates import PartialDateFormField
from baliprocess.records import NEXT_STATES, ONCE_PUBLISHED, RecordState

OWN_FIELDS = ("why", "seen")  # the form's, not the record's


def is_number(text):
    """Return whether a text that came with a form is a number that the database takes for a key."""
    return re.fullmatch(r"[0-9]{1,18}", str(text or "")) is not None


class WhyField(forms.CharField):
    """The box for the reason of a change, as every page of the desk has it."""

    def __init__(self, **options):
        """Take what differs from a box that may stay blank."""
        common = {
            "label": _("Reason for this change"),
            "max_length": 500,
            "required": False,
            "widget": AdminTextInputWidget,
            "error_messages": {"required": _("Give the reason for this change: the history shows it.")},
        }
        super().__init__(**{**common, **options})


class ReasonForm(forms.Form):
    """The reason for a change that needs one."""

    why = WhyField(required=True)


class TrackedForm(forms.ModelForm):
    """A form for a tracked row that carries the version it was opened with."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        """Note the version, and let relations already loaded name themselves without a query each."""
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen"] = self.instance.version
        if "code" in self.fields and self._meta.model.gives_codes():
            self.fields["code"].required = False
        loaded = self.instance._state.fields_cache
        for name, field in self.fields.items():
            widget = getattr(field.widget, "widget", field.widget)
            if isinstance(widget, LoadedAutocomplete) and loaded.get(name):
                widget.loaded = {str(loaded[name].pk): str(loaded[name])}

    @cached_property
    def changed_data(self):
        """Return the names of the record's own fields that were changed."""
        return [name for name in super().changed_data if name not in OWN_FIELDS]

    def has_changed(self):
        """Return whether any of the record's own fields was changed."""
        return bool(self.changed_data)

    def add_error(self, field, error):
        """Show an error on a field that this form does not have above the form, instead of failing over it."""
        if field is None and hasattr(error, "error_dict"):
            known = {}
            for name, errors in error.error_dict.items():
                known.setdefault(name if name in self.fields else NON_FIELD_ERRORS, []).extend(errors)
            error = ValidationError(known)
        super().add_error(field, error)


class RecordForm(TrackedForm):
    """The form of a record or a part on a page of its own."""

    sitting = None  # set for each request
    user = None

    why = WhyField(
        help_text=_(
            "For the history: what it rests on, or what was wrong before. What is published needs it where its name, "
            "its dates or its status change."
        )
    )

    def __init__(self, *args, **kwargs):
        """Offer the states that this person can bring the record to."""
        super().__init__(*args, **kwargs)
        if "record_state" in self.fields:
            self.fields["record_state"].choices = [
                (value, label) for value, label in RecordState.choices if value in self._states()
            ]

    def _states(self):
        now = self.instance.record_state
        if self.instance._state.adding:
            now, states = RecordState.DRAFT, NEXT_STATES[RecordState.DRAFT]
        else:
            states = NEXT_STATES[now]
        if not self._meta.model.may_publish(self.user):
            states = states - ONCE_PUBLISHED
        return {now, *states}

    def clean(self):
        """Refuse to change what the public knows a record by, or when and whether it holds, without a reason."""
        found = super().clean()
        if self._is_public_and_saved() and not self.cleaned_data.get("why") and "why" not in self.errors:
            changed = [str(self.fields[name].label) for name in self.changed_data if self._needs_a_reason(name)]
            if changed:
                message = _("What is published is changed here: %(fields)s. Give the reason, which the history shows.")
                self.add_error("why", message % {"fields": get_text_list(changed, gettext("and"))})
        return found

    def _is_public_and_saved(self):
        """Return whether this would change a published record; what is refused anyway needs no reason yet."""
        if getattr(self.instance, "record_state", "") != RecordState.PUBLISHED:
            return False
        return not (self.sitting and self.sitting.refused) and self._meta.model.may_publish(self.user)

    def _needs_a_reason(self, name):
        return name in ("name", "title", "status") or isinstance(self.fields[name], PartialDateFormField)

    def _post_clean(self):
        """Check the row as ever, and say what refused the last attempt to save it."""
        super()._post_clean()
        for sentence in self.sitting.refused if self.sitting else ():
            self.add_error(None, sentence)


class RowForm(TrackedForm):
    """One row of an inline table; what nobody touched is not checked again."""

    def full_clean(self):
        """Take a row that was left as it is for granted: it has passed every check, and a table may have hundreds."""
        if not self.is_bound or self.instance._state.adding or self.has_changed():
            super().full_clean()
            return
        self._errors = forms.utils.ErrorDict()
        self.cleaned_data = {name: self._stored(name, field) for name, field in self.fields.items()}

    def _stored(self, name, field):
        """Return what a field of the row holds, without asking the database for the record above each row."""
        if isinstance(field, forms.models.InlineForeignKeyField):
            return field.parent_instance
        if name == self.instance._meta.pk.name:
            return self.instance
        return getattr(self.instance, name, None)


class LoadedAutocomplete(AutocompleteSelect):
    """The admin's autocomplete box, which asks the database for its text only where the row has not loaded it."""

    loaded = None

    def optgroups(self, name, value, attr=None):
        """Return the chosen option; what was sent and can't be a key chooses none, and the database is not asked."""
        value = [key for key in value if is_number(key)]
        if not self.loaded or set(map(str, value)) != set(self.loaded):
            return super().optgroups(name, value, attr)
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        for key, label in self.loaded.items():
            options.append(self.create_option(name, key, label, {key}, len(options)))
        return [(None, options, 0)]
