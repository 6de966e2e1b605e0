"""The strategy: what follows from the decisions, item by item, with progress and evidence."""
