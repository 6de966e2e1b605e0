"""Attendance as a grid: who is offered a line, what is written, what is refused, and what many lines cost."""

import re
from itertools import groupby

from django.contrib.auth.models import Permission
from django.db import connection, reset_queries
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext

from baliprocess.changes import change
from baliprocess.models import Change
from meetings.models import Attendance, MeetingRole
from tests import factories as make
from tests.desk import address, controls, said


def grid_of(client, meeting):
    """Open the grid and return what it would send as it stands."""
    response = client.get(address(meeting, "attendance"))
    assert response.status_code == 200, response.status_code
    return controls(response)


def send(client, meeting, data, **values):
    """Send the grid with some values changed."""
    return client.post(address(meeting, "attendance"), {**data, "_save": "Save", **values})


def errors(response):
    """Return [(whose line, sentence)] of what a grid shown again complains about."""
    return [(who, sentence) for _id, who, sentence in response.context["errors"]]


def lines(response):
    """Return {group: names of participants} in the order of the page."""
    return {group.key: [line.participant.name for line in group.lines] for group in response.context["grid"].groups}


class GridTestCase(TestCase):
    """A meeting of February 2023 with two members and an observer."""

    @classmethod
    def setUpTestData(cls):
        cls.publisher = make.make_user("Publisher", username="maria")
        cls.source = make.make_document(title="The statement")
        cls.meeting = make.make_meeting(
            code="mc-08", start="2023-02-10", record_state="draft", source=cls.source, locator="paragraph 1"
        )
        cls.bhutan = make.make_participant(code="BTN", name="Bhutan")
        cls.australia = make.make_participant(code="AUS", name="Australia")
        cls.canada = make.make_participant(code="CAN", name="Canada")
        for participant, category in ((cls.bhutan, "member"), (cls.australia, "member"), (cls.canada, "observer")):
            make.make_membership(participant=participant, category=category, start="2002")

    def setUp(self):
        self.client.force_login(self.publisher)

    def name(self, participant, column):
        return f"p{participant.pk}-{column}"

    def recorded(self):
        return list(self.meeting.attendances.order_by("position", "code"))


