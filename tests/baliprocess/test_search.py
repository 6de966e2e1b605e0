"""The search over everything: which records answer, on every engine the same, and that entries keep in step."""

from io import StringIO

from django.core.management import CommandError, call_command
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from baliprocess.changes import change
from baliprocess.models import SearchEntry
from baliprocess.renaming import rename
from baliprocess.search.declared import searched_models
from baliprocess.search.entries import fill, out_of_step
from baliprocess.search.questions import BEST_FIRST, Question, Way
from baliprocess.search.words import bag, phrases, stem, words_of
from baliprocess.site.search import KINDS
from meetings.models import MeetingRole, OutcomeAddressee, StatementSpeaker
from registry.models import BodyName, Contact, Document, MeasureParty, Participant, ParticipantName
from strategy.models import Responsibility
from tests import factories as make


def found(text, way=Way.ALL):
    """Return the codes that answer in a way."""
    return set(Question(text).entries(way).values_list("record_code", flat=True))


class Words(TestCase):
    def test_forms_of_a_word_have_one_stem(self):
        for forms in (
            ("smuggling", "smuggler", "smugglers", "smuggled"),
            ("meeting", "meetings", "meet"),
            ("organisation", "organizations", "organised"),
            ("traffickers", "trafficking"),
        ):
            self.assertEqual(len(set(map(stem, forms))), 1, forms)
        self.assertNotEqual(stem("universe"), stem("unity"))

    def test_words_are_plain_for_any_engine(self):
        self.assertEqual(
            words_of("Évaluation (b), Türkiye’s No. ½"), ["evaluation", "b", "turkiye", "s", "no", "1", "2"]
        )
        self.assertEqual(words_of("ប្រទេស")[0].isascii(), True)
        self.assertEqual(len(words_of("x" * 5000)[0]), 40)
        self.assertEqual(
            bag("the Smugglers, the smugglers"), " smuggler smugglers the ".replace("smuggler ", "smuggl ")
        )
        self.assertEqual(phrases(["Bali Process", "", "BP", "bp"]), "| bali process | bp |")


# What is asked of the record that `Answers` makes, and what answers: on every engine.
ANSWERS = {
    # names, former names, aliases, codes
    "Türkiye": {"TUR"},
    "turkiye": {"TUR"},
    "TURKEY": {"TUR"},
    "Turk": {"TUR"},
    "Viet Nam": {"VNM"},
    "vietnam": {"VNM"},
    "Lao People's Democratic Republic": {"LAO"},
    "lao people’s": {"LAO"},
    "Côte d'Ivoire": {"CIV"},
    "cote d ivoire": {"CIV"},
    "CÔTE": {"CIV"},
    "IOM": {"IOM"},
    "iom": {"IOM"},
    "international organisation for migration": {"IOM"},
    "ahg": {"ahg"},
    "Ad Hoc": {"ahg", "AUS"},
    "adhoc": set(),
    "Technical Experts": {"ahg"},
    "mc-08": {"mc-08", "mc-08/15d", "mc-08/st-1"},
    "mc-08/15d": {"mc-08/15d"},
    "MC-08/15D": {"mc-08/15d"},
    "15(d)": {"mc-08/15d"},
    "កម្ពុជា": {"KHM"},
    "柬埔寨": {"KHM"},
    # words, their forms and beginnings
    "smuggling": {"law", "mc-08/15d", "bali-declaration"},
    "smugglers": {"law", "mc-08/15d", "bali-declaration"},
    "smugg": {"law", "mc-08/15d", "bali-declaration"},
    "smuggle boats": {"law"},
    "boats smuggle": {"law"},
    "smugg boats": set(),  # only the last word may be a beginning
    "people smuggling": {"mc-08/15d", "bali-declaration"},
    "trafficking": {"mc-08/15d"},
    "study": {"mc-08/15d"},
    "studies": {"mc-08/15d"},
    "Adelaide": {"mc-08", "mc-08/15d", "adelaide-2023", "adelaide-2023/1"},
    "adelaide 2023": {"mc-08", "adelaide-2023", "adelaide-2023/1"},
    "February 2023": {"mc-08", "adelaide-2023"},
    "10 February 2023": {"mc-08", "adelaide-2023"},
    "minister": {"mc-08", "mc-08/15d", "mc-08/st-1", "minister", "rso"},
    "Penny": {"minister", "mc-08/st-1", "rso"},
    "Élysée": {"crisis"},
    "elysee": {"crisis"},
    "crisis": {"crisis"},
    "strategy": {"adelaide-2023", "adelaide-2023/1"},
    "office": {"adelaide-2023/1"},
    "focal point": {"adelaide-2023/1"},
    "declaration 2016": {"bali-declaration"},
    "2016": {"bali-declaration"},
    # questions
    "who co-chairs the Ad Hoc Group": {"ahg", "AUS"},
    "co-chair": {"ahg", "AUS", "minister", "rso"},
    "what became of the study": {"mc-08/15d"},
    "where is Adelaide?": {"mc-08", "mc-08/15d", "adelaide-2023", "adelaide-2023/1"},
    "to be or not to be": set(),
    # no words, or none that are there
    "": set(),
    "   ": set(),
    "*": set(),
    "(((": set(),
    "\u0000": set(),
    "😀": set(),
    "nowhere": set(),
    "ahg nowhere": set(),
    # signs that mean something to an engine
    '"people smuggling"': {"mc-08/15d", "bali-declaration"},
    "smuggling*": {"law", "mc-08/15d", "bali-declaration"},
    "smuggling:*": {"law", "mc-08/15d", "bali-declaration"},
    "study & | ! <-> ()": {"mc-08/15d"},
    "study OR adelaide": {"mc-08/15d"},  # a word that stands aside, and no operator
    "NOT study": {"mc-08/15d"},
    "NEAR(study, 2)": set(),
    "words:study": set(),
    "study'; DROP TABLE x; --": set(),
    "^study": {"mc-08/15d"},
    "study\\": {"mc-08/15d"},
    "%": set(),
    "_": set(),
    "st_dy": set(),
}


