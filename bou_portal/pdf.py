"""HTML to a PDF that is both accessible (PDF/UA-1) and archivable (PDF/A-3a), byte for byte the same every time.

WeasyPrint claims one conformance at a time: the document is rendered as PDF/A-3a, and the PDF/UA identifier with the
extension schema that PDF/A asks for is added to its metadata. Nothing is fetched: fonts and pictures are `data:` only,
so text that somebody wrote can reach neither the network nor a file.
"""

import base64
from functools import cache
from pathlib import Path

import font_source_sans_pro
import weasyprint
from django.conf import settings
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from bou_portal.imports import visible

STYLESHEET = Path(settings.BASE_DIR) / "static" / "css" / "report.css"
FONT = "Rapport"
FONT_WEIGHTS = {400: "SourceSansPro", 600: "SourceSansProSemibold"}

PDF_UA = b"""
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


class PdfError(Exception):
    """The HTML asked for something outside the document, or could not be laid out."""


@cache
def print_style():
    """The report's stylesheet and its fonts, read once per process."""
    fonts = FontConfiguration()
    faces = "".join(
        f'@font-face {{ font-family: "{FONT}"; font-weight: {weight}; '
        f"src: url(data:font/ttf;base64,{base64.b64encode(_font_file(name)).decode()}) }}\n"
        for weight, name in FONT_WEIGHTS.items()
    )
    return fonts, [
        weasyprint.CSS(string=css, font_config=fonts, url_fetcher=only_data())
        for css in (faces, STYLESHEET.read_text(encoding="utf-8"))
    ]


def _font_file(name):
    return Path(font_source_sans_pro.font_files_ttf[name]).read_bytes()


def only_data():
    return URLFetcher(allowed_protocols={"data"}, fail_on_errors=True)


def render(html, identifier):
    """PDF bytes of this HTML. Same HTML and identifier (bytes) give the same file. PdfError with the cause otherwise."""
    fonts, styles = print_style()
    html = visible(html)  # a control character in somebody's comment makes the whole text unreadable for a program
    try:
        document = weasyprint.HTML(string=html, url_fetcher=only_data()).render(
            font_config=fonts, stylesheets=styles, pdf_variant="pdf/a-3a"
        )
        metadata = document.metadata.generate_rdf_metadata
        document.metadata.generate_rdf_metadata = lambda *args: metadata(*args).replace(
            b"</rdf:RDF>", PDF_UA + b"</rdf:RDF>"
        )
        return document.write_pdf(pdf_identifier=identifier, pdf_variant="pdf/a-3a")
    except FatalURLFetchingError as error:  # a BaseException: it would end the worker's process
        raise PdfError(f"Rapporten hänvisar till något utanför sig själv: {error}") from None