class WhoHasALine(GridTestCase):
    """Everyone entitled on the day, those recorded, and whoever is added."""

    def test_members_then_observers_of_the_day(self):
        gone = make.make_participant(name="Gone before")
        make.make_membership(participant=gone, start="2002", end="2010")
        late = make.make_participant(name="Came after")
        make.make_membership(participant=late, start="2024")
        withdrawn = make.make_participant(name="Entered twice", record_state="withdrawn")
        make.make_membership(participant=withdrawn, start="2002")
        page = self.client.get(address(self.meeting, "attendance"))
        self.assertEqual(lines(page), {"member": ["Australia", "Bhutan"], "observer": ["Canada"], "other": []})
        self.assertNotContains(page, "not certain</span>")

    def test_what_is_only_possible_on_the_day_is_offered_and_said_to_be_so(self):
        perhaps = make.make_participant(name="Perhaps")
        make.make_membership(participant=perhaps, first_attested="2024-04")
        page = self.client.get(address(self.meeting, "attendance"))
        self.assertEqual(lines(page)["member"], ["Australia", "Bhutan", "Perhaps"])
        self.assertContains(page, "not certain</span>", count=1)

    def test_a_day_known_as_a_year_offers_whoever_joined_or_left_in_it(self):
        meeting = make.make_meeting(start="2009")
        for name, dates in (("Left", {"start": "2002", "end": "2009-03"}), ("Joined", {"start": "2009-10"})):
            make.make_membership(participant=make.make_participant(name=name), **dates)
        offered = lines(self.client.get(address(meeting, "attendance")))["member"]
        self.assertEqual(offered, ["Australia", "Bhutan", "Joined", "Left"])

    def test_a_day_known_as_a_year_offers_whoever_joined_and_left_within_it_as_not_certain(self):
        make.make_membership(participant=make.make_participant(name="Briefly"), start="2003-03", end="2003-09")
        page = self.client.get(address(make.make_meeting(start="2003"), "attendance"))
        self.assertEqual(lines(page)["member"], ["Australia", "Bhutan", "Briefly"])
        self.assertContains(page, "not certain</span>", count=1)

    def test_on_a_day_to_come_those_who_still_have_a_seat_are_certain(self):
        meeting = make.make_meeting(start="2999-05-02", status="confirmed", record_state="draft")
        for name, dates in (
            ("Attested", {"start": "2002", "end_status": "unknown", "last_attested": "2020"}),
            ("Ends before", {"start": "2002", "end": "2999-04"}),
            ("Ends that month", {"start": "2002", "end": "2999-05"}),
            ("Ends later", {"start": "2002", "end": "2999-06"}),
        ):
            make.make_membership(participant=make.make_participant(name=name), **dates)
        page = self.client.get(address(meeting, "attendance"))
        (group, *_others) = page.context["grid"].groups
        self.assertEqual(
            [(line.participant.name, line.standing) for line in group.lines],
            [
                ("Attested", "not certain"),
                ("Australia", ""),
                ("Bhutan", ""),
                ("Ends later", ""),
                ("Ends that month", "not certain"),
            ],
        )
        self.assertContains(page, "Memberships that still hold today are taken to hold on that day.")

    def test_the_members_of_the_body_that_meets_come_first(self):
        body = make.make_body(name="Steering Group")
        make.make_membership(participant=self.bhutan, body=body, start="2003")
        guest = make.make_participant(name="Guest of the group")
        make.make_membership(participant=guest, body=body, start="2003")
        meeting = make.make_meeting(body=body)
        offered = lines(self.client.get(address(meeting, "attendance")))
        self.assertEqual(offered["lead"], ["Bhutan", "Guest of the group"])
        self.assertEqual((offered["member"], offered["observer"]), (["Australia"], ["Canada"]))

    def test_the_page_has_its_columns_however_few_lines_are_sent(self):
        data = grid_of(self.client, self.meeting)
        page = self.client.post(address(self.meeting, "attendance"), {**data, "further": "0", "fill": "member"})
        for label in ("Presence", "Name as listed", "Head of delegation"):
            self.assertContains(page, f">{label}</th>")
        self.assertContains(page, 'colspan="9"')

    def test_a_withdrawn_person_is_not_offered_as_head_but_stays_where_recorded(self):
        head = make.make_person(name="Penny Wong", record_state="withdrawn")
        make.make_attendance(meeting=self.meeting, participant=self.bhutan, head=head)
        page = self.client.get(address(self.meeting, "attendance"))
        self.assertNotContains(page, '<option value="Penny Wong">')
        line = {self.name(self.bhutan, "level"): "minister"}
        self.assertEqual(send(self.client, self.meeting, controls(page), **line).status_code, 302)
        self.assertEqual(self.meeting.attendances.get().head, head)
        values = {self.name(self.canada, "presence"): "present", self.name(self.canada, "head"): "Penny Wong"}
        page = send(self.client, self.meeting, grid_of(self.client, self.meeting), **values)
        self.assertEqual([who for who, _sentence in errors(page)], ["Canada"])

    def test_those_recorded_stand_in_the_order_of_the_list_and_without_a_seat_under_others(self):
        stranger = make.make_participant(name="Stranger")
        for position, participant in enumerate((self.bhutan, self.australia, stranger), 1):
            make.make_attendance(meeting=self.meeting, participant=participant, position=position)
        offered = lines(self.client.get(address(self.meeting, "attendance")))
        self.assertEqual(offered["member"], ["Bhutan", "Australia"])
        self.assertEqual(offered["other"], ["Stranger"])

    def test_capacities_come_from_roles_at_the_meeting_and_categories(self):
        make.make(MeetingRole, meeting=self.meeting, role="host", participant=self.bhutan)
        for role in ("host", "co-chair"):
            make.make(MeetingRole, meeting=self.meeting, role=role, participant=self.australia)
        data = grid_of(self.client, self.meeting)
        found = [data[self.name(who, "capacity")] for who in (self.australia, self.bhutan, self.canada)]
        self.assertEqual(found, ["co-chair", "host", "observer"])
        self.assertEqual(data["new0-capacity"], "guest")


