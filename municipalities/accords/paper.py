"""An agreement between bodies on paper: its text, its parties and its days."""

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from bou_portal.formats import date as iso
from bou_portal.pdf import render
from municipalities.accords.page import AccordPage


@dataclass(frozen=True)
class AccordPaper:
    """The PDF of one agreement as it stands today. The same content gives the same bytes."""

    page: AccordPage

    def pdf(self):
        context = {"page": self.page, "accord": self.page.accord, "printed_on": timezone.localdate()}
        html = render_to_string("municipalities/accords/paper.html", context | {"is_demo": settings.DEMO})
        return render(html, identifier=hashlib.sha256(html.encode()).digest()[:16])

    @property
    def file_name(self):
        return f"overenskommelse-{iso(timezone.localdate())}-{str(self.page.accord.uid)[:8]}.pdf"
