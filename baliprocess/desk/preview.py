"""View as public: a record's page as it would look if the record were published, for staff alone.

The page is the public view's own, read on the supposition that the record is published (`supposing`), by somebody who
is not signed in. Nothing is written, and nobody else's reading changes.
"""

import copy
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.http import Http404
from django.urls import get_script_prefix, resolve

from baliprocess.desk.writing import sentences
from baliprocess.records import RecordState
from baliprocess.supposing import supposing


@dataclass(frozen=True)
class Preview:
    """What the page says of itself: whose form to go back to, and what is not so yet."""

    record: object
    form_url: str
    above: list  # records that are not public and that this one is public through
    obstacles: list  # sentences why it can't be published as it is


def page_of(row):
    """Return the record on whose page the public reads a row: its own, or that of what it stands under, or None."""
    while row is not None and not hasattr(row, "get_absolute_url"):
        row = row.above()
    return row


def not_public_above(row):
    """Return the records by way of which a row is public and that are not published, the nearest first."""
    above = [found for found in (getattr(row, name) for name in row.published_through) if found is not None]
    hidden = [found for found in above if found.record_state != RecordState.PUBLISHED]
    return list(dict.fromkeys([*hidden, *(further for found in above for further in not_public_above(found))]))


def obstacles(row):
    """Return the sentences why a record can't be published as it stands."""
    if row.record_state == RecordState.PUBLISHED:
        return []
    candidate = copy.copy(row)
    candidate.record_state = RecordState.PUBLISHED
    try:
        candidate.full_clean()
    except ValidationError as error:
        return sentences(error)
    return []


def as_public(request, row, form_url):
    """Return the public's answer at the row's page; raises Http404 where the public would not see it even then."""
    page = page_of(row)
    if page is None:
        raise Http404
    above = not_public_above(row)
    address = page.get_absolute_url()
    public = copy.copy(request)
    public.path, public.path_info = address, f"/{address.removeprefix(get_script_prefix())}"
    public.user = AnonymousUser()
    public.preview = Preview(row, form_url, above, obstacles(row))
    match = resolve(public.path_info)
    with supposing(published=[row, *above]):
        response = match.func(public, *match.args, **match.kwargs)
        if hasattr(response, "render"):
            response.render()
    return response
