"""Pasted text split into paragraphs: how statements are numbered, how programs mangle them, and what verbs suggest."""

import pytest

from meetings.entry.paragraphs import roman_value, same_paragraph, split, suggestion, title_from


def found(text):
    return [(paragraph.number, paragraph.parent, paragraph.text) for paragraph in split(text)]


class TestSplitting:
    @pytest.mark.parametrize("line", ["1. A", "1) A", "(1) A", "1.\tA", "  1.  A", "1.\nA", "1\nA", "1 A", "- 1 A"])
    def test_a_number_begins_a_paragraph(self, line):
        assert found(line) == [("1", "", "A")]

    @pytest.mark.parametrize("line", ["15(d) A", "15 (d) A", "15.(d) A", "15(d). A", "(15)(d) A", "15(d)\nA"])
    def test_a_number_with_its_point(self, line):
        assert found(line) == [("15(d)", "15", "A")]

    @pytest.mark.parametrize("point", ["(a)", "a)", "a.", "- a.**", "• (a)", "(a).", "**(a)**"])
    def test_a_point_belongs_to_the_number_before_it(self, point):
        assert found(f"15. B\n{point} A") == [("15", "", "B"), ("15(a)", "15", "A")]

    def test_roman_points_lie_within_letters_and_letters_go_on_after_them(self):
        text = "8. H\n(a) A\n(i) one\n(ii) two\n(iii) three\n(iv) four\n(b) B\n(i) one"
        assert [number for number, _parent, _text in found(text)] == [
            *("8", "8(a)", "8(a)(i)", "8(a)(ii)", "8(a)(iii)", "8(a)(iv)", "8(b)", "8(b)(i)"),
        ]
        assert found(text)[3][1] == "8(a)"

    def test_the_letter_i_follows_h(self):
        text = "8. H\n(h) one\n(i) two\n(j) three"
        assert [number for number, _parent, _text in found(text)] == ["8", "8(h)", "8(i)", "8(j)"]

    def test_roman_points_of_a_number_and_points_of_nothing(self):
        assert [n for n, _p, _t in found("8. H\n(i) one\n(ii) two\n(v) gap\n9. I")] == [
            *("8", "8(i)", "8(ii)", "8(v)", "9"),
        ]
        assert found("a) A\nb) B") == [("(a)", "", "A"), ("(b)", "", "B")]

    def test_decimals(self):
        text = "15. H\n15.1 A\n15.2. B\n(a) C\n16. I\n2.5 million people"
        assert [(number, parent) for number, parent, _text in found(text)] == [
            ("15", ""),
            ("15.1", "15"),
            ("15.2", "15"),
            ("15.2(a)", "15.2"),
            ("16", ""),
        ]
        assert found(text)[-1][2] == "I 2.5 million people"

    def test_points_within_a_line(self):
        text = "5. They committed to: (a) one; (b) two; and (c) three."
        assert found(text) == [
            ("5", "", "They committed to:"),
            ("5(a)", "5", "one;"),
            ("5(b)", "5", "two; and"),
            ("5(c)", "5", "three."),
        ]

    @pytest.mark.parametrize(
        "text",
        [
            "5. They agreed to (a) one; (b) two; and (c) three.",
            "5. They agreed to (a) one, (b) two; and (c) three.",
            "5. They agreed to: (a) one, (b) two and (c) three.",
            "5. They agreed to (a) one;\n(b) two;\n(c) three.",
            "5. They agreed to (i) one; (ii) two; and (iii) three.",
        ],
    )
    def test_points_within_a_line_are_split_all(self, text):
        assert [parent for _number, parent, _text in found(text)] == ["", "5", "5", "5"]
        assert found(text)[0][2].startswith("They agreed to")
        assert found(text)[1][2].startswith("one")

    def test_the_first_point_may_stand_beside_the_number(self):
        assert [number for number, _parent, _text in found("5. (a) one; (b) two")] == ["5(a)", "5(b)"]

    def test_or_none(self):
        assert found("5. They agreed to (a) one, (b) two and (c) three.") == [
            ("5", "", "They agreed to (a) one, (b) two and (c) three."),
        ]

    def test_a_reference_to_a_point_begins_none(self):
        text = "5. They agreed to:\n(a) keep 4 (b) as it is;\n(b) change paragraph (c) of it;\n(c) go on."
        assert [number for number, _parent, _text in found(text)] == ["5", "5(a)", "5(b)", "5(c)"]

    def test_points_of_one_number_say_nothing_of_another(self):
        text = "5. They saw (a) good.\n6. They agreed to: (a) one; (b) two: (i) three; (ii) four."
        assert [number for number, _parent, _text in found(text)] == [
            *("5", "6", "6(a)", "6(b)", "6(b)(i)", "6(b)(ii)"),
        ]

    def test_decimals_go_on_in_the_next_chapter(self):
        text = "10.1 A\n10.2 B, of some\n11.5 million people\n11.1 C\n11.2 D\n13.1 E"
        assert found(text) == [
            ("10.1", "10", "A"),
            ("10.2", "10", "B, of some 11.5 million people"),
            ("11.1", "11", "C"),
            ("11.2", "11", "D 13.1 E"),
        ]

    def test_many_points_are_split_in_no_time_worth_telling(self):
        assert len(found("1. A " + "(a) b; (b) c, (c) d; " * 3000)) == 9001

    def test_lines_that_were_wrapped_are_joined_and_numbers_within_them_begin_nothing(self):
        text = "3. Ministers met in\n2018. They saw (a) good and\n40 members, as in paragraph\n12 of it, i.e. more"
        assert [number for number, _parent, _text in found(text)] == ["3"]
        assert found(text)[0][2].startswith("Ministers met in 2018. They saw (a) good and 40 members")

    def test_a_number_alone_counts_when_it_is_the_next(self):
        assert [n for n, _p, _t in found("11\n\nA\n\n12\n\nB\n\n40\n\nC")] == ["11", "12"]

    def test_nothing_is_lost(self):
        text = "Statement\n\n1. A\nmore\n\nHeading\n2. B"
        assert found(text) == [("", "", "Statement"), ("1", "", "A more Heading"), ("2", "", "B")]

    def test_a_number_twice_gives_two_paragraphs(self):
        assert found("1. A\n1. B") == [("1", "", "A"), ("1", "", "B")]

    @pytest.mark.parametrize("text", ["", "  \n", "No number at all.\nNone.", "2018 was a year", "10:30 (noon)"])
    def test_a_text_without_numbers_has_no_paragraphs(self, text):
        assert found(text) == []

    def test_hundreds(self):
        assert len(found("\r\n".join(f"{n}. Ministers noted {n}.\r\n(a) A\r\n(b) B" for n in range(1, 301)))) == 900


