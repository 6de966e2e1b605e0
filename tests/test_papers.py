"""The papers say what is so: commands, settings and files that they name are there, and none is left out."""

import re
import shlex

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class

PAPERS = ["README.md", "OPERATING.md", "SECURITY.md", "CHANGELOG.md"]
RUN = (
    "python3 -m venv .venv && .venv/bin/pip install --require-hashes -r requirements.txt"
    " && .venv/bin/python manage.py quickstart"
)
TEST = "python3 -m venv .venv && .venv/bin/pip install --require-hashes -r requirements-dev.txt && .venv/bin/pytest"


def read(name):
    return (settings.BASE_DIR / name).read_text(encoding="utf-8")


def commands_in(text):
    """Return what follows `manage.py` wherever a paper names a command: (command, its options)."""
    found = []
    for line in re.findall(r"manage\.py ([^`\n|]+)", text):
        words = shlex.split(line.split("&&")[0].split("#")[0])
        if words and re.fullmatch(r"[a-z_]+", words[0]):
            found.append((words[0], [word.split("=")[0] for word in words if word.startswith("--")]))
    return found


class TestReadme:
    def test_it_is_short(self):
        assert len(read("README.md").splitlines()) < 200

    @pytest.mark.parametrize(("name", "command"), [("Run", RUN), ("Test", TEST)])
    def test_it_gives_the_command_word_for_word(self, name, command):
        assert f"- {name}: `{command}`" in read("README.md").splitlines()

    def test_its_table_lists_every_setting_and_no_other(self):
        listed = re.findall(r"^\| `([A-Z_]+)` \|", read("README.md"), re.MULTILINE)
        used = re.findall(r"\b(?:env\.\w+|switch|number)\(\s*\"([A-Z_]+)\"", read("baliprocess/settings.py"))
        assert sorted(listed) == sorted(set(used))
        assert len(listed) == len(set(listed))

    def test_every_folder_is_in_its_layout(self):
        listed = re.findall(r"^\| `([a-z/]+)/` \|", read("README.md"), re.MULTILINE)
        there = {
            path.name
            for path in settings.BASE_DIR.iterdir()
            if path.is_dir() and not path.name.startswith((".", "_")) and path.name != "test-results"
        }
        assert {name for name in listed if "/" not in name} == there
        assert all((settings.BASE_DIR / name).is_dir() for name in listed)

    def test_every_command_of_ours_is_in_its_table(self):
        ours = {name for name, app in get_commands().items() if app in ("baliprocess", "baliprocess.site")}
        listed = set(re.findall(r"^\| `manage\.py ([a-z_]+)", read("README.md"), re.MULTILINE))
        assert ours <= listed


@pytest.mark.parametrize("paper", PAPERS)
class TestEveryPaper:
    def test_the_commands_it_names_are_there_with_their_options(self, paper):
        known = get_commands()
        for name, options in commands_in(read(paper)):
            assert name in known, name
            parser = load_command_class(known[name], name).create_parser("manage.py", name)
            assert set(options) <= set(parser._option_string_actions), name

    def test_the_files_it_leads_to_are_there(self, paper):
        for target in re.findall(r"\]\(([^)#]+)\)", read(paper)):
            assert target.startswith("https://") or (settings.BASE_DIR / target).is_file(), target