class Answers(TestCase):
    @classmethod
    def setUpTestData(cls):
        with change(by=None):
            cls.fill()

    @classmethod
    def fill(cls):
        people = {
            "TUR": "Türkiye",
            "LAO": "Lao People’s Democratic Republic",
            "CIV": "Côte d’Ivoire",
            "AUS": "Australia",
        }
        people |= {"VNM": "Viet Nam", "KHM": "Cambodia"}
        row = {code: make.make_participant(code=code, name=name) for code, name in people.items()}
        make.make_participant(code="IOM", name="International Organization for Migration", kind="organisation")
        make.make_name(participant=row["TUR"], name="Turkey")
        make.make_name(participant=row["VNM"], name="Vietnam", kind="alias")
        make.make_name(participant=row["KHM"], name="កម្ពុជា 柬埔寨", kind="translation")
        group = make.make_body(code="ahg", name="Ad Hoc Group", kind="expert-group")
        make.make(BodyName, body=group, name="Technical Experts", kind="former")
        person = make.make_person(code="minister", name="Penny Wong", honorific="Minister")
        make.make_role(body=group, role="co-chair", participant=row["AUS"])
        make.make_role(body=make.make_body(code="rso", name="RSO"), role="co-chair", person=person, title="Minister")
        meeting = make.make_meeting(
            code="mc-08", name="Eighth Ministerial Conference", city="Adelaide", start="2023-02-10"
        )
        make.make_outcome(
            code="mc-08/15d",
            meeting=meeting,
            title="Co-operation against people smuggling",
            summary="Officials asked for a study of trafficking.",
            paragraph="15(d)",
        )
        make.make_statement(code="mc-08/st-1", meeting=meeting, participant=row["AUS"], person=person, summary="Words.")
        make.make_measure(code="law", participant=row["AUS"], title="A law", summary="No boats for smugglers.")
        make.make_event(code="crisis", name="The crisis", start="2015", summary="It was told at the Élysée.")
        make.make_document(code="bali-declaration", title="Declaration on People Smuggling", issued="2016", kind="law")
        strategy = make.make_strategy(code="adelaide-2023", title="A Strategy", adopted="2023-02-10")
        make.make_item(code="adelaide-2023/1", number="1", strategy=strategy, title="The office as a focal point")

    def test_the_same_records_answer_on_every_engine(self):
        for text, codes in ANSWERS.items():
            with self.subTest(text=text):
                self.assertEqual(found(text), codes)

    def test_what_is_named_comes_before_what_mentions_it(self):
        for text, first in (
            ("mc-08", "mc-08"),
            ("ahg", "ahg"),
            ("aus", "AUS"),
            ("iom", "IOM"),
            ("Technical Experts", "ahg"),
            ("Turkey", "TUR"),
            ("people smuggling", "bali-declaration"),
            ("Adelaide", "adelaide-2023"),
        ):
            with self.subTest(text=text):
                entries = Question(text).entries().order_by(*BEST_FIRST)
                self.assertEqual(entries.values_list("record_code", flat=True)[0], first)

    def test_some_words_and_words_that_begin_alike_are_the_next_best(self):
        self.assertEqual(found("ahg nowhere", Way.SOME), {"ahg"})
        self.assertEqual(found("Adelaid turkish", Way.ALIKE) >= {"mc-08", "TUR"}, True)

    def test_each_kind_is_found(self):
        kinds = set(SearchEntry.objects.values_list("record_kind", flat=True))
        self.assertEqual(kinds, set(searched_models()))
        self.assertEqual(set(KINDS), kinds)