class WhatIsWritten(GridTestCase):
    """One change, all or nothing; a line without presence is left out."""

    def test_lines_are_one_change_with_its_reason_source_and_places(self):
        data = grid_of(self.client, self.meeting)
        before = Change.objects.count()
        values = {
            self.name(self.australia, "presence"): "present",
            self.name(self.canada, "presence"): "apologies",
            self.name(self.canada, "listed_name"): "Canada (Government)",
            "list-locator-member": "paragraph 18",
            "list-locator-observer": "paragraph 19",
            "list-why": "Entered from the statement",
        }
        page = self.client.post(address(self.meeting, "attendance"), {**data, **values, "_save": "Save"}, follow=True)
        self.assertRedirects(page, address(self.meeting, "change"))
        (made,) = Change.objects.order_by("id")[before:]
        self.assertEqual((made.by, made.why), (self.publisher, "Entered from the statement"))
        first, second = self.recorded()
        shown = [
            (r.participant.code, r.presence, r.capacity, r.listed_name, r.position, r.locator) for r in (first, second)
        ]
        self.assertEqual(
            shown,
            [
                ("AUS", "present", "member", "Australia", 1, "paragraph 18"),
                ("CAN", "apologies", "observer", "Canada (Government)", 2, "paragraph 19"),
            ],
        )
        self.assertEqual({first.source, second.source}, {self.source})
        self.assertEqual((first.code, first.history.count()), ("mc-08/at-1", 1))
        self.assertIn("2 added, 0 changed, 0 deleted", said(page)[0])

    def test_sent_as_it_was_opened_it_writes_nothing(self):
        make.make_attendance(meeting=self.meeting, participant=self.bhutan, note="One\ntwo", head=make.make_person())
        before = Change.objects.count()
        data = grid_of(self.client, self.meeting)
        note = self.name(self.bhutan, "note")
        response = send(self.client, self.meeting, data, **{note: data[note].replace("\n", "\r\n")})
        self.assertEqual(response.status_code, 302)
        self.assertEqual(Change.objects.count(), before)

    def test_a_line_left_alone_is_no_hindrance_when_another_capacity_is_proposed_meanwhile(self):
        data = grid_of(self.client, self.meeting)
        make.make(MeetingRole, meeting=self.meeting, role="host", participant=self.bhutan)
        response = send(self.client, self.meeting, data, **{self.name(self.australia, "presence"): "present"})
        self.assertEqual(response.status_code, 302)
        self.assertEqual([row.participant for row in self.recorded()], [self.australia])

    def test_places_are_not_numbered_where_that_is_not_wanted(self):
        data = grid_of(self.client, self.meeting)
        del data["list-is_numbered"]
        send(self.client, self.meeting, data, **{self.name(self.bhutan, "presence"): "present"})
        self.assertIsNone(self.meeting.attendances.get().position)

    def test_a_line_is_changed_and_one_without_presence_goes(self):
        kept = make.make_attendance(meeting=self.meeting, participant=self.bhutan, delegation_size=7)
        make.make_attendance(meeting=self.meeting, participant=self.canada)
        person = make.make_person(name="Penny Wong")
        data = grid_of(self.client, self.meeting)
        values = {
            self.name(self.bhutan, "head"): "penny wong",
            self.name(self.bhutan, "level"): "minister",
            self.name(self.canada, "presence"): "",
        }
        self.assertEqual(send(self.client, self.meeting, data, **values).status_code, 302)
        (row,) = self.recorded()
        self.assertEqual((row.pk, row.head, row.level, row.delegation_size), (kept.pk, person, "minister", 7))
        self.assertEqual(Attendance.history.filter(history_type="-").count(), 1)

    def test_a_source_of_its_own_stays_when_that_of_the_list_changes(self):
        other, new = make.make_document(), make.make_document()
        for participant, source, locator in (
            (self.australia, self.source, "paragraph 18"),
            (self.bhutan, self.source, "paragraph 18"),
            (self.canada, other, "page 4"),
        ):
            make.make_attendance(meeting=self.meeting, participant=participant, source=source, locator=locator)
        data = grid_of(self.client, self.meeting)
        self.assertEqual((data["list-source"], data["list-locator-member"]), (str(self.source.pk), "paragraph 18"))
        send(self.client, self.meeting, data, **{"list-source": new.pk, "list-locator-member": "heading"})
        found = {row.participant.code: (row.source, row.locator) for row in self.recorded()}
        self.assertEqual(found, {"AUS": (new, "heading"), "BTN": (new, "heading"), "CAN": (other, "page 4")})

    def test_a_further_participant_is_found_by_a_former_name(self):
        turkey = make.make_participant(code="TUR", name="Türkiye")
        make.make_name(participant=turkey, name="Turkey")
        data = grid_of(self.client, self.meeting)
        values = {"new0-who": "turkey", "new0-presence": "invited", "list-locator-other": "annex"}
        self.assertEqual(send(self.client, self.meeting, data, **values).status_code, 302)
        (row,) = self.recorded()
        self.assertEqual(
            (row.participant, row.presence, row.capacity, row.locator), (turkey, "invited", "guest", "annex")
        )

    def test_without_a_script_buttons_fill_a_group_and_add_lines_and_save_nothing(self):
        data = grid_of(self.client, self.meeting)
        data[self.name(self.bhutan, "presence")] = "absent"
        data["new0-note"] = "Typed"
        page = self.client.post(address(self.meeting, "attendance"), {**data, "fill": "member"})
        filled = controls(page)
        found = [filled[self.name(who, "presence")] for who in (self.australia, self.bhutan, self.canada)]
        self.assertEqual((found, errors(page)), (["present", "absent", ""], []))
        more = controls(self.client.post(address(self.meeting, "attendance"), {**filled, "more": "1"}))
        self.assertEqual((more["new0-note"], "new5-who" in more), ("Typed", True))
        self.assertEqual(self.meeting.attendances.count(), 0)
        saved = send(self.client, self.meeting, {**more, "new0-note": ""})
        self.assertEqual(saved.status_code, 302, saved.context and errors(saved))
        self.assertEqual(self.meeting.attendances.count(), 2)


