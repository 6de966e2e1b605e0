"""The settings under test: the product's own, with nothing taken from or left in the user's data folder."""

import os
import secrets
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
os.environ["DATA_DIR"] = os.environ.get("TEST_DATA_DIR") or tempfile.mkdtemp(prefix="record-tests-")
os.environ.pop("ALLOWED_HOSTS", None)

from baliprocess.settings import *  # noqa: F403
from baliprocess.settings import DATABASES, STORAGES

for folder in ("uploads", "static"):
    Path(os.environ["DATA_DIR"], folder).mkdir(parents=True, exist_ok=True)
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: several connections write at once in some tests.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(os.environ["DATA_DIR"], "test.sqlite3"))}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
