from contracts.models.contracts import (
    Contract,
    ContractDocument,
    ContractLine,
    ContractTerm,
    LinePrice,
)
from contracts.models.life import Alert, Parking, PriceRevision
from contracts.models.offers import IndexObservation, Offer, OfferDraft, OfferVersion

__all__ = [
    "Alert",
    "Contract",
    "ContractDocument",
    "ContractLine",
    "ContractTerm",
    "IndexObservation",
    "LinePrice",
    "Offer",
    "OfferDraft",
    "OfferVersion",
    "Parking",
    "PriceRevision",
]
