"""The inherited test of an app's named constraints: each refuses a bad row, in a form and in the database.

A subclass names its app, a maker of a good row for each model, and for each constraint of its own what makes a row
bad. The constraints that all records, parts and spells share are listed here. A constraint without a case fails.
"""

import copy
import re

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction

from baliprocess.changes import change, maintenance
from baliprocess.constraints import unique_keys

SHARED = {
    "code_is_well_formed": {"code": "no spaces"},
    "withdrawn_has_reason": {"record_state": "withdrawn", "withdrawn_reason": ""},
    "published_has_source": {"record_state": "published", "locator": ""},
    "end_goes_with_ended": {"end_status": "ended", "end": ""},
    "ends_after_it_starts": {"start": "2010", "end": "2009-12-31", "end_status": "ended"},
    "attested_in_order": {"first_attested": "2010", "last_attested": "2009"},
}


class ConstraintCases:
    """Mix into a `TestCase`: `app` is the label, `makers` {model's name: function}, `bad` {constraint: bad values}."""

    app = ""
    makers = {}
    bad = {}

    @classmethod
    def constraints(cls):
        """Yield (model, constraint) of every table of the app."""
        for model in apps.get_app_config(cls.app).get_models():
            if hasattr(model, "check_rules"):
                for constraint in model._meta.constraints:
                    yield model, constraint

    def case(self, constraint):
        """Return what makes a row bad, or None where nobody has said."""
        name = constraint.name
        return self.bad.get(name, next((values for end, values in SHARED.items() if name.endswith(f"_{end}")), None))

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        models_of_app = {model for model, _constraint in cls.constraints()}
        with change(by=None):
            cls.rows = {model: (cls.makers[model.__name__](), cls.makers[model.__name__]()) for model in models_of_app}

    def each(self, check):
        """Call `check(model, constraint, a good row, what makes it bad)` for every constraint, and undo what it did."""
        for model, constraint in self.constraints():
            with self.subTest(constraint=constraint.name), transaction.atomic():
                row, twin = (copy.copy(row) for row in self.rows[model])
                if isinstance(constraint, models.UniqueConstraint):
                    bad = {name: getattr(twin, name) for name in self.unique_together(model, constraint)} or {
                        "code": "/".join([*twin.code.split("/")[:-1], twin.code.split("/")[-1].swapcase()])
                    }
                else:
                    bad = self.case(constraint)
                    self.assertIsNotNone(bad, "Say here what this constraint refuses.")
                    bad = bad(row) if callable(bad) else bad
                check(model, constraint, row, bad)
                transaction.set_rollback(True)

    @staticmethod
    def unique_together(model, constraint):
        """Return the names of the fields that a unique constraint compares; [] for one that compares what they hold."""
        columns = {column.attname: column.name for column in model._meta.concrete_fields}
        return [columns[name] for found, names in unique_keys(model) if found is constraint for name in names]

    def refusal(self, constraint):
        """Return the pattern of the database's own words, which name the constraint wherever the engine does so."""
        if connection.vendor == "sqlite" and isinstance(constraint, models.UniqueConstraint) and constraint.fields:
            return "UNIQUE constraint failed: .*" + ".*".join(constraint.fields)
        return re.escape(constraint.name)

    def test_every_case_is_one_of_a_constraint_that_exists(self):
        names = {constraint.name for _model, constraint in self.constraints()}
        self.assertEqual(set(self.bad) - names, set())

    def test_a_form_says_in_a_sentence_how_to_mend_it(self):
        def check(model, constraint, row, bad):
            if "code" in bad and isinstance(constraint, models.UniqueConstraint):
                twin = self.rows[model][1]
                bad = {**bad, **{name: getattr(twin, name) for name in model.code_under}}  # what the code stands under
            message = str(constraint.violation_error_message)
            self.assertRegex(message, r"^[A-Z].*(\.|: mc-08/15d\.)$")
            self.assertNotEqual(message, str(constraint.default_violation_error_message))
            for name, value in bad.items():
                setattr(row, name, value)
            with self.assertRaises(ValidationError) as caught:
                row.full_clean()
            found = caught.exception.message_dict
            self.assertIn(message, found[row.field_concerned(constraint)])

        self.each(check)

    def test_the_database_refuses_it_when_created_by_set(self):
        def check(model, constraint, row, bad):
            values = {
                field.name: getattr(row, field.name) for field in model._meta.concrete_fields if not field.generated
            }
            values |= {"id": None, **bad}
            with change(by=None), maintenance():
                models.QuerySet(model).filter(pk=row.pk)._raw_delete("default")  # it makes way for its bad copy
            with (
                change(by=None),
                self.assertRaisesRegex(IntegrityError, self.refusal(constraint)),
                transaction.atomic(),
            ):
                model.objects.bulk_create([model(**values)])

        self.each(check)

    def test_the_database_refuses_it_when_updated_by_set(self):
        def check(model, constraint, row, bad):
            if "code" in bad:
                return  # set once: refused before it reaches the database
            if bad.get("record_state") == "published":
                with change(by=None), maintenance():
                    models.QuerySet(model).filter(pk=row.pk).update(record_state="draft")
            for name, value in bad.items():
                setattr(row, name, value)
            with (
                change(by=None),
                self.assertRaisesRegex(IntegrityError, self.refusal(constraint)),
                transaction.atomic(),
            ):
                model.objects.bulk_update([row], list(bad))

        self.each(check)
