"""A question as a reader types it, and the entries that answer it: which ones, and in what order."""

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from math import log2

from django.db import connection
from django.db.models import Case, Count, F, IntegerField, Q, Value, When
from django.db.models.expressions import RawSQL

from baliprocess.models import SearchEntry
from baliprocess.search.words import WORD, forms_of, stem, words_of

MOST_WORDS = 20  # of one question
SHORTEST_PART = 2  # letters with which the last word may begin another
# What questions are put in: looked for only where nothing else is asked.
ASIDE = frozenset({
    "a", "about", "against", "an", "and", "any", "are", "as", "at", "be", "been", "became", "become", "by", "can",
    "concern", "concerned", "concerning", "concerns", "could", "did", "do", "does", "for", "from", "has",
    "have", "how", "in", "is", "it", "its", "many", "me", "much", "no", "not", "of", "on", "or", "paragraph",
    "s", "show", "tell", "than", "that", "the", "their", "there", "these", "they", "this", "to", "was", "were",
    "what", "when", "where", "which", "who", "whom", "whose", "why", "will", "with", "would",
})  # fmt: skip


class Way(Enum):
    """How much of a question an entry has to have."""

    ALL = "all"  # every word
    SOME = "some"  # one of them
    ALIKE = "alike"  # a word that begins like one of them


@dataclass(frozen=True)
class Question:
    """What somebody asks for, in whatever letters: any text makes a question, if only an empty one."""

    text: str

    @cached_property
    def phrase(self):
        """Return all of its words, folded."""
        return words_of(self.text)

    @cached_property
    def words(self):
        """Return the words that count, each once."""
        words = list(dict.fromkeys(self.phrase))
        return ([word for word in words if word not in ASIDE] or words)[:MOST_WORDS]

    @cached_property
    def open_word(self):
        """Return the last word, which may be the beginning of another; '' where it is too short for that."""
        last = self.phrase[-1] if self.phrase else ""
        return last if last in self.words and len(last) >= SHORTEST_PART else ""

    def has_hit(self, word):
        """Return whether a word, as it stands in a text, is one that is asked for."""
        return bool(self.hits_of(word))

    def hits_of(self, word):
        """Return the stems that a word, as it stands in a text, has of what is asked for."""
        return {
            stemmed
            for folded, stemmed in forms_of(word)
            if stemmed in self.stems or (self.open_word and folded.startswith(self.open_word))
        }

    @cached_property
    def stems(self):
        """Return the stems of the words that count."""
        return {stem(word) for word in self.words}

    def parts(self, text):
        """Return [(text, whether it is a hit)] of a text cut up at its hits; one sign between two joins them."""
        spans = []
        for match in WORD.finditer(text):
            if self.has_hit(match[0]):
                start = spans.pop()[0] if spans and match.start() - spans[-1][1] == 1 else match.start()
                spans.append((start, match.end()))
        found, at = [], 0
        for start, end in spans:
            found += [(text[at:start], False), (text[start:end], True)]
            at = end
        return [part for part in [*found, (text[at:], False)] if part[0]]

    # --- which entries ---

    def entries(self, way=Way.ALL):
        """Return the entries that answer it in a way, each with its `score`; none where it has no words.

        One query where some of the words will do, for how much each of them tells.
        """
        if not self.words:
            return SearchEntry.objects.annotate(score=Value(0)).none()
        return self._matched(way).annotate(score=self._score(self.rarity if way is Way.SOME else {}))

    def _matched(self, way):
        engine = ENGINES[connection.vendor]
        terms = (engine.term(self._term(word, way)) for word in self.words)
        matched = (engine.both if way is Way.ALL else engine.either).join(terms)
        return SearchEntry.objects.filter(pk__in=RawSQL(engine.sql, [matched]))  # noqa: S611

    @cached_property
    def rarity(self):
        """Return {word: how much it tells}: from 1 for one that all entries with any of them have, to 8 (one query).

        Of “Pakistan laws against trafficking”, Pakistan tells more than laws do.
        """
        number_with = {
            f"word_{n}": Count("pk", filter=self._stands_in("words", word)) for n, word in enumerate(self.words)
        }
        numbers = self._matched(Way.SOME).aggregate(number_of_all=Count("pk"), **number_with)
        number_of_all = numbers.pop("number_of_all")
        return {
            word: 1 + min(7, round(log2(number_of_all / number))) if number else 1
            for word, number in zip(self.words, numbers.values(), strict=True)
        }

    def _term(self, word, way):
        """Return ([words], [beginnings]) of which an entry has to have one, for a word of the question."""
        if way is Way.ALIKE:
            return [], [word[: max(SHORTEST_PART + 1, len(word) * 2 // 3)]]
        return [stem(word)], [word] if word == self.open_word else []

    def _score(self, rarity):
        """Return how well an entry answers: its code, one of its names, part of a name, words of a name, other words.

        It reads columns of the entries found, so both engines rank alike. Where each has all of the words, only names
        tell them apart; where some will do, `rarity` says what each word is worth, a rare one more than others.
        """
        code, stems = self.text.strip(), " ".join(map(stem, self.phrase[:MOST_WORDS]))
        whole = {
            Q(names__contains=f"| {stems} |"): 50,
            Q(names__contains=f" {stems} "): 10,
        }
        if code.isascii() and code.isprintable():
            whole[Q(record_code__iexact=code)] = 100
        for word in self.words:
            whole[self._stands_in("names", word)] = 4 * rarity.get(word, 1) ** 2
        for word, worth in rarity.items():
            whole[self._stands_in("words", word)] = worth**2
        return sum((_worth(condition, points) for condition, points in whole.items()), start=Value(0))

    def _stands_in(self, column, word):
        exactly = Q(**{f"{column}__contains": f" {stem(word)} "})
        return exactly | Q(**{f"{column}__contains": f" {word}"}) if word == self.open_word else exactly


def _worth(condition, points):
    return Case(When(condition, then=Value(points)), default=Value(0), output_field=IntegerField())


BEST_FIRST = [F("score").desc(), F("day").desc(), "record_code"]


@dataclass(frozen=True)
class Engine:
    """How a database is asked for the keys of the entries that have words. Words are letters and digits alone."""

    sql: str
    both: str
    either: str
    exactly: str
    beginning: str

    def term(self, term):
        """Return what asks for one of several words or beginnings."""
        words, beginnings = term
        found = [self.exactly.format(word) for word in words] + [self.beginning.format(word) for word in beginnings]
        return f"({self.either.join(found)})"


ENGINES = {
    "sqlite": Engine(
        sql="SELECT rowid FROM baliprocess_searchindex WHERE baliprocess_searchindex MATCH %s",
        both=" AND ",
        either=" OR ",
        exactly='"{}"',
        beginning='"{}"*',
    ),
    "postgresql": Engine(
        sql="SELECT id FROM baliprocess_searchentry WHERE vector @@ %s::tsquery",
        both=" & ",
        either=" | ",
        exactly="{}",
        beginning="{}:*",
    ),
}
