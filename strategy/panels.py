"""What the strategies add to the pages of participants, bodies, outcomes, meetings and documents."""

from django.db.models import F, TextField, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from baliprocess import panels
from baliprocess.codes import sort_key
from meetings.models import Meeting, Outcome
from registry.models import Body, Document, Participant
from strategy.models import ActionItemMandate, Responsibility, Strategy


def _line(rows, *, code, title, above="", role=""):
    """Return rows of one shape for strategies and items, so that a panel takes them in one query."""

    def column(path):
        return Cast(F(path), TextField()) if path else Value("", output_field=TextField())

    return rows.order_by().values_list(column(code), column(title), column(above), column(role))


def _lines(*queries):
    """Return the panel's context: strategies first, then items in their order (one query)."""
    found = queries[0].union(*queries[1:], all=True) if len(queries) > 1 else queries[0]
    rows = []
    for code, title, above, role in found:
        strategy, _slash, item = code.partition("/")
        address = (
            reverse("strategy:item_detail", args=[strategy, item])
            if item
            else reverse("strategy:strategy_detail", args=[strategy])
        )
        rows.append(
            {
                "code": code,
                "item": item,
                "title": title,
                "above": above,
                "role": Responsibility.Role(role).label if role else "",
                "url": address,
            }
        )
    rows.sort(key=lambda row: (bool(row["item"]), sort_key(row["code"])))
    return {"rows": rows} if rows else None


def _carried(**holder):
    return _line(
        Responsibility.objects.published().filter(**holder),
        code="item__code",
        title="item__title",
        above="item__strategy__title",
        role="role",
    )


def _strategies(**of):
    return _line(Strategy.objects.published().filter(**of), code="code", title="title")


def items_of_participant(participant, _day):
    """Return the action items that a participant carries."""
    return _lines(_carried(participant=participant))


def work_of_body(body, _day):
    """Return the strategies of a body and the action items that it carries."""
    return _lines(_strategies(body=body), _carried(body=body))


def follow_up_of_outcome(outcome, _day):
    """Return the strategies that an outcome adopted and the action items that carry it out."""
    mandates = ActionItemMandate.objects.published().filter(outcome=outcome)
    items = _line(mandates, code="item__code", title="item__title", above="item__strategy__title")
    return _lines(_strategies(adopted_by=outcome), items)


def strategies_of_meeting(meeting, _day):
    """Return the strategies that a meeting adopted."""
    return _lines(_strategies(adopted_by__meeting=meeting))


def strategies_of_document(document, _day):
    """Return the strategies of which a document is the text."""
    return _lines(_strategies(document=document))


def register():
    """Add the panels; called when the app is ready."""
    for model, title, rows in (
        (Participant, _("Action items it carries"), items_of_participant),
        (Body, _("Strategies and action items"), work_of_body),
        (Outcome, _("What carries it out"), follow_up_of_outcome),
        (Meeting, _("Strategies it adopted"), strategies_of_meeting),
        (Document, _("Strategies"), strategies_of_document),
    ):
        panels.register(model, "strategy", title=title, template="strategy/_work.html", rows=rows, position=30)
