"""The fast entry of a meeting at the desk: who was there as one grid, what was agreed by pasting the statement."""