class AnyText(HypothesisTestCase):
    @given(st.one_of(st.text(), st.text(alphabet="\"'*:^()-+{}&|!<>\\ andorNEARx\u0000")))
    @example("x" * 10_000)
    @example("x " * 5_000)
    @example("\ud800 lone \udfff")
    @example("and or not near")
    @example('"')
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_no_question_makes_an_error(self, text):
        for way in Way:
            list(Question(text).entries(way).order_by(*BEST_FIRST))
        Question(text).parts(text)


CANARY = "qxcanary"


class Entries(TestCase):
    """What the search holds follows the record, whoever writes what."""

    def assert_in_step(self):
        self.assertEqual(list(out_of_step()), [])

    def test_nothing_private_is_ever_searched(self):
        secret = {"internal_note": CANARY}
        process = make.make_process(**secret)
        participant = make.make_participant(**secret)
        make.make(Contact, participant=participant, name=CANARY, office=CANARY, note=CANARY)
        make.make_document(title=CANARY, note=CANARY, access="staff", **secret)
        hidden = make.make_participant(name=CANARY, record_state="draft")
        make.make_name(participant=hidden, name=CANARY)
        make.make_role(body=process, participant=hidden, title=CANARY)
        make.make_role(
            body=process, participant=participant, person=make.make_person(name=CANARY, record_state="draft")
        )
        meeting = make.make_meeting(name=CANARY, record_state="submitted", **secret)
        make.make_outcome(meeting=meeting, title=CANARY)
        shown = make.make_meeting(body=make.make_body(name=CANARY, record_state="draft"), link=f"http://{CANARY}.org")
        make.make(MeetingRole, meeting=shown, role="host", participant=hidden)
        outcome = make.make_outcome(meeting=shown, locator=CANARY)
        make.make(OutcomeAddressee, outcome=outcome, participant=hidden)
        make.make_outcome_update(outcome=outcome, summary=CANARY, record_state="draft")
        make.make_statement(meeting=shown, summary=CANARY, record_state="withdrawn", withdrawn_reason=CANARY)
        make.make_statement(meeting=shown, participant=hidden, summary=CANARY)
        make.make_measure(participant=hidden, title=CANARY)
        make.make_item(strategy=make.make_strategy(title=CANARY, record_state="draft"), title=CANARY)
        self.assertEqual(found(CANARY), set())
        for column in ("title", "text", "names", "words"):
            self.assertFalse(SearchEntry.objects.filter(**{f"{column}__icontains": CANARY}).exists(), column)
        self.assert_in_step()

    def test_publishing_and_withdrawing_take_along_what_is_public_with_a_record(self):
        meeting = make.make_meeting(name="A conclave", record_state="draft")
        outcome = make.make_outcome(meeting=meeting, title="Decided in conclave")
        self.assertEqual(found("conclave"), set())
        with change(by=None):
            meeting.publish()
        self.assertEqual(found("conclave"), {meeting.code, outcome.code})
        with change(by=None):
            meeting.withdraw("Never held.")
        self.assertEqual(found("conclave"), set())
        self.assert_in_step()

    def test_names_and_what_names_them_follow(self):
        participant, body, person = make.make_participant(), make.make_body(), make.make_person()
        role = make.make_role(body=body, participant=participant, person=person)
        meeting = make.make_meeting(body=body)
        item = make.make_item()
        make.make(Responsibility, item=item, body=body, role="lead")
        with change(by=None):
            for row, name in ((participant, "Ruritania"), (body, "The Cabal"), (person, "Rassendyll")):
                row.name = name
                row.save()
        self.assertEqual(found("ruritania"), {participant.code, body.code, person.code})
        self.assertEqual(found("cabal"), {participant.code, body.code, person.code, meeting.code, item.code})
        self.assertEqual(found("rassendyll"), {participant.code, body.code, person.code})
        with change(by=None):
            Participant.objects.filter(pk=participant.pk).update(name="Zenda")
        self.assertEqual(found("ruritania"), set())
        self.assertEqual(found("zenda"), {participant.code, body.code, person.code})
        self.assert_in_step()
        other = make.make_participant(name="Strelsau")
        with change(by=None):  # the role passes on: who had it, who has it and the body are written anew
            role.participant = other
            role.save()
        self.assertEqual(found("cabal strelsau"), {other.code, body.code, person.code})
        self.assertNotIn(participant.code, found("cabal"))
        with change(by=None):
            role.delete()
        self.assertEqual(found("cabal"), {body.code, meeting.code, item.code})
        self.assert_in_step()

    def test_parts_follow_however_they_are_written(self):
        participant = make.make_participant()
        name = make.make_name(participant=participant, name="Ruritania")
        self.assertEqual(found("ruritania"), {participant.code})
        with change(by=None):
            ParticipantName.objects.filter(pk=name.pk).update(name="Zenda")
        self.assertEqual((found("ruritania"), found("zenda")), (set(), {participant.code}))
        with change(by=None):
            name.name = "Strelsau"
            ParticipantName.objects.bulk_update([name], ["name"])
        self.assertEqual((found("zenda"), found("strelsau")), (set(), {participant.code}))
        with change(by=None):
            ParticipantName.objects.filter(pk=name.pk).delete()
        self.assertEqual(found("strelsau"), set())
        with change(by=None):
            ParticipantName.objects.bulk_create([ParticipantName(participant=participant, name="Hentzau")])
        self.assertEqual(found("hentzau"), {participant.code})
        self.assert_in_step()

    def test_speakers_and_parties_follow_the_record_that_they_name(self):
        person = make.make_person(name="Rassendyll")
        statement = make.make_statement()
        make.make(StatementSpeaker, statement=statement, person=person)
        measure = make.make_measure()
        body = make.make_body(name="The Cabal")
        make.make(MeasureParty, measure=measure, body=body)
        self.assertIn(statement.code, found("rassendyll"))
        self.assertIn(measure.code, found("cabal"))
        with change(by=None):
            person.withdraw("Wrong.")
            body.withdraw("Wrong.")
        self.assertEqual((found("rassendyll"), found("cabal")), (set(), set()))
        self.assert_in_step()

    def test_a_record_renamed_is_found_under_its_new_code_alone(self):
        meeting = make.make_meeting(code="first-code")
        outcome = make.make_outcome(meeting=meeting, code="first-code/1")
        with change(by=None):
            rename(meeting, "second-code")
        self.assertEqual(found("first-code"), set())
        self.assertEqual(found("second-code"), {"second-code", "second-code/1"})
        self.assertEqual(outcome.pk, SearchEntry.objects.get(record_code="second-code/1").record_key)
        self.assert_in_step()

    def test_a_change_that_is_taken_back_leaves_no_trace(self):
        participant = make.make_participant(name="Ruritania")
        with self.assertRaises(ZeroDivisionError), change(by=None):
            participant.name = "Zenda"
            participant.save()
            raise ZeroDivisionError
        self.assertEqual((found("zenda"), found("ruritania")), (set(), {participant.code}))

    def test_a_document_turned_over_to_staff_is_gone(self):
        document = make.make_document(title="A memorandum")
        self.assertEqual(found("memorandum"), {document.code})
        with change(by=None):
            Document.objects.filter(pk=document.pk).update(access="staff")
        self.assertEqual(found("memorandum"), set())
        self.assert_in_step()

    def test_many_rows_take_as_many_queries_as_few(self):
        taken, sourced = [], {"source": make.make_source(), "locator": "page 1"}
        for many in (2, 20):
            with CaptureQueriesContext(connection) as queries, change(by=None):
                Participant.objects.bulk_create(
                    Participant(code=f"Q{many}{n}", kind="state", name=f"Land {n}", record_state="published", **sourced)
                    for n in range(many)
                )
            taken.append(len(queries))
        self.assertEqual(*taken)

    def test_what_fell_out_of_step_is_told_and_mended(self):
        kept, changed = make.make_participant(name="Ruritania"), make.make_participant(name="Zenda")
        lost = make.make_participant(name="Strelsau")
        SearchEntry.objects.filter(record_code=lost.code).delete()
        SearchEntry.objects.filter(record_code=changed.code).update(text="Something else")
        SearchEntry.objects.create(record_kind="participant", record_key=0, record_code="ghost", words=" ghost ")
        wrong = {lost.code, changed.code, "ghost"}
        self.assertEqual({code for _kind, code in out_of_step()}, wrong)
        with self.assertRaisesMessage(CommandError, "3 problems"):
            call_command("check_record", stderr=(said := StringIO()))
        self.assertIn("rebuild_search", said.getvalue())
        call_command("rebuild_search", stdout=StringIO())
        self.assert_in_step()
        self.assertEqual(found("ghost"), set())
        self.assertEqual(found("ruritania"), {kept.code})

    def test_a_full_database_is_filled_by_migrating(self):
        participant = make.make_participant(name="Ruritania")
        SearchEntry.objects.all().delete()
        fill(plan=[])
        self.assertEqual(found("ruritania"), set())
        fill(plan=["a step"])
        self.assertEqual(found("ruritania"), {participant.code})

    def test_what_is_declared_is_there_and_public(self):
        private = {"internal_note", "withdrawn_reason", "locator", "archive_reference", "retention", "record_state"}
        for model in searched_models().values():
            for names in (model.searched.columns, *(lines.columns for lines in model.searched.lines)):
                self.assertFalse(private & {name.rpartition("__")[2] for name in names}, model)
