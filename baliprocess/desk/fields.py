"""How the desk shows a model's fields, on a form of its own and in a table alike."""

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from baliprocess.desk.forms import LoadedAutocomplete
from baliprocess.records import NamesRecord

HOW_TO_WRITE_A_LINK = _("Give a web address that starts with http:// or https://.")


class DeskFields:
    """Boxes with autocomplete for every relation, and text areas of a sensible height."""

    textarea_rows = 4

    def get_autocomplete_fields(self, request):
        """Return every relation: the lists behind them are long, and names are found by their former ones too."""
        return [field.name for field in self.opts.concrete_fields if isinstance(field, models.ForeignKey)]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Return a box with autocomplete."""
        kwargs.setdefault("widget", LoadedAutocomplete(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Set the height of text areas, read a bare host as https, and let a kind of record be chosen by its name."""
        if isinstance(db_field, models.TextField):
            kwargs.setdefault("widget", AdminTextareaWidget(attrs={"rows": self.textarea_rows}))
        if isinstance(db_field, models.URLField):
            kwargs.setdefault("assume_scheme", "https")
            kwargs.setdefault("error_messages", {"invalid": HOW_TO_WRITE_A_LINK})
        if db_field.name == "record_kind":
            kinds = {kind: capfirst(model._meta.verbose_name) for kind, model in NamesRecord.models_by_kind().items()}
            return forms.ChoiceField(
                label=capfirst(db_field.verbose_name),
                choices=[("", "---------"), *sorted(kinds.items(), key=lambda item: str(item[1]))],
                help_text=db_field.help_text,
            )
        formfield = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(db_field, models.ForeignKey) and hasattr(formfield.widget, "can_delete_related"):
            # Another record is not deleted in passing.
            formfield.widget.can_delete_related = False
        return formfield
