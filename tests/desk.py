"""What the desk's tests have in common: reading a form as a browser does, and sending it."""

from html.parser import HTMLParser

from django.urls import reverse


class _Controls(HTMLParser):
    """Collect what a browser would send: inputs, ticked boxes, chosen options, text areas."""

    def __init__(self):
        super().__init__()
        self.data, self.select, self.textarea = {}, None, None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name = attrs.get("name")
        if tag == "select":
            self.select = name
            if "multiple" not in attrs:
                self.data.setdefault(name, "")
        elif tag == "option" and self.select and "selected" in attrs:
            self.data[self.select] = attrs.get("value", "")
        elif tag == "textarea":
            self.textarea = name
            self.data[name] = ""
        elif tag == "input" and name:
            kind = attrs.get("type", "text")
            if kind in ("checkbox", "radio"):
                if "checked" in attrs:
                    self.data[name] = attrs.get("value", "on")
            elif kind not in ("submit", "file", "button"):
                self.data[name] = attrs.get("value", "")

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = None
        elif tag == "textarea":
            # A browser drops the line break that follows the opening tag.
            self.data[self.textarea] = self.data[self.textarea].removeprefix("\n").removeprefix("\r\n")
            self.textarea = None

    def handle_data(self, data):
        if self.textarea:
            self.data[self.textarea] += data


def address(row_or_model, view, *args):
    """Return the address of a model's page at the desk."""
    meta = row_or_model._meta
    if not isinstance(row_or_model, type):
        args = (row_or_model.pk, *args)
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{view}", args=args)


def controls(response):
    """Return what the page's forms would send."""
    parser = _Controls()
    parser.feed(response.content.decode())
    for name in ("action", "_selected_action", "csrfmiddlewaretoken", "q"):
        parser.data.pop(name, None)
    return parser.data


def open_form(client, row_or_model):
    """Open a form and return what it would send as it stands."""
    view = "add" if isinstance(row_or_model, type) else "change"
    response = client.get(address(row_or_model, view))
    assert response.status_code == 200, response.status_code
    return controls(response)


def send_form(client, row_or_model, data, **values):
    """Send a form with some values changed."""
    view = "add" if isinstance(row_or_model, type) else "change"
    return client.post(address(row_or_model, view), {**data, **values})


def add_row(data, prefix, **values):
    """Return the data with one more row in an inline table."""
    number = int(data[f"{prefix}-TOTAL_FORMS"])
    empty = {
        key.replace("__prefix__", str(number)): value for key, value in data.items() if f"{prefix}-__prefix__" in key
    }
    row = {f"{prefix}-{number}-{name}": value for name, value in values.items()}
    return {**data, **empty, **row, f"{prefix}-TOTAL_FORMS": str(number + 1)}


def errors_of(response):
    """Return everything that a form shown again complains about."""
    form = response.context["adminform"].form
    found = [str(error) for errors in form.errors.values() for error in errors]
    for inline in response.context["inline_admin_formsets"]:
        found += [str(error) for error in inline.formset.non_form_errors()]
        for row in inline.formset.errors:
            found += [str(error) for errors in row.values() for error in errors]
    return found


def said(response):
    """Return the messages on the page that follows."""
    return [str(message) for message in response.context["messages"]]
