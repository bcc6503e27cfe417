"""The sheet of paper: the window, the totals, the pages, and every mention of the law."""

import io
import re

import pikepdf
import pytest
from pypdf import PageObject

from billing.documents.html import invoice_page
from billing.documents.pdf import draw_invoice
from billing.documents.view import from_issued
from tests.billing.documents.reading import drawn, pages, pieces
from tests.billing.documents.samples import ISSUED_AT, SAMPLES, logo

WINDOW_EDGE, WINDOW_TOP, WINDOW_BOTTOM = 90, 44, 90  # millimetres: what may show in the envelope


def words(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def window(page: PageObject) -> str:
    shown = [
        piece.text
        for piece in pieces(page)
        if piece.left > WINDOW_EDGE and WINDOW_TOP < piece.top < WINDOW_BOTTOM
    ]
    return words(" ".join(shown))


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("has_logo", [False, True])
def test_the_window_shows_the_buyer_alone(name: str, has_logo: bool) -> None:
    issued = {**SAMPLES[name](), "is_demonstration": False}
    view = from_issued(issued, logo=logo() if has_logo else b"")  # type: ignore[arg-type]
    buyer = view.buyer
    address = [buyer.name, f"À l’attention de {buyer.attention}", buyer.street]
    expected = " ".join([*address, f"{buyer.postal_code} {buyer.city}"])
    assert window(pages(draw_invoice(view, issued_at=ISSUED_AT))[0]) == expected


def test_a_common_address_stands_where_the_window_always_is() -> None:
    page = pages(drawn("one-line-reunion"))[0]
    found = [piece for piece in pieces(page) if piece.text == "Cabinet du Barachois"]
    last = [piece for piece in pieces(page) if piece.text == "97400 Saint-Denis"]
    assert 55 < found[0].top < last[0].top < 79
    assert 100 < found[0].left < 110


def test_every_page_says_its_number_and_what_it_belongs_to() -> None:
    found = pages(drawn("forty-lines"))
    assert len(found) >= 3
    for number, page in enumerate(found, start=1):
        text = words(page.extract_text())
        assert f"Page {number}/{len(found)}" in text
        assert "SARL au capital de 10 000 €" in text
        assert "SIREN 732 829 320 · RCS Saint-Denis de La Réunion" in text
        assert ("Facture n° F2026-00003 du 17 mars 2026 · Cabinet du Barachois" in text) == (
            number > 1
        )


def test_the_head_of_the_lines_is_repeated_where_they_go_on() -> None:
    texts = [words(page.extract_text()) for page in pages(drawn("forty-lines"))]
    with_lines = [text for text in texts if re.search(r" 8,5 % \d\d,25 €", text)]
    assert len(with_lines) >= 2
    assert all("Désignation Quantité Prix unitaire HT TVA Montant HT" in it for it in with_lines)


def test_figures_are_aligned_on_the_right() -> None:
    page = pages(drawn("long-names"))[0]
    amounts = [piece for piece in pieces(page) if re.fullmatch(r"[\d\xa0]+,\d\d\xa0€", piece.text)]
    edges = {round(piece.right, 1) for piece in amounts}
    assert len({piece.left for piece in amounts}) >= 7
    assert len(edges) == 5  # unit price, amount (line or total), base and tax per rate


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_leaves_the_printable_sheet(name: str) -> None:
    for page in pages(drawn(name)):
        for piece in pieces(page):
            assert 19 < piece.left < piece.right < 196
            assert 10 < piece.top < 290


def test_all_that_the_law_wants_is_there() -> None:
    text = words(pages(drawn("one-line-reunion"))[0].extract_text())
    for mention in (
        "LΣGON INFORMATIQUΣ",
        "Informatique du Lagon",
        "12 rue des Flamboyants",
        "N° TVA intracommunautaire FR44732829320",
        "F2026-00001",
        "du 17 mars 2026",
        "16 avril 2026",
        "du 17 mars au 31 décembre 2026",
        "404 833 048",
        "8,5 %",
        "1 906,85 €",
        "162,08 €",
        "2 068,93 €",
        "Net à payer",
        "IBAN : FR76 3000 6000 0112 3456 7890 189",
        "AGRIFRPP",
        "Catégorie de l’opération : prestations de services",
        "indemnité forfaitaire pour frais de recouvrement de 40 €",
        "Pénalités de retard : 1,5 % par mois",
        "Aucun escompte pour paiement anticipé",
        "2 400,00 € × 290 jours ÷ 365 jours = 1 906,85 €",
        "Contrat CMP3, « Facturation »",
    ):
        assert mention in text


def test_a_credit_note_names_its_invoice_and_asks_for_no_payment() -> None:
    text = words(pages(drawn("credit-note"))[0].extract_text())
    assert "Le présent avoir se rapporte à la facture n° F2026-00001 du 17 mars 2026." in text
    assert "Net à votre crédit 2 068,93 €" in text
    for absent in ("Net à payer", "Échéance", "Règlement", "IBAN"):
        assert absent not in text
    assert not re.search(r"[-−]\s?\d+,\d\d\s€", text)


def test_an_exempt_document_claims_no_rate() -> None:
    text = words(pages(drawn("exempt-sole-trader"))[0].extract_text())
    assert "TVA non applicable, article 293 B du CGI" in text
    assert "Dominique Fictif EI" in text
    assert "Sans TVA" in text
    assert "0 %" not in text
    assert "intracommunautaire" not in text


def test_a_line_says_its_days_only_where_they_differ() -> None:
    text = words(pages(drawn("three-lines-direct-debit"))[0].extract_text())
    assert text.count("du 10 mai au 30 juin 2026") == 1
    assert text.count("30 juin 2026") == 2


def test_a_demonstration_says_so() -> None:
    content = drawn("three-lines-direct-debit")
    assert "Démonstration, document sans valeur" in pages(content)[0].extract_text()
    assert "DÉMONSTRATION" in pages(content)[0].extract_text()
    assert "DÉMONSTRATION" not in pages(drawn("one-line-reunion"))[0].extract_text()


def test_the_logo_is_there_with_its_name() -> None:
    view = from_issued(SAMPLES["one-line-reunion"](), logo=logo())
    with pikepdf.open(io.BytesIO(draw_invoice(view, issued_at=ISSUED_AT))) as pdf:
        found = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary)]
        (figure,) = [item for item in found if item.get("/S") == "/Figure"]
        assert str(figure.Alt) == "LΣGON INFORMATIQUΣ"


@pytest.mark.parametrize("name", SAMPLES)
def test_each_document_is_archival(name: str) -> None:
    with pikepdf.open(io.BytesIO(drawn(name))) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert pdf.open_metadata().pdfa_status == "3A"
        found = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary)]
        descriptors = [item for item in found if item.get("/Type") == "/FontDescriptor"]
        assert {str(item.FontName).split("+")[1] for item in descriptors} <= {
            "Source-Sans-Pro",
            "Source-Sans-Pro-Semi-Bold",
            "Source-Sans-Pro-Bold",
        }
        assert all("/FontFile2" in item for item in descriptors)
        kinds = [str(item.S) for item in found if item.get("/Type") == "/StructElem"]
        assert kinds.count("/H1") == 1
        assert str(pdf.docinfo.Title) == from_issued(SAMPLES[name]()).title


def test_a_pale_colour_is_darkened_until_it_can_be_read() -> None:
    assert "--brand: #8b7400" in invoice_page(from_issued(SAMPLES["exempt-sole-trader"]()))