class WhatIsRefused(GridTestCase):
    """Beside the box, with everything typed kept, and nothing written."""

    def refused(self, **values):
        """Send a good line with others; return the errors of the page, having seen that nothing was lost or written."""
        values = {self.name(self.australia, "presence"): "present", self.name(self.australia, "note"): "Kept", **values}
        page = send(self.client, self.meeting, grid_of(self.client, self.meeting), **values)
        self.assertEqual(page.status_code, 200)
        again = controls(page)
        self.assertEqual({name: again[name] for name in values}, values)
        self.assertEqual(self.meeting.attendances.count(), 0)
        return errors(page)

    def test_a_line_of_which_something_is_typed_but_not_the_presence(self):
        sentence = "Say whether it was there, or empty the line."
        self.assertEqual(self.refused(**{self.name(self.bhutan, "listed_name"): "Bhutan"}), [("Bhutan", sentence)])

    def test_values_that_do_not_fit(self):
        found = self.refused(
            **{
                self.name(self.bhutan, "presence"): "present",
                self.name(self.bhutan, "position"): "99999",
                self.name(self.bhutan, "listed_name"): "x" * 201,
                self.name(self.bhutan, "head"): "Nobody",
            }
        )
        self.assertEqual({who for who, _sentence in found}, {"Bhutan"})
        self.assertEqual(len(found), 3)
        self.assertIn("No person is called “Nobody”", " ".join(sentence for _who, sentence in found))

    def test_a_name_that_several_have(self):
        for code in ("lee-1", "lee-2"):
            make.make_person(code=code, name="Lee")
        line = {self.name(self.bhutan, "presence"): "present"}
        (error,) = self.refused(**line, **{self.name(self.bhutan, "head"): "Lee"})
        self.assertIn("lee-1 or lee-2", error[1])
        data = grid_of(self.client, self.meeting)
        send(self.client, self.meeting, data, **line, **{self.name(self.bhutan, "head"): "Lee (lee-2)"})
        self.assertEqual(self.meeting.attendances.get().head.code, "lee-2")

    def test_a_further_participant_that_is_nobody_has_a_line_or_stands_twice(self):
        make.make_participant(name="Stranger")
        found = self.refused(
            **{"new0-who": "Bhutan", "new0-presence": "present", "new1-who": "Nowhere", "new1-presence": "present"}
        )
        self.assertIn("Bhutan has a line already. Use that one.", [sentence for _who, sentence in found])
        self.assertIn("No participant is called “Nowhere”", " ".join(sentence for _who, sentence in found))
        stranger = {"new0-who": "Stranger", "new0-presence": "present"}
        found = self.refused(**stranger, **{"new1-who": "stranger", "new1-presence": "absent"})
        self.assertEqual([sentence for _who, sentence in found], ["Stranger has a line already. Use that one."])
        found = self.refused(**{"new0-presence": "present"})
        self.assertEqual([sentence for _who, sentence in found], ["Name the participant, or empty the line."])

    def test_a_place_beyond_the_last(self):
        found = self.refused(
            **{self.name(self.bhutan, "presence"): "absent", self.name(self.bhutan, "position"): "32767"}
        )
        sentence = "There is no place after 32767. Write its place, or correct the places before it."
        self.assertEqual(found, [("Australia", sentence)])

    def test_a_source_that_is_no_document(self):
        for source in ("x", "\0", "1\0", "9" * 30, "9" * 5000, "-1", "²"):
            with self.subTest(source[:5]):
                data = grid_of(self.client, self.meeting)
                values = {self.name(self.bhutan, "presence"): "present", "list-source": source}
                page = send(self.client, self.meeting, data, **values)
                self.assertEqual([who for who, _sentence in errors(page)], [""])
                self.assertEqual(controls(page)["list-source"], "")
        self.assertEqual(self.meeting.attendances.count(), 0)

    def test_what_is_cited_is_not_deleted(self):
        row = make.make_attendance(meeting=self.meeting, participant=self.bhutan)
        make.make_citation(row)
        data = grid_of(self.client, self.meeting)
        page = send(self.client, self.meeting, data, **{self.name(self.bhutan, "presence"): ""})
        self.assertContains(page, "has citations or figures. Delete those first")
        self.assertEqual(self.meeting.attendances.count(), 1)


