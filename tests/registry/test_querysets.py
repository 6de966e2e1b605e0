"""What was so on a day: spells, roles, names and bodies, certain and possible told apart; and the search over names."""

from datetime import date, timedelta
from unittest import mock

from django.test import TestCase
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from hypothesis.extra.django import TestCase as PropertyTest

from baliprocess.changes import change
from baliprocess.partial_dates import PartialDate
from registry.models import Body, BodyName, Membership, Participant, ParticipantName, Role
from tests.factories import make, make_body, make_membership, make_name, make_participant, make_process, make_role

CERTAIN, POSSIBLE, NO = "certain", "possible", "no"


def answers(queryset, day):
    """Return {key of a row: certain, possible or no} of all rows of the model."""
    found = {row.pk: CERTAIN if row.is_certain else POSSIBLE for row in queryset.on(day)}
    return {pk: found.get(pk, NO) for pk in queryset.values_list("pk", flat=True)}


class OnADay(TestCase):
    """(what is known of the spell, day, answer): the same for every model that has spells."""

    cases = [
        # both ends to the day: the last day is included
        ({"start": "2002-02-26", "end": "2009-06-30"}, "2002-02-25", NO),
        ({"start": "2002-02-26", "end": "2009-06-30"}, "2002-02-26", CERTAIN),
        ({"start": "2002-02-26", "end": "2009-06-30"}, "2009-06-30", CERTAIN),
        ({"start": "2002-02-26", "end": "2009-06-30"}, "2009-07-01", NO),
        # year and month alone
        ({"start": "2020", "end_status": "open"}, "2020-02-01", POSSIBLE),
        ({"start": "2020", "end_status": "open"}, "2020-12-31", CERTAIN),
        ({"start": "2020", "end_status": "open"}, "2019-12-31", NO),
        ({"start": "2002", "end": "2026"}, "2026-11-22", POSSIBLE),
        ({"start": "2002", "end": "2026"}, "2026-01-01", CERTAIN),
        ({"start": "2002", "end": "2026"}, "2027-01-01", NO),
        ({"start": "2001", "end": "2004-02"}, "2004-02-29", POSSIBLE),
        ({"start": "2001", "end": "2004-02"}, "2004-03-01", NO),
        # no start
        ({"end": "2009"}, "1950-01-01", POSSIBLE),
        ({"end_status": "open"}, "2020-01-01", POSSIBLE),
        ({"end_status": "open", "first_attested": "2016-03"}, "2016-03-30", POSSIBLE),
        ({"end_status": "open", "first_attested": "2016-03"}, "2016-03-31", CERTAIN),
        # no end: open goes on until today and proves nothing of days to come, unknown does not prove anything
        ({"start": "2002", "end_status": "open"}, "2026-11-24", CERTAIN),
        ({"start": "2002", "end_status": "open"}, "2999-12-31", POSSIBLE),
        ({"start": "2002", "end_status": "unknown"}, "2020-01-01", POSSIBLE),
        ({"start": "2026-03-12", "end_status": "unknown"}, "2026-03-12", CERTAIN),
        ({"start": "2026-03-12", "end_status": "unknown"}, "2026-03-13", POSSIBLE),
        ({"start": "2026-03", "end_status": "unknown"}, "2026-03-12", POSSIBLE),
        ({"start": "2002", "end_status": "unknown", "last_attested": "2016-03-23"}, "2016-03-23", CERTAIN),
        ({"start": "2002", "end_status": "unknown", "last_attested": "2016-03-23"}, "2016-03-24", POSSIBLE),
        ({"first_attested": "2005", "last_attested": "2010", "end_status": "unknown"}, "2007-07-07", CERTAIN),
        ({"first_attested": "2005", "last_attested": "2010", "end_status": "unknown"}, "2004-12-31", POSSIBLE),
        ({"first_attested": "2005", "last_attested": "2010", "end_status": "unknown"}, "2010-12-31", POSSIBLE),
        # nothing known at all
        ({"end_status": "unknown"}, "2020-01-01", POSSIBLE),
    ]

    makers = {
        Membership: make_membership,
        Role: make_role,
        ParticipantName: make_name,
        BodyName: lambda **values: make(BodyName, body=make_body(), name="A name", **values),
    }

    def test_it_is_certain_possible_or_ruled_out(self):
        make_process(established="1900")
        for model, maker in self.makers.items():
            with change(by=None):
                rows = [
                    maker(**{"end_status": "ended" if "end" in values else "unknown", **values})
                    for values, _day, _expected in self.cases
                ]
            for row, (values, day, expected) in zip(rows, self.cases, strict=True):
                with self.subTest(model=model.__name__, values=values, day=day):
                    self.assertEqual(
                        answers(model.objects.filter(pk=row.pk), date.fromisoformat(day)), {row.pk: expected}
                    )

    def test_nothing_belongs_to_a_body_outside_its_life(self):
        body = make_body(established="2009-03", ended="2015", end_status="ended")
        for row in (
            make_membership(body=body, end_status="unknown", first_attested="2010"),
            make_role(body=body, end_status="unknown", first_attested="2010"),
        ):
            found = {
                day: answers(type(row).objects, date.fromisoformat(day))[row.pk]
                for day in ("2009-02-28", "2009-03-01", "2015-12-31", "2016-01-01")
            }
            self.assertEqual(list(found.values()), [NO, POSSIBLE, POSSIBLE, NO], type(row))

    def test_a_body_has_a_life(self):
        for values, day, expected in [
            ({"established": "2009"}, "2009-06-01", POSSIBLE),
            ({"established": "2009"}, "2010-01-01", CERTAIN),
            ({"established": "2009"}, "2008-12-31", NO),
            ({}, "1990-01-01", POSSIBLE),
            ({"established": "2009", "end_status": "unknown"}, "2020-01-01", POSSIBLE),
            ({"established": "2009", "ended": "2015", "end_status": "ended"}, "2015-06-01", POSSIBLE),
            ({"established": "2009", "ended": "2015", "end_status": "ended"}, "2014-12-31", CERTAIN),
            ({"established": "2009", "ended": "2015", "end_status": "ended"}, "2016-01-01", NO),
        ]:
            with self.subTest(values=values, day=day):
                body = make_body(**values)
                self.assertEqual(answers(Body.objects.filter(pk=body.pk), date.fromisoformat(day))[body.pk], expected)

    def test_no_day_means_today_when_it_is_asked_and_not_when_the_code_was_loaded(self):
        make_process()
        make_membership(start="2030", end_status="open")
        for queryset in (Membership.objects, Participant.objects):
            ask = queryset.on if queryset is Membership.objects else queryset.in_register
            for today, count in ((date(2029, 12, 31), 0), (date(2030, 6, 1), 1)):
                with mock.patch.object(timezone, "localdate", return_value=today):
                    self.assertEqual(len(ask()), count)

    def test_any_day_takes_one_query(self):
        make_process()
        for count in (1, 10):
            for _ in range(count):
                make_membership(start="2002")
            for ask in (Membership.objects.on, Participant.objects.in_register, Body.objects.on):
                with self.assertNumQueries(1):
                    list(ask(date(2020, 1, 1)))


