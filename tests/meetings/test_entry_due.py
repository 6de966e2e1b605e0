"""The due date that a paragraph names: proposed where it is plain, never guessed."""

import pytest

from meetings.entry.due import due_in


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("to report by 31 December 2025.", "2025-12-31"),
        ("to report by the 1st of March 2025", "2025-03-01"),
        ("to report no later than December 31, 2025,", "2025-12-31"),
        ("to report by the end of 2024", "2024"),
        ("to report By end-2024", "2024"),
        ("to report by the end of June\n2024", "2024-06"),
        ("to report by 1 May 2024, and by 1 May 2024 at the latest", "2024-05-01"),
    ],
)
def test_a_plain_date_is_read_as_precisely_as_it_is_named(text, date):
    assert due_in(text) == date


@pytest.mark.parametrize(
    "text",
    [
        "to report by 2025",
        "to report by May 2025",
        "to report by the next conference",
        "the report of 31 December 2025",
        "adopted on 3 May 2024 by ministers",
        "to report by 30 February 2025",
        "to report by 1 May 2024, and to finish by the end of 2025",
        "paragraph by paragraph 31 of December 2025",
    ],
)
def test_any_other_is_left_to_whoever_enters_it(text):
    assert due_in(text) == ""