class StaleGrids(GridTestCase):
    """What somebody else saved since the grid was opened is never written over unseen."""

    def setUp(self):
        self.mine, self.theirs = Client(), Client()
        self.mine.force_login(make.make_user("Publisher", username="john"))
        self.theirs.force_login(self.publisher)
        self.row = make.make_attendance(meeting=self.meeting, participant=self.bhutan, listed_name="Bhutan")

    def test_both_versions_are_shown_and_what_was_typed_is_kept(self):
        mine, theirs = grid_of(self.mine, self.meeting), grid_of(self.theirs, self.meeting)
        changed = {
            self.name(self.bhutan, "presence"): "apologies",
            self.name(self.bhutan, "level"): "minister",
            self.name(self.australia, "presence"): "absent",
        }
        self.assertEqual(send(self.theirs, self.meeting, theirs, **changed).status_code, 302)
        typed = {
            self.name(self.bhutan, "presence"): "absent",
            self.name(self.australia, "presence"): "present",
            self.name(self.canada, "presence"): "present",
        }
        page = send(self.mine, self.meeting, mine, **typed)
        self.assertEqual(page.status_code, 200)
        self.assertContains(page, "maria changed this on")
        shown = [(d.row, d.field, d.theirs, d.yours, d.is_kept) for d in page.context["stale"].differences]
        self.assertEqual(
            shown[:3],
            [
                ("Australia", "Presence", "Absent", "Present", True),
                ("Australia", "Name as listed", "Australia", "–", False),
                ("Australia", "Place in the list", "1", "–", False),
            ],
        )
        self.assertEqual(
            shown[3:],
            [("Bhutan", "Presence", "Apologies", "Absent", True), ("Bhutan", "Level", "Minister", "–", False)],
        )
        self.assertEqual(self.meeting.attendances.count(), 2)
        again = controls(page)
        self.assertEqual({name: again[name] for name in typed}, typed)
        self.assertEqual(send(self.mine, self.meeting, again).status_code, 302)
        found = {row.participant.code: (row.presence, row.level) for row in self.recorded()}
        self.assertEqual(found, {"AUS": ("present", ""), "BTN": ("absent", "minister"), "CAN": ("present", "")})

    def test_what_they_deleted_goes_unless_it_was_changed_here(self):
        make.make_attendance(meeting=self.meeting, participant=self.canada)
        mine = grid_of(self.mine, self.meeting)
        with change(by=None):
            self.meeting.attendances.all().delete()
        page = send(self.mine, self.meeting, mine, **{self.name(self.bhutan, "presence"): "absent"})
        self.assertContains(page, "Lines were deleted since this page was opened.")
        self.assertEqual(send(self.mine, self.meeting, controls(page)).status_code, 302)
        self.assertEqual([(row.participant, row.presence) for row in self.recorded()], [(self.bhutan, "absent")])

    def test_the_source_that_they_gave_the_list_stays_where_nothing_was_typed_there(self):
        mine, theirs = grid_of(self.mine, self.meeting), grid_of(self.theirs, self.meeting)
        send(self.theirs, self.meeting, theirs, **{"list-locator-member": "paragraph 18"})
        page = send(self.mine, self.meeting, mine, **{self.name(self.bhutan, "level"): "expert"})
        self.assertEqual(page.status_code, 200)
        self.assertEqual(send(self.mine, self.meeting, controls(page)).status_code, 302)
        self.row.refresh_from_db()
        self.assertEqual((self.row.locator, self.row.level), ("paragraph 18", "expert"))

    def test_a_line_that_the_page_did_not_have_yet_stays_as_it_is(self):
        mine = grid_of(self.mine, self.meeting)
        stranger = make.make_attendance(meeting=self.meeting, listed_name="Stranger", note="Theirs")
        make.make_membership(participant=make.make_participant(), start="2002")
        response = send(self.mine, self.meeting, mine, **{self.name(self.canada, "presence"): "present"})
        self.assertEqual(response.status_code, 302)
        self.assertEqual({row.participant for row in self.recorded()}, {self.bhutan, self.canada, stranger.participant})
        stranger.refresh_from_db()
        self.assertEqual(stranger.note, "Theirs")


