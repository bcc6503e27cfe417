"""What a client may add to an offer: its price, and the terms that come with it (section 0, F9)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.rules.backup import Backup
from contracts.rules.part import Amount, Part, Value, Words
from contracts.rules.response import Target


class HostingProduct(Value):
    """A thing sold: a mailbox, five of them, a web site."""

    code: Literal["mailbox_imap", "mailbox_exchange", "mailbox_pack", "web_site"]
    quantity: Annotated[int, Field(ge=1)] = 1
    annual: Amount


class Hosting(Part):
    """F9 (003, hébergement art. 3–5): mailboxes one by one or by packs, and web sites.

    Domain, administrator and certificate are given first; their absence ends nothing early.
    """

    rules: ClassVar[tuple[str, ...]] = ("F9",)

    products: tuple[HostingProduct, ...]
    pack_size: Annotated[int, Field(ge=2)]
    change_days: Annotated[int, Field(ge=1)]
    required_first: tuple[Literal["domain_name", "domain_administrator", "certificate"], ...]
    absence_allows_early_end: bool = False
    may_be_interrupted_for_work: bool = True
    client_manages_accounts: bool = True
    client_answers_for_contents: bool = True


class Option(Part):
    """An option of an offer; what it brings replaces or joins the offer's own terms."""

    rules: ClassVar[tuple[str, ...]] = ("P3",)

    name: Words
    annual: Amount | None = None
    sample: bool = True
    targets: tuple[Target, ...] = ()
    backup: Backup | None = None
    hosting: Hosting | None = None
    site_visits_included: bool = False
