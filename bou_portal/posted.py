"""What a form is given: a page that is only read has a form without data."""


def posted(request):
    """The data of a POST; None of any other request."""
    return request.POST if request.method == "POST" else None
