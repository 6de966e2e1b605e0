"""The house stands as it was drawn: where things are, what may know what, and every word ready to be translated."""

import ast
import inspect
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor

from baliprocess.changes import guarded_models
from baliprocess.tables import all_tables
from tests.words import unmarked_in_python, unmarked_in_template

ROOT = Path(settings.BASE_DIR)
FOLDERS = {"baliprocess", "registry", "meetings", "strategy", "templates", "fixtures", "tests"}

# From the ground to the roof: each may know those before it.
FLOORS = ["baliprocess", "registry", "meetings", "strategy", "baliprocess.site"]
APPS = ["registry", "meetings", "strategy"]
# What puts the house together names everything.
JOINTS = {"baliprocess/settings.py", "baliprocess/urls.py"}
# The navigation leads everywhere.
NAVIGATION = {"templates/base.html"}


def modules():
    """Return the project's own modules, migrations left out, by their paths."""
    found = [path for folder in ("baliprocess", *APPS) for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


def templates():
    return sorted((ROOT / "templates").rglob("*.html"))


def floor_of(dotted):
    """Return the floor of a module's dotted name, or None for what is not ours."""
    for number in reversed(range(len(FLOORS))):
        if dotted == FLOORS[number] or dotted.startswith(f"{FLOORS[number]}."):
            return number
    return None


def dotted(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def floor_of_template(path):
    """Return the floor of a template by its folder; what lies in none is the ground's."""
    folder = path.relative_to(ROOT / "templates").parts[0]
    return {"registry": 1, "meetings": 2, "strategy": 3, "site": 4, "admin": 4}.get(folder, 0)


def known_above(source, floor):
    """Return what a module names of the floors above its own: by import, or by a text such as "meetings.Meeting"."""
    found = []
    for node in ast.walk(ast.parse(source)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if re.fullmatch(r"(registry|meetings|strategy|baliprocess\.site|site)([.:/]\w[\w./]*)", node.value):
                names = [node.value.replace(":", ".").replace("/", ".")]
                names = [re.sub(r"^site\b", "baliprocess.site", name) for name in names]
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("get_model", "get_app_config"):
            names = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
        found += [(node.lineno, name) for name in names if (floor_of(name) or 0) > floor]
    return found


def names_from_above(floor):
    """Return the names by which rows of a floor lead to rows above it, less those that mean something below as well."""
    above, own = set(), set()
    for model in guarded_models():
        if floor_of(model._meta.app_config.name) > floor:
            continue
        own |= {field.name for field in model._meta.concrete_fields}
        for relation in model._meta.related_objects:
            is_above = floor_of(relation.related_model._meta.app_config.name) > floor
            (above if is_above else own).add(relation.get_accessor_name())
    return above - own - {None}


def related_names_used(source, names):
    """Return where a module follows one of the names: `row.attendances`, `"attendances__meeting"`."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in names:
            found.append((node.lineno, node.attr))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node.value.split("__")[0] in names and "__" in node.value:
                found.append((node.lineno, node.value))
        elif isinstance(node, ast.keyword) and node.arg and node.arg.split("__")[0] in names and "__" in node.arg:
            found.append((node.value.lineno, node.arg))
    return found


class TestImportsPointOneWay:
    @pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
    def test_no_module_knows_what_stands_above_it(self, path):
        if str(path.relative_to(ROOT)) in JOINTS:
            return
        floor = floor_of(dotted(path))
        source = path.read_text(encoding="utf-8")
        assert known_above(source, floor) == []
        assert related_names_used(source, names_from_above(floor)) == []

    def test_the_check_finds_what_is_planted(self):
        planted = {
            "from meetings.models import Meeting": 1,
            "import strategy": 2,
            "def f():\n    from meetings import models": 1,
            "apps.get_model('meetings.Meeting')": 1,
            "apps.get_model('meetings', 'Meeting')": 1,
            "models.ForeignKey('strategy.ActionItem', models.PROTECT)": 2,
            "reverse('meetings:meeting_list')": 1,
            "template = 'meetings/meeting_list.html'": 1,
            "from baliprocess.site import views": 3,
            "from registry.models import Body": 0,
        }
        for source, floor in planted.items():
            assert known_above(source, floor), source
            assert known_above(source, 4) == []
        names = names_from_above(1)
        assert {"attendances", "taskings", "responsibilities"} <= names
        for source in ("x.attendances.all()", "f(attendances__meeting=1)", "F('attendances__meeting')"):
            assert related_names_used(source, names), source
        assert related_names_used("x.names.all()", names) == []

    @pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOT)))
    def test_no_template_leads_to_what_stands_above_it(self, path):
        if str(path.relative_to(ROOT)) in NAVIGATION:
            return
        floor, source = floor_of_template(path), path.read_text(encoding="utf-8")
        above = {"registry": 1, "meetings": 2, "strategy": 3, "site": 4}
        for app, number in above.items():
            if number > floor and not (app == "site" and floor == 0):  # an error page leads home
                assert not re.search(rf"""["']{app}[:/]""", source), app
        for name in names_from_above(floor):
            assert not re.search(rf"\{{[{{%][^}}]*\.{name}\b", source), name


class TestWhereThingsAre:
    def test_the_folders_are_those_drawn(self):
        there = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith((".", "__"))}
        assert there == FOLDERS

    def test_each_app_has_the_same_files(self):
        for app in APPS:
            for name in ("models", "querysets", "filters", "views", "urls", "resources"):
                assert (ROOT / app / f"{name}.py").is_file() or (ROOT / app / name).is_dir(), (app, name)

    def test_every_model_has_a_table_and_tests(self):
        tables = {table.model() for table in all_tables().values()}
        for model in guarded_models():
            assert model in tables
            app = model._meta.app_label
            tests = "".join(path.read_text() for path in (ROOT / "tests" / app).rglob("test_*.py"))
            assert re.search(rf"\b{model.__name__}\b|\bmake_{model._meta.model_name}\b", tests), model.__name__

    def test_every_rule_tells_all_its_breaks(self):
        for model in guarded_models():  # one that returned instead would be passed over in silence
            for check in (model.check_rules, model.check_all_rules):
                assert inspect.isgeneratorfunction(check), (model, check)

    def test_every_model_is_found_in_the_house(self):
        ours = {app.label for app in apps.get_app_configs() if floor_of(app.name) is not None}
        assert {model._meta.app_label for model in guarded_models()} == set(APPS)
        assert ours == {"baliprocess", "site", *APPS}

    def test_no_module_writes_past_the_guard(self):
        """The guard stands on Django's cursors: these ways go past it."""
        for path in modules():
            for way in (".executescript(", '.copy("COPY', "connection.connection"):
                assert way not in path.read_text(encoding="utf-8"), path

    def test_no_file_names_a_registry_or_a_path_of_somebodys_machine(self):
        hosts = ["pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "registry" + ".yarnpkg"]
        paths = ["/ho" + "me/", "/ro" + "ot/", "/Us" + "ers/", "/wo" + "rk/", "C:" + "\\\\"]
        hosts = [*map(re.escape, hosts), "index" + r"-url[ =]+[\w'\"]+:"]
        names = re.compile("|".join([*hosts, *(rf"(?<![\w.-]){re.escape(path)}" for path in paths)]))
        for path in ROOT.rglob("*"):
            parts = path.relative_to(ROOT).parts
            is_made = any(part.startswith(".") and part != ".ci" for part in parts) or "__pycache__" in parts
            if is_made or not path.is_file():
                continue
            try:
                text = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
            assert not (found := names.search(text)), f"{path.relative_to(ROOT)}: {found[0]}"


@pytest.mark.django_db
class TestMigrations:
    def test_none_is_pending(self):
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)

    def test_all_went_forward_from_nothing_on_this_engine(self):
        executor = MigrationExecutor(connection)
        assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
        assert not settings.MIGRATION_MODULES
        tables = set(connection.introspection.table_names())
        for model in apps.get_models():
            assert model._meta.db_table in tables

    def test_every_constraint_and_index_has_a_name_of_its_own(self):
        names = [item.name for model in apps.get_models() for item in (*model._meta.constraints, *model._meta.indexes)]
        assert len(names) == len(set(names))
        for model in guarded_models():
            for constraint in model._meta.constraints:
                assert constraint.violation_error_message != models.BaseConstraint.default_violation_error_message


class TestWords:
    """Every word that a reader sees is marked for translation. Commands speak English to whoever runs the house."""

    SPOKEN_TO_OPERATORS = ("management", "settings.py", "quickstart.py")

    @pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOT)))
    def test_templates(self, path):
        assert unmarked_in_template(path.read_text(encoding="utf-8")) == []

    @pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
    def test_modules(self, path):
        if not set(self.SPOKEN_TO_OPERATORS) & set(path.parts):
            assert unmarked_in_python(path.read_text(encoding="utf-8")) == []

    @pytest.mark.parametrize(
        "planted",
        [
            "<p>Read me</p>",
            "<p>{% if x %}Read me{% endif %}</p>",
            "<p>{{ x }} rows</p>",
            '<p>{% translate "One" %} and two</p>',
            '<img alt="A picture" src="x">',
            '<button aria-label="Close"></button>',
            '<input type="submit" value="Search">',
            '<input placeholder="Search">',
            '{% include "x.html" with label="Read me" %}',
            '{% include "x.html" with label="Search" %}',
            "<title>{% block title %}Home{% endblock %}</title>",
            "{% blocktranslate %}One{% endblocktranslate %} two",
        ],
    )
    def test_what_is_planted_in_a_template_is_found(self, planted):
        assert len(unmarked_in_template(planted)) == 1

    @pytest.mark.parametrize(
        "marked",
        [
            '<p>{% translate "Read me" %}</p>',
            "<p>{% blocktranslate count n=n %}One row{% plural %}{{ n }} rows{% endblocktranslate %}</p>",
            '<img alt="{% translate "A picture" %}" src="x.svg">',
            "{# A comment #}{% comment %}Another one{% endcomment %}<!-- and a third -->",
            '{% include "x.html" with label=_("Read me") class="wide" %}',
            '<p class="some words">{{ record.name }} – {{ day|date:"j F Y" }}</p>',
            '<script type="application/json">{"a": "word"}</script>',
            '{% url "registry:body_list" as bodies_url %}',
        ],
    )
    def test_what_is_marked_in_a_template_passes(self, marked):
        assert unmarked_in_template(marked) == []

    @pytest.mark.parametrize(
        "planted",
        [
            'models.CharField("name", max_length=1)',
            'models.CharField(_("name"), help_text="Read me.")',
            'forms.CharField(label="Name")',
            'class Meta:\n    verbose_name = "body"',
            'raise ValidationError("Wrong.")',
            'raise ValidationError(f"{x} is wrong.")',
            'raise ValidationError("%s is wrong." % x)',
            'raise ValidationError({"code": "Wrong."})',
            'raise ValidationError(["Wrong."])',
            'raise RuleBroken("Wrong.", rows=[])',
            'models.CheckConstraint(name="x", violation_error_message="Wrong.")',
            'class Kind(models.TextChoices):\n    LAW = "law", "Law"',
            'class Kind(models.TextChoices):\n    LAW = "law"',
            'RegexValidator(PATTERN, "Wrong.")',
            'messages.success(request, "Done.")',
            '@admin.display(description="State")\ndef state(self): pass',
            'self.message_user(request, "Done." if x else y)',
            'ValidationError("{} is wrong".format(x))',
        ],
    )
    def test_what_is_planted_in_a_module_is_found(self, planted):
        assert len(unmarked_in_python(planted)) == 1

    @pytest.mark.parametrize(
        "marked",
        [
            'models.CharField(_("name"), max_length=1, help_text=_("Read me."))',
            'raise ValidationError(_("%(x)s is wrong.") % {"x": x}, code="wrong")',
            'raise ValidationError({"code": _("Wrong.")})',
            'class Kind(models.TextChoices):\n    LAW = "law", _("Law")',
            'messages.success(request, ngettext("%d row", "%d rows", n) % n)',
            "raise ValidationError(message)",
            'verbose_name = _("Registry")',
            'meta.get_field("name")',
        ],
    )
    def test_what_is_marked_in_a_module_passes(self, marked):
        assert unmarked_in_python(marked) == []