class WhoMay(GridTestCase):
    """As for any part of the meeting: what is published needs the permission to publish."""

    def test_a_viewer_is_kept_out_and_an_editor_may_on_a_draft(self):
        for group, status in (("Viewer", 403), ("", 403), ("Editor", 200)):
            self.client.force_login(make.make_user(group))
            self.assertEqual(self.client.get(address(self.meeting, "attendance")).status_code, status, group)
        self.client.logout()
        self.assertEqual(self.client.get(address(self.meeting, "attendance")).status_code, 302)

    def test_the_body_that_writes_for_a_publisher_writes_nothing_for_others(self):
        meeting = make.make_meeting()
        data = {**grid_of(self.client, meeting), self.name(self.bhutan, "presence"): "present"}
        before = Change.objects.count()
        for group, status in (("Editor", 200), ("Viewer", 403), ("", 403)):
            self.client.force_login(make.make_user(group))
            self.assertEqual(send(self.client, meeting, data).status_code, status, group)
        self.assertEqual((meeting.attendances.count(), Change.objects.count()), (0, before))
        self.client.force_login(self.publisher)
        self.assertEqual(send(self.client, meeting, data).status_code, 302)
        self.assertEqual(meeting.attendances.count(), 1)

    def test_the_meeting_must_be_theirs_to_see_and_names_are_offered_to_who_may_see_them(self):
        make.make_person(name="Penny Wong")
        clerk = make.make_user()
        may = [f"{act}_attendance" for act in ("view", "add", "change", "delete")]
        clerk.user_permissions.set(Permission.objects.filter(codename__in=may))
        self.client.force_login(clerk)
        self.assertEqual(self.client.get(address(self.meeting, "attendance")).status_code, 403)
        self.assertEqual(self.client.post(address(self.meeting, "attendance"), {"more": "1"}).status_code, 403)
        clerk.user_permissions.add(Permission.objects.get(codename="view_meeting"))
        self.assertNotContains(self.client.get(address(self.meeting, "attendance")), '<option value="Penny Wong">')
        clerk.user_permissions.add(Permission.objects.get(codename="view_person"))
        page = self.client.get(address(self.meeting, "attendance"))
        self.assertContains(page, '<option value="Penny Wong">')
        self.assertNotContains(page, '<option value="Bhutan">')

    def test_an_editor_is_told_why_not_on_what_is_published(self):
        meeting = make.make_meeting()
        self.client.force_login(make.make_user("Editor"))
        response = self.client.get(address(meeting, "attendance"), follow=True)
        self.assertIn("needs the permission to publish", said(response)[0])

    def test_what_was_typed_before_it_was_published_is_kept(self):
        self.client.force_login(make.make_user("Editor"))
        data = grid_of(self.client, self.meeting)
        with change(by=None):
            self.meeting.publish()
        page = send(self.client, self.meeting, data, **{self.name(self.bhutan, "presence"): "present"})
        self.assertContains(page, "Changing it, or a part of it, needs the permission to publish.")
        self.assertEqual(controls(page)[self.name(self.bhutan, "presence")], "present")
        self.assertEqual(self.meeting.attendances.count(), 0)

    def test_a_meeting_that_is_not_there(self):
        data = grid_of(self.client, self.meeting)
        path = address(self.meeting, "attendance")
        with change(by=None):
            self.meeting.delete()
        self.assertEqual(self.client.post(path, data).status_code, 302)
        self.assertEqual(self.client.get(path).status_code, 302)


