"""Every factory makes a row that the software accepts: what the other tests stand on."""

import pytest

from tests import factories

MAKERS = [name for name in dir(factories) if name.startswith("make_") and name not in ("make_citation", "make_figure")]


@pytest.mark.django_db
@pytest.mark.parametrize("name", MAKERS)
def test_it_makes_a_row(name):
    row = getattr(factories, name)()
    assert row.pk


@pytest.mark.django_db
def test_what_names_a_record_names_one():
    meeting = factories.make_meeting()
    assert factories.make_citation(meeting).above() == meeting
    assert factories.make_figure(meeting).above() == meeting
