"""From what is owed to a whole document: parties, mentions and texts, ready to be numbered."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import cast

from billing.enums import DocumentType, InvoiceKind
from billing.operations.issuing import DocumentToIssue, LineToIssue
from billing.operations.loading import DueContract, Seller
from billing.rules import mentions as law
from billing.rules.chain import reasons_json
from billing.rules.drafts import Draft, DraftLine
from billing.rules.same import Same
from billing.rules.vat import VatTotal
from contracts.rules.facts import ContractFacts
from contracts.rules.terms import Terms
from core.french import short_date
from core.sealing import canonical_json
from providers.models import LegalIdentity, ProviderProfile


class Desk:
    """What all the documents of one run have in common, written once."""

    def __init__(self, seller: Seller, *, day: date, issued_on: date) -> None:
        self.day, self.issued_on = day, issued_on
        self.seller_json = canonical_json(_seller_snapshot(seller.profile, seller.identity))
        self._party = _party(seller.identity)

    def document(self, due: DueContract, draft: Draft) -> DocumentToIssue:
        """The whole invoice of a draft. Errors: `IncompleteParty` parks the contract."""
        buyer = law.Buyer(**due.buyer)
        said = law.mentions(
            day=self.issued_on,
            seller=self._party,
            buyer=buyer,
            penalty=_penalty(Same(due.facts.terms)),
            vat_codes=[total.rate.mention for total in draft.vat],
        )
        return DocumentToIssue(
            kind=InvoiceKind.INVOICE,
            document=DocumentType.SUBSCRIPTION,
            customer_id=draft.customer_id,
            contract_id=draft.contract_id,
            credits_id=None,
            business_day=self.day,
            due_date=draft.due_date,
            first_day=draft.first_day,
            last_day=draft.last_day,
            payment_method=due.facts.payment_method,
            net_amount=draft.totals.net,
            vat_amount=draft.totals.vat,
            gross_amount=draft.totals.gross,
            vat_breakdown=canonical_json([_vat_snapshot(total) for total in draft.vat]),
            seller=self.seller_json,
            buyer=canonical_json({**due.buyer, "contract_reference": due.reference}),
            mentions=canonical_json([mention.as_json() for mention in said]),
            reasons=reasons_json(draft.reasons),
            lines=tuple(_line(line) for line in draft.lines),
        )


def _line(line: DraftLine) -> LineToIssue:
    days = f"du {short_date(line.first_day)} au {short_date(line.last_day)}"
    return LineToIssue(
        label=f"{line.label}, {days}",
        quantity=line.quantity,
        unit_price=line.unit_price,
        net_amount=line.net_amount,
        vat_rate=line.vat_rate,
        vat_code=line.vat.category,
        first_day=line.first_day,
        last_day=line.last_day,
        reasons=reasons_json(line.reasons),
        claims=line.line_id,
    )


def _vat_snapshot(total: VatTotal) -> dict[str, str]:
    return {
        "vat_rate": str(total.rate.percent),
        "vat_code": total.rate.category,
        "exemption_code": total.rate.exemption_code,
        "net_amount": str(total.net),
        "vat_amount": str(total.vat),
    }


@lru_cache(maxsize=1024)
def _penalty(terms: Same[Terms]) -> law.Penalty:
    """The late-payment rate of the terms; without one, the law's."""
    lateness = terms.value.lateness
    if lateness is None or lateness.interest.kind != "monthly":
        return law.Penalty()
    return law.Penalty(lateness.interest.percent, lateness.clause)


def _party(identity: LegalIdentity) -> law.Seller:
    return law.Seller(
        legal_name=identity.legal_name,
        siren=identity.siren,
        street=identity.street,
        postal_code=identity.postal_code,
        city=identity.city,
        legal_form=identity.legal_form,
        share_capital=identity.share_capital,
        rcs_city=identity.rcs_city,
        vat_number=identity.vat_number,
        vat_regime=cast("law.Regime", identity.vat_regime),
        is_sole_trader=identity.is_sole_trader,
    )


def _seller_snapshot(profile: ProviderProfile, identity: LegalIdentity) -> dict[str, object]:
    """The keys of `billing.documents.snapshot.SellerSnapshot`."""
    capital: Decimal | None = identity.share_capital
    return {
        "legal_name": identity.legal_name,
        "trade_name": profile.trade_name,
        "legal_form": identity.legal_form,
        "share_capital": "" if capital is None else str(capital),
        "siren": identity.siren,
        "rcs_city": identity.rcs_city,
        "street": identity.street,
        "postal_code": identity.postal_code,
        "city": identity.city,
        "vat_number": identity.vat_number,
        "vat_regime": identity.vat_regime,
        "is_sole_trader": identity.is_sole_trader,
        "phone": profile.phone,
        "email": profile.email,
        "website": profile.website,
        "iban": profile.iban,
        "bic": profile.bic,
        "brand_color": profile.brand_color,
    }


def with_claims(facts: ContractFacts, drafts: Sequence[Draft]) -> ContractFacts:
    """The contract once these invoices are issued: their days are claimed."""
    days = {(line.line_id, line.first_day) for draft in drafts for line in draft.lines}
    lines = tuple(
        replace(line, claimed=line.claimed | {day for key, day in days if key == line.id})
        for line in facts.lines
    )
    return replace(facts, lines=lines)
