"""Pages about the whole record."""

from collections import Counter
from itertools import groupby

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.generic import TemplateView

from baliprocess.lists import PAGE_PARAMETER, RecordList, page_of
from baliprocess.pages import AsOfDay, PublicRecordMixin, get_public_or_404
from baliprocess.search.questions import Question, Way
from baliprocess.site.filters import (
    COLUMNS_PARAMETER,
    MeetingsOfParticipantFilter,
    ParticipationFilter,
    TimelineFilter,
    VariantFilter,
)
from baliprocess.site.named import named_by
from baliprocess.site.participation import (
    Mark,
    legend,
    marks_at_meetings,
    marks_of_participant,
    tally,
    with_presence_counted,
)
from baliprocess.site.search import EXAMPLES, Answer, SearchForm, lists_for
from baliprocess.site.timeline import Line, timeline
from baliprocess.text import fold
from meetings.models import Attendance, Meeting, Outcome
from registry.filters import CATEGORIES
from registry.models import Body, Citation, Document, Membership, Participant
from strategy.models import ActionItem, Strategy
from strategy.views import StrategyDetail

LATEST = 5
COLUMNS = 10  # meetings side by side: about what the width of the page holds


class Home(AsOfDay, TemplateView):
    """The Process on a page, today or on a day: who takes part, what was agreed last, how the strategy stands.

    8 queries.
    """

    template_name = "site/home.html"

    def get_context_data(self, **kwargs):
        """Add the numbers and the latest of each kind."""
        context = super().get_context_data(**kwargs)
        day = context["day"]
        outcomes = Outcome.objects.published().operational().filter(meeting__start_earliest__lte=day)
        latest = outcomes.with_status(day).select_related("meeting").latest_meeting_first()
        register = self.register(day)
        held = Meeting.objects.published().filter(status="held", start_earliest__lte=day)
        return {
            **context,
            "process": Body.objects.published().filter(kind=Body.Kind.PROCESS).first(),
            "register": register,
            "has_possible": any(line["possible"] for line in register),
            "latest_source": Document.objects.published().exclude(weight="").order_by("-issued", "code").first(),
            "latest_meetings": held.order_by("-start", "code")[:LATEST],
            "coming_meetings": Meeting.objects.published().coming(day)[:LATEST] if context["day_is_today"] else [],
            "outcomes": latest[:LATEST],
            **self.strategy(day),
        }

    @staticmethod
    def register(day):
        """Return the register's numbers by category: certain and possible ones apart (one query).

        The number `shown` is that of the certain ones or, where nothing is certain, of the possible ones: a nought
        would say that nobody takes part.
        """
        counted = (
            Participant.objects.published()
            .in_register(day)
            .order_by()
            .values("category")
            .annotate(certain=Count("pk", filter=Q(is_certain=True)), possible=Count("pk", filter=Q(is_certain=False)))
        )
        by_category = {row["category"]: row for row in counted}
        return [
            {**line, "label": label, "shown": line["certain"] or line["possible"]}
            for category, label in Membership.Category.choices
            if (line := by_category.get(category))
        ]

    @staticmethod
    def strategy(day):
        """Return the strategy adopted last by the day, and how many of its items have each status (2 queries)."""
        strategies = Strategy.objects.published().filter(kind=Strategy.Kind.STRATEGY)
        strategy = strategies.filter(adopted_earliest__lte=day).first()
        if strategy is None:
            return {"strategy": None}
        items = list(ActionItem.objects.published().filter(strategy=strategy).with_status(day))
        overdue = Counter(item.schedule for item in items)[ActionItem.Schedule.OVERDUE]
        return {"strategy": strategy, "total": len(items), "tally": StrategyDetail.tally(items), "overdue": overdue}


class Search(TemplateView):
    """The search over everything: the best of each kind, or one kind in pages (at most 8 queries)."""

    template_name = "site/search.html"

    def get_context_data(self, **kwargs):
        """Add what answers the question; nothing where the address is bad, or nothing is asked."""
        form = SearchForm(self.request.GET)
        is_bad = not form.is_valid()
        question = Question("" if is_bad else form.cleaned_data["q"])
        kind = "" if is_bad else form.cleaned_data["kind"]
        answer = Answer(question)
        context = {
            **super().get_context_data(**kwargs),
            "form": form,
            "is_bad": is_bad,
            "question": question,
            "kind": kind,
            "groups": answer.groups,
            "is_partial": answer.way is Way.SOME,
            "is_alike": answer.way is Way.ALIKE,
            "lists": lists_for(question),
            "example_questions": EXAMPLES,
            "page_notice": "",
        }
        if not kind:
            answer.overview()
            return context
        page, notice = answer.page(kind, self.request.GET.get(PAGE_PARAMETER))
        return {
            **context,
            "page_obj": page,
            "paginator": page.paginator,
            "pages": page.paginator.get_elided_page_range(page.number),
            "page_notice": notice,
        }

    def render_to_response(self, context, **kwargs):
        """Answer; what says that the address is bad is kept by no cache."""
        response = super().render_to_response(context, **kwargs)
        if context["is_bad"] or context["page_notice"]:
            add_never_cache_headers(response)
        return response


class SourcesDiffer(RecordList):
    """Every other reading of the public record beside what the record says, and where each stands (4 queries)."""

    model = Citation
    filterset_class = VariantFilter
    template_name = "site/sources_differ.html"
    paginate_by = 20  # each row tells at length

    def get_queryset(self):
        """Return the citations that read a record otherwise, in public documents."""
        return super().get_queryset().exclude(variant="").select_related("document")

    def get_context_data(self, **kwargs):
        """Add the facts that the rows read otherwise, each with its readings: those that follow on one another."""
        context = super().get_context_data(**kwargs)
        rows = list(context["rows"])
        facts = [
            (fact, list(readings))
            for fact, readings in groupby(rows, key=lambda row: (row.record_kind, row.record_code, row.field))
        ]
        named = named_by(fact for fact, _readings in facts)
        return {**context, "rows": rows, "facts": [(named[fact], readings) for fact, readings in facts]}


