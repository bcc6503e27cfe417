"""Who may do what: the one table that doors, menus, tests and `docs/permissions.md` read."""

from enum import IntEnum, StrEnum

from providers.enums import Role


class Level(IntEnum):
    NONE = 0
    READ = 1
    WRITE = 2


class Capability(StrEnum):
    """What a page or an act is about."""

    COVERAGE = "coverage"  # what is covered, hours, clauses: never an amount
    CUSTOMERS = "customers"
    CONTRACTS = "contracts"  # with their prices
    REVENUE = "revenue"  # what all contracts bring in, and why it moves
    OFFERS = "offers"
    INDEX = "index"  # Syntec values and held revisions
    INVOICES = "invoices"
    INVOICING = "invoicing"  # the run: prepare, release, parked contracts
    PAYMENTS = "payments"
    BANK_DETAILS = "bank_details"
    LEGAL_IDENTITY = "legal_identity"
    MEMBERS = "members"
    JOBS = "jobs"  # long jobs: each also asks for the capability of what it does
    SEE_AS = "see_as"  # a practice's space as its people see it
    AUDIT = "audit"  # who did and who read what
    PRACTICE_MEMBERS = "practice_members"  # the people of a practice
    NOTICES = "notices"  # one's own notifications, whatever the role
    MAILS = "mails"  # messages sent, and to a practice the letters it received
    API_TOKENS = "api_tokens"  # keys to the programming interface
    IMPORTS = "imports"  # customers, contacts, equipment and contracts from files


_N, _R, _W = Level.NONE, Level.READ, Level.WRITE
_ORDER = (
    Role.OWNER,
    Role.MANAGER,
    Role.TECHNICIAN,
    Role.ACCOUNTANT,
    Role.PRACTICE_MANAGER,
    Role.PRACTICE_STAFF,
    Role.PRACTICE_ACCOUNTANT,
)
_ROWS: dict[Capability, tuple[Level, ...]] = {
    #              owner, manager, technician, accountant; practice: manager, staff, accountant
    Capability.COVERAGE: (_R, _R, _R, _R, _R, _R, _N),
    Capability.CUSTOMERS: (_W, _W, _N, _R, _N, _N, _N),
    Capability.CONTRACTS: (_W, _W, _N, _R, _R, _N, _N),
    Capability.REVENUE: (_R, _R, _N, _R, _N, _N, _N),
    Capability.OFFERS: (_W, _W, _N, _R, _N, _N, _N),
    Capability.INDEX: (_W, _W, _N, _R, _N, _N, _N),
    Capability.INVOICES: (_W, _W, _N, _W, _R, _N, _R),
    Capability.INVOICING: (_W, _W, _N, _R, _N, _N, _N),
    Capability.PAYMENTS: (_W, _W, _N, _W, _R, _N, _R),
    Capability.BANK_DETAILS: (_W, _N, _N, _R, _N, _N, _N),
    Capability.LEGAL_IDENTITY: (_W, _N, _N, _R, _N, _N, _N),
    Capability.MEMBERS: (_W, _N, _N, _N, _N, _N, _N),
    Capability.JOBS: (_W, _W, _N, _W, _R, _N, _R),
    Capability.SEE_AS: (_R, _R, _R, _N, _N, _N, _N),
    Capability.AUDIT: (_R, _R, _N, _N, _R, _N, _N),
    Capability.PRACTICE_MEMBERS: (_W, _W, _N, _N, _W, _N, _N),
    Capability.NOTICES: (_R, _R, _R, _R, _R, _R, _R),
    Capability.MAILS: (_W, _W, _N, _R, _R, _N, _N),
    Capability.API_TOKENS: (_W, _N, _N, _N, _N, _N, _N),
    Capability.IMPORTS: (_W, _W, _N, _N, _N, _N, _N),
}


def level_of(role: Role | str, capability: Capability) -> Level:
    """
    >>> level_of(Role.TECHNICIAN, Capability.INVOICES).name
    'NONE'
    """
    return _ROWS[capability][_ORDER.index(Role(role))]


def may(role: Role | str, capability: Capability, level: Level = Level.READ) -> bool:
    return level_of(role, capability) >= level


def may_grant(giver: Role | str, given: Role | str) -> bool:
    """Whether one role may give another: nobody gives a right they do not hold.

    The provider's roles are given by whoever may change its members, a practice's by whoever may
    change the people of practices; of which practice, the operation asks.

    >>> may_grant(Role.OWNER, Role.ACCOUNTANT), may_grant(Role.MANAGER, Role.TECHNICIAN)
    (True, False)
    >>> may_grant(Role.PRACTICE_MANAGER, Role.PRACTICE_STAFF)
    True
    """
    is_practice = Role(given) in Role.practice()
    right = Capability.PRACTICE_MEMBERS if is_practice else Capability.MEMBERS
    return may(giver, right, Level.WRITE) and all(
        level_of(giver, code) >= level_of(given, code) for code in Capability
    )
