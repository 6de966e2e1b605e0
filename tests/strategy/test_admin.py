"""The strategies at the desk: who leads, and areas of the item's own strategy."""

from django.test import TestCase

from baliprocess.models import Change
from strategy.models import ActionItem, Responsibility
from tests import factories as make
from tests.desk import add_row, errors_of, open_form, said, send_form


class ActionItems(TestCase):
    """An action item's form with its parts."""

    @classmethod
    def setUpTestData(cls):
        cls.publisher = make.make_user("Publisher")
        cls.strategy = make.make_strategy(code="adelaide-2023")
        cls.item = make.make_item(strategy=cls.strategy)
        cls.one, cls.other = make.make_body(), make.make_body()

    def setUp(self):
        self.client.force_login(self.publisher)
        self.before = Change.objects.count()

    def test_a_second_lead_is_refused_and_nothing_is_written(self):
        data = open_form(self.client, self.item)
        for body in (self.one, self.other):
            data = add_row(data, "responsibilities", body=body.pk, role="lead")
        response = send_form(self.client, self.item, data, title="Typed for long", why="The list")
        self.assertEqual(response.status_code, 200)
        self.assertIn("both lead the item", " ".join(errors_of(response)))
        self.assertContains(response, "Typed for long")
        self.assertEqual((Responsibility.objects.count(), Change.objects.count()), (0, self.before))
        self.assertEqual(said(response), [])

    def test_an_area_of_another_strategy_is_refused(self):
        area = make.make_area()
        data = open_form(self.client, self.item)
        response = send_form(self.client, self.item, data, area=area.pk)
        self.assertIn("is in an area of another strategy", " ".join(errors_of(response)))

    def test_a_code_left_blank_is_made_of_the_printed_number(self):
        data = add_row(open_form(self.client, ActionItem), "milestones", title="A step", due="2025-06")
        values = {"number": "2", "position": "2", "title": "Item", "summary": "What to do."}
        response = send_form(self.client, ActionItem, data, strategy=self.strategy.pk, **values)
        self.assertEqual(response.status_code, 302, response.context and errors_of(response))
        self.assertEqual(ActionItem.objects.get(code="adelaide-2023/2").milestones.get().due, "2025-06")
