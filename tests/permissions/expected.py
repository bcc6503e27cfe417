"""What each route must answer, computed from its rule and the capability table alone."""

from dataclasses import dataclass

from providers.permissions import may
from tests.permissions.routes import Route
from tests.permissions.world import Actor, World

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SIGN_IN, OK, ROLE, NOT_THERE, METHOD = "sign in", "ok", "403", "404", "405"
# A machine is told the truth: the services of a test are not all up.
TRUTH = {"readyz": "503"}
# Open while developing; on a site that serves people, the operator's alone.
FOR_BUILDERS = {"styleguide", "styleguide_space"}
# A form that was not filled in comes back with 422; a file that is known already is 304.
GOOD = {200, 302, 303, 304, 422}


@dataclass(frozen=True, slots=True)
class Case:
    """Who asks for what: `place` is the house in the address, `house` owns the object."""

    route: Route
    method: str
    actor: Actor
    place: str = ""
    house: str = ""

    def __str__(self) -> str:
        where = f" at {self.place}" if self.place else ""
        whose = f" of {self.house}" if self.house else ""
        return f"{self.method} {self.route.label}{where}{whose} by {self.actor.name}"


def expected(case: Case, world: World) -> str:
    rule = case.route.rule
    assert rule is not None
    if case.method not in rule.methods and not (case.method == "HEAD" and "GET" in rule.methods):
        return METHOD
    if rule.side == "public":
        is_hidden = case.route.name in FOR_BUILDERS and not case.actor.is_operator
        return NOT_THERE if is_hidden else TRUTH.get(case.route.name, OK)
    if case.actor.user is None or not case.actor.user.is_active:
        return SIGN_IN
    if rule.side == "user":
        return OK
    if rule.side == "operator":
        return OK if case.actor.is_operator else NOT_THERE
    return _of_a_member(case, world)


def _of_a_member(case: Case, world: World) -> str:
    rule = case.route.rule
    assert rule is not None
    assert rule.capability is not None
    role = dict(case.actor.memberships).get(case.place)
    if role is None:
        return NOT_THERE
    if not may(role, rule.capability, rule.level):
        return ROLE
    return OK if not case.house or _is_seen(case, world) else NOT_THERE


def _is_seen(case: Case, world: World) -> bool:
    """A provider's staff see its practices; a practice sees itself."""
    return case.place in (case.house, world.practices[case.house].provider)


def got(status: int, location: str) -> str:
    """The answer in the same words."""
    if status == 302 and location.startswith("/compte/login/"):
        return SIGN_IN
    if status in GOOD:
        return OK
    return str(status)
