"""Renaming: a record takes another code, what stands under it and what names it follow, its old address leads on."""

import copy
import operator
from collections import defaultdict
from functools import reduce

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from baliprocess import changes
from baliprocess.chunks import in_chunks
from baliprocess.models import FormerCode, RecordVersion
from baliprocess.records import NamesRecord, names_record_models


def rename(record, code):
    """Give a record another code; what stands under it and what names it follow, its old address redirects.

    Runs inside a change. Raises ValidationError where the new code is taken or malformed. Until the change ends nobody
    else's does: whoever added a row has done so before, and it follows, or waits, and finds the new code.
    """
    scope = changes.required("A code")
    before = scope.renaming
    scope.renaming = True
    try:
        with transaction.atomic():
            rows = models.QuerySet(type(record)).select_for_update(of=("self",), no_key=True)
            stored = rows.get(pk=record.pk)
            # First the rows, so that whoever is writing to one of them ends; then the ends of all others.
            rows_under(stored, is_locking=True)
            RecordVersion.hold()
            old, by_kind = stored.code, defaultdict(list)
            for row in rows_under(stored, is_locking=True):
                by_kind[type(row)].append(row)
            _recode([stored], old, code)
            stored.full_clean()
            for under in by_kind.values():
                _recode(under, old, code)
            record.refresh_from_db()
    finally:
        scope.renaming = before


def rows_under(record, *, is_locking=False):
    """Return every row whose code stands under the record's, however deep, the upper ones first.

    One query a level, kind and 500 rows. `is_locking`: nobody else writes to them until the change ends.
    """
    found, level = [], [record]
    while level:
        level = [row for model in changes.guarded_models() for row in _next_under(level, model, is_locking)]
        found += level
    return found


def _next_under(level, model, is_locking):
    """Yield the rows of the model whose codes stand directly under one of the level's."""
    rows = models.QuerySet(model).order_by("pk")
    if is_locking:
        rows = rows.select_for_update(of=("self",), no_key=True)
    for kind in sorted({type(row) for row in level}, key=lambda kind: kind._meta.label):
        for chunk in in_chunks(row for row in level if type(row) is kind):
            condition = _names_one_of(model, kind, chunk)
            if condition is None:
                continue
            stems = {(kind, "pk", row.pk): f"{row.code}/" for row in chunk}
            stems |= {(kind, "code", row.code): f"{row.code}/" for row in chunk}
            for row in rows.filter(condition):
                stem = stems.get(row.stands_under())
                if stem and row.code.startswith(stem):
                    yield row


def _names_one_of(model, kind, rows):
    """Return the condition that a row of the model refers to one of the rows of a kind in its code, or None."""
    if issubclass(model, NamesRecord):
        if issubclass(kind, NamesRecord):
            return None
        return models.Q(record_kind=kind.kind_name(), record_code__in=[row.code for row in rows])
    names = [name for name in model.code_under if model._meta.get_field(name).related_model is kind]
    keys = [row.pk for row in rows]
    return reduce(operator.or_, (models.Q(**{f"{name}__in": keys}) for name in names)) if names else None


def count_followers(record):
    """Return how many rows stand under the record, and how many citations and figures name it or one of those.

    The same number of queries for few rows and for many, up to 500 of a kind.
    """
    under = [row for row in rows_under(record) if not isinstance(row, NamesRecord)]
    codes = defaultdict(list)
    for row in [record, *under]:
        codes[row.kind_name()].append(row.code)
    named = sum(
        model.objects.filter(record_kind=kind, record_code__in=chunk).count()
        for model in names_record_models()
        for kind, of_kind in codes.items()
        for chunk in in_chunks(of_kind)
    )
    return len(under), named


def _recode(rows, start, new_start):
    """Give rows of one kind the codes that follow from the record's (some 20 statements for 500 rows)."""
    model, before = type(rows[0]), {row.pk: copy.copy(row) for row in rows}
    for row in rows:
        row.code = new_start + row.code[len(start) :]
    for row, error in _code_errors(model, before, rows):
        code = before[row.pk].code
        raise error if code == start else _can_not_follow(code, error)
    model.objects.bulk_update(rows, ["code"])
    codes = {before[row.pk].code: row.code for row in rows}
    for chunk in in_chunks(codes):
        _leave_word({code: codes[code] for code in chunk}, model.kind_name())


def _code_errors(model, before, rows):
    """Yield (row, ValidationError) for a code that a row can't have, and a row that its author may not change."""
    for row in rows:
        try:
            model._meta.get_field("code").clean(row.code, row)
        except ValidationError as error:
            yield row, ValidationError({"code": error.messages})
    for chunk in in_chunks(rows):
        wanted = {row.code.lower(): row for row in chunk}
        former = FormerCode.objects.filter(kind=model.kind_name()).annotate(lower=Lower("code"))
        for lower, code in former.filter(lower__in=wanted).values_list("lower", "current_code"):
            row = wanted[lower]
            if code != before[row.pk].code:
                message = _("%(code)s was another row's code and still leads to it. Choose a new one.")
                yield row, ValidationError({"code": message % {"code": row.code}})
        taken = model.objects.annotate(lower=Lower("code")).filter(lower__in=wanted)
        for lower, pk in taken.values_list("lower", "pk"):
            if wanted[lower].pk != pk:
                message = _("This code is taken already, perhaps with other capitals. Choose another one.")
                yield wanted[lower], ValidationError({"code": message})
    yield from model.write_errors(before, rows, changes.required("A code").by, renaming=True)


def _can_not_follow(code, error):
    """Return the error of a row that was to follow its record, with the row's present code."""
    sentences = [_("%(code)s can't follow: %(reason)s") % {"code": code, "reason": text} for text in error.messages]
    is_about_code = set(getattr(error, "error_dict", ())) == {"code"}
    return ValidationError({"code": sentences} if is_about_code else sentences)


def _leave_word(codes, kind):
    """Let the old codes of a kind, {old: new}, and what names them lead to the new ones."""
    former = FormerCode.objects.filter(kind=kind)
    leading = list(former.filter(current_code__in=codes))
    for row in leading:
        row.current_code = codes[row.current_code]
    FormerCode.objects.bulk_update(leading, ["current_code"])
    former.alias(lower=Lower("code")).filter(lower__in=[code.lower() for code in codes.values()]).delete()
    FormerCode.objects.bulk_create(
        [FormerCode(kind=kind, code=old, current_code=new) for old, new in codes.items() if old.lower() != new.lower()]
    )
    for model in names_record_models():
        naming = list(model.objects.filter(record_kind=kind, record_code__in=codes))
        for row in naming:
            row.record_code = codes[row.record_code]
        model.objects.bulk_update(naming, ["record_code"])
