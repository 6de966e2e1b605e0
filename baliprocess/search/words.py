"""Words as they are matched: folded, stemmed and spelt in ASCII, here and nowhere else.

Both engines are handed plain tokens, so that neither's own tokenizer, stemmer or collation has a say in what is found.
"""

import re
from functools import lru_cache

import snowballstemmer

from baliprocess.text import fold

LONGEST = 40  # characters of a word that are told apart
MOST = 10_000  # words of one record that are searched, and their stems: PostgreSQL takes a megabyte of both at most
# What the stemmer takes for two words, and our readers for one: {stem: stem}.
TOGETHER = {"smuggler": "smuggl"}
# A word as it stands in a text: letters and digits, with the accents that may follow them.
WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+")


def words_of(text):
    """Return the words of a text in order, folded: 'Évaluation (b)' gives ['evaluation', 'b']."""
    return [_in_ascii(word) for word in fold(text).split()]


def _in_ascii(word):
    if not word.isascii():
        word = "".join(char if char.isascii() else f"u{ord(char):x}" for char in word)
    return word[:LONGEST]


@lru_cache(maxsize=50_000)
def stem(word):
    """Return what a folded word has in common with its other forms: 'smugglers' and 'smuggling' give 'smuggl'."""
    stemmed = snowballstemmer.stemmer("english").stemWord(word)  # one a call: it keeps a state, and threads share us
    if stemmed.endswith("iz"):  # organization, organisation
        return f"{stemmed[:-2]}is"
    return TOGETHER.get(stemmed, stemmed)


@lru_cache(maxsize=50_000)
def forms_of(word):
    """Return the (folded word, stem) of one word as it stands in a text; of several where folding parts it."""
    return tuple((folded, stem(folded)) for folded in words_of(word))


def stems_of(text):
    """Return the stems of a text's words in order."""
    return [stem(word) for word in words_of(text)]


def bag(text):
    """Return each word of a text and its stem, once, between spaces: what a question's words are looked up in."""
    words = words_of(text)[:MOST]
    return f" {' '.join(sorted({*words, *map(stem, words)}))} "


def phrases(texts):
    """Return the stems of several names, each between bars, so that none runs into the next: '| bali process |'."""
    found = dict.fromkeys(" ".join(stems_of(text)) for text in texts)
    return f"| {' | '.join(filter(None, found))} |"
