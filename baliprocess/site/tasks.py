"""What waits for staff: the sorts of work on the whole record, in the order in which the desk's home shows them."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from baliprocess.desk.tasks import Of, Task, open_to
from baliprocess.records import RecordState, record_models
from meetings.models import Meeting, Outcome, OutcomeUpdate
from registry.models import Document, Membership
from strategy.models import ActionItem, ProgressUpdate
from strategy.querysets import NOT_REPORTED


def all_tasks():
    """Return the tasks."""
    return [
        Task(
            "review",
            _("To review"),
            _("Submitted for publishing: view each as the public will, then publish it."),
            _records("publish", lambda rows, user: _submitted(rows)),
        ),
        Task(
            "submitted-by-me",
            _("Submitted by you, waiting for a publisher"),
            _("Nothing is left to do for you. You submitted them, or changed them since."),
            _records(
                "change", lambda rows, user: _submitted(rows).filter(_left_by(rows.model, user)), unless="publish"
            ),
        ),
        Task(
            "submitted",
            _("Submitted by others, waiting for a publisher"),
            _("Look before you enter the same again."),
            _records(
                "change", lambda rows, user: _submitted(rows).exclude(_left_by(rows.model, user)), unless="publish"
            ),
        ),
        Task(
            "drafts",
            _("Drafts"),
            _("Not submitted yet: complete and submit them."),
            _records("change", lambda rows, user: rows.filter(record_state=RecordState.DRAFT)),
        ),
        Task(
            "not-held",
            _("Meetings that are over, but not confirmed as held"),
            _("Say whether each was held, postponed or cancelled."),
            {
                Meeting: Of(
                    _permission("change", Meeting), lambda user: open_to(user, Meeting.objects.past_but_not_held())
                )
            },
        ),
        Task(
            "no-source",
            _("Without a source"),
            _("They name no document, or not where in it, and can't be published so."),
            _records("change", lambda rows, user: open_to(user, rows.filter(_without_source(rows.model)))),
        ),
        Task(
            "overdue",
            _("Overdue"),
            _("The due day has passed, and no update reports them as done."),
            {
                ActionItem: Of(
                    _permission("add", ProgressUpdate), lambda user: ActionItem.objects.published().overdue()
                ),
                Outcome: Of(_permission("add", OutcomeUpdate), lambda user: Outcome.objects.published().overdue()),
            },
        ),
        Task(
            "no-update",
            _("Without any update"),
            _("Nothing is known of what became of them: enter an update."),
            {
                ActionItem: Of(_permission("add", ProgressUpdate), lambda user: _items_without_update()),
                Outcome: Of(_permission("add", OutcomeUpdate), lambda user: _outcomes_without_update()),
            },
        ),
        Task(
            "overlaps",
            _("Memberships that may overlap"),
            _("Two spells in one body may share a day: find the closer date."),
            {Membership: Of(_permission("change", Membership), _spells_that_may_overlap)},
        ),
        Task(
            "withdrawn",
            _("Withdrawn"),
            _("Taken off the public site: they can be mended and published again."),
            _records("publish", lambda rows, user: rows.filter(record_state=RecordState.WITHDRAWN)),
        ),
    ]


def _permission(act, model):
    return f"{model._meta.app_label}.{act}_{model._meta.model_name}"


def _records(act, rows, unless=""):
    """Return {model: `Of`} of every kind of record, for `rows(all rows, user)`; `unless` is an act as `act` is."""

    def of(model):
        other = unless and _permission(unless, model)
        return Of(_permission(act, model), lambda user: rows(model.objects.all(), user), other)

    return {model: of(model) for model in record_models()}


def _submitted(rows):
    return rows.filter(record_state=RecordState.SUBMITTED)


def _left_by(model, user):
    """Return the condition that a person's change brought a row to the state of a submitted one, or left it there."""
    return Q(pk__in=model.history.filter(history_user=user, record_state=RecordState.SUBMITTED).values("id"))


def _without_source(model):
    # A document is its own source.
    return Q(pk__in=[]) if model is Document else Q(source__isnull=True) | Q(locator="")


def _items_without_update():
    return ActionItem.objects.published().with_status().filter(status=NOT_REPORTED)


def _outcomes_without_update():
    return Outcome.objects.published().operational().with_status().filter(status_as_of__isnull=True)


def _spells_that_may_overlap(user):
    pairs = Membership.possible_overlaps()
    spells = Membership.objects.filter(pk__in={spell.pk for pair in pairs for spell in pair})
    return open_to(user, spells, "participant__")
