"""Swedish alphabetical order as a stored key, and the order a reader asks for in `?sortera=`.

Neither SQLite nor every PostgreSQL knows a Swedish collation.
"""

import unicodedata

_LAST_LETTERS = str.maketrans({"å": "zz1", "ä": "zz2", "æ": "zz2", "ö": "zz3", "ø": "zz3"})


def sort_key(name):
    """`Åre` sorts after `Ystad` and before `Älvsbyn`; accents other than å ä ö do not count."""
    letters = name.casefold().translate(_LAST_LETTERS)
    return "".join(c for c in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(c))


def ordering(query, columns, default):
    """`order_by()` arguments: `columns` names what may be sorted, {"start": "started_on"}; the pk makes it stable.

    An unknown wish gives the default, never an error: the address may be old.
    """
    wish = query.get("sortera", default)
    if wish.lstrip("-") not in columns:
        wish = default
    fields = columns[wish.lstrip("-")]
    fields = (fields,) if isinstance(fields, str) else fields
    return [*(f"-{field}" if wish.startswith("-") else field for field in fields), "pk"]
