"""Find words that readers see and that nobody marked for translation, in templates and in Python."""

import ast
import re
from html.parser import HTMLParser

LETTERS = re.compile(r"[^\W\d_]{2}")
MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
# Arguments and attributes that readers see.
SHOWN = {
    "verbose_name", "verbose_name_plural", "help_text", "label", "violation_error_message", "empty_label",
    "description", "short_description", "message", "site_header", "site_title", "index_title", "title",
    "error_messages", "placeholder",
}  # fmt: skip
# What shows its first argument: errors, messages to the user, and fields with a name in the first place.
SHOWS_FIRST = {"ValidationError", "RuleBroken", "message_user"}
# These words are also names of things in code, so a value that is a name itself is none to read.
ALSO_NAMES = {"label", "title", "description", "message"}
# The same in every language.
NAMES = {"SHA-256"}
SHOWN_ATTRIBUTES = {"alt", "title", "aria-label", "placeholder", "aria-description"}


# --- templates --------------------------------------------------------------------------------------------------------

_SILENT = re.compile(
    r"\{#.*?#\}|\{%\s*comment\b.*?\{%\s*endcomment\s*%\}"
    r"|\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}",
    re.DOTALL,
)
_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_LITERAL = re.compile(r"""(?<![_(\w])(\w+)=("[^"]*"|'[^']*')""")


class _Words(HTMLParser):
    """Collect the text and the attributes that readers see or hear."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found = []
        self.silent = 0

    def handle_starttag(self, tag, attrs):
        self.silent += tag in ("script", "style")
        for name, value in attrs:
            is_shown = name in SHOWN_ATTRIBUTES or (name == "value" and dict(attrs).get("type") in ("submit", "button"))
            if is_shown and value and LETTERS.search(value):
                self.found.append((self.getpos()[0], value))

    def handle_endtag(self, tag):
        self.silent -= tag in ("script", "style")

    def handle_data(self, data):
        if not self.silent and data.strip() not in NAMES and LETTERS.search(data):
            line = self.getpos()[0] + data[: len(data) - len(data.lstrip())].count("\n")
            self.found.append((line, data.strip()))


def unmarked_in_template(source):
    """Return [(line, words)] of what a template shows without marking it."""

    def blank(match):
        return "\n" * match[0].count("\n")

    text = _SILENT.sub(blank, source)
    found = []
    for tag in _TAG.finditer(text):
        line = text[: tag.start()].count("\n") + 1
        for name, literal in _LITERAL.findall(tag[0]):
            # A literal with a space or a capital is something to read; a key or a class name has neither.
            if re.search(r"[^\W\d_] [^\W\d_]|^.[A-Z][a-z]", literal) and name not in ("class", "template"):
                found.append((line, literal))
    parser = _Words()
    parser.feed(_TAG.sub(blank, text))
    parser.close()
    return sorted(found + parser.found)


# --- Python -----------------------------------------------------------------------------------------------------------


def _literal(node):
    """Return the words of an expression that is a bare text, however it is put together; '' for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value for part in node.values if isinstance(part, ast.Constant))
    if isinstance(node, ast.BinOp):
        return _literal(node.left) or (_literal(node.right) if isinstance(node.op, ast.Add) else "")
    if isinstance(node, ast.IfExp):
        return _literal(node.body) or _literal(node.orelse)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "join"):
        return _literal(node.func.value)
    if isinstance(node, ast.Dict):
        return next(filter(None, map(_literal, node.values)), "")
    if isinstance(node, ast.List | ast.Tuple):
        return next(filter(None, map(_literal, node.elts)), "")
    return ""


def _name(node):
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


class _Python(ast.NodeVisitor):
    def __init__(self):
        self.found = []

    def look(self, node, name=""):
        words = _literal(node)
        if LETTERS.search(words) and not (name in ALSO_NAMES and re.fullmatch(r"[a-z0-9_]+", words)):
            self.found.append((node.lineno, words))

    def visit_Call(self, node):
        called = _name(node.func)
        if called in MARKS:
            return
        for keyword in node.keywords:
            if keyword.arg in SHOWN:
                self.look(keyword.value, keyword.arg)
        if called in SHOWS_FIRST or _name(getattr(node.func, "value", None)) == "messages":
            for argument in node.args[:2]:
                self.look(argument)
        elif called.endswith("Field") and node.args and _name(node.func) not in ("get_field", "OuterField"):
            self.look(node.args[0])
        elif called.endswith("Validator"):
            for argument in node.args[1:2]:
                self.look(argument)
        self.generic_visit(node)

    def visit_Assign(self, node):
        for target in node.targets:
            if _name(target) in SHOWN:
                self.look(node.value, _name(target))
        self.generic_visit(node)

    def visit_ClassDef(self, node):
        if any(_name(base) in ("TextChoices", "IntegerChoices") for base in node.bases):
            for line in node.body:
                if isinstance(line, ast.Assign):
                    is_pair = isinstance(line.value, ast.Tuple) and len(line.value.elts) > 1
                    self.look(line.value.elts[-1] if is_pair else line.value)
        self.generic_visit(node)


def unmarked_in_python(source):
    """Return [(line, words)] of what a module shows without marking it."""
    visitor = _Python()
    visitor.visit(ast.parse(source))
    return sorted(set(visitor.found))
