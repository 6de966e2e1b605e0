"""Outcomes by paste: proposals to correct, what becomes of those kept, what is refused, and what many cost."""

import re
from itertools import groupby
from unittest import mock

from django.contrib.auth.models import Permission
from django.db import connection, reset_queries
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from baliprocess.models import Change
from meetings.models import Outcome
from tests import factories as make
from tests.desk import address, controls, said

STATEMENT = """Co-Chairs' statement

1. Ministers noted what had happened.
15. Ministers reaffirmed the approach. They committed to:
(a) Implement the strategy;
(d) Task the Regional Support Office with a study.
16. Ministers agreed
to meet again.
"""


def paste(client, meeting, text=STATEMENT, **values):
    """Paste a text and return the page with the proposals."""
    return client.post(address(meeting, "outcomes"), {"text": text, "split": "Split", **values})


def send(client, meeting, data, **values):
    """Send the proposals with some values changed."""
    return client.post(address(meeting, "outcomes"), {**data, "_save": "Save", **values}, follow=True)


def errors(response):
    """Return [(whose paragraph, sentence)] of what the page complains about."""
    return [(number, sentence) for _id, number, sentence in response.context["errors"]]


class PasteTestCase(TestCase):
    """A published meeting with a source, and an editor, who may not publish."""

    @classmethod
    def setUpTestData(cls):
        cls.editor = make.make_user("Editor")
        cls.source = make.make_document(title="The statement")
        cls.meeting = make.make_meeting(code="mc-08", source=cls.source, locator="paragraph 1")
        cls.office = make.make_body(code="rso", name="Regional Support Office", acronym="RSO")

    def setUp(self):
        self.client.force_login(self.editor)


class Proposals(PasteTestCase):
    """What a pasted text is split into; nothing is written by it."""

    def test_each_paragraph_is_proposed_with_what_its_verb_suggests(self):
        page = paste(self.client, self.meeting)
        data = controls(page)
        rows = [[data.get(f"o{n}-{name}", "") for name in ("keep", "paragraph", "parent", "kind")] for n in range(6)]
        self.assertEqual(
            rows,
            [
                ["", "", "", ""],
                ["on", "1", "", "observation"],
                ["on", "15", "", "reaffirmation"],
                ["on", "15(a)", "15", "commitment"],
                ["on", "15(d)", "15", "tasking"],
                ["on", "16", "", "decision"],
            ],
        )
        self.assertEqual(data["o5-title"], "Ministers agreed to meet again")
        self.assertEqual(data["o5-summary"], "Ministers agreed to meet again.")
        self.assertEqual(data["o0-summary"], "Co-Chairs' statement")
        self.assertEqual((data["all-source"], data["text"]), (str(self.source.pk), STATEMENT))
        self.assertContains(page, "suggested by “committed”")
        self.assertContains(page, "in our own words")
        self.assertEqual(Outcome.objects.count(), 0)

    def test_a_text_without_numbers_is_explained_and_kept(self):
        for text, sentence in (
            ("No number.\nNone.", "No numbered paragraph was found."),
            ("", "Paste the paragraphs first."),
            ("\n".join(f"{n}. A" for n in range(1, 502)), "There are 501 paragraphs. Paste at most 500 at once."),
        ):
            page = paste(self.client, self.meeting, text)
            self.assertContains(page, sentence)
            self.assertEqual(controls(page)["text"], text)

    def test_splitting_again_to_no_avail_keeps_the_proposals(self):
        data = controls(paste(self.client, self.meeting))
        page = paste(self.client, self.meeting, **{**data, "text": "Nothing", "o1-title": "Corrected"})
        self.assertContains(page, "No numbered paragraph was found.")
        again = controls(page)
        self.assertEqual((again["o1-title"], again["text"], again["o3-parent"]), ("Corrected", "Nothing", "15"))
        page = paste(self.client, self.meeting, **{**data, "text": "7. Another"})
        self.assertEqual((controls(page)["o0-paragraph"], controls(page)["rows"]), ("7", "1"))

    def test_what_is_there_already_is_shown_and_not_ticked(self):
        outcome = make.make_outcome(meeting=self.meeting, paragraph="15(d)")
        page = paste(self.client, self.meeting)
        self.assertNotIn("o4-keep", controls(page))
        self.assertContains(page, f'There already: <a href="{address(outcome, "change")}">mc-08/15d</a>')


