"""Many keys, a few at a time: engines limit how many a statement may have."""

CHUNK = 500  # keys in one statement, below every engine's limit on parameters


def in_chunks(items, size=CHUNK):
    """Yield the items in lists of at most `size`."""
    items = list(items)
    for start in range(0, len(items), size):
        yield items[start : start + size]
