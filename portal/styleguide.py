"""Every part of the pages on one page, for whoever builds pages and for the browser checks."""

from datetime import date
from decimal import Decimal

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.periods import Period
from core.reasons import Reason
from portal.charts import Waterfall, WaterfallStep
from portal.components import (
    Action,
    Badge,
    Brand,
    Chip,
    Column,
    Crumb,
    Empty,
    Fact,
    JobProgress,
    KeyPage,
    Link,
    Moment,
    NavigationItem,
    Pair,
    Rate,
    Row,
    Tab,
    Table,
    Tone,
)
from providers.doors import public

SPACES = ("workshop", "field", "customer", "plain")

PRORATED = Reason(
    rule="P5",
    clause="CGV art. 4.2",
    formula="1 480,00 € × 41 / 365 = 166,25 €",
)
DEADLINE = Reason(
    rule="D3",
    clause="CGV art. 3.2",
    formula="31/12/2026 − 3 mois = 30/09/2026, reçu au plus tard",
)


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=_("name of the practice"), max_length=80)
    siren = forms.CharField(label="SIREN", help_text=_("Nine digits, as on an invoice."))
    starts_on = forms.DateField(
        label=_("first day"), widget=forms.DateInput(attrs={"type": "date"})
    )
    offer = forms.ChoiceField(
        label=_("offer"), choices=[("", "—"), ("cmp1", "CMP1"), ("cmp2", "CMP2")]
    )
    cadence = forms.ChoiceField(
        label=_("invoicing"),
        widget=forms.RadioSelect,
        choices=[("quarterly", _("every quarter")), ("yearly", _("every year"))],
    )
    annual = forms.DecimalField(label=_("net amount a year"), localize=True)
    note = forms.CharField(
        label=_("note"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    is_group = forms.BooleanField(label=_("several practitioners"), required=False)


class SampleFilters(forms.Form):
    search = forms.CharField(label=_("name or number"), required=False)
    status = forms.ChoiceField(
        label=_("status"), required=False, choices=[("", _("All")), ("due", _("Overdue"))]
    )


@public()
def styleguide(request: HttpRequest, space: str = "workshop") -> HttpResponse:
    """Seen by developers and by the platform's operators; to others it does not exist."""
    may_see = settings.DEBUG or getattr(request.user, "is_operator", False)
    if space not in SPACES or not may_see:
        raise Http404
    form = SampleForm({"name": "Cabinet des Lilas", "siren": "123"})
    form.add_error("siren", _("Check the nine digits: this number does not exist."))
    return render(request, f"portal/styleguide_{space}.html", {**_frame(space), "form": form})


def _frame(space: str) -> dict[str, object]:
    here = reverse("styleguide_space", args=[space])
    return {
        "space_name": space.capitalize(),
        "brand": Brand("Infogérance Démo", stylesheet_url=reverse("brand_css", args=["0a7d5a"])),
        "help_url": here,
        "account_name": "Camille Martin",
        "switch_url": "/",
        "navigation": _navigation(here),
        "crumbs": (Crumb(_("Contracts"), here), Crumb("Cabinet des Lilas", here)),
        "invoices": _invoices(here),
        "nothing": _nothing(here),
        "filters": SampleFilters({"status": "due"}),
        "chips": (Chip(_("Overdue"), here),),
        "tabs": (
            Tab(_("All"), here, is_current=True, count=1312),
            Tab(_("Due"), here, count=3),
            Tab(_("Paid"), here, count=309),
        ),
        "pages": KeyPage(here, here, here, here, "26–50 / 312"),
        "facts": _facts(here),
        "job": _job(here),
        "running_job": Link(f"{_('Invoices being issued')} · 57/128", here),
        "status": Badge(_("In force"), Tone.SUCCESS),
        "tones": [Badge(tone.name.capitalize(), tone) for tone in Tone],
        "moments": _moments(here),
        "waterfall": _waterfall(),
        "reasons": (PRORATED, DEADLINE),
        "action": Action(_("Issue"), here, icon="receipt-euro"),
        "more": (
            Action(_("Download the contract"), here, icon="download", is_download=True),
            Action(_("Cancel"), here, icon="ban", dialog="confirm"),
        ),
        "opens_dialog": Action(_("Cancel this invoice"), here, is_danger=True, dialog="confirm"),
    }


def _navigation(here: str) -> tuple[NavigationItem, ...]:
    return (
        NavigationItem(_("Today"), here, icon="house", count=3),
        NavigationItem(_("Customers"), here, icon="users"),
        NavigationItem(_("Contracts"), here, is_current=True, icon="file-text"),
        NavigationItem(_("Invoices"), here, icon="receipt-euro"),
    )


def _invoices(here: str) -> Table:
    columns = (
        Column(_("Number"), is_row_header=True, sort_url=here, sorted="descending"),
        Column(_("Customer")),
        Column(_("Date"), sort_url=here),
        Column(_("Status")),
        Column(_("Rate"), is_numeric=True),
        Column(_("Net"), is_numeric=True),
        Column(_("Gross"), is_numeric=True),
    )
    rows = (
        _invoice(here, "F-2026-00128", "Cabinet des Lilas", Badge(_("Paid"), Tone.SUCCESS), "370"),
        _invoice(here, "F-2026-00127", "MSP du Val", Badge(_("Overdue"), Tone.DANGER), "12480.5"),
        _invoice(here, "F-2026-00126", "Dr Élise Moreau", Badge(_("Issued"), Tone.INFO), "166.25"),
        _invoice(here, "A-2026-00004", "Centre Ambroise", Badge(_("Credit note")), "-370"),
    )
    total = Row((_("Total"), "", "", "", None, Decimal("12646.75"), Decimal("15176.10")))
    return Table(_("Invoices"), columns, rows, _nothing(here), total=total)


def _invoice(here: str, number: str, customer: str, status: Badge, net: str) -> Row:
    amount = Decimal(net)
    return Row(
        (
            Link(number, here),
            Pair(customer, "97400 Saint-Denis"),
            date(2026, 11, 22),
            status,
            Rate(Decimal("20.00")),
            amount,
            amount * Decimal("1.2"),
        )
    )


def _nothing(here: str) -> Empty:
    return Empty(
        _("No invoice matches these filters"),
        _("312 invoices are hidden by them."),
        Action(_("Clear the filters"), here),
    )


def _job(here: str) -> JobProgress:
    return JobProgress(
        title=_("Invoices being issued"),
        badge=Badge(_("At work"), Tone.INFO),
        done=57,
        total=128,
        detail=_("about %(count)s min") % {"count": 2},
        current="Cabinet des Lilas",
        failures=_("1 piece could not be done."),
        acts=(Action(_("Stop"), here, "square", is_post=True),),
    )


def _waterfall() -> Waterfall:
    return Waterfall(
        _("What moved the recurring revenue"),
        "Juin 2026 : 2 640,00 € par an, 220,00 € par mois ; 1 440,00 € de plus.",
        (_("Step"), _("A year, before VAT")),
        (
            WaterfallStep(_("Before the month"), Decimal(1200), Tone.NEUTRAL, is_level=True),
            WaterfallStep(_("New contracts"), Decimal(1800), Tone.SUCCESS),
            WaterfallStep(_("Contracts ended"), Decimal(-360), Tone.DANGER),
            WaterfallStep(_("At its end"), Decimal(2640), Tone.NEUTRAL, is_level=True),
        ),
        Empty(_("No contract in force")),
    )


def _facts(here: str) -> tuple[Fact, ...]:
    return (
        Fact(_("Customer"), Link("Cabinet des Lilas", here)),
        Fact(_("Period"), Period(date(2026, 1, 1), date(2026, 12, 31))),
        Fact(_("Net amount a year"), Decimal(1480), reasons=(PRORATED,)),
        Fact(_("Last day to give notice"), date(2026, 9, 30), hint=_("received, not sent")),
    )


def _moments(here: str) -> tuple[Moment, ...]:
    return (
        Moment(date(2026, 9, 30), _("Last day to give notice"), reasons=(DEADLINE,)),
        Moment(
            date(2026, 12, 1),
            _("Next invoice"),
            "370,00 € HT",
            here,
            Badge(_("Prepared"), Tone.INFO),
        ),
        Moment(date(2027, 1, 1), _("Tacit renewal"), _("for twelve months")),
    )
