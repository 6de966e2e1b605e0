"""The staff desk: Django's admin, made to write by the record's rules. Each app's `admin.py` builds on these classes.

A form saved is one change with a reason; what the rules or the database refuse comes back beside what was typed; a
form that was opened before somebody else saved is never written over theirs.
"""

from baliprocess.desk.admins import PartAdmin, RecordAdmin
from baliprocess.desk.inlines import BesideRecord, Parts, StackedParts

__all__ = ["BesideRecord", "PartAdmin", "Parts", "RecordAdmin", "StackedParts"]
