"""Rows for tests, made the way the software makes them: inside a change, complete, published unless said otherwise.

Each function takes whatever a test wants to set; the rest is filled in so that the row is valid by itself.
"""

from itertools import count

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from baliprocess.changes import change
from baliprocess.groups import sync_groups
from baliprocess.records import Record
from meetings.models import Attendance, Event, Meeting, Outcome, OutcomeUpdate, Statement
from registry.models import (
    Body,
    Citation,
    Document,
    Measure,
    Membership,
    Participant,
    ParticipantName,
    Person,
    ReportedFigure,
    Role,
)
from strategy.models import ActionItem, Area, ProgressUpdate, Strategy

_numbers = count(1)


def make(model, **values):
    """Save one row of the model as a change of the software's own; records are published and have a source."""
    if issubclass(model, Record):
        values.setdefault("record_state", "published")
        if model is not Document and "source" not in values:
            values["source"] = make_source()
        if values.get("source"):
            values.setdefault("locator", "paragraph 1")
        if values["record_state"] == "withdrawn":
            values.setdefault("withdrawn_reason", "Entered twice.")
    with change(by=None, why="for a test"):
        row = model(**values)
        row.full_clean()
        row.save()
    return row


def make_source():
    """Return the document that rows rest on where a test does not care."""
    return Document.objects.filter(code="a-source").first() or make_document(code="a-source", title="A source")


def _code(stem):
    return f"{stem}-{next(_numbers)}"


def make_document(**values):
    return make(Document, **{"code": _code("doc"), "title": "A document", "kind": "report", **values})


def make_participant(**values):
    number = next(_numbers)
    return make(Participant, **{"code": f"P{number}", "kind": "state", "name": f"Land {number}", **values})


def make_name(**values):
    values["participant"] = values.get("participant") or make_participant()
    return make(ParticipantName, **{"name": f"Name {next(_numbers)}", "kind": "former", **values})


def make_body(**values):
    number = next(_numbers)
    return make(
        Body,
        **{
            "code": f"body-{number}",
            "kind": "working-group",
            "name": f"Group {number}",
            "end_status": "open",
            **values,
        },
    )


def make_process(**values):
    """Return the root body."""
    return make_body(
        **{"code": "the-process", "kind": "process", "name": "The Process", "established": "2002", **values}
    )


def the_process():
    """Return the root body, made where there is none yet."""
    return Body.objects.filter(kind="process").first() or make_process()


def make_membership(**values):
    values = {"category": "member", "end_status": "ended" if values.get("end") else "open", **values}
    values["participant"] = values.get("participant") or make_participant()
    values["body"] = values.get("body") or the_process()
    return make(Membership, **values)


def make_person(**values):
    number = next(_numbers)
    return make(Person, **{"code": f"person-{number}", "name": f"Person {number}", **values})


def make_role(**values):
    values = {"role": "co-chair", "end_status": "ended" if values.get("end") else "open", **values}
    values["body"] = values.get("body") or make_body()
    if not values.get("person"):
        values["participant"] = values.get("participant") or make_participant()
    return make(Role, **values)


def make_measure(**values):
    values["participant"] = values.get("participant") or make_participant()
    return make(Measure, **{"code": _code("measure"), "kind": "law", "title": "A law", **values})


def make_meeting(**values):
    number = next(_numbers)
    return make(
        Meeting,
        **{
            "code": f"meeting-{number}",
            "name": f"Meeting {number}",
            "kind": "conference",
            "status": "held",
            "start": "2023-02-10",
            **values,
        },
    )


def make_attendance(**values):
    values["meeting"] = values.get("meeting") or make_meeting()
    values["participant"] = values.get("participant") or make_participant()
    return make(Attendance, **{"capacity": "member", "presence": "present", **values})


def make_statement(**values):
    if not values.get("document"):
        values["meeting"] = values.get("meeting") or make_meeting()
    values["participant"] = values.get("participant") or make_participant()
    return make(Statement, **{"summary": "What was said.", **values})


def make_outcome(**values):
    number = next(_numbers)
    if not values.get("document"):
        values["meeting"] = values.get("meeting") or make_meeting()
    return make(
        Outcome,
        **{
            "kind": "tasking",
            "nature": "operational",
            "title": f"Outcome {number}",
            "paragraph": str(number),
            "position": number % 30000,
            **values,
        },
    )


def make_outcome_update(**values):
    values["outcome"] = values.get("outcome") or make_outcome()
    return make(OutcomeUpdate, **{"as_of": "2024", "status": "active", "summary": "Under way.", **values})


def make_event(**values):
    return make(Event, **{"code": _code("event"), "name": "An event", "start": "2015-05", **values})


def make_strategy(**values):
    number = next(_numbers)
    return make(Strategy, **{"code": f"strategy-{number}", "title": f"Strategy {number}", "adopted": "2023", **values})


def make_area(**values):
    values["strategy"] = values.get("strategy") or make_strategy()
    return make(Area, **{"number": next(_numbers) % 30000, "title": "An area", **values})


def make_item(**values):
    number = next(_numbers) % 30000
    values["strategy"] = values.get("strategy") or make_strategy()
    return make(
        ActionItem,
        **{"number": str(number), "position": number, "title": f"Item {number}", "summary": "What to do.", **values},
    )


def make_progress(**values):
    values["item"] = values.get("item") or make_item()
    return make(ProgressUpdate, **{"as_of": "2024", "status": "limited", "summary": "Begun.", **values})


def make_citation(record, **values):
    values["document"] = values.get("document") or make_document()
    return make(
        Citation, **{"record_kind": record.kind_name(), "record_code": record.code, "locator": "page 2", **values}
    )


def make_figure(record, **values):
    return make(
        ReportedFigure,
        **{
            "record_kind": record.kind_name(),
            "record_code": record.code,
            "counted": "members",
            "value": 45,
            "source": make_source(),
            "locator": "page 3",
            **values,
        },
    )


def make_user(group="", **values):
    """Return somebody of the desk: in a group of the software's own, or staff without any permission."""
    users = get_user_model().objects
    user = users.create_user(
        **{"username": _code("user"), "password": "a long pass phrase", "is_staff": True, **values}
    )
    if group:
        list(sync_groups())
        user.groups.add(Group.objects.get(name=group))
    return user
