"""No row leads back to itself by a relation to its own kind, whatever path wrote it."""

from itertools import pairwise

from django.apps import apps
from django.db import models
from django.test import TestCase

from baliprocess.changes import change
from baliprocess.records import RuleBroken, Tracked
from registry.models import Document
from tests import factories

MAKERS = {
    "Body": factories.make_body,
    "Document": factories.make_document,
    "Meeting": factories.make_meeting,
    "Outcome": factories.make_outcome,
    "OutcomeUpdate": factories.make_outcome_update,
    "ProgressUpdate": factories.make_progress,
    "Strategy": factories.make_strategy,
}
SAME = {  # what its rows have in common, so that one may name the other
    "Outcome": lambda: {"meeting": factories.make_meeting()},
    "OutcomeUpdate": lambda: {"outcome": factories.make_outcome()},
    "ProgressUpdate": lambda: {"item": factories.make_item()},
}


def relations_to_own_kind():
    """Yield (model, name) of every relation of a tracked model to itself but for the source."""
    for model in apps.get_models():
        if issubclass(model, Tracked):
            for field in model._meta.concrete_fields:
                if isinstance(field, models.ForeignKey) and field.related_model is model and field.name != "source":
                    yield model, field.name


class Circles(TestCase):
    def rows(self, model, many):
        """Return so many drafts of a model that may name each other."""
        same = SAME.get(model.__name__, dict)()
        return [MAKERS[model.__name__](record_state="draft", **same) for _number in range(many)]

    def test_there_is_a_case_for_every_model(self):
        self.assertEqual({model.__name__ for model, _name in relations_to_own_kind()}, set(MAKERS))

    def test_no_row_leads_back_to_itself(self):
        for model, name in relations_to_own_kind():
            for many in (1, 2, 3):
                rows = self.rows(model, many)
                for row, above in zip(rows, [*rows[1:], rows[0]], strict=True):
                    setattr(row, name, above)
                with (
                    self.subTest(model=model.__name__, relation=name, rows=many),
                    self.assertRaisesMessage(RuleBroken, "can't lead back to itself"),
                    change(by=None),
                ):
                    model.objects.bulk_update(rows, [name])

    def test_a_circle_closed_by_the_last_of_several_changes_is_refused(self):
        for model, name in relations_to_own_kind():
            first, second = self.rows(model, 2)
            with change(by=None):
                model.objects.filter(pk=first.pk).update(**{name: second})
            with (
                self.subTest(model=model.__name__, relation=name),
                self.assertRaisesMessage(RuleBroken, "can't lead back to itself"),
                change(by=None),
            ):
                model.objects.filter(pk=second.pk).update(**{name: first})

    def test_a_chain_is_no_circle(self):
        rows = self.rows(Document, 4)
        for row, above in pairwise(rows):
            row.parent = row.supersedes = above
        with change(by=None):
            Document.objects.bulk_update(rows, ["parent", "supersedes"])
        self.assertEqual(Document.objects.get(pk=rows[0].pk).parent, rows[1])

    def test_a_document_may_be_its_own_source(self):
        document = factories.make_document()
        with change(by=None):
            Document.objects.filter(pk=document.pk).update(source=document, locator="page 1")