def partial_dates():
    """Return a strategy of '' and of dates of each precision around the turn of two years."""
    days = some.dates(date(2004, 1, 1), date(2005, 12, 31))
    return some.one_of(
        some.just(""),
        days.map(lambda day: f"{day:%Y}"),
        days.map(lambda day: f"{day:%Y-%m}"),
        days.map(lambda day: f"{day:%Y-%m-%d}"),
    )


@some.composite
def spells(draw):
    """Draw what may be known of a spell, as the table's constraints allow it."""
    start, end, first, last = (PartialDate(draw(partial_dates())) for _ in range(4))
    if start and end and end.latest < start.earliest:
        start, end = end, start
    if first and last and last.latest < first.earliest:
        first, last = last, first
    return {
        "start": start,
        "end": end,
        "end_status": "ended" if end else draw(some.sampled_from(["open", "unknown"])),
        "first_attested": first,
        "last_attested": last,
    }


def by_hand(spell, day):
    """Answer in plain Python, straight from what DESIGN says of spells: the oracle."""
    earliest_start = spell["start"].earliest or date.min
    latest_end = spell["end"].latest or date.max
    if not earliest_start <= day <= latest_end:
        return NO
    begun = [text.latest for text in (spell["start"], spell["first_attested"]) if text]
    lasting = [text.earliest for text in (spell["end"], spell["last_attested"]) if text]
    if spell["end_status"] == "open":
        lasting.append(date.max)
    certain = any(day >= known for known in begun) and any(day <= known for known in lasting)
    return CERTAIN if certain else POSSIBLE


class TheDatabaseAndPythonAgree(PropertyTest):
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(some.lists(spells(), min_size=1, max_size=8), some.dates(date(2003, 11, 1), date(2006, 2, 1)))
    def test_on_any_day(self, drawn, day):
        body = Body.objects.filter(code="any").first() or make_body(code="any")
        with change(by=None):
            rows = BodyName.objects.bulk_create([BodyName(body=body, name="A name", **values) for values in drawn])
        for on in (day, day + timedelta(days=1)):
            found = answers(BodyName.objects.filter(pk__in=[row.pk for row in rows]), on)
            self.assertEqual([found[row.pk] for row in rows], [by_hand(values, on) for values in drawn])


class TheRegister(TestCase):
    """Who was a member or observer of the Process on a day."""

    @classmethod
    def setUpTestData(cls):
        cls.process = make_process(established="2002-02")
        cls.land = make_participant(name="Türkiye")
        make_membership(participant=cls.land, category="observer", start="2002", end="2012", end_status="ended")
        make_membership(participant=cls.land, category="member", start="2012", end_status="open")

    def found(self, day, **values):
        return [(row.category, row.is_certain) for row in Participant.objects.in_register(day, **values)]

    def test_a_spell_in_another_body_does_not_make_a_member(self):
        make_membership(body=make_body())
        self.assertEqual(len(self.found(date(2020, 1, 1))), 1)

    def test_a_certain_spell_speaks_before_a_possible_one(self):
        self.assertEqual(self.found(date(2011, 12, 31)), [("observer", True)])
        self.assertEqual(self.found(date(2013, 1, 1)), [("member", True)])

    def test_one_participant_is_never_counted_twice_on_a_day(self):
        self.assertEqual(len(self.found(date(2012, 6, 1))), 1)

    def test_a_category_asked_for_is_the_one_answered(self):
        self.assertEqual(self.found(date(2012, 6, 1), category="member"), [("member", False)])
        self.assertEqual(self.found(date(2013, 6, 1), category="observer"), [])

    def test_search_finds_names_former_names_and_codes_without_accents(self):
        make_name(participant=self.land, name="Turkey")
        for text in ("turkiye", "TÜRKİYE", "Turkey", self.land.code.lower(), "turkey  türkiye"):
            with self.subTest(text=text):
                self.assertEqual(list(Participant.objects.search(text)), [self.land])
        self.assertEqual(list(Participant.objects.search("turkey nowhere")), [])
