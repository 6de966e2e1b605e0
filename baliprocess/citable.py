"""What of a record a citation may speak to: the fields that people fill in with facts."""

# What the record keeps about itself: no document speaks to it.
NOT_CITED = frozenset(
    {"code", "record_state", "withdrawn_reason", "source", "locator", "verified_on", "note", "internal_note"}
)


def citable_fields(model):
    """Return {name: field} of a model's fields that a document may support or read otherwise."""
    return {
        field.name: field
        for field in model._meta.concrete_fields
        if field.editable and not field.generated and not field.primary_key and field.name not in NOT_CITED
    }
