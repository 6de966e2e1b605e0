"""What can be done to the rows selected in a list: publish, submit, withdraw, delete. All of them, or none."""

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.admin.actions import delete_selected as stock_delete_selected
from django.contrib.admin.utils import model_ngettext
from django.db import transaction
from django.template.response import TemplateResponse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from baliprocess.desk.preview import not_public_above
from baliprocess.desk.writing import REFUSALS, sentences, writing
from baliprocess.records import ONCE_PUBLISHED, RecordState

SHOWN = 10  # codes, or reasons, named in full
LINKED = 50  # rows that a reason names: as many as a list has on a page


class _RefusedError(Exception):
    """Some of the rows were refused, so that none is written."""


def act_on_each(desk, request, rows, act, why, done):
    """Do something to each row as one change; where a row is refused, do nothing and say which ones and why."""
    rows, refused = list(rows), {}
    try:
        with writing(request, why):
            for row in rows:
                try:
                    with transaction.atomic():
                        act(row)
                except REFUSALS as error:
                    for sentence in sentences(error):
                        refused.setdefault(sentence, []).append(row)
            if refused:
                raise _RefusedError
    except _RefusedError:
        _say_refused(desk, request, refused)
    except REFUSALS as error:
        _say_refused(desk, request, dict.fromkeys(sentences(error), ()))
    else:
        desk.message_user(
            request, done % {"count": len(rows), "items": model_ngettext(desk.opts, len(rows))}, messages.SUCCESS
        )


def _say_refused(desk, request, refused):
    """Say each reason once, with the rows that it concerns: {sentence: rows}, without rows where it names its own."""
    number = len({row.pk for rows in refused.values() for row in rows} or refused)
    desk.message_user(
        request,
        ngettext(
            "Nothing was changed, because one of the selected rows can't be.",
            "Nothing was changed, because some of the selected rows can't be.",
            number,
        ),
        messages.ERROR,
    )
    for sentence, rows in list(refused.items())[:SHOWN]:
        said = format_html(_("{reason} This concerns {rows}."), reason=sentence, rows=_links(desk, rows))
        desk.message_user(request, said if rows else sentence, messages.ERROR)
    if len(refused) > SHOWN:
        desk.message_user(request, _("And %(number)s more.") % {"number": len(refused) - SHOWN}, messages.ERROR)


def _links(desk, rows):
    """Return the rows' codes, each leading to its form, as HTML."""
    more = len(rows) - LINKED
    linked = format_html_join(
        ", ", '<a href="{}">{}</a>', ((desk.form_address(row), row.code) for row in rows[:LINKED])
    )
    return format_html(_("{rows} and {number} more"), rows=linked, number=more) if more > 0 else linked


def say_hidden(desk, request, rows):
    """Say of published rows which of them the public does not see yet, and what has to be published for it."""
    hidden, above = [], {}
    for row in rows:
        if found := not_public_above(row):
            hidden.append(row.code)
            above.update({each.code: str(each) for each in found})
    if hidden:
        said = _("Not on the public site yet: %(rows)s. Publish what they belong to: %(above)s.")
        shown = [*hidden[:SHOWN], *(["…"] if len(hidden) > SHOWN else [])]
        names = [f"{name} ({code})" for code, name in above.items()]
        desk.message_user(request, said % {"rows": ", ".join(shown), "above": "; ".join(names)}, messages.WARNING)


@admin.action(permissions=["publish"], description=gettext_lazy("Publish selected %(verbose_name_plural)s"))
def publish_selected(desk, request, queryset):
    """Release the rows to the public."""
    rows = list(queryset)
    act_on_each(
        desk,
        request,
        rows,
        lambda row: row.publish(),
        _("Published from the list"),
        _("Published: %(count)d %(items)s."),
    )
    say_hidden(desk, request, [row for row in rows if row.record_state == RecordState.PUBLISHED])


@admin.action(
    permissions=["change"], description=gettext_lazy("Submit selected %(verbose_name_plural)s for publishing")
)
def submit_selected(desk, request, queryset):
    """Hand the rows to whoever publishes."""
    act_on_each(
        desk,
        request,
        queryset,
        lambda row: row.submit(),
        _("Submitted from the list"),
        _("Submitted for publishing: %(count)d %(items)s."),
    )


@admin.action(permissions=["publish"], description=gettext_lazy("Withdraw selected %(verbose_name_plural)s"))
def withdraw_selected(desk, request, queryset):
    """Ask for the public reason, then take the rows off the public site."""
    reason = request.POST.get("reason", "").strip()
    if reason:
        return act_on_each(
            desk, request, queryset, lambda row: row.withdraw(reason), reason, _("Withdrawn: %(count)d %(items)s.")
        )
    context = {
        **desk.admin_site.each_context(request),
        "title": _("Withdraw from the public site"),
        "opts": desk.opts,
        "rows": queryset,
        "is_reason_missing": "reason" in request.POST,
        "action_checkbox_name": helpers.ACTION_CHECKBOX_NAME,
        "media": desk.media,
    }
    request.current_app = desk.admin_site.name
    return TemplateResponse(request, "admin/withdraw_selected.html", context)


@admin.action(permissions=["delete"], description=gettext_lazy("Delete selected %(verbose_name_plural)s"))
def delete_selected(desk, request, queryset):
    """Delete drafts, after a page that shows what goes with them; refuse what was once published."""
    if desk.has_states:
        kept = list(queryset.filter(record_state__in=ONCE_PUBLISHED))
        if kept:
            reason = _("What was published can't be deleted. Withdraw it with a reason instead.")
            return _say_refused(desk, request, {reason: kept})
    if not request.POST.get("post"):
        return stock_delete_selected(desk, request, queryset)
    try:
        with writing(request, request.POST.get("why", "")):
            return stock_delete_selected(desk, request, queryset)
    except REFUSALS as error:
        return _say_refused(desk, request, dict.fromkeys(sentences(error), ()))
