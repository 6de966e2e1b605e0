"""What the site answers when there is nothing to show, nothing there, or something failed."""

import pytest
from django.views.defaults import permission_denied

from meetings.models import Meeting
from tests.factories import make_meeting
from tests.test_whole_site import Page


@pytest.mark.django_db
class TestPagesOfErrors:
    """They stand in the site's own dress and say what to do next."""

    def page(self, response, status):
        assert response.status_code == status
        page = Page(response.content.decode())
        assert (len(page.headings), page.faults) == (1, [])
        return page

    def test_not_found(self, client):
        for address in (
            "/nowhere/",
            "/participants/NOBODY/",
            "/outcomes/a/b/c/",
            "/meetings/%FF/",
            "/strategies/x/items/1/",
        ):
            page = self.page(client.get(address), 404)
            assert ["/", "Start from the home page"] in page.links

    def test_gone(self, client):
        gone = make_meeting(record_state="withdrawn", withdrawn_reason="Entered twice.")
        page = self.page(client.get(gone.get_absolute_url()), 410)
        assert page.headings == ["This record has been withdrawn"]

    def test_not_allowed(self, rf):
        self.page(permission_denied(rf.get("/"), PermissionError()), 403)

    def test_failed(self, client, monkeypatch):
        def fail(*_args, **_values):
            raise RuntimeError("secret detail")

        monkeypatch.setattr(Meeting.objects, "published", fail)
        client.raise_request_exception = False
        response = client.get("/meetings/")
        self.page(response, 500)
        assert "secret detail" not in response.content.decode()

    def test_a_host_that_is_not_ours(self, client):
        assert client.get("/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.django_db
def test_only_reading_is_allowed(client):
    for address in ("/", "/about/", "/participants/", "/meetings/", "/strategies/"):
        for method in (client.post, client.put, client.patch, client.delete):
            assert method(address).status_code == 405, (address, method)


@pytest.mark.django_db
def test_the_empty_record_has_pages_too(client):
    for address in (
        "/",
        "/about/",
        "/participants/",
        "/bodies/",
        "/documents/",
        "/meetings/",
        "/outcomes/",
        "/strategies/",
    ):
        response = client.get(address)
        assert response.status_code == 200, address
        assert Page(response.content.decode()).faults == []
