"""Programs that hold a token: of provider A, whole and in part, of B, and of the practice A1."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from providers.enums import Role
from providers.models import Provider
from providers.operations.api_tokens import RESOURCES, make_token
from providers.scoping import open_scope
from tests.factories import a_member

WHOLE: Final = {code.value: "write" for code in RESOURCES}
SOME: Final = {"customers": "read", "invoices": "read", "payments": "write"}
OF_A_PRACTICE: Final = {"contracts": "read", "invoices": "read", "payments": "read"}
# Name, house, provider, scopes.
PROGRAMS: Final = (
    ("token-a", "a", "a", WHOLE),
    ("token-a-some", "a", "a", SOME),
    ("token-b", "b", "b", WHOLE),
    ("token-a1", "a1", "a", OF_A_PRACTICE),
)


def a_token(
    provider: Provider,
    name: str,
    maker: str,
    *,
    scopes: dict[str, str] = WHOLE,
    customer_id: UUID | None = None,
) -> tuple[UUID, str]:
    """A token and its text; its maker is an owner of the house, with a name of its own."""
    from tests.permissions.world import NOW

    with open_scope(provider.id):
        owner = a_member(Role.OWNER, name=maker)
        token, text = make_token(
            name=name, scopes=scopes, days=90, at=NOW, by=owner.user_id, customer_id=customer_id
        )
    return token.id, text


def programs(
    providers: dict[str, Provider], customers: dict[str, UUID], words: dict[str, str]
) -> Iterator[tuple[str, str, Role, str, tuple[tuple[str, str], ...]]]:
    """Each with its name, its house, what it acts as, its token and its scopes."""
    for name, house, owner, scopes in PROGRAMS:
        maker = f"{name} {words[owner].replace('canari', 'usager')}"
        _id, text = a_token(
            providers[owner],
            f"Programme {words[house]}",
            maker,
            scopes=scopes,
            customer_id=customers.get(house),
        )
        role = Role.PRACTICE_MANAGER if house in customers else Role.OWNER
        yield name, house, role, text, tuple(scopes.items())
