"""The kinds of rows that can be imported, in the order in which a new house needs them."""

from typing import Final

from imports.kinds.base import Hand, ImportColumn, Kind, Values
from imports.kinds.contacts import Contacts
from imports.kinds.contracts import ContractRows
from imports.kinds.customers import Customers
from imports.kinds.equipment import EquipmentRows

KINDS: Final[dict[str, Kind]] = {
    kind.code: kind for kind in (Customers(), Contacts(), EquipmentRows(), ContractRows())
}

__all__ = ["KINDS", "Hand", "ImportColumn", "Kind", "Values"]
