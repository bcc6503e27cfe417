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

PREFIXES = ("invoice_prefix", "credit_note_prefix", "penalty_prefix")


class SeriesStarted(DomainError):
    """A series has given numbers: with another prefix it would look like a second one."""


@transaction.atomic
def change_prefixes(
    *, invoice_prefix: str, credit_note_prefix: str, penalty_prefix: str, at: datetime, by: UUID
) -> ProviderProfile:
    """Name the series of invoices, credit notes and penalty statements.

    CGI annexe II art. 242 nonies A wants one continuous series: a prefix under which a number was
    given stays. Errors: `PrefixesAlike`, `SeriesStarted`, `FieldRefused`.
    """
    wanted = dict(zip(PREFIXES, (invoice_prefix, credit_note_prefix, penalty_prefix), strict=True))
    if len(set(wanted.values())) < len(PREFIXES):
        raise PrefixesAlike(
            _("Each series of numbers needs a prefix of its own."), field="invoice_prefix"
        )
    own = ProviderProfile.objects.select_for_update().get()
    _refuse_started(own, wanted)
    for name, prefix in wanted.items():
        setattr(own, name, prefix)
    check_fields(own)
    settle(own, NUMBERS)
    own.save(update_fields=[*PREFIXES, "settled"])
    record("prefixes.changed", own, at=at, actor_id=by, **wanted)
    return own


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
