"""Give every agenda item a place of its own, and merge further speakers that are named twice; both are refused from now on.

Of items that share a place the first by code keeps it, and the others follow after the last of their agenda. Of
speakers named twice the first by code stays: it takes over a source where it has none, and all notes; the codes,
citations and figures of the others lead to it. All of it is one change by the software, in the history of every row.
"""

from django.db import migrations
from django.utils import timezone

SPEAKER = 'statementspeaker'


class _Change:
    """The change, made at the first write."""

    def __init__(self, apps):
        self.apps, self.row = apps, None

    def keep(self, row, kind):
        """Keep in history how a row stands now; `kind` is '~' for changed, '-' for about to be deleted."""
        past = self.apps.get_model(row._meta.app_label, f'Historical{type(row).__name__}')
        names = {field.attname for field in past._meta.concrete_fields}
        values = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.attname in names}
        past.objects.create(**values, change=self.row, history_date=self.row.at, history_type=kind)

    def save(self, row, **values):
        """Write values to a row, with history."""
        if self.row is None:
            counter, _made = self.apps.get_model('baliprocess', 'RecordVersion').objects.get_or_create(pk=1)
            counter.number += 1
            counter.save()
            self.row = self.apps.get_model('baliprocess', 'Change').objects.create(
                number=counter.number, at=timezone.now(), why='Places on an agenda and further speakers made unique'
            )
        for name, value in {**values, 'version': self.row.pk, 'updated_at': self.row.at}.items():
            setattr(row, name, value)
        row.save()
        self.keep(row, '~')

    def touch(self, row):
        """Mark a record of which a part was written."""
        type(row).objects.filter(pk=row.pk).update(version=self.row.pk, updated_at=self.row.at)


def give_places(apps, change):
    """Let later items with a taken place follow after the last of their agenda."""
    taken = {}
    items = list(apps.get_model('meetings', 'AgendaItem').objects.select_related('meeting').order_by('code'))
    for item in items:
        taken.setdefault(item.meeting_id, set())
    last = {key: max(item.position for item in items if item.meeting_id == key) for key in taken}
    for item in items:
        if item.position in taken[item.meeting_id]:
            last[item.meeting_id] += 1
            change.save(item, position=last[item.meeting_id])
            change.touch(item.meeting)
        taken[item.meeting_id].add(item.position)


def merge_speakers(apps, change):
    """Let one row stay of those that name the same speaker."""
    first = {}
    for row in apps.get_model('meetings', 'StatementSpeaker').objects.select_related('statement').order_by('code'):
        stays = first.setdefault((row.statement_id, row.participant_id, row.body_id, row.person_id), row)
        if stays is not row:
            source = stays if stays.source_id or not row.source_id else row
            notes = dict.fromkeys(filter(None, [stays.note, row.note]))
            change.save(stays, source_id=source.source_id, locator=source.locator, note='\n'.join(notes))
            lead_to(apps, change, row.code, stays.code)
            change.keep(row, '-')
            row.delete()
            change.touch(row.statement)


def lead_to(apps, change, gone, stays):
    """Let what names a speaker that goes name the one that stays."""
    for name in ('Citation', 'ReportedFigure'):
        for row in apps.get_model('registry', name).objects.filter(record_kind=SPEAKER, record_code=gone):
            change.save(row, record_code=stays)
    former = apps.get_model('baliprocess', 'FormerCode').objects
    former.filter(kind=SPEAKER, current_code=gone).update(current_code=stays)
    former.create(kind=SPEAKER, code=gone, current_code=stays)


def mend(apps, schema_editor):
    """Mend both as one change."""
    change = _Change(apps)
    give_places(apps, change)
    merge_speakers(apps, change)


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0007_attendance_without_capacity'),
        ('registry', '0006_search_summaries_and_notes'),
    ]

    # By itself: PostgreSQL alters no table to which rows were written in the same transaction.
    operations = [migrations.RunPython(mend, migrations.RunPython.noop)]
