"""Settings that can't be read are refused in a sentence, above all where they keep something safe."""

import pytest

from tests.processes import manage

KEY = "k" * 30 + "0123456789" * 3


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SECURE", "ture", "Write 1 for on or 0 for off."),
        ("DEBUG", "maybe", "Write 1 for on or 0 for off."),
        ("UPLOAD_MAX_MB", "x", "Write a whole number."),
        ("TIME_ZONE", "Mars/Base", "Write a zone such as"),
        ("CONTACT_EMAIL", "the secretariat", "Write an address such as"),
        ("LOG_LEVEL", "loud", "Write DEBUG, INFO,"),
        ("DATABASE_URL", "postgres://u:p", "names no database"),
    ],
)
def test_a_setting_that_cannot_be_read_is_refused_in_a_sentence(tmp_path, name, value, words):
    done = manage(tmp_path, "check", **{"SECRET_KEY": KEY, name: value})
    assert done.returncode == 1
    assert "The settings can't be used: " in done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
