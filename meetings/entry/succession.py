"""What a new meeting can take over: from the one before it in its series, and from who chairs on its day."""

import re

from django.db.models import F, Max

from baliprocess.models import FormerCode
from baliprocess.partial_dates import PartialDate
from baliprocess.spells import certain_as_planned
from baliprocess.text import fold
from meetings.models import Meeting, MeetingRole
from registry.models import Role

_ONES = [
    *("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth", "Eleventh"),
    *("Twelfth", "Thirteenth", "Fourteenth", "Fifteenth", "Sixteenth", "Seventeenth", "Eighteenth", "Nineteenth"),
]
_TENS = {20: "Twent", 30: "Thirt", 40: "Fort", 50: "Fift", 60: "Sixt", 70: "Sevent", 80: "Eight", 90: "Ninet"}
CHAIRS = {
    Role.Kind.CHAIR: MeetingRole.Kind.CHAIR,
    Role.Kind.CO_CHAIR: MeetingRole.Kind.CO_CHAIR,
    Role.Kind.MINISTERIAL_CO_CHAIR: MeetingRole.Kind.CO_CHAIR,
    Role.Kind.SENIOR_OFFICIAL_CO_CHAIR: MeetingRole.Kind.CO_CHAIR,
}


def series_under_way():
    """Return [(series, number of its next meeting or None)] of all series; withdrawn meetings don't count (a query)."""
    counted = Meeting.objects.exclude(series="").exclude(record_state="withdrawn").order_by().values_list("series")
    found = counted.annotate(last=Max("ordinal"))
    return sorted(((series, last and last + 1) for series, last in found), key=lambda pair: fold(pair[0]))


def next_in(series):
    """Return what the next meeting of a series takes over from its latest, by field; {} for no such series (3 queries).

    The name and the code go on as those before them did; one that does not tell its number stays as it is, and a code
    that is or was taken is left to whoever enters the meeting.
    """
    meetings = Meeting.objects.filter(series=series).exclude(record_state="withdrawn")
    last = meetings.order_by(
        F("ordinal").desc(nulls_last=True), F("start_latest").desc(nulls_last=True), "code"
    ).first()
    if last is None or not series:
        return {}
    found = {"series": series, "kind": last.kind, "body": last.body_id, "name": last.name}
    if last.ordinal is not None:
        number = found["ordinal"] = last.ordinal + 1
        found["name"] = renumbered(last.name, last.ordinal, number)
        code = next_code(last.code, last.ordinal, number)
        if code and not _is_taken(code):
            found["code"] = code
    return found


def _is_taken(code):
    former = FormerCode.objects.filter(kind=Meeting.kind_name(), code__iexact=code)
    return Meeting.history.filter(code__iexact=code).exists() or former.exists()


def renumbered(name, old, new):
    """Return a name with the number of the next one: 'Eighth …' becomes 'Ninth …', '8th …' '9th …', 'No. 8' 'No. 9'."""
    for before, after in ((in_words(old), in_words(new)), (with_ending(old), with_ending(new)), (str(old), str(new))):
        changed, times = re.subn(rf"(?<![\w-]){re.escape(before)}(?![\w-])", after, name, count=1)
        if times:
            return changed
    return name


def next_code(code, old, new):
    """Return a code with the number of the next one, as wide as it was ('mc-08' becomes 'mc-09'); '' for none."""
    numbers = [match for match in re.finditer(r"\d+", code) if int(match[0]) == old]
    if not numbers:
        return ""
    last = numbers[-1]
    return f"{code[: last.start()]}{str(new).zfill(len(last[0]))}{code[last.end() :]}"


def in_words(number):
    """Return an ordinal in the words of meetings' names, such as Eighth or Twenty-First; its figure beyond 99."""
    if 0 < number < 20:
        return _ONES[number - 1]
    if number not in range(20, 100):
        return with_ending(number)
    tens, ones = _TENS[number // 10 * 10], number % 10
    return f"{tens}y-{_ONES[ones - 1]}" if ones else f"{tens}ieth"


def with_ending(number):
    """Return an ordinal as a figure with its ending, such as 8th."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def chairs_on(day, body):
    """Return what rows for who surely chairs a body on a day hold; where nobody does, who chairs the Process.

    `day` is a partial date, of which the first day counts; on a day to come, whoever still chairs does. Two queries.
    """
    day = PartialDate(day).earliest
    roles = Role.objects.filter(certain_as_planned(day), role__in=CHAIRS).on(day)
    roles = roles.exclude(body__record_state="withdrawn")
    found = list(roles.filter(body=body).order_by("code")) if body else []
    found = found or list(roles.filter(body__kind="process").order_by("code"))
    return [{"role": CHAIRS[role.role], "participant": role.participant_id, "person": role.person_id} for role in found]
