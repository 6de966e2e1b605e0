"""Panels: what a higher app knows about a lower app's record, shown on its page without the lower app knowing it."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

_panels: dict[type, dict[str, "Panel"]] = defaultdict(dict)


@dataclass(frozen=True)
class Panel:
    """One section of a record's page: its heading, its template, and where the template's rows come from."""

    title: str
    template: str
    rows: Callable[..., dict]
    position: int = 0


def register(model, key, *, title, template, rows, position=0):
    """Add a section to the pages of a model; called in `AppConfig.ready()`.

    `rows(record, day)` returns the context of the template, in a number of queries that does not depend on the data.
    """
    _panels[model][key] = Panel(title=title, template=template, rows=rows, position=position)


def panels_of(record, day):
    """Return the panels of a record's page that have something to show: dicts of title, template, key and context."""
    found = []
    for key, panel in sorted(_panels[type(record)].items(), key=lambda item: (item[1].position, item[0])):
        context = panel.rows(record, day)
        if context:
            found.append({"key": key, "title": panel.title, "template": panel.template, **context})
    return found
