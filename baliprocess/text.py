"""Text made comparable: the folded key by which names are searched and sorted, the same on both engines."""

import unicodedata

from django.db import models

from baliprocess.codes import SortedByCodePoint

# Between two fields: it sorts before letters and digits, so that a short name comes before a longer one.
BETWEEN = " ! "

# Letters that Unicode does not decompose into a base letter and an accent.
_UNDECOMPOSED = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h"}
)


def fold(text):
    """Return the text in lower case, without accents and with single spaces: 'Türkiye' gives 'turkiye'."""
    decomposed = unicodedata.normalize("NFKD", str(text)).casefold()
    plain = "".join(char for char in decomposed if not unicodedata.combining(char)).translate(_UNDECOMPOSED)
    return " ".join("".join(char if char.isalnum() else " " for char in plain).split())


def words_asked(text):
    """Return the folded words of a search, each once: what is repeated narrows nothing and would cost again."""
    return list(dict.fromkeys(fold(text).split()))


def folded(texts):
    """Return the folded key of several texts together."""
    return BETWEEN.join(filter(None, (fold(text or "") for text in texts)))


SHORT = 3  # letters: a word so short is found only where a word begins, or “RSO” would be found in “persons”


def word_in(path, word):
    """Return the condition that a folded word occurs in the folded text that a path leads to."""
    anywhere = models.Q(**{f"{path}__contains": word})
    if len(word) > SHORT:
        return anywhere
    return models.Q(**{f"{path}__startswith": word}) | models.Q(**{f"{path}__contains": f" {word}"})


class FoldedField(SortedByCodePoint, models.TextField):
    """The folded text of other fields of the row, kept by every write path; never entered by hand.

    `of` names the fields whose text it holds, with a mark between so that no match runs across two of them. Sort what
    people read by it: raw names come in another order on each engine.
    """

    def __init__(self, *args, of=(), **kwargs):
        """Take the names of the fields to fold."""
        self.of = tuple(of)
        super().__init__(*args, **{"editable": False, "blank": True, "default": "", **kwargs})

    def deconstruct(self):
        """Leave out what the constructor sets by itself."""
        name, path, args, kwargs = super().deconstruct()
        for key in ("editable", "blank", "default"):
            kwargs.pop(key, None)
        return name, path, args, {**kwargs, "of": self.of}

    def folded(self, instance):
        """Return the key for the row as it stands in memory."""
        return folded(getattr(instance, name) for name in self.of)

    def pre_save(self, model_instance, add):
        """Compute the key afresh at each save and bulk_create, from what is written, whatever else is in memory."""
        value = self.folded(getattr(model_instance, "row_written", model_instance))
        setattr(model_instance, self.attname, value)
        return value


def folded_fields(model):
    """Return the folded fields of a model."""
    return [field for field in model._meta.concrete_fields if isinstance(field, FoldedField)]
