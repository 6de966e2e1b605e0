"""The form on which a record is given another code."""

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baliprocess.codes import CodeField
from baliprocess.desk.forms import WhyField
from baliprocess.desk.writing import sentences
from baliprocess.models import Change


class RenameForm(forms.Form):
    """A new code and the reason, for the version of the record that the page showed."""

    code = forms.CharField(
        label=gettext_lazy("New code"),
        max_length=CodeField().max_length,
        validators=CodeField.default_validators,
        widget=AdminTextInputWidget,
    )
    why = WhyField()
    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, row):
        """Take the record as it stands."""
        super().__init__(data, initial={"code": row.code, "version": row.version})
        self.row = row
        if above := row.above():
            self.fields["code"].help_text = _(
                "It belongs to %(above)s, so its code keeps the beginning “%(above)s/”: only what follows may change."
            ) % {"above": above.code}

    def clean_code(self):
        """Refuse the code that it has."""
        if self.cleaned_data["code"] == self.row.code:
            raise ValidationError(_("It has this code already. Write another one."))
        return self.cleaned_data["code"]

    def refuse_stale(self, row, who_and_when):
        """Raise ValidationError where the record was changed since the page was opened; sent again, it is taken.

        `who_and_when` says of a change who made it.
        """
        if str(row.version) == self.cleaned_data["version"]:
            return
        self.data = {**self.data.dict(), "version": str(row.version)}
        change = Change.objects.filter(pk=row.version).first()
        raise ValidationError(
            [
                who_and_when(change) if change else _("The record was changed since this page was opened."),
                _("What you typed is kept. Look at what follows now, then save again."),
            ]
        )

    def refuse(self, error):
        """Say why it was not done: beside the code where it is the code, else on top, with the field's name."""
        parts = getattr(error, "error_dict", None)
        if parts is None:
            # Nothing but codes is written, so what the database refuses is one of them.
            parts = {"code" if isinstance(error, IntegrityError) else NON_FIELD_ERRORS: sentences(error)}
        for name, errors in parts.items():
            for sentence in ValidationError(errors).messages:
                if name in (NON_FIELD_ERRORS, "code"):
                    self.add_error("code" if name == "code" else None, sentence)
                else:
                    self.add_error(None, f"{self.row._meta.get_field(name).verbose_name}: {sentence}")
