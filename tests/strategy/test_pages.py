"""The public pages of strategies and action items."""

from html import unescape

from django.test import TestCase

from strategy.models import ActionItemMandate, Milestone, Responsibility
from tests.factories import (
    make,
    make_area,
    make_body,
    make_citation,
    make_document,
    make_item,
    make_meeting,
    make_outcome,
    make_participant,
    make_progress,
    make_strategy,
)
from tests.lists import ListPage
from tests.pages import RecordPage

DRAFT = {"record_state": "draft"}


class StrategyList(ListPage, TestCase):
    url = "/strategies/"
    name = "title"
    orders = ["-adopted", "adopted", "title"]
    bad = [("kind=nonsense", "kind")]
    narrowing = [("kind=road-map", {"kind": "road-map"}, {"kind": "work-plan"})]
    make = staticmethod(make_strategy)

    def test_it_counts_public_items_alone(self):
        strategy = make_strategy()
        for state in ("published", "published", "draft", "withdrawn"):
            make_item(strategy=strategy, record_state=state)
        self.assertEqual(self.get().context["rows"][0].item_count, 2)


class StrategyPage(RecordPage, TestCase):
    field = "end"
    make = staticmethod(make_strategy)

    def surround(self, record, many):
        for _ in range(many):
            item = make_item(strategy=record, area=make_area(strategy=record))
            make(Responsibility, item=item, body=make_body(), role="lead")
            make(Responsibility, item=item, participant=make_participant(), role="supporting")
            make_citation(make_progress(item=item))

    def hide_around(self, record):
        make_item(strategy=record, title="Hidden", **DRAFT)
        make_item(strategy=record, title="Hidden", record_state="withdrawn")

    def test_who_is_not_public_carries_nothing_in_public(self):
        item = make_item()
        make(Responsibility, item=item, body=make_body(name="Hidden", **DRAFT), role="lead")
        make(Responsibility, item=item, participant=make_participant(name="Hidden", **DRAFT), role="supporting")
        make_progress(item=item, status="complete", **DRAFT)
        response = self.get(item.strategy)
        self.assertNotContains(response, "Hidden")
        self.assertEqual([line["label"] for line in response.context["tally"]], ["No update yet"])

    def test_drafts_around_it_are_not_named(self):
        strategy = make_strategy(
            body=make_body(name="Hidden", **DRAFT),
            document=make_document(title="Hidden", access="staff"),
            adopted_by=make_outcome(title="Hidden", meeting=make_meeting(**DRAFT)),
            supersedes=make_strategy(title="Hidden", **DRAFT),
        )
        self.assertNotContains(self.get(strategy), "Hidden")

    def test_its_items_are_counted_and_filtered_as_at_the_day(self):
        strategy, body, land = make_strategy(), make_body(code="rso"), make_participant(code="AUS")
        done, late = (make_item(strategy=strategy, due="2024-03") for _ in range(2))
        make_progress(item=done, as_of="2024-02-01", status="complete")
        make(Responsibility, item=done, body=body, role="lead")
        make(Responsibility, item=late, participant=land, role="lead")
        for query, found in (
            ("", [done, late]),
            ("?status=complete", [done]),
            ("?status=complete&on=2024-01-31", []),
            ("?status=not-reported&on=2024-01-31", [done, late]),
            ("?schedule=overdue", [late]),
            ("?schedule=overdue&on=2024-03-31", []),
            ("?body=rso", [done]),
            ("?participant=AUS", [late]),
            ("?q=" + late.title, [late]),
        ):
            with self.subTest(query=query):
                shown = [item for _area, items in self.get(strategy, query).context["areas"] for item in items]
                self.assertEqual(shown, found)

    def test_a_bad_filter_is_explained_and_lists_nothing(self):
        item = make_item()
        for query in (
            "status=nonsense",
            "schedule=late",
            "body=nowhere",
            "participant=%00",
            "nonsense=1",
            "on=2005",
            "q=%00",
        ):
            with self.subTest(query=query):
                response = self.get(item.strategy, f"?{query}")
                errors = [text for texts in response.context["filter"].form.errors.values() for text in texts]
                self.assertTrue(errors)
                for text in errors:
                    self.assertIn(text, unescape(response.content.decode()))
                self.assertContains(response, "Nothing is listed until the filter is corrected.")
                self.assertNotContains(response, item.title)
                self.assertIn("no-store", response.headers["Cache-Control"])


class WhereAnItemsPartsStand(TestCase):
    def test_mandates_and_milestones_name_their_source(self):
        item, document = make_item(), make_document(title="The plan")
        where = {"source": document, "locator": "page 3"}
        make(ActionItemMandate, item=item, outcome=make_outcome(), **where)
        make(Milestone, item=item, title="First draft", **where)
        make(Responsibility, item=item, body=make_body(), role="lead", **where)
        page = self.client.get(item.get_absolute_url()).content.decode()
        self.assertEqual(page.count(f'<a href="{document.get_absolute_url()}">The plan</a>, page 3'), 3)


class ItemPage(RecordPage, TestCase):
    field = "due"
    has_day = False
    make = staticmethod(make_item)

    def surround(self, record, many):
        for _ in range(many):
            make(Responsibility, item=record, body=make_body(), role="implementing")
            make(Responsibility, item=record, participant=make_participant(), role="supporting")
            make(ActionItemMandate, item=record, outcome=make_outcome())
            make(Milestone, item=record, title="A step")
            make_citation(make_progress(item=record))

    def hide_around(self, record):
        make(Responsibility, item=record, body=make_body(name="Hidden", **DRAFT), role="lead")
        make(Responsibility, item=record, participant=make_participant(name="Hidden", **DRAFT), role="supporting")
        make(ActionItemMandate, item=record, outcome=make_outcome(title="Hidden", **DRAFT))
        make(ActionItemMandate, item=record, outcome=make_outcome(title="Hidden", meeting=make_meeting(**DRAFT)))
        make_progress(item=record, summary="Hidden", status="complete", **DRAFT)

    def test_it_is_public_with_its_strategy(self):
        self.assertEqual(self.get(make_item(strategy=make_strategy(**DRAFT))).status_code, 404)
        gone = make_strategy(record_state="withdrawn", withdrawn_reason="Another text was adopted.")
        self.assertContains(self.get(make_item(strategy=gone)), "Another text was adopted.", status_code=410)

    def test_it_tells_status_schedule_and_evidence_apart(self):
        item = make_item(due="2024-03", is_continuing=True)
        make_citation(
            make_progress(item=item, as_of="2024-02", status="substantial"), document=make_document(title="The proof")
        )
        seen = self.text(self.get(item))
        for words in (
            "Substantial progress as of February 2024 continuing",
            "Schedule Overdue",
            "Evidence Documented",
            "Also in – The proof, page 2",
        ):
            self.assertIn(words, seen)
