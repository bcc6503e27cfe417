"""Workload W1 and its mixed sibling: contracts due on 1 January 2026, seeded in bulk.

`python -m benchmarks.workload N PROVIDERS KIND` seeds one database (KIND: w1 or mixed). W1 is
the workload other products were measured on: N customers, one annual contract each with three
lines, due on one day. `mixed` has every cadence, and two contracts in three start inside their
period, so that they are invoiced pro rata.
"""

import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

DAY = date(2026, 1, 1)
AT = datetime(2026, 1, 1, 3, tzinfo=UTC)
CADENCES = ("yearly", "quarterly", "monthly")


def siren_of(number: int) -> str:
    """A SIREN with a valid check digit (Luhn)."""
    head = f"{10_000_000 + number:08d}"
    digits = [int(d) * (2 if place % 2 else 1) for place, d in enumerate(head)]
    total = sum(d - 9 if d > 9 else d for d in digits)
    return f"{head}{-total % 10}"


def lines_of(i: int) -> tuple[tuple[str, Decimal], ...]:
    """The three annual amounts of contract `i`, and their designations."""
    return (
        ("Maintenance préventive du parc informatique (4 visites)", Decimal(1200 + i % 400)),
        ("Supervision et sauvegarde externalisée, 12 mois", 12 * Decimal("89.90")),
        ("Infogérance poste de travail", (3 + i % 17) * Decimal("156.50")),
    )


class Seeder:
    """The rows of one provider, from contract `first` to `last`."""

    def __init__(self, provider_id: UUID, version_id: UUID, terms: Any, kind: str) -> None:
        from contracts.rules.stored import canonical_json, terms_hash

        self.provider_id, self.version_id, self.kind = provider_id, version_id, kind
        self.terms, self.hash = canonical_json(terms), terms_hash(terms)

    def seed(self, first: int, last: int) -> None:
        from billing.operations.staging import insert_rows
        from contracts.models import Contract, ContractLine, LinePrice
        from providers.models import Customer
        from providers.tenancy import new_id

        numbers = range(first, last)
        ids = [(new_id(), new_id(), [new_id() for _ in range(3)]) for _ in numbers]
        triples = list(zip(numbers, ids, strict=True))
        customers = list(self._customers(triples))
        insert_rows(Customer, list(customers[0]), [list(row.values()) for row in customers])
        for model, rows in (
            (Contract, self._contracts(triples)),
            (ContractLine, self._lines(triples)),
            (LinePrice, self._prices(triples)),
        ):
            found = list(rows)
            insert_rows(model, list(found[0]), [list(row.values()) for row in found])

    def _customers(self, triples: Any) -> Iterator[dict[str, Any]]:
        for i, (customer, _, _) in triples:
            name = f"Client {i:05d} SAS"
            yield {
                "id": customer, "provider_id": self.provider_id, "kind": "PRACTICE", "name": name,
                "sort_key": name.casefold(), "reference": "", "siren": siren_of(i),
                "street": f"{i} avenue Jean Jaurès", "postal_code": "69007", "city": "Lyon",
                "email": "", "phone": "", "created_at": AT,
            }  # fmt: skip

    def _starts(self, i: int) -> tuple[date, str]:
        if self.kind == "w1":
            return DAY, "yearly"
        late = timedelta(days=0 if i % 3 == 0 else 1 + i % 80)
        return DAY + late, CADENCES[i % len(CADENCES)]

    def _contracts(self, triples: Any) -> Iterator[dict[str, Any]]:
        for i, (customer, contract, _) in triples:
            starts, cadence = self._starts(i)
            due = DAY if self.kind == "w1" else starts
            yield {
                "id": contract, "provider_id": self.provider_id, "customer_id": customer,
                "offer_version_id": self.version_id, "offer_name": "W1",
                "reference": f"C2025-{i:06d}",
                "status": "SIGNED", "terms": self.terms, "terms_hash": self.hash,
                "cadence": cadence, "payment_method": "bank_transfer", "options": "[]",
                "settings": "{}", "starts_on": starts, "signed_on": date(2025, 12, 1),
                "signed_at": "provider", "signature_way": "HANDWRITTEN", "signed_by": "",
                "is_main_activity": True, "is_early_start_requested": False, "term_number": 1,
                "ends_on": date(2026, 12, 31),
                "notice_deadline": date(2026, 9, 30), "next_invoice_on": due, "end_reason": "",
                "end_reasons": "[]", "is_parked": False, "created_at": AT,
            }  # fmt: skip

    def _lines(self, triples: Any) -> Iterator[dict[str, Any]]:
        for i, (customer, contract, line_ids) in triples:
            for position, ((label, _), line) in enumerate(
                zip(lines_of(i), line_ids, strict=True), 1
            ):
                yield {
                    "id": line, "provider_id": self.provider_id, "customer_id": customer,
                    "contract_id": contract, "position": position, "kind": "BASE", "code": "",
                    "label": label, "quantity": 1,
                }  # fmt: skip

    def _prices(self, triples: Any) -> Iterator[dict[str, Any]]:
        from providers.tenancy import new_id

        for i, (customer, _, line_ids) in triples:
            for (_, annual), line in zip(lines_of(i), line_ids, strict=True):
                yield {
                    "id": new_id(), "provider_id": self.provider_id, "customer_id": customer,
                    "line_id": line, "applies_from": date(2025, 12, 1), "annual_price": annual,
                    "reasons": "[]",
                }  # fmt: skip


def workload_terms() -> Any:
    """Calendar years paid within 30 days by transfer, as the workload asks; every cadence."""
    from contracts.rules.overrides import with_overrides
    from contracts.rules.presets import load_preset

    terms = load_preset("micro-info-service").offers["maintenance"].terms
    methods = {"bank_transfer": {"kind": "days_after", "days": 30}}
    return with_overrides(terms, {"payment": {"methods": methods}})


def seed(count: int, providers: int, kind: str) -> list[str]:
    """Seed `count` contracts spread over providers; return the providers' ids."""
    from contracts.models import Offer, OfferVersion
    from providers.models import LegalIdentity, Provider, ProviderProfile
    from providers.scoping import open_scope

    terms, found, share = workload_terms(), [], count // providers
    for n in range(providers):
        provider = Provider.objects.create(slug=f"bench-{uuid4().hex[:8]}", zone="Europe/Paris")
        with open_scope(provider.id):
            ProviderProfile.objects.create(trade_name=f"Bench {n}", invoicing_mode="AUTOMATIC")
            LegalIdentity.objects.create(
                legal_name=f"Bench {n} SAS", legal_form="SAS", share_capital=10_000,
                siren=siren_of(900_000 + n), rcs_city="Lyon", street="1 rue du Banc",
                postal_code="69007", city="Lyon", vat_number="FR00000000000",
                valid_from=date(2020, 1, 1),
            )  # fmt: skip
            offer = Offer.objects.create(code="w1", name="W1")
            version = OfferVersion.objects.create(
                offer=offer, number=1, terms=json.loads(terms.model_dump_json())
            )
        seeder = Seeder(provider.id, version.id, terms, kind)
        for first in range(n * share + 1, (n + 1) * share + 1, 5000):
            with open_scope(provider.id):
                seeder.seed(first, min(first + 5000, (n + 1) * share + 1))
        found.append(str(provider.id))
    return found


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    print(json.dumps(seed(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])))
