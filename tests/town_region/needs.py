"""The town's rows of requests for support and of the inventory of needs."""


def build(people, today):
    """Makes the rows; returns {word of the access table: row}."""
    return {}
