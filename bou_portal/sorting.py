"""The order a reader asks for in `?sortera=`, matched against what a page allows."""


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
