"""The log of meetings: what happened, who was there, what was agreed and what became of it."""
