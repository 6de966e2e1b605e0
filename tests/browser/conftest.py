"""The running product and a browser on it.

The product is started the way its reader starts it: by `quickstart`, on an empty database and a port of its own, with
the real server, the collected static files and the headers of every day. It runs once for all tests of a file.
"""

import contextlib
import os
import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from tests.conftest import chromium

# Django's own guard against queries in an event loop takes playwright's for one of the product's.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Start the machine's own chromium."""
    return {
        **browser_type_launch_args,
        "executable_path": chromium(),
        "args": ["--no-sandbox", "--disable-dev-shm-usage"],
    }


@dataclass(frozen=True)
class Site:
    """The product as it runs: where, and how to sign in."""

    url: str
    password: str
    environment: dict

    def manage(self, *arguments):
        """Run a management command on the product's own database."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command,
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0, done.stdout


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Start the product with the seed record in it; stop it at the end."""
    folder = tmp_path_factory.mktemp("site")
    with contextlib.ExitStack() as stack:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "DATA_DIR": str(folder / "data"),
            "PYTHONUNBUFFERED": "1",
        }
        if connection.vendor == "postgresql":
            environment["DATABASE_URL"] = stack.enter_context(database_of_its_own())
        port = free_port()
        log = (folder / "log").open("w+", encoding="utf-8")
        server = subprocess.Popen(
            [sys.executable, "manage.py", "quickstart", "--port", str(port)],
            cwd=settings.BASE_DIR,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        stack.callback(stop, server)
        url = f"http://127.0.0.1:{port}"
        wait_for(url, server, folder / "log")
        password = re.search(r"with the password (\S+)", (folder / "log").read_text(encoding="utf-8"))[1]
        yield Site(url, password, environment)


def free_port():
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def database_of_its_own():
    """Make an empty database beside the tests', and yield its address; drop it at the end."""
    url = urlsplit(os.environ["DATABASE_URL"])
    name = f"{url.path[1:]}_site_{secrets.token_hex(4)}"
    # Not by Django's connection, which belongs to the tests' own database and comes and goes with it.
    with psycopg.connect(url.geturl(), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield url._replace(path=f"/{name}").geturl()
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def wait_for(url, server, log):
    """Return when the product answers; say what it printed where it does not."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(f"{url}/", timeout=5).close()
            return
        time.sleep(0.1)
    pytest.fail(f"The product did not start:\n{log.read_text(encoding='utf-8')}", pytrace=False)


def stop(server):
    """End the server that we started."""
    server.terminate()
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


class Links(HTMLParser):
    """The links of a page."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        if tag == "a" and (href := dict(attributes).get("href")):
            self.found.append(href)


@pytest.fixture(scope="session")
def addresses(site):
    """Return {path: size} of every public page that links lead to from the home page."""
    sizes, waiting = {}, ["/"]
    while waiting:
        path = waiting.pop()
        if path in sizes:
            continue
        with urllib.request.urlopen(f"{site.url}{path}", timeout=20) as answer:
            body = answer.read().decode() if answer.headers.get_content_type() == "text/html" else ""
        sizes[path] = len(body)
        links = Links()
        links.feed(body)
        for href in links.found:
            target = urlsplit(urldefrag(urljoin(f"{site.url}{path}", href)).url)
            is_ours = f"{target.scheme}://{target.netloc}" == site.url
            if is_ours and not target.query and not target.path.startswith("/admin/"):
                waiting.append(target.path)
    return sizes


@pytest.fixture
def page(page):
    """Return a page that says soon what it waits for in vain."""
    page.set_default_timeout(10_000)
    return page
