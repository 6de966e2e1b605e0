"""Settings: everything comes from the environment; the README's table lists it."""

import logging
import re
from pathlib import Path
from zoneinfo import available_timezones

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
SWITCHES = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


def switch(name, default):
    """Return a setting that is on or off; refuse what can't be read, which may be meant for safety."""
    text = env.str(name, "").strip().lower()
    if text and text not in SWITCHES:
        raise ImproperlyConfigured(f"{name} is “{text}”. Write 1 for on or 0 for off.")
    return SWITCHES[text] if text else default


def number(name, default):
    """Return a setting that is a whole number."""
    text = env.str(name, "").strip()
    if text and not text.isdecimal():
        raise ImproperlyConfigured(f"{name} is “{text}”. Write a whole number.")
    return int(text) if text else default


# --- where things are, and who may ask --------------------------------------------------------------------------------

DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / ".data")))
DEBUG = switch("DEBUG", False)

_key_file = DATA_DIR / "secret_key"
SECRET_KEY = env.str("SECRET_KEY", "") or (_key_file.read_text().strip() if _key_file.is_file() else "")
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10:
    raise ImproperlyConfigured(
        "SECRET_KEY is missing, shorter than 50 characters or hardly random. Set it to a long random text, "
        "or run `manage.py quickstart`, which makes one."
    )

# Beyond this machine nobody is answered unless the names are set.
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
IS_LOCAL = not ALLOWED_HOSTS
if IS_LOCAL:
    if switch("PRODUCTION", False):
        raise ImproperlyConfigured("ALLOWED_HOSTS is missing. Set it to the site's names, such as record.example.org.")
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- the house --------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "baliprocess.apps.GroundConfig",
    "registry",
    "meetings",
    "strategy",
    "baliprocess.site",
    "baliprocess.site.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "simple_history",
    "import_export",
    "django_filters",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "baliprocess.urls"
WSGI_APPLICATION = "baliprocess.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

AUTH_USER_MODEL = "baliprocess.User"
SOURCE_MODEL = "registry.Document"  # what a record's `source` names
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CONTACT_EMAIL = env.str("CONTACT_EMAIL", "")
if CONTACT_EMAIL and not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+", CONTACT_EMAIL):
    raise ImproperlyConfigured(f"CONTACT_EMAIL is “{CONTACT_EMAIL}”. Write an address such as record@example.org.")
UPLOAD_MAX_BYTES = number("UPLOAD_MAX_MB", 20) * 2**20

# --- data -------------------------------------------------------------------------------------------------------------

try:
    DATABASES = {"default": env.db_url("DATABASE_URL", f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
except ValueError:
    DATABASES = {"default": {}}
if not DATABASES["default"].get("NAME") or not DATABASES["default"].get("ENGINE", "").endswith(
    ("sqlite3", "postgresql")
):
    raise ImproperlyConfigured(
        "DATABASE_URL names no database of SQLite or PostgreSQL. Write it as "
        "postgres://user:password@host:5432/name or sqlite:////folder/file, or leave it out."
    )
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # a writer waits at the start instead of failing in the middle
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["OPTIONS"] = {**DATABASES["default"].get("OPTIONS", {}), "pool": True}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
MEDIA_ROOT = DATA_DIR / "uploads"  # private: files are served by views that check who asks
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # half the files to compress, and an address never changes its content
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a meeting's form with 200 attendances

SIMPLE_HISTORY_REVERT_DISABLED = True
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
SIMPLE_HISTORY_FILEFIELD_TO_CHARFIELD = True

# --- words ------------------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
LOCALE_PATHS = [BASE_DIR / "baliprocess" / "locale"]
FORMAT_MODULE_PATH = ["baliprocess.formats"]
TIME_ZONE = env.str("TIME_ZONE", "UTC")
if TIME_ZONE not in available_timezones():
    raise ImproperlyConfigured(f"TIME_ZONE is “{TIME_ZONE}”. Write a zone such as Asia/Bangkok or UTC.")
USE_TZ = True

# --- safety -----------------------------------------------------------------------------------------------------------

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # the admin's icons in its style sheets
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
# A record served under names of its own is served over HTTPS; on this machine alone, plain HTTP has to do.
SECURE = switch("SECURE", not IS_LOCAL and not DEBUG)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = number("HSTS_SECONDS", 31_536_000) if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
if switch("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOG_LEVEL = env.str("LOG_LEVEL", "INFO").upper()
if LOG_LEVEL not in logging.getLevelNamesMapping():
    raise ImproperlyConfigured(f"LOG_LEVEL is “{LOG_LEVEL}”. Write DEBUG, INFO, WARNING, ERROR or CRITICAL.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stream": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stream"], "level": LOG_LEVEL},
    "loggers": {"django": {"handlers": [], "level": "INFO", "propagate": True}},
}
