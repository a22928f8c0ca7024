"""Swedish alphabetical order as a stored key: neither SQLite nor every PostgreSQL knows a Swedish collation."""

import unicodedata

_LAST_LETTERS = str.maketrans({"å": "zz1", "ä": "zz2", "æ": "zz2", "ö": "zz3", "ø": "zz3"})


def sort_key(name):
    """`Åre` sorts after `Ystad` and before `Älvsbyn`; accents other than å ä ö do not count."""
    letters = name.casefold().translate(_LAST_LETTERS)
    return "".join(c for c in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(c))