class ManyLines(GridTestCase):
    """Two hundred lines cost as many queries as twenty."""

    def grow(self, number):
        with change(by=None):
            for _number in range(number):
                make.make_membership(participant=make.make_participant(), start="2002")
        reset_queries()  # the log holds so many and no more

    def number_of(self, queries):
        """Return the number of statements; those that write many rows are cut: SQLite takes 999 values in one."""
        kinds = (
            re.match(r"(INSERT INTO|UPDATE|DELETE FROM) \S+|", query["sql"])[0] or query["sql"] for query in queries
        )
        return sum(1 for _kind in groupby(kinds))

    def sending(self, data, **values):
        """Return the queries of sending the grid. Counted at once: the next request empties the log."""
        with CaptureQueriesContext(connection) as queries:
            self.assertEqual(send(self.client, self.meeting, data, **values).status_code, 302)
            return self.number_of(queries.captured_queries)

    def measure(self):
        """Return the queries of opening the grid, and of saving, changing and clearing every line."""
        with CaptureQueriesContext(connection) as queries:
            data = grid_of(self.client, self.meeting)
            opening = self.number_of(queries.captured_queries)
        lines = [name for name in data if name.endswith("-presence") and name.startswith("p")]
        saving = self.sending(data, **dict.fromkeys(lines, "present"))
        self.assertEqual(self.meeting.attendances.count(), len(lines))
        changing = self.sending(grid_of(self.client, self.meeting), **dict.fromkeys(lines, "absent"))
        self.assertEqual(self.meeting.attendances.filter(presence="absent").count(), len(lines))
        clearing = self.sending(grid_of(self.client, self.meeting), **dict.fromkeys(lines, ""))
        self.assertFalse(self.meeting.attendances.exists())
        gone = Attendance.history.filter(history_type="-", change=Change.objects.first())
        self.assertEqual(gone.count(), len(lines))
        return opening, saving, changing, clearing

    def test_20_and_200(self):
        self.grow(17)
        few = self.measure()
        self.grow(180)
        many = self.measure()
        self.assertEqual(few, many)
