"""The parts and the frame of the pages, drawn alone."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.test import Client
from django.utils import translation

from core.errors import DomainError
from core.periods import Period
from core.reasons import Reason
from portal import formats
from portal.components import Badge, Column, Empty, Link, Pair, Row, Table, Tone
from portal.templatetags.clausier import show
from providers.models import User
from tests.factories import an_operator


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def french() -> Iterator[None]:
    with translation.override("fr"):
        yield


def drawn(source: str, **values: object) -> str:
    libraries = "{% load clausier components i18n %}"
    return Template(libraries + source).render(Context(values))


def ids(html: str) -> set[str]:
    return set(re.findall(r'\bid="([^"]+)"', html))


def test_amounts_and_days_in_french(french: None) -> None:
    assert formats.euros(Decimal("-1234.5")) == "-1\u00a0234,50\u00a0€"
    assert formats.short_day(date(2026, 8, 1)) == "1er\u00a0août\u00a02026"
    assert formats.long_day(date(2026, 11, 22)) == "22 novembre 2026"
    assert formats.percent(Decimal("8.50")) == "8,5\u00a0%"
    assert formats.number(12480) == "12\u00a0480"


def test_amounts_and_days_in_english(english: None) -> None:
    assert formats.euros(Decimal("-1234.5")) == "-€1,234.50"
    assert formats.short_day(date(2026, 11, 22)) == "22\u00a0Nov\u00a02026"
    assert formats.long_day(date(2026, 11, 22)) == "22 November 2026"
    assert formats.percent(Decimal("8.50")) == "8.5%"
    assert formats.number(12480) == "12,480"


def test_a_day_is_readable_by_machines_and_whole_on_hover(french: None) -> None:
    assert drawn("{{ d|day }}", d=date(2026, 11, 22)) == (
        '<time datetime="2026-11-22" title="22 novembre 2026">22\u00a0nov.\u00a02026</time>'
    )


def test_a_moment_is_shown_in_the_zone_in_force(english: None) -> None:
    shown = drawn("{{ at|instant }}", at=datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
    assert "2\u00a0Jul\u00a02026, 00:30" in shown


def test_a_refusal_speaks_the_reader_s_language(french: None) -> None:
    error = DomainError("at %(day)s", params={"day": date(2026, 1, 1)})
    assert formats.sentence(error) == "at 1er janvier 2026"


def test_every_kind_of_value_is_drawn(english: None) -> None:
    year = Period(date(2026, 1, 1), date(2026, 12, 31))
    assert show("<b>") == "&lt;b&gt;"
    assert show(True) == "yes"
    assert show(Decimal(3)) == "€3.00"
    assert show(12480) == "12,480"
    assert show(year).count("<time") == 2
    assert show(Link("F-1", "/f/1", "invoice")).startswith('<a href="/f/1">F-1<span')
    assert show(Pair("A", "B")) == 'A<span class="detail">B</span>'
    assert 'aria-hidden="true"' in show(None)
    assert show([]) == "[]"


def test_a_badge_says_it_in_words_and_with_an_icon() -> None:
    badge = drawn('{% badge "Paid" tone="success" %}')
    assert "tone-success" in badge
    assert "<svg" in badge
    assert "Paid" in badge


def test_an_unknown_parameter_or_tone_is_an_error() -> None:
    with pytest.raises(TemplateSyntaxError):
        drawn('{% badge "Paid" color="red" %}')
    with pytest.raises(ValueError, match="pink"):
        drawn('{% badge "Paid" tone="pink" %}')


def sample_table(*rows: Row, total: Row | None = None) -> Table:
    columns = (Column("Number", is_row_header=True), Column("Net", is_numeric=True))
    return Table("Invoices", columns, rows, Empty("Nothing yet"), total=total)


def test_a_table_names_its_cells_for_narrow_screens() -> None:
    table = sample_table(Row(("F-1", Decimal(12))), total=Row(("Total", None)))
    html = drawn("{% data_table table %}", table=table)
    assert '<th scope="row" role="rowheader">F-1</th>' in html
    assert 'data-label="Net" class="number"' in html
    assert "number blank" in html


def test_a_table_without_rows_is_its_empty_state() -> None:
    html = drawn("{% data_table table %}", table=sample_table())
    assert "<table" not in html
    assert "Nothing yet" in html


def test_a_row_has_one_cell_a_column() -> None:
    with pytest.raises(ValueError, match="zip"):
        drawn("{% data_table table %}", table=sample_table(Row(("F-1",))))


class SampleForm(forms.Form):
    siren = forms.CharField(help_text="Nine digits.")
    cadence = forms.ChoiceField(widget=forms.RadioSelect, choices=[("a", "A"), ("b", "B")])
    is_group = forms.BooleanField(required=False)


def test_an_error_is_told_at_the_field_in_the_summary_and_in_the_title(french: None) -> None:
    form = SampleForm({"siren": ""})
    form.add_error(None, "Both at once.")
    page = drawn("{% error_prefix %}|{% error_summary form %}{% fields form %}", form=form)
    assert page.startswith("Erreur\u00a0:")
    assert '<a href="#id_siren">' in page
    assert '<a href="#id_cadence_0">' in page
    assert "Both at once." in page
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_siren_helptext id_siren_error"' in page
    assert {"id_siren_helptext", "id_siren_error", "id_cadence_error"} <= ids(page)


def test_a_form_without_errors_has_no_summary_and_no_prefix() -> None:
    page = drawn("{% error_prefix %}{% error_summary form %}", form=SampleForm())
    assert page.strip() == ""


def test_reasons_are_shown_from_a_column_or_an_answer() -> None:
    reason = Reason("P5", "CGV art. 4.2", "1 480 × 41 / 365")
    html = drawn("{% explanation stored %}", stored=[reason.as_json()])
    assert html == drawn("{% explanation stored %}", stored=(reason,))
    assert "CGV art. 4.2" in html
    assert "<details" in html
    assert drawn("{% explanation stored %}", stored=()).strip() == ""


def test_text_of_users_is_escaped_in_every_part() -> None:
    evil = "<script>x</script>"
    table = sample_table(Row((Pair(evil, Badge(evil, Tone.INFO)), None)))
    source = (
        "{% data_table table %}{% page_header evil %}{% card title=evil %}{{ evil }}{% endcard %}"
    )
    assert "<script>" not in drawn(source, table=table, evil=evil)


def test_choices_are_remembered_and_lead_back(client: Client, db: None) -> None:
    answer = client.post("/apparence/", {"appearance": "dark", "next": "/accessibilite/"})
    assert (answer.status_code, answer["Location"]) == (303, "/accessibilite/")
    assert 'data-bs-theme="dark"' in client.get("/accessibilite/").text
    client.post("/langue/", {"language": "en"})
    assert '<html lang="en"' in client.get("/accessibilite/").text


def test_choices_never_lead_to_another_site(client: Client) -> None:
    answer = client.post("/apparence/", {"appearance": "pink", "next": "//elsewhere.example/"})
    assert answer["Location"] == "/"
    assert not answer.cookies


def test_the_language_is_kept_with_the_account(client: Client, db: None) -> None:
    user = User.objects.create_user("someone@example.org")
    client.force_login(user)
    client.post("/langue/", {"language": "en"})
    user.refresh_from_db()
    assert user.language == "en"


def test_styleguide_does_not_exist_for_visitors(client: Client, db: None) -> None:
    assert client.get("/styleguide/").status_code == 404
    client.force_login(an_operator())
    assert client.get("/styleguide/").status_code == 200


@pytest.mark.parametrize("address", ["/nowhere/", "/compte/connexion/", "/accessibilite/"])
def test_pages_have_a_language_one_heading_and_a_strict_policy(
    client: Client, db: None, address: str
) -> None:
    answer = client.get(address)
    assert re.search(r'<html lang="(fr|en)"', answer.text)
    assert answer.text.count("<h1") == 1
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "data:" not in policy
