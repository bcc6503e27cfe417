"""The prefixes of the provider's series: chosen before the first number, then kept (B1)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing.models import SeriesCounter
from core.errors import DomainError
from core.errors import gettext_noop as _
from providers.audit import record
from providers.models import ProviderProfile
from providers.operations import PrefixesAlike
from providers.operations.refusals import check_fields
from providers.operations.setting_up import NUMBERS, settle
from providers.versions import check_seen, version_of_values

PREFIXES = ("invoice_prefix", "credit_note_prefix", "penalty_prefix")


class SeriesStarted(DomainError):
    """A series has given numbers: with another prefix it would look like a second one."""


@transaction.atomic
def change_prefixes(
    *,
    invoice_prefix: str,
    credit_note_prefix: str,
    penalty_prefix: str,
    at: datetime,
    by: UUID,
    version: str | None = None,
) -> ProviderProfile:
    """Name the series of invoices, credit notes and penalty statements.

    CGI annexe II art. 242 nonies A wants one continuous series: a prefix under which a number was
    given stays. Errors: `PrefixesAlike`, `SeriesStarted`, `ChangedMeanwhile`, `FieldRefused`.
    """
    wanted = dict(zip(PREFIXES, (invoice_prefix, credit_note_prefix, penalty_prefix), strict=True))
    if len(set(wanted.values())) < len(PREFIXES):
        raise PrefixesAlike(
            _("Each series of numbers needs a prefix of its own."), field="invoice_prefix"
        )
    own = ProviderProfile.objects.select_for_update().get()
    if wanted != (recorded := {name: getattr(own, name) for name in PREFIXES}):
        check_seen(version, prefixes_version(own), recorded)
    _refuse_started(own, wanted)
    for name, prefix in wanted.items():
        setattr(own, name, prefix)
    check_fields(own)
    settle(own, NUMBERS)
    own.save(update_fields=[*PREFIXES, "settled"])
    record("prefixes.changed", own, at=at, actor_id=by, **wanted)
    return own


def prefixes_version(own: ProviderProfile) -> str:
    """The version of what the page of the numbers shows."""
    return version_of_values(own.pk, {name: getattr(own, name) for name in PREFIXES})


def _refuse_started(own: ProviderProfile, wanted: dict[str, str]) -> None:
    for name, prefix in wanted.items():
        before = getattr(own, name)
        started = SeriesCounter.objects.filter(series=before, last_number__gt=0)
        if prefix != before and started.exists():
            raise SeriesStarted(
                _("Numbers were given under %(prefix)s: it stays for the whole series."),
                field=name,
                params={"prefix": before},
            )
