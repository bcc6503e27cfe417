"""PDF/A-3a and PDF/UA-1 in one file, as far as its structure shows it."""

import io
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pikepdf
import pytest

from core.pdf import Embedded, Metadata
from tests.core.pdf.pages import METADATA, draw

PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
PDFUAID = "{http://www.aiim.org/pdfua/ns/id/}"
PAGE = (
    "<h1>Titre</h1><p>Σ 1\u202f234,56\u00a0€ <strong>fort</strong> <b>gras</b> <em>incliné</em></p>"
    "<table><thead><tr><th scope=col>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>"
)


@pytest.fixture
def pdf() -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(draw(PAGE))) as pdf:
        yield pdf


def packet(pdf: pikepdf.Pdf) -> bytes:
    return bytes(pdf.Root.Metadata.read_bytes())


def dictionaries(pdf: pikepdf.Pdf, kind: str) -> list[Any]:
    found = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary)]
    return [item for item in found if item.get("/Type") == kind]


def test_the_syntax_is_sound(pdf: pikepdf.Pdf) -> None:
    assert pdf.check_pdf_syntax() == []
    assert pdf.pdf_version == "1.7"
    assert len(pdf.trailer.ID) == 2
    assert not pdf.is_encrypted


def test_it_declares_both_standards_in_one_block(pdf: pikepdf.Pdf) -> None:
    text = packet(pdf)
    assert text.count(b"<rdf:RDF") == 1
    with pdf.open_metadata() as metadata:
        assert metadata[f"{PDFAID}part"] == "3"
        assert metadata[f"{PDFAID}conformance"] == "A"
        assert metadata[f"{PDFUAID}part"] == "1"
    assert b"pdfaExtension:schemas" in text
    assert pdf.open_metadata().pdfa_status == "3A"


def test_its_metadata_say_the_same_twice(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata() as metadata:
        assert metadata["dc:title"] == str(pdf.docinfo.Title) == "Facture <F2026-00001>"
        assert metadata["dc:creator"] == [str(pdf.docinfo.Author)] == ["Micro des Filaos & Fils"]
        assert metadata["dc:description"] == str(pdf.docinfo.Subject) == "Facture F2026-00001"
        assert metadata["xmp:CreatorTool"] == str(pdf.docinfo.Creator)
        assert metadata["pdf:Producer"] == str(pdf.docinfo.Producer)
        assert metadata["xmp:CreateDate"] == "2026-03-17T06:00:00+00:00"
    assert str(pdf.docinfo.CreationDate) == "D:20260317060000+00'00"


def test_the_instant_keeps_its_zone() -> None:
    reunion = datetime(2027, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=4)))
    content = draw("<p>x", metadata=Metadata("a", "b", reunion))
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert str(pdf.docinfo.CreationDate) == "D:20270101003000+04'00"


def test_it_is_tagged_in_french_and_shows_its_title(pdf: pikepdf.Pdf) -> None:
    assert str(pdf.Root.Lang) == "fr"
    assert bool(pdf.Root.MarkInfo.Marked)
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    kinds = {str(item.S) for item in dictionaries(pdf, "/StructElem")}
    assert {"/Document", "/H1", "/P", "/Table", "/TR", "/TH", "/TD"} <= kinds
    assert all(page.obj.Tabs == "/S" for page in pdf.pages)


def test_every_font_is_embedded_and_readable(pdf: pikepdf.Pdf) -> None:
    fonts = dictionaries(pdf, "/Font")
    descriptors = dictionaries(pdf, "/FontDescriptor")
    assert fonts
    assert descriptors
    assert all("/FontFile2" in item or "/FontFile3" in item for item in descriptors)
    assert all("Source-Sans-Pro" in str(item.FontName) for item in descriptors)
    assert all("/ToUnicode" in item for item in fonts if item.Subtype == "/Type0")


def test_colours_have_an_output_intent(pdf: pikepdf.Pdf) -> None:
    (intent,) = pdf.Root.OutputIntents
    assert intent.S == "/GTS_PDFA1"
    assert len(intent.DestOutputProfile.read_bytes()) > 1000


def test_it_runs_nothing_and_asks_for_nothing(pdf: pikepdf.Pdf) -> None:
    for key in ("/OpenAction", "/AA", "/AcroForm", "/Names"):
        assert key not in pdf.Root


def test_a_harmless_link_stays() -> None:
    with pikepdf.open(io.BytesIO(draw('<a href="https://filaos.example/">x</a>'))) as pdf:
        (annotation,) = pdf.pages[0].Annots
        assert str(annotation.A.URI) == "https://filaos.example/"


def test_a_file_of_ours_travels_inside_with_its_own_description() -> None:
    description = (
        '<rdf:Description rdf:about="" xmlns:fx="urn:factur-x:pdfa:CrossIndustryDocument:1p0#">'
        "<fx:DocumentFileName>factur-x.xml</fx:DocumentFileName></rdf:Description>"
    )
    metadata = Metadata(
        METADATA.author, METADATA.subject, METADATA.created_at, xmp_descriptions=(description,)
    )
    item = Embedded("factur-x.xml", b"<invoice/>", "Alternative", "Facture électronique")
    content = draw("<p>x", metadata=metadata, attachments=(item,))
    with pikepdf.open(io.BytesIO(content)) as pdf:
        (filed,) = pdf.Root.AF
        assert filed.AFRelationship == "/Alternative"
        assert filed.EF.F.read_bytes() == b"<invoice/>"
        assert filed.EF.F.Subtype == "/text/xml"
        assert list(pdf.attachments) == ["factur-x.xml"]
        assert packet(pdf).count(b"<rdf:RDF") == 1
        with pdf.open_metadata() as xmp:
            name = "{urn:factur-x:pdfa:CrossIndustryDocument:1p0#}DocumentFileName"
            assert xmp[name] == "factur-x.xml"
    assert content == draw("<p>x", metadata=metadata, attachments=(item,))
