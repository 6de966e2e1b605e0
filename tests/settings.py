"""The settings under test: the product's own, with nothing taken from or left in the user's data folder."""

import atexit
import os
import secrets
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
if os.environ.get("TEST_DATA_DIR"):
    os.environ["DATA_DIR"] = os.environ["TEST_DATA_DIR"]
else:
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="record-tests-")
    atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)
# What a developer has set for a server of theirs says nothing about the tests.
for name in (
    "ALLOWED_HOSTS",
    "BEHIND_PROXY",
    "CONTACT_EMAIL",
    "CSRF_TRUSTED_ORIGINS",
    "DEBUG",
    "PRODUCTION",
    "SECURE",
    "TIME_ZONE",
):
    os.environ.pop(name, None)

from baliprocess.settings import *  # noqa: E402, F403
from baliprocess.settings import DATABASES, STORAGES  # noqa: E402

for folder in ("uploads", "static"):
    Path(os.environ["DATA_DIR"], folder).mkdir(parents=True, exist_ok=True)
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: several connections write at once in some tests.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(os.environ["DATA_DIR"], "test.sqlite3"))}
elif os.environ.get("TEST_DATABASE_TEMPLATE"):
    # An empty database that sorts as some language does, for proof that no answer depends on it.
    DATABASES["default"]["TEST"] = {"TEMPLATE": os.environ["TEST_DATABASE_TEMPLATE"]}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
