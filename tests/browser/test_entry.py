"""The fast entry of a meeting in a real browser: by the keyboard, without a script, and without a barrier."""

import pytest

from meetings.models import Meeting
from tests import factories as make
from tests.browser.desk import DeskTestCase
from tests.desk import address


@pytest.mark.browser
class AttendanceGrid(DeskTestCase):
    """The attendance of a meeting with four members and an observer."""

    def setUp(self):
        super().setUp()
        self.meeting = make.make_meeting(start="2023-02-10")
        self.members = [make.make_participant(name=name) for name in ("Australia", "Bhutan", "China", "Fiji")]
        self.canada = make.make_participant(name="Canada")
        for participant in (*self.members, self.canada):
            make.make_membership(
                participant=participant, category="observer" if participant == self.canada else "member", start="2002"
            )
        self.person = make.make_person(name="Penny Wong")

    def box(self, participant, column):
        return f"#id_p{participant.pk}-{column}"

    def presences(self):
        return {row.participant.name: row.presence for row in self.meeting.attendances.select_related("participant")}

    def test_it_has_no_barrier(self):
        make.make_attendance(meeting=self.meeting, participant=self.members[0])
        self.open(address(self.meeting, "attendance"))
        self.check("attendance")
        self.page.select_option(self.box(self.members[1], "presence"), "present")
        self.page.fill(self.box(self.members[1], "head"), "Nobody")
        self.page.locator("input[name=_save]").first.click()
        self.page.wait_for_selector(".errornote")
        self.assertEqual(self.page.evaluate("document.activeElement.name"), f"p{self.members[1].pk}-head")
        self.check("attendance with an error")

    def test_one_key_sets_a_presence_and_goes_on_to_the_next_line(self):
        self.open(address(self.meeting, "attendance"))
        self.page.focus(self.box(self.members[0], "presence"))
        for key in ("p", "a", "Delete", "b", "i"):
            self.page.keyboard.press(key)
        # Up a column by Enter, and a name that the list of suggestions knows.
        self.page.focus(self.box(self.members[1], "level"))
        self.page.keyboard.press("Shift+Enter")
        self.page.keyboard.type("Min")
        self.page.keyboard.press("Tab")
        self.page.keyboard.type("penny wong")
        self.page.keyboard.press("Enter")
        self.assertEqual(self.page.evaluate("document.activeElement.name"), f"p{self.members[1].pk}-head")
        self.page.locator("input[name=_save]").first.focus()
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector(".messagelist .success")
        self.assertEqual(
            self.presences(), {"Australia": "present", "Bhutan": "apologies", "Fiji": "absent", "Canada": "invited"}
        )
        first = self.meeting.attendances.get(participant=self.members[0])
        self.assertEqual((first.level, first.head), ("minister", self.person))
        self.assertEqual(self.witness.complaints, [])

    def test_all_present_and_then_who_was_not(self):
        self.open(address(self.meeting, "attendance"))
        self.page.get_by_role("button", name="All present: members").click()
        self.page.focus(self.box(self.members[2], "presence"))
        self.page.keyboard.press("Delete")
        self.page.locator("input[name=_save]").first.click()
        self.page.wait_for_selector(".messagelist .success")
        self.assertEqual(self.presences(), dict.fromkeys(["Australia", "Bhutan", "Fiji"], "present"))

    def test_without_a_script(self):
        context = self.page.context.browser.new_context(java_script_enabled=False)
        context.add_cookies(self.page.context.cookies())
        page = context.new_page()
        page.goto(self.live_server_url + address(self.meeting, "attendance"))
        page.get_by_role("button", name="All present: members").click()
        page.get_by_role("button", name="More lines for further participants").click()
        page.select_option(self.box(self.canada, "presence"), "absent")
        page.locator("input[name=_save]").first.click()
        page.wait_for_selector(".messagelist .success")
        self.assertEqual(self.presences(), {**{m.name: "present" for m in self.members}, "Canada": "absent"})
        context.close()