class Saving(PasteTestCase):
    """One change, all of it drafts."""

    def test_those_kept_become_drafts_with_codes_source_and_parents(self):
        data = controls(paste(self.client, self.meeting))
        before = Change.objects.count()
        del data["o1-keep"]
        values = {"o4-addressees": "rso; Members; ", "o3-title": "", "all-why": "From the statement"}
        page = send(self.client, self.meeting, data, **values)
        self.assertRedirects(page, address(self.meeting, "outcomes"))
        (made,) = Change.objects.order_by("id")[before:]
        self.assertEqual((made.by, made.why), (self.editor, "From the statement"))
        outcomes = list(Outcome.objects.order_by("position"))
        self.assertEqual(
            [(o.code, o.parent and o.parent.code, o.paragraph, o.locator) for o in outcomes],
            [
                ("mc-08/15", None, "15", "paragraph 15"),
                ("mc-08/15a", "mc-08/15", "15(a)", "paragraph 15(a)"),
                ("mc-08/15d", "mc-08/15", "15(d)", "paragraph 15(d)"),
                ("mc-08/16", None, "16", "paragraph 16"),
            ],
        )
        self.assertEqual(
            {(o.record_state, o.source, o.meeting) for o in outcomes}, {("draft", self.source, self.meeting)}
        )
        self.assertEqual([o.position for o in outcomes], [1, 2, 3, 4])
        self.assertEqual(outcomes[1].title, "Implement the strategy")
        directed = [(a.body, a.text) for a in outcomes[2].addressees.order_by("code")]
        self.assertEqual(directed, [(self.office, ""), (None, "Members")])
        self.assertEqual({o.history.count() for o in outcomes}, {1})
        self.assertEqual(
            said(page),
            [
                "4 outcomes were entered as drafts: mc-08/15 – mc-08/16.",
                "Kept in words, as no body or participant has the name: Members.",
            ],
        )
        self.assertContains(page, "4 outcomes are entered.")
        for outcome in outcomes:
            self.assertContains(page, address(outcome, "change"))

    def test_a_due_date_is_proposed_where_it_is_plain_and_saved_as_it_was_corrected(self):
        text = """1. Ministers noted the report due by 31 December 2024.
2. Ministers tasked the office to report by 31 December 2025.
3. Ministers tasked the office to report by the end of 2026.
4. Ministers agreed that members would report by the end of June 2027."""
        data = controls(paste(self.client, self.meeting, text))
        self.assertEqual([data[f"o{n}-due"] for n in range(4)], ["", "2025-12-31", "2026", "2027-06"])
        self.assertEqual(data["o3-nature"], "operational")
        send(self.client, self.meeting, data, **{"o1-due": "2025-11"})
        self.assertEqual(
            list(Outcome.objects.order_by("code").values_list("due", flat=True)), ["", "2025-11", "2026", "2027-06"]
        )

    def test_later_ones_stand_under_what_was_there_and_after_it(self):
        above = make.make_outcome(meeting=self.meeting, paragraph="15", position=7)
        data = controls(paste(self.client, self.meeting, "15(b) Do more.\n(i) First."))
        self.assertEqual(data["o0-parent"], "15")
        send(
            self.client,
            self.meeting,
            data,
            **{f"o{n}-kind": "request" for n in range(2)},
            **{f"o{n}-nature": "operational" for n in range(2)},
        )
        child, grandchild = Outcome.objects.exclude(pk=above.pk).order_by("position")
        self.assertEqual((child.parent, child.position, grandchild.parent), (above, 8, child))
        self.assertEqual(grandchild.code, "mc-08/15bi")

    def test_a_paragraph_without_a_number_is_given_a_code(self):
        data = controls(paste(self.client, self.meeting))
        for n in range(1, 6):
            del data[f"o{n}-keep"]
        send(self.client, self.meeting, data, **{"o0-keep": "on", "o0-kind": "record", "o0-nature": "informational"})
        outcome = Outcome.objects.get()
        self.assertEqual((outcome.code, outcome.locator), ("mc-08/o-1", ""))


