"""What the strategies' tables refuse: a bad row by itself, and rules over several rows."""

from django.core.exceptions import ValidationError
from django.test import TestCase, TransactionTestCase

from baliprocess.changes import change
from baliprocess.records import RuleBroken
from strategy.models import ActionItem, ActionItemMandate, Milestone, ProgressUpdate, Responsibility
from tests.constraints import ConstraintCases
from tests.factories import (
    make,
    make_area,
    make_body,
    make_item,
    make_outcome,
    make_participant,
    make_progress,
    make_strategy,
)
from tests.writers import at_the_same_time


class EveryConstraint(ConstraintCases, TestCase):
    app = "strategy"
    makers = {
        "Strategy": make_strategy,
        "Area": make_area,
        "ActionItem": make_item,
        "ActionItemMandate": lambda: make(ActionItemMandate, item=make_item(), outcome=make_outcome()),
        "Responsibility": lambda: make(Responsibility, item=make_item(), body=make_body(), role="lead"),
        "Milestone": lambda: make(Milestone, item=make_item(), title="A step"),
        "ProgressUpdate": make_progress,
    }
    bad = {"responsibility_is_one": {"body": None}}

    def test_a_responsibility_is_one_s_alone(self):
        with self.assertRaisesMessage(ValidationError, "Name one: a body or a participant."):
            make(Responsibility, item=make_item(), body=make_body(), participant=make_participant(), role="lead")


class WhoLeads(TestCase):
    message = "both lead the item. It has one lead or none."

    def carry(self, item, role="lead"):
        return make(Responsibility, item=item, body=make_body(), role=role)

    def test_an_item_has_one_lead_or_none_on_every_path(self):
        item = make_item()
        self.carry(item, "supporting")
        self.carry(item)
        second = self.carry(item, "supporting")
        with self.assertRaisesMessage(RuleBroken, self.message):
            self.carry(item)
        for write in (
            lambda: Responsibility.objects.filter(pk=second.pk).update(role="lead"),
            lambda: Responsibility.objects.bulk_update([second], ["role"]),
            lambda: Responsibility.objects.bulk_create(
                [Responsibility(item=make_item(), body=make_body(), role="lead") for _ in range(1)]
                + [Responsibility(item=item, body=make_body(), role="lead")]
            ),
        ):
            second.role = "lead"
            with self.assertRaisesMessage(RuleBroken, self.message), change(by=None):
                write()
        self.assertEqual(Responsibility.objects.filter(role="lead").count(), 1)

    def test_withdrawn_items_do_not_count(self):
        item = make_item()
        self.carry(item)
        with change(by=None):
            item.withdraw("Entered twice.")
        self.carry(item)


class ItemsOfAStrategy(TestCase):
    def test_an_item_is_in_an_area_of_its_own_strategy(self):
        item, area = make_item(), make_area()
        with self.assertRaisesMessage(RuleBroken, "is in an area of another strategy"):
            make_item(area=area)
        with self.assertRaises(RuleBroken), change(by=None):
            ActionItem.objects.filter(pk=item.pk).update(area=area)
        make_item(strategy=area.strategy, area=area)

    def test_an_area_stays_with_its_strategy(self):
        area, other = make_area(), make_strategy()
        area.strategy = other
        with self.assertRaisesMessage(RuleBroken, f"{area.code} belongs to {other.code}"), change(by=None):
            area.save()

    def test_an_update_corrects_one_on_the_same_item(self):
        first = make_progress()
        make_progress(item=first.item, corrects=first)
        with self.assertRaisesMessage(RuleBroken, "corrects an update on something else"):
            make_progress(corrects=first)

    def test_a_continuing_activity_is_never_complete(self):
        item = make_item(is_continuing=True)
        make_progress(item=item, status="substantial")
        with self.assertRaisesMessage(RuleBroken, "is continuing, so it is never complete"):
            make_progress(item=item, status="complete")
        done = make_progress(status="complete").item
        done.is_continuing = True
        with self.assertRaisesMessage(RuleBroken, "is continuing, so it is never complete"), change(by=None):
            done.save()

    def test_a_published_update_stays_as_it_is(self):
        update = make_progress()
        for values in ({"status": "complete"}, {"summary": "Other words."}, {"as_of": "2025"}):
            with self.subTest(values=values), self.assertRaisesMessage(ValidationError, "Correct"), change(by=None):
                ProgressUpdate.objects.filter(pk=update.pk).update(**values)


class TwoWritersAtOnce(TransactionTestCase):
    def test_two_leads(self):
        item, one, two = make_item(), make_body(), make_body()

        def lead(body, code):
            def act(meet):
                with change(by=None):
                    Responsibility.objects.bulk_create([Responsibility(code=code, item=item, body=body, role="lead")])
                    meet()

            return act

        raised = at_the_same_time(lead(one, f"{item.code}/re-1"), lead(two, f"{item.code}/re-2"))
        self.assertEqual([type(error) for error in raised if error], [RuleBroken], raised)


class PublishedAgain(TestCase):
    """What counts for nothing while it is withdrawn counts again once it is published."""

    def test_an_item_does_not_come_back_with_two_leads(self):
        item = make_item()
        with change(by=None):
            item.withdraw("Entered twice.")
            for _number in range(2):
                Responsibility(item=item, body=make_body(), role="lead").save()
        with self.assertRaisesMessage(RuleBroken, "both lead the item"), change(by=None):
            item.publish()
