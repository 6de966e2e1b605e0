"""Look ahead: read the record as if something were published, or withdrawn, that is not.

For previews at the desk. It changes what `published()` answers within one block of one thread; nothing is written, and
nothing can be. Whatever is read lazily is read before the block ends.
"""

import contextvars
from collections import defaultdict
from contextlib import contextmanager

_supposed = contextvars.ContextVar("supposed", default=None)


@contextmanager
def supposing(*, published=(), withdrawn=()):
    """Take some records for published, or for withdrawn, within the block."""
    keys = defaultdict(lambda: (set(), set()))
    for place, rows in enumerate((published, withdrawn)):
        for row in rows:
            keys[type(row)][place].add(row.pk)
    token = _supposed.set(dict(keys))
    try:
        yield
    finally:
        _supposed.reset(token)


def is_supposing():
    """Return whether something is supposed just now."""
    return _supposed.get() is not None


def supposed(model):
    """Return (keys taken for published, keys taken for withdrawn) of a model's rows."""
    return (_supposed.get() or {}).get(model, (frozenset(), frozenset()))