class Refusing(PasteTestCase):
    """Beside the row, with everything typed kept, and nothing written."""

    def refused(self, **values):
        data = controls(paste(self.client, self.meeting))
        before = Outcome.objects.count()
        page = send(self.client, self.meeting, data, **{"o2-summary": "Corrected", **values})
        self.assertEqual(Outcome.objects.count(), before)
        again = controls(page)
        self.assertEqual(again["o2-summary"], "Corrected")
        self.assertEqual({name: again[name] for name in values}, values)
        self.assertEqual(again["text"], STATEMENT)
        return errors(page)

    def test_a_paragraph_that_is_there_already(self):
        make.make_outcome(meeting=self.meeting, paragraph="15 (d)", code="mc-08/15d")
        ((number, sentence),) = self.refused(**{"o4-keep": "on"})
        self.assertEqual(number, "15(d)")
        self.assertIn("mc-08/15d is this paragraph already.", sentence)

    def test_a_paragraph_that_stands_twice(self):
        self.assertEqual(
            self.refused(**{"o4-paragraph": "15a"}), [("15a", "This paragraph stands here twice. Correct one of them.")]
        )

    def test_parents_that_are_not_kept_or_lead_in_a_circle(self):
        ((number, sentence),) = self.refused(**{"o3-parent": "99"})
        self.assertEqual((number, sentence), ("15(a)", "Paragraph 99 is not kept here, nor entered yet."))
        found = self.refused(**{"o2-parent": "15(d)"})
        self.assertEqual([number for number, _sentence in found], ["15", "15(d)"])
        self.assertIn("A paragraph can't be part of itself.", found[0])
        self.assertEqual([number for number, _sentence in self.refused(**{"o1-parent": "1"})], ["1"])

    def test_what_is_missing_or_too_long(self):
        found = self.refused(
            **{
                "o1-kind": "",
                "o1-nature": "",
                "o1-title": "",
                "o1-summary": "",
                "o5-title": "x" * 256,
                "o5-addressees": "y" * 201,
            }
        )
        self.assertEqual([number for number, _sentence in found], ["1", "1", "1", "16", "16"])
        self.assertIn(("1", "Choose the kind."), found)

    def test_a_due_date_that_is_none_or_of_what_asks_for_nothing(self):
        found = self.refused(**{"o1-due": "2025-12-31", "o1-nature": "informational", "o2-due": "next year"})
        self.assertIn(("1", "Only an operational outcome has a due date."), found)
        self.assertEqual([number for number, _sentence in found], ["1", "15"])

    def test_an_addressee_that_may_be_several(self):
        for code in ("group-1", "group-2"):
            make.make_body(code=code, name="Working Group")
        ((_number, sentence),) = self.refused(**{"o5-addressees": "Working Group"})
        self.assertIn("group-1 or group-2", sentence)

    def test_a_source_that_is_no_document(self):
        data = controls(paste(self.client, self.meeting))
        for source in ("x", "\0", "9" * 30, "9" * 5000):
            with self.subTest(source[:5]):
                page = send(self.client, self.meeting, data, **{"all-source": source})
                self.assertEqual([number for number, _sentence in errors(page)], [""])
        self.assertEqual(Outcome.objects.count(), 0)

    def test_an_addressee_that_may_be_a_body_or_a_participant(self):
        make.make_body(code="mo", name="Migration Organization")
        iom = make.make_participant(code="iom", name="Migration Organization", acronym="RSO")
        ((_number, sentence),) = self.refused(**{"o5-addressees": "Migration Organization; RSO"})
        self.assertEqual(
            sentence, "Both a body and a participant are called “Migration Organization”. Write a code: mo or iom."
        )
        send(self.client, self.meeting, controls(paste(self.client, self.meeting)), **{"o5-addressees": "iom; RSO"})
        directed = [(a.body, a.participant) for a in Outcome.objects.get(paragraph="16").addressees.order_by("code")]
        self.assertEqual(directed, [(None, iom), (self.office, None)])

    def test_nothing_ticked(self):
        data = controls(paste(self.client, self.meeting))
        data = {name: value for name, value in data.items() if not name.endswith("-keep")}
        self.assertContains(send(self.client, self.meeting, data), "Tick at least one paragraph to keep.")