@pytest.mark.browser
class PastedOutcomes(DeskTestCase):
    """A statement pasted, corrected and saved."""

    TEXT = "1. Ministers noted it.\n2. Ministers committed to:\n(a) Do one thing;\n(b) Task the Office with another."

    def setUp(self):
        super().setUp()
        self.meeting = make.make_meeting(code="mc-08", source=make.make_source(), locator="paragraph 1")
        make.make_body(code="rso", name="Regional Support Office", acronym="RSO")

    def split(self, page):
        page.goto(self.live_server_url + address(self.meeting, "outcomes"))
        page.get_by_label("Numbered paragraphs").fill(self.TEXT)
        page.get_by_role("button", name="Split into paragraphs").click()
        page.wait_for_selector(".entry-proposals")

    def test_no_step_has_a_barrier(self):
        make.make_outcome(meeting=self.meeting, paragraph="1")
        self.open(address(self.meeting, "outcomes"))
        self.check("the list")
        self.split(self.page)
        self.check("the proposals")
        self.page.get_by_label("Keep: paragraph 1").check()
        self.page.get_by_role("button", name="Save as drafts").first.click()
        self.page.wait_for_selector(".errornote")
        self.check("the proposals with an error")

    def test_it_is_pasted_corrected_and_saved_by_the_keyboard(self):
        self.split(self.page)
        self.page.get_by_label("Directed to: paragraph 2(b)").focus()
        self.page.keyboard.type("RSO")
        self.page.keyboard.press("Shift+Tab")  # the summary
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type("The Office is to do it.")
        self.page.keyboard.press("Shift+Tab")  # the title
        self.page.keyboard.type("Another thing")
        self.page.get_by_role("button", name="Save as drafts").last.focus()
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector(".messagelist .success")
        codes = list(self.meeting.outcomes.order_by("position").values_list("code", flat=True))
        self.assertEqual(codes, ["mc-08/1", "mc-08/2", "mc-08/2a", "mc-08/2b"])
        last = self.meeting.outcomes.get(code="mc-08/2b")
        self.assertEqual((last.title, last.summary), ("Another thing", "The Office is to do it."))
        self.assertEqual((last.kind, last.addressees.get().body.code), ("tasking", "rso"))
        self.assertEqual(self.witness.complaints, [])

    def test_without_a_script(self):
        context = self.page.context.browser.new_context(java_script_enabled=False)
        context.add_cookies(self.page.context.cookies())
        page = context.new_page()
        self.split(page)
        page.get_by_role("button", name="Save as drafts").first.click()
        page.wait_for_selector(".messagelist .success")
        self.assertEqual(self.meeting.outcomes.filter(record_state="draft").count(), 4)
        context.close()


@pytest.mark.browser
class NextMeeting(DeskTestCase):
    """From one meeting of a series to the next."""

    def test_it_is_proposed_with_its_chairs_and_no_barrier(self):
        body = make.make_body()
        make.make_role(body=body, participant=make.make_participant(name="Australia"), start="2002")
        meeting = make.make_meeting(code="mc-08", name="Eighth Conference", series="Conference", ordinal=8, body=body)
        self.open(address(meeting, "change"))
        self.page.get_by_role("link", name="Propose its chairs").click()
        self.page.wait_for_selector("#id_roles-0-participant")
        self.check("chairs proposed")
        self.page.get_by_role("link", name="Enter the next of this series").click()
        self.page.wait_for_selector("text=Proposed as the next of")
        self.check("the next meeting")
        self.page.locator("input[name=_save]").first.click()
        self.page.wait_for_selector(".messagelist .success")
        chair = Meeting.objects.get(code="mc-09").roles.get()
        self.assertEqual(str(chair.participant), "Australia")
        self.open(address(Meeting, "add"))
        self.page.get_by_text("Enter the next of a series").click()
        self.check("every series")
