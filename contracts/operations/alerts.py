"""Alerts that a date brings about: a contract to propose again, a notice that is still in time."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from contracts.models import Alert, Contract
from contracts.operations.kept import kept
from contracts.operations.trail import record_all
from contracts.queries import terms_by_hash
from contracts.rules.terms import Terms
from core.french import long_date
from core.reasons import Reason, reasons_as_json
from providers.audit import record

RENEWAL_PROPOSAL: Final = "renewal_proposal"
NOTICE_DEADLINE: Final = "notice_deadline"
RULES: Final = {RENEWAL_PROPOSAL: "D1", NOTICE_DEADLINE: "D17"}
# Reading: sixty days leave time to have next year's contract signed (D1), and lie between the
# three months and the one month of the reminder of the notice (D17).
DAYS_BEFORE: Final = 60


@transaction.atomic
def close_alert(*, alert_id: UUID, at: datetime, by: UUID) -> Alert:
    """Say that a person has dealt with an alert; one closed before stays as it is."""
    alert = Alert.objects.select_for_update().get(id=alert_id)
    if alert.closed_at is None:
        alert.closed_at = at
        alert.save(update_fields=["closed_at"])
        record("alert.closed", alert, at=at, actor_id=by, code=alert.code)
    return alert


@transaction.atomic
def close_passed(alerts: Sequence[Alert], *, at: datetime) -> int:
    """Close alerts whose day is over, each with the reason; return how many."""
    for alert in alerts:
        passed = long_date(date.fromisoformat(alert.key))
        reason = Reason(RULES[alert.code], "", f"le {passed} est passé")
        alert.closed_at = at
        alert.reasons = [*alert.reasons, *reasons_as_json([reason])]
    Alert.objects.bulk_update(alerts, ["closed_at", "reasons"])
    record_all("alert.passed", ((row.contract, {"day": row.key}) for row in alerts), at=at)
    return len(alerts)


def raise_missed_alerts(contracts: Sequence[Contract], *, day: date) -> int:
    """The alerts of contracts whose sixty days have begun already."""
    return raise_for([row for row in contracts if _is_running(row, day)], day=day)


def _is_running(contract: Contract, day: date) -> bool:
    target = contract.notice_deadline or contract.ends_on
    return target is not None and target - timedelta(days=DAYS_BEFORE) <= day <= target


def raise_for(contracts: Sequence[Contract], *, day: date) -> int:
    """The alert of each contract whose day it is, once; return how many are new."""
    rows = [row for row in contracts if not row.end_reason]
    if not rows:
        return 0
    terms = terms_by_hash({row.terms_hash for row in rows})
    alerts = [alert for row in rows if (alert := _alert(row, terms[row.terms_hash], day))]
    known = set(
        Alert.objects.filter(contract__in=rows, code__in=(RENEWAL_PROPOSAL, NOTICE_DEADLINE))
        .order_by()
        .values_list("contract_id", "code", "key")
    )
    new = [row for row in alerts if (row.contract_id, row.code, row.key) not in known]
    Alert.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _alert(contract: Contract, terms: Terms, day: date) -> Alert | None:
    if contract.notice_deadline is None:
        code, target, reason = RENEWAL_PROPOSAL, contract.ends_on, _not_renewed(contract, terms)
    elif terms.renewal_reminder is not None:
        code, target = NOTICE_DEADLINE, contract.notice_deadline
        reason = _reminder(target, terms.renewal_reminder.clause)
    else:
        return None
    return Alert(
        customer_id=contract.customer_id,
        contract_id=contract.id,
        code=code,
        key=str(target),
        raised_on=day,
        reasons=reasons_as_json([reason]),
    )


def _not_renewed(contract: Contract, terms: Terms) -> Reason:
    formula = f"fin le {long_date(kept(contract.ends_on, 'ends_on'))}, sans reconduction"
    return Reason(terms.duration.rules[0], terms.duration.clause, formula)


def _reminder(deadline: date, clause: str) -> Reason:
    return Reason("D17", clause, f"dernier jour pour dénoncer : {long_date(deadline)}")