class WhoMay(PasteTestCase):
    """Looking needs the permission to view outcomes, pasting to add them."""

    def test_a_viewer_sees_the_list_and_pastes_nothing(self):
        outcome = make.make_outcome(meeting=self.meeting)
        self.client.force_login(make.make_user("Viewer"))
        page = self.client.get(address(self.meeting, "outcomes"))
        self.assertContains(page, outcome.title)
        self.assertNotContains(page, "Split into paragraphs")
        self.assertEqual(paste(self.client, self.meeting).status_code, 403)

    def test_the_body_that_writes_for_an_editor_writes_nothing_for_others(self):
        data = controls(paste(self.client, self.meeting))
        before = Change.objects.count()
        for group in ("Viewer", ""):
            self.client.force_login(make.make_user(group))
            self.assertEqual(send(self.client, self.meeting, data).status_code, 403, group)
        self.assertEqual((Outcome.objects.count(), Change.objects.count()), (0, before))
        self.client.force_login(self.editor)
        self.assertRedirects(send(self.client, self.meeting, data), address(self.meeting, "outcomes"))
        self.assertEqual(Outcome.objects.count(), 5)

    def test_the_meeting_must_be_theirs_to_see(self):
        clerk = make.make_user()
        may = ["view_outcome", "add_outcome", "add_outcomeaddressee"]
        clerk.user_permissions.set(Permission.objects.filter(codename__in=may))
        self.client.force_login(clerk)
        self.assertEqual(self.client.get(address(self.meeting, "outcomes")).status_code, 403)
        self.assertEqual(paste(self.client, self.meeting).status_code, 403)
        clerk.user_permissions.add(Permission.objects.get(codename="view_meeting"))
        self.assertEqual(paste(self.client, self.meeting).status_code, 200)

    def test_a_place_in_the_source_is_written_in_english_whatever_the_desk_speaks(self):
        self.client.force_login(self.editor)
        data = controls(paste(self.client, self.meeting))
        with mock.patch("meetings.entry.outcomes._", side_effect=lambda text: "XX " + text):
            send(self.client, self.meeting, data)
        self.assertEqual(Outcome.objects.get(paragraph="16").locator, "paragraph 16")

    def test_others_are_kept_out(self):
        self.client.force_login(make.make_user())
        self.assertEqual(self.client.get(address(self.meeting, "outcomes")).status_code, 403)
        self.client.logout()
        self.assertEqual(self.client.get(address(self.meeting, "outcomes")).status_code, 302)


class ManyParagraphs(PasteTestCase):
    """Two hundred paragraphs cost as many statements as ten; SQLite cuts those that write many rows."""

    def measure(self, first, last):
        text = "\n".join(f"{n}. Ministers noted {n}.\n(a) Task the RSO" for n in range(first, last))
        with CaptureQueriesContext(connection) as splitting:
            data = controls(paste(self.client, self.meeting, text))
        data |= {name.replace("keep", "addressees"): "RSO; Members" for name in data if name.endswith("-keep")}
        with CaptureQueriesContext(connection) as saving:
            page = self.client.post(address(self.meeting, "outcomes"), {**data, "_save": "Save"})
        self.assertEqual(page.status_code, 302, page.context and errors(page))
        with CaptureQueriesContext(connection) as opening:
            self.client.get(address(self.meeting, "outcomes"))
        reset_queries()
        return tuple(map(self.number_of, (splitting, saving, opening)))

    def number_of(self, queries):
        kinds = (re.match(r"(INSERT INTO|UPDATE) \S+|", query["sql"])[0] or query["sql"] for query in queries)
        return sum(1 for _kind in groupby(kinds))

    def test_10_and_200(self):
        few = self.measure(1, 6)
        many = self.measure(6, 106)
        self.assertEqual(few, many)
        self.assertEqual(Outcome.objects.count(), 210)
