"""How the desk writes: one change a form or action, and every refusal as sentences for whoever sits there."""

import logging
import re
from contextlib import contextmanager

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, OperationalError, models
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from baliprocess.changes import WriteOutsideChange, change
from baliprocess.records import Tracked, closed_to, may_not_publish

logger = logging.getLogger(__name__)

# What a write may be refused with: shown as sentences, never as an error page. Anything else is a fault of ours.
REFUSALS = (ValidationError, IntegrityError, DataError, OperationalError, WriteOutsideChange)


class Sitting:
    """What one request at the desk has to remember between the admin's many small methods."""

    def __init__(self):
        """Begin with nothing refused."""
        self.is_submission = False  # a change form that was sent: see `TrackedAdmin.has_change_permission`
        self.refused = []  # sentences why nothing was saved
        self.stale = None  # what somebody else changed meanwhile
        self.held = None  # messages kept back until the change stands
        self.reasons = {}  # (model, key): why this person may not change the row, or ''


def sitting_of(request):
    """Return the sitting of a request, begun at the first call."""
    if not hasattr(request, "sitting"):
        request.sitting = Sitting()
    return request.sitting


@contextmanager
def writing(request, why=""):
    """Run a block as one change by whoever sits there; its messages are said only once the change stands."""
    sitting = sitting_of(request)
    held = sitting.held = []
    try:
        with change(by=request.user, why=why.strip()):
            yield
    finally:
        sitting.held = None
    for said in held:
        messages.add_message(request, **said)


def why_not_change(row, request):
    """Return the sentence why this person may not change the row or its parts, or '' (a query a row and request)."""
    reasons = sitting_of(request).reasons
    key = type(row), row.pk
    if key not in reasons:
        closed = closed_to(type(row), [row.pk], request.user).get(row.pk)
        reasons[key] = " ".join(may_not_publish(closed).messages) if closed else ""
    return reasons[key]


# --- refusals in words ------------------------------------------------------------------------------------------------


def sentences(error):
    """Return what was refused, and how to put it right, as a list of sentences."""
    if isinstance(error, ValidationError):
        return list(dict.fromkeys(error.messages))  # every row of a circle has the same sentence
    if isinstance(error, models.ProtectedError | models.RestrictedError):
        rows = getattr(error, "protected_objects", None) or error.restricted_objects
        names = sorted(f"{row._meta.verbose_name} {getattr(row, 'code', row)}" for row in rows)
        shown = [*names[:5], _("%(number)s more") % {"number": len(names) - 5}] if len(names) > 5 else names
        return [
            _("Others refer to it: %(rows)s. Change or delete those first.") % {"rows": get_text_list(shown, _("and"))}
        ]
    if isinstance(error, IntegrityError):
        return [_integrity_sentence(str(error))]
    logger.warning("A write at the desk was refused: %s", error, exc_info=error)
    if isinstance(error, OperationalError):
        return [_("Somebody else was saving at the same moment. Nothing was saved; save again.")]
    if isinstance(error, DataError):
        return [_("A value is too long or too large for the record. Shorten it and save again.")]
    return [_("This can't be saved here: %(reason)s") % {"reason": error}]


def _integrity_sentence(text):
    """Return the message of the constraint that a database error speaks of."""
    words = set(re.findall(r"\w+", text))
    columns = set(re.findall(r"\w+\.\w+", text))
    for model in apps.get_models():
        if not issubclass(model, Tracked):
            continue
        for constraint in model._meta.constraints:
            if constraint.name in words or (columns and columns == _columns(model, constraint)):
                return str(constraint.get_violation_error_message())
    if "FOREIGN KEY" in text.upper():
        return _("A row that is named here has been deleted meanwhile. Choose another one and save again.")
    logger.warning("The database refused a write without a sentence of ours: %s", text)
    return _("The database refused this. Check the values, above all codes, numbers and dates, and save again.")


def _columns(model, constraint):
    """Return the columns of a unique constraint as SQLite names them in its errors."""
    table = model._meta.db_table
    return {f"{table}.{model._meta.get_field(name).column}" for name in getattr(constraint, "fields", ())}