class Timeline(RecordList):
    """Everything that has a date, in the order of time (3 queries)."""

    filterset_class = TimelineFilter
    template_name = "site/timeline.html"

    def get_queryset(self):
        """Return all lines; the filter set puts those asked for together anew."""
        return timeline()

    def get_context_data(self, **kwargs):
        """Add the lines by year, and how many records state no date."""
        context = super().get_context_data(**kwargs)
        rows = [Line(row) for row in context["rows"]]
        return {
            **context,
            "rows": rows,
            "years": [(year, list(lines)) for year, lines in groupby(rows, key=lambda line: line.year)],
            "undated": context["filter"].without_date().count(),
        }


class Participation(RecordList):
    """Participants by meetings: who was recorded where, a mark a cell (7 queries)."""

    model = Participant
    filterset_class = ParticipationFilter
    template_name = "site/participation.html"

    def get_context_data(self, **kwargs):
        """Add a page of meetings as columns, each row's marks at them, and how many meetings have no list."""
        context = super().get_context_data(**kwargs)
        filterset = context["filter"]
        looked_at = filterset.looked_at(Meeting.objects.published())
        listed = with_presence_counted(looked_at.with_attendance_list().with_days()).order_by("-start", "code")
        columns, notice = page_of(Paginator(listed, COLUMNS), self.request.GET.get(COLUMNS_PARAMETER))
        meetings = list(columns)
        rows = list(marks_at_meetings(context["rows"], meetings))
        categories = dict(CATEGORIES)
        for row in rows:
            row.category_label = categories[row.category]
            row.marks = [(meeting, Mark(getattr(row, f"mark_{n}"))) for n, meeting in enumerate(meetings)]
        return {
            **context,
            "rows": rows,
            "meetings": meetings,
            "columns": columns,
            "legend": legend(),
            "unlisted_count": looked_at.without_attendance_list().count(),
            "unlisted_url": "" if context["is_bad"] else filterset.in_log("no"),
            "listed_url": "" if context["is_bad"] else filterset.in_log("yes"),
            "page_notice": " ".join(filter(None, [context["page_notice"], notice])),
        }


class ParticipantMeetings(PublicRecordMixin, RecordList):
    """One participant at the meetings that have an attendance list: the matrix's row, as a list (6 queries)."""

    model = Meeting
    filterset_class = MeetingsOfParticipantFilter
    template_name = "site/participation_detail.html"

    def get(self, request, *args, **kwargs):
        """Answer for a public participant alone."""
        self.participant = get_public_or_404(Participant.objects.all(), kwargs["code"])
        return super().get(request, *args, **kwargs)

    def address_of(self, record):
        """Return where the participant's list is."""
        return reverse("site:participation_detail", args=[record.code])

    def get_queryset(self):
        """Return the meetings with the participant's mark and, where it is listed, how."""
        row = Attendance.objects.published().filter(meeting=OuterRef("pk"), participant=self.participant).order_by()
        listed = {name: Subquery(row.values(name)) for name in ("capacity", "presence", "listed_name")}
        meetings = super().get_queryset().with_attendance_list().with_days().annotate(**listed)
        return marks_of_participant(meetings, self.participant)

    def get_context_data(self, **kwargs):
        """Add the participant, the marks in words, and how often each stands."""
        context = super().get_context_data(**kwargs)
        rows, filterset = list(context["rows"]), context["filter"]
        for row in rows:
            row.mark_label = Mark(row.mark).label
            row.capacity_label = Attendance.Capacity(row.capacity).label if row.capacity else ""
            row.is_invited = row.presence == Attendance.Presence.INVITED
        lines = [] if context["is_bad"] else tally(filterset.with_all_marks)
        counts = {line["value"]: line["count"] for line in lines}
        total, off_register = sum(counts.values()), counts.get(Mark.NOT_ON_REGISTER, 0)
        # What the words searched for would leave of the others, the log tells by itself.
        is_searched = context["is_bad"] or filterset.form.cleaned_data["q"]
        others = None if is_searched else filterset.looked_at(Meeting.objects.published()).without_attendance_list()
        return {
            **context,
            "rows": rows,
            "participant": self.participant,
            "tally": lines,
            "total": total,
            "present": counts.get(Mark.PRESENT, 0),
            "on_register": total - off_register,
            "off_register": off_register,
            "unlisted_count": 0 if others is None else others.count(),
            "unlisted_url": "" if others is None else filterset.in_log("no"),
        }


class About(TemplateView):
    """The method, the naming rule and the disclaimer, and whom to tell of an error."""

    template_name = "site/about.html"

    def get_context_data(self, **kwargs):
        """Add the address that the settings name."""
        return {**super().get_context_data(**kwargs), "contact": settings.CONTACT_EMAIL}


class Glossary(TemplateView):
    """What the words of the record mean, and the abbreviations of bodies and participants (2 queries)."""

    template_name = "site/glossary.html"

    def get_context_data(self, **kwargs):
        """Add every public record with an acronym, in the order of these."""
        named = [record for model in (Body, Participant) for record in model.objects.published().exclude(acronym="")]
        named.sort(key=lambda record: (fold(record.acronym), record.code))
        return {**super().get_context_data(**kwargs), "abbreviations": named}
