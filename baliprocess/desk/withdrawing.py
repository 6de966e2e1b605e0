"""The page on which a record is withdrawn: the public reason, and what goes with it."""

from django import forms
from django.contrib.admin.utils import model_ngettext
from django.contrib.admin.widgets import AdminTextareaWidget
from django.utils.translation import gettext_lazy as _

from baliprocess.changes import guarded_models
from baliprocess.counting import count_each
from baliprocess.records import resting_on
from baliprocess.supposing import supposing


class WithdrawForm(forms.Form):
    """The reason that the public is shown."""

    reason = forms.CharField(
        label=_("Public reason for withdrawing"),
        widget=AdminTextareaWidget(attrs={"rows": 4}),
        error_messages={"required": _("Give the reason: the public is shown it.")},
    )


def rests_on(row):
    """Return what of others the public sees and that names a document as its source, as [(number, name)] (one query).

    It can't be withdrawn before each of them names another source, or is withdrawn itself.
    """
    resting = resting_on(row)
    if type(row) in resting:
        resting[type(row)] = resting[type(row)].exclude(pk=row.pk)
    return [(number, model_ngettext(model._meta, number)) for model, number in count_each(resting).items() if number]


def goes_with(row):
    """Return what leaves the public site with a record, as [(number, name)] of each kind (2 queries)."""
    models = guarded_models()
    now = count_each({model: model.objects.published() for model in models})
    with supposing(withdrawn=[row]):
        then = count_each({model: model.objects.published() for model in models})
    found = []
    for model in models:
        number = now[model] - then[model] - (isinstance(row, model) and now[model] > then[model])
        if number > 0:
            found.append((number, model_ngettext(model._meta, number)))
    return found
