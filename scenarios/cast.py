"""Who lives in the demonstration: one provider a preset, its people, its practices; invented.

The houses are the files of `scenarios/houses/`, the lives of their practices those of
`scenarios/lives/`.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

import yaml

from core.french import fold
from providers.enums import Role
from scenarios.rules.file import Part
from scenarios.rules.house import House, Life, Practice

HERE: Final = Path(__file__).resolve().parent
PASSWORD: Final = "clausier-demonstration"  # noqa: S105  printed by demo_logins, never a real one
OPERATOR: Final = "operateur@clausier.example"
# An accounting firm that serves three practices of two providers.
ACCOUNTING_FIRM: Final = "Sophie Delmas"
ACCOUNTING_FIRM_EMAIL: Final = "sophie.delmas@delmas-expertise.example"
SERVED: Final = ("Cabinet des Pins", "Cabinet du Port", "Cabinet Lamarck")
# The house whose logins are printed first.
SHOWN: Final = ("montmartre-informatique", "Cabinet Lamarck")

Read = TypeVar("Read", bound=Part)


@cache
def houses() -> tuple[House, ...]:
    return tuple(_read(path, House) for path in sorted((HERE / "houses").glob("*.yaml")))


@cache
def lives() -> dict[str, Life]:
    return {path.stem: _read(path, Life) for path in sorted((HERE / "lives").glob("*.yaml"))}


def _read(path: Path, kind: type[Read]) -> Read:
    """One file; a name that is not known, or a value that is wrong, is refused by its place."""
    return kind.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def email_of(name: str, slug: str) -> str:
    """An address in a domain that no one can own."""
    return f"{_plain(name).replace(' ', '.')}@{slug}.example"


def domain_of(practice: Practice) -> str:
    return _plain(practice.name).replace(" ", "-")


def _plain(name: str) -> str:
    words = fold(name.replace("’", " ").replace("-", " ")).removeprefix("dr ")
    return " ".join(words.split())


def staff_names(house: House) -> dict[Role, str]:
    """The house's own people by their role."""
    return {
        Role.OWNER: house.staff.owner,
        Role.MANAGER: house.staff.manager,
        Role.TECHNICIAN: house.staff.technician,
        Role.ACCOUNTANT: house.staff.accountant,
    }


def staff_emails(house: House) -> dict[Role, str]:
    return {role: email_of(name, house.slug) for role, name in staff_names(house).items()}


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody to sign in as: the role in plain words, and the address."""

    role: str
    email: str
    place: str


def logins() -> list[Login]:
    """One login per role, of the house and the practice that are shown first."""
    house = next(row for row in houses() if row.slug == SHOWN[0])
    practice = next(row for row in house.practices if row.name == SHOWN[1])
    found = [
        Login(role.value.lower(), email, house.name) for role, email in staff_emails(house).items()
    ]
    for person in practice.people:
        if person.role:
            role = person.role.lower().replace("_", " ")
            found.append(Login(role, email_of(person.name, domain_of(practice)), practice.name))
    served = f"{len(SERVED)} practices of two providers"
    found.append(Login("practice accountant", ACCOUNTING_FIRM_EMAIL, served))
    found.append(Login("platform operator", OPERATOR, "the platform"))
    return found
