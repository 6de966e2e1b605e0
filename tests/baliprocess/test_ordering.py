"""Every list comes in one order, whatever the engine and the language that its database sorts by."""

from django.apps import apps
from django.contrib import admin
from django.db import models
from django.db.models import F
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce
from django.test import TestCase

from baliprocess.changes import guarded_models
from baliprocess.codes import SortedByCodePoint
from baliprocess.lists import RecordFilterSet
from baliprocess.models import FormerCode
from baliprocess.ordering import ByCodePoint
from baliprocess.records import NamesRecord
from meetings.models import Attendance, Outcome
from registry.models import BodyPlace, Contact, Participant
from tests import factories
from tests.desk import address
from tests.lists import NAMES_IN_ORDER

KINDS = {"record_kind", "kind"}  # of a citation and of a former code: names of our models


def differs(model, term, may_be_null=False):
    """Yield what engines would sort differently of a term of an ordering: unlike text, or where nothing goes."""
    says_where = isinstance(term, OrderBy) and (term.nulls_last or term.nulls_first)
    if isinstance(term, OrderBy) and isinstance(term.expression, Coalesce):
        for one in term.expression.get_source_expressions():
            yield from differs(model, OrderBy(one, nulls_last=term.nulls_last), may_be_null)
        return
    if isinstance(term, OrderBy) and isinstance(term.expression, ByCodePoint):
        return  # text that every engine compares alike
    path = (term.expression.name if isinstance(term, OrderBy) else term).lstrip("-")
    if (model, path) == (Participant, "category"):
        return  # of the spell in the register: one of four words
    field, at = None, model
    for name in path.split("__"):
        field = at._meta.get_field(name)
        may_be_null = may_be_null or field.null
        at = field.related_model
    if field.is_relation:
        for below in at._meta.ordering:
            yield from differs(at, below, may_be_null)
        return
    if may_be_null and not says_where:
        yield f"{model.__name__} {path} may be missing"
    if isinstance(field, models.CharField | models.TextField) and not isinstance(field, SortedByCodePoint):
        values = [value for value, _label in field.flatchoices]
        if issubclass(model, NamesRecord | FormerCode) and path in KINDS:
            values = list(NamesRecord.models_by_kind())
        # A language passes over hyphens.
        if not values or sorted(values) != sorted(values, key=lambda value: value.replace("-", "")):
            yield f"{model.__name__} {path} is text"


def filter_sets(above=RecordFilterSet):
    for filterset in above.__subclasses__():
        yield filterset
        yield from filter_sets(filterset)


class Declared(TestCase):
    """What models and lists declare says all that engines need to agree."""

    def test_the_order_of_each_model(self):
        for model in [*guarded_models(), FormerCode]:
            with self.subTest(model=model.__name__):
                self.assertEqual([found for term in model._meta.ordering for found in differs(model, term)], [])

    def test_the_orders_of_each_list(self):
        self.client.get("/")  # the addresses name the lists
        self.assertGreater(len(list(filter_sets())), 5)
        for filterset in filter_sets():
            for name, (terms, _label) in filterset.orders.items():
                with self.subTest(list=filterset.__name__, order=name):
                    model = filterset._meta.model
                    if model is None:  # the timeline's lines, put together of many models
                        self.assertLessEqual({term.lstrip("-") for term in terms}, {"day", "rank"})
                        continue
                    self.assertEqual([found for term in terms for found in differs(model, term)], [])

    def test_the_check_finds_what_is_planted(self):
        for model, term in (
            (Participant, "name"),
            (Participant, "-verified_on"),
            (Contact, "participant__name"),
            (Attendance, "position"),
            (Attendance, F("position").asc()),
            (Attendance, "head"),
        ):
            with self.subTest(model=model.__name__, term=term):
                self.assertTrue(list(differs(model, term)))


class Missing(TestCase):
    """What has no place of its own comes last."""

    def test_attendances_without_a_place_in_the_list(self):
        meeting = factories.make_meeting()
        places = [None, 2, 1]
        made = {place: factories.make_attendance(meeting=meeting, position=place) for place in places}
        expected = [made[1], made[2], made[None]]
        self.assertEqual(list(Attendance.objects.all()), expected)
        self.assertEqual(self.client.get(meeting.get_absolute_url()).context["attendance"], expected)

    def test_outcomes_of_no_meeting_and_of_one_without_a_day(self):
        document = factories.make_outcome(document=factories.make_document(code="a-document"))
        undated = factories.make_outcome(meeting=factories.make_meeting(start="", status="tentative"))
        older = factories.make_outcome(meeting=factories.make_meeting(start="2002-02"))
        newer = factories.make_outcome(meeting=factories.make_meeting(start="2023"))
        last = [undated, document]
        self.assertEqual(list(Outcome.objects.all()), [newer, older, *last])
        for order, first in (("-meeting", [newer, older]), ("meeting", [older, newer])):
            rows = self.client.get("/outcomes/", {"order": order}).context["rows"]
            self.assertEqual(list(rows), [*first, *last])
        self.assertEqual(list(self.client.get("/").context["outcomes"]), [newer, older])  # they are no latest


class AtTheDesk(TestCase):
    def setUp(self):
        self.client.force_login(factories.make_user("Administrator", is_superuser=True))

    def column(self, model, name):
        """Return the number by which the list's address names a column."""
        desk = admin.site.get_model_admin(model)
        return desk.list_display.index(name) + 1

    def rows(self, model, **query):
        response = self.client.get(address(model, "changelist"), query)
        self.assertEqual(response.status_code, 200)
        return list(response.context["cl"].result_list)

    def test_a_column_of_names_is_sorted_as_the_public_list_is(self):
        made = {factories.make_participant(name=name): name for name in reversed(NAMES_IN_ORDER)}
        number = self.column(Participant, "name")
        for order, names in ((number, NAMES_IN_ORDER), (-number, NAMES_IN_ORDER[::-1])):
            self.assertEqual([made[row] for row in self.rows(Participant, o=order)], names)

    def test_other_text_is_sorted_by_code_point(self):
        body = factories.make_body()
        for city in ("élan", "Bali", "a-z", "ab", "bali", "Zug"):
            factories.make(BodyPlace, body=body, city=city)
        found = [place.city for place in self.rows(BodyPlace, o=self.column(BodyPlace, "city"))]
        self.assertEqual(found, ["Bali", "Zug", "a-z", "ab", "bali", "élan"])

    def test_a_relation_that_is_missing_comes_last_and_the_others_as_their_own_list_has_them(self):
        factories.make_outcome(document=factories.make_document())
        for start in ("2002", "2023"):
            factories.make_outcome(meeting=factories.make_meeting(start=start))
        number = self.column(Outcome, "meeting")
        for order, starts in ((number, ["2023", "2002", None]), (-number, ["2002", "2023", None])):
            found = [row.meeting and row.meeting.start for row in self.rows(Outcome, o=order)]
            self.assertEqual(found, starts)

    def test_every_list_can_be_sorted_by_every_column(self):
        for model in apps.get_models():
            if model not in admin.site._registry:
                continue
            columns = len(admin.site.get_model_admin(model).list_display)
            for sign in ("", "-"):
                with self.subTest(model=model.__name__, sign=sign):
                    self.rows(model, o=".".join(f"{sign}{number}" for number in range(1, columns + 1)))
