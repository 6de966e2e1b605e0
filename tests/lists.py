"""The inherited test of a public list: who sees what, and what the address may ask of it.

A subclass names the address and a maker of one public row, and says what narrows the list and what is bad.
"""

from html import unescape

from django.db import connection
from django.test.utils import CaptureQueriesContext

from baliprocess.changes import change
from baliprocess.choices import Choice, RecordChoice
from tests import factories
from tests.factories import make_document, make_user

MOST_QUERIES = 8
# As people look names up; the engines, left alone, agree neither with that nor with each other.
NAMES_IN_ORDER = [
    "Åland",
    "El Salvador",
    "Élan",
    "Fiji",
    "Fiji Islands",
    "Lao-a",
    "Lao PDR",
    "Lao-x",
    "Türkiye",
    "turtle",
    "Zebra",
]


class ListPage:
    """Mix into a `TestCase`."""

    url = ""
    # The name of the field under which a row is known and found.
    name = "name"
    # [(query, values of a row that stays, values of a row that goes)]
    narrowing = []
    # [(query, the name of the control that explains)]
    bad = []
    # Whether a search reads notes: of participants only the names count.
    searches_notes = True
    # What is said of a record that no row has, where the list has its own words for it.
    idle_words = ""
    # The ways to sort; the first is the default.
    orders = []

    def make(self, **values):
        """Return a new public row of the list."""
        raise NotImplementedError

    def make_hidden(self):
        """Return rows that the public may not see, each known as “Hidden …”."""
        return [
            self.make(**{self.name: "Hidden draft", "record_state": "draft"}),
            self.make(**{self.name: "Hidden submission", "record_state": "submitted"}),
            self.make(**{self.name: "Hidden withdrawn", "record_state": "withdrawn", "withdrawn_reason": "Wrong."}),
        ]

    def get(self, query="", **values):
        """Return the answer to the list's address with a query, as a text or as parameters."""
        return self.client.get(f"{self.url}?{query}" if query else self.url, values or None)

    def codes(self, response):
        """Return the codes of the rows in the order shown."""
        return [row.code for row in response.context["rows"]]

    def assert_explains(self, response, words):
        """Assert that the answer says what is wrong, lists nothing and is kept by no cache."""
        self.assertEqual(response.status_code, 200)
        self.assertIn(words, unescape(response.content.decode()))
        self.assertEqual(self.codes(response), [])
        self.assertContains(response, "Nothing is listed until the filter is corrected.")
        self.assertIn("no-store", response.headers.get("Cache-Control", ""))

    # --- who sees what ---

    def test_everybody_sees_the_same_public_rows(self):
        shown = [self.make().code, self.make().code]
        self.make_hidden()
        for group in (None, "Viewer", "Editor", "Publisher"):
            with self.subTest(group=group or "anonymous"):
                if group:
                    self.client.force_login(make_user(group))
                response = self.get()
                self.assertEqual(sorted(self.codes(response)), sorted(shown))
                self.assertEqual(response.context["count"], 2)
                self.assertNotContains(response, "Hidden")
                self.assertContains(self.get(q="Hidden"), "Nothing matches.")

    # --- filters ---

    def test_each_filter_narrows(self):
        for query, inside, outside in self.narrowing:
            with self.subTest(query=query):
                stays, goes = self.make(**inside), self.make(**outside)
                response = self.get(query)
                self.assertIn(stays.code, self.codes(response))
                self.assertNotIn(goes.code, self.codes(response))
                self.assertEqual([chip["label"] for chip in response.context["chips"] if chip["is_idle"]], [])

    def test_each_filter_is_tried_here(self):
        tried = {query.partition("=")[0] for query, _inside, _outside in self.narrowing}
        self.assertEqual(set(self.get().context["filter"].filters) - {"q", "order", "source"}, tried)

    def test_what_rests_on_a_document_is_listed(self):
        if "source" not in self.get().context["filter"].filters:
            return  # its rows are no records of one kind
        document, other = make_document(), make_document()
        mine, _theirs = self.make(source=document), self.make(source=other)
        response = self.get(source=document.code)
        self.assertEqual(self.codes(response), [mine.code])
        self.assertContains(response, f'<input type="hidden" name="source" value="{document.code}"')
        self.assertEqual([chip["value"] for chip in response.context["chips"]], [document.title])
        for code in ("nothing", make_document(access="staff").code):
            self.assert_explains(self.get(source=code), "")

    def test_a_bad_value_is_explained_beside_its_control(self):
        self.make()
        for query, control in [*self.bad, ("order=nonsense", "order"), ("q=" + "x" * 201, "q"), ("q=%00", "q")]:
            with self.subTest(query=query):
                response = self.get(query)
                errors = response.context["filter"].form.errors
                self.assertEqual(list(errors), [control])
                self.assert_explains(response, errors[control][0])
                self.assertContains(response, f'id="id_{control}_error"')

    def test_an_unknown_parameter_is_named(self):
        self.make()
        for query in ("nonsense=1", "nonsense=", "Kind=state", "%00=1", "kind[]=1"):
            with self.subTest(query=query):
                response = self.get(query)
                self.assert_explains(response, "is not a filter of this list. There are: ")

    def test_what_others_hang_on_to_a_link_asks_for_nothing(self):
        row = self.make()
        for query in ("utm_source=letter&utm_medium=mail", "fbclid=abc"):
            self.assertEqual(self.codes(self.get(query)), [row.code])

    def test_what_is_narrowed_can_be_taken_back(self):
        for query, inside, _outside in self.narrowing:
            self.make(**inside)
            response = self.get(f"{query}&page=1")
            for chip in response.context["chips"]:
                with self.subTest(query=query, chip=chip["label"]):
                    self.assertTrue(str(chip["value"]))
                    self.assertNotIn(query, chip["url"])
                    self.assertEqual(self.client.get(self.url + chip["url"]).context["chips"], [])

    # --- order ---

    def test_names_come_in_one_order_whatever_the_engine(self):
        by_name = next((order for order in self.orders if order in ("name", "title")), None)
        if by_name is None:
            return
        made = {self.make(**{self.name: name}).code: name for name in reversed(NAMES_IN_ORDER)}
        self.assertEqual([made[code] for code in self.codes(self.get(order=by_name)) if code in made], NAMES_IN_ORDER)

    # --- search ---

    def test_search_finds_every_word_whatever_its_accents_and_case(self):
        row = self.make(**{self.name: "Évaluation «mutuelle» des îles"})
        self.make()
        for text in ("evaluation", "ILES evaluation", "évaluation îles", "mutuelle", "  Iles  ", row.code.lower()):
            with self.subTest(text=text):
                self.assertEqual(self.codes(self.get(q=text)), [row.code])
        self.assertEqual(self.codes(self.get(q="evaluation nowhere")), [])

    def test_search_finds_what_is_told_in_a_note(self):
        self.make()
        row = self.make(note="It met at the Élysée.")
        self.assertEqual(self.codes(self.get(q="elysee")), [row.code] if self.searches_notes else [])

    def test_search_takes_any_text(self):
        self.make()
        for text in ("'", '"', "'; drop table x; --", "%", "_", "\\", "<script>", "a " * 100, "😀", "\ud7ff", "\u0661"):
            with self.subTest(text=text):
                response = self.get(q=text)
                self.assertEqual(response.status_code, 200)
                self.assertNotContains(response, "<script>")

    def test_more_words_than_anybody_asks_for_are_refused(self):
        words = [f"w{number}" for number in range(21)]
        page = self.get(q=" ".join(words))
        self.assertIn("Ask for at most 20 different words.", page.context["filter"].form.errors["q"][0])
        self.assertEqual(self.get(q=" ".join([*words[:20], *words[:20]])).context["is_bad"], False)

    # --- order and pages ---

    def test_each_way_to_sort_is_whole_and_steady(self):
        shown = sorted(self.make().code for _ in range(3))
        for order in self.orders:
            with self.subTest(order=order):
                found = self.codes(self.get(f"order={order}"))
                self.assertEqual(sorted(found), shown)
                if f"-{order}" in self.orders:
                    turned = self.codes(self.get(f"order=-{order}"))
                    self.assertEqual(len(turned), len(found))
        self.assertEqual(self.codes(self.get(f"order={self.orders[0]}")), self.codes(self.get()))
        self.assertEqual(list(self.get().context["filter"].orders), self.orders)

    def test_a_page_that_is_not_there_is_said(self):
        self.make()
        for page in ("2", "0", "-1", "x", "1.5", "99999999999999999999", "%00", "²"):
            with self.subTest(page=page):
                response = self.get(f"page={page}")
                self.assertEqual(response.status_code, 200)
                self.assertContains(response, "This is page 1 of 1.")
                self.assertIn("no-store", response.headers.get("Cache-Control", ""))
        for page in ("", "1"):
            self.assertNotContains(self.get(f"page={page}"), "There is no page")

    # --- hostile addresses ---

    def test_no_address_makes_it_fail(self):
        self.make()
        for query in (
            "q=%FF%FE",
            "%FF=1",
            "q=%ED%A0%80",
            "q=a%00b",
            "&&&",
            "=",
            "q",
            "order=%FF",
            "page=%FF",
            "q=" + "%F0" * 50,
        ):
            with self.subTest(query=query):
                self.assertIn(self.get(query).status_code, (200, 400))
        for path in ("%FF/", "%00/", "a%00b/", "%ED%A0%80/", "..%2F/", "x" * 5000 + "/"):
            with self.subTest(path=path):
                self.assertIn(self.client.get(self.url + path).status_code, (400, 404))

    # --- speed ---

    def test_more_rows_take_no_more_queries(self):
        taken, rows = [], 0
        for many in (5, 10, 60):  # more than a page has
            with change(by=None):
                for _ in range(many - rows):
                    self.make()
            rows = many
            with CaptureQueriesContext(connection) as queries:
                self.assertEqual(self.get().context["count"], many)
            taken.append(len(queries))
        self.assertEqual(len(set(taken)), 1, taken)
        self.assertLessEqual(taken[0], MOST_QUERIES)

    # --- choices ---

    def test_choices_are_those_that_occur(self):
        filterset = self.get().context["filter"]
        selects = {name: one for name, one in filterset.filters.items() if isinstance(one, RecordChoice | Choice)}
        for name, select in selects.items():
            with self.subTest(name=name):
                always = {"", *getattr(select, "always", ())}
                self.assertLessEqual({value for value, _label in filterset.form[name].field.widget.choices}, always)

    def test_a_record_that_no_row_has_is_told_in_words(self):
        self.make()
        filters = self.get().context["filter"].filters
        for name in [name for name, one in filters.items() if isinstance(one, RecordChoice) and one.occurs]:
            with self.subTest(name=name):
                chosen = getattr(factories, f"make_{filters[name].kind._meta.model_name}")()
                with CaptureQueriesContext(connection) as queries:
                    response = self.get(**{name: chosen.code})
                self.assertLessEqual(len(queries), MOST_QUERIES)
                [chip] = response.context["chips"]
                words = self.idle_words or f"No entry of this list has “{chip['label']}: {chosen}”."
                self.assertIn(words, unescape(response.content.decode()))
                self.assertContains(response, f'<option value="{chosen.code}" selected>')

    def test_a_record_that_is_offered_takes_no_query_of_its_own(self):
        for query, inside, _outside in self.narrowing:
            name = query.partition("=")[0]
            if isinstance(self.get().context["filter"].filters[name], RecordChoice):
                self.make(**inside)
                with self.subTest(query=query), CaptureQueriesContext(connection) as queries:
                    self.assertEqual(self.get(query).context["filter"].form.errors, {})
                self.assertEqual([one["sql"] for one in queries if "LIMIT 21" in one["sql"]], [])