class TestNumbers:
    def test_ways_to_write_one_paragraph(self):
        assert {same_paragraph(text) for text in ("15(d)", "15 (D)", "15d", "15.d", "15 d.")} == {"15d"}
        assert {same_paragraph(text) for text in ("1.1", "1(1)", "1.1.")} == {"1.1"}
        assert same_paragraph("11.") == "11"

    def test_roman_numerals(self):
        texts = ("i", "ii", "iii", "iv", "v", "vi", "ix", "x", "xiv", "", "a", "iiii", "vv")
        assert [roman_value(text) for text in texts] == [1, 2, 3, 4, 5, 6, 9, 10, 14, 0, 0, 0, 0]


class TestSuggestions:
    @pytest.mark.parametrize(
        ("text", "kind", "nature"),
        [
            ("Ministers endorsed the strategy and welcomed it.", "endorsement", "informational"),
            ("Ministers, at the request of the office, tasked officials.", "tasking", "operational"),
            ("We welcome the report.", "appreciation", "informational"),
            ("Appreciation was expressed to the host.", "appreciation", "informational"),
            ("Ministers encouraged members to act.", "request", "operational"),
            ("Ministers are committed to work closely.", "commitment", "operational"),
            ("The Task Force on Planning noted the call of others.", "observation", "informational"),
            ("Ministers agreed to meet.", "decision", "informational"),
            ("Ministers expressed deep concern.", "observation", "informational"),
            ("Attending were representatives of members.", "record", "informational"),
            ("A sentence without any of them.", "", ""),
        ],
    )
    def test_the_first_verb_counts(self, text, kind, nature):
        suggested = suggestion(text)
        assert (suggested.kind, suggested.nature) == (kind, nature)
        assert bool(suggested.word) is bool(kind)

    @pytest.mark.parametrize(
        "text",
        [
            "Ministers did not endorse the plan.",
            "Ministers have not yet formally endorsed the plan.",
            "Ministers didn’t endorse the plan and noted it.",
            "The plan was never adopted.",
            "Neither plan was approved.",
        ],
    )
    def test_what_was_not_done_suggests_nothing(self, text):
        assert (suggestion(text).kind, suggestion(text).word) == ("", "")

    def test_a_denial_of_something_else_does_not_count(self):
        assert suggestion("The plan was not ready. Ministers endorsed it.").kind == "endorsement"
        assert suggestion("Implement it", "Ministers did not agree to:").kind == ""

    def test_a_point_has_a_verb_of_its_own_or_that_of_what_it_is_part_of(self):
        above = "Ministers reaffirmed the need for it. They committed to:"
        assert suggestion("Task officials to do it", above).kind == "tasking"
        assert suggestion("Implement the strategy that was endorsed", above).kind == "commitment"


class TestTitles:
    def test_the_first_sentence_without_its_stop(self):
        assert title_from("Ministers met. They agreed.") == "Ministers met"
        assert title_from("They committed to:") == "They committed to"

    def test_a_long_one_is_cut_at_a_word(self):
        title = title_from("Ministers considered " + "word " * 60)
        assert len(title) <= 100
        assert title.endswith("word…")
