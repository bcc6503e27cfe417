"""What each route must answer, computed from its rule and the capability table alone."""

from dataclasses import dataclass

from django.urls import reverse

from providers.enums import Role
from providers.permissions import Level, may
from tests.permissions.routes import Route
from tests.permissions.world import Actor, World

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SIGN_IN, OK, ROLE, NOT_THERE, METHOD = "sign in", "ok", "403", "404", "405"
NO_TOKEN = "401"
ENROL, PROVE = "enrol a factor", "prove who you are"
# What a redirection to one of these pages says.
LEADS = {
    "account_login": SIGN_IN,
    "account_second_factor": ENROL,
    "account_reauthenticate": PROVE,
}
# A machine is told the truth: the services of a test are not all up, and none sends its mail.
TRUTH = {"readyz": "503", "mail_reports": "404", "metrics": "404"}
# Nobody is named there, and whatever is reported is answered alike.
TRUTH |= {"security_txt": "404", "policy_reports": "204"}
# A token that opens nothing is nowhere, for everybody alike.
TRUTH |= dict.fromkeys(("invitation", "house_invitation"), NOT_THERE)
# Open while developing; on a site that serves people, the operator's alone.
FOR_BUILDERS = {"styleguide", "styleguide_space"}
# A form that was not filled in comes back with 422; a file that is known already is 304.
GOOD = {200, 302, 303, 304, 422}
# Of a program: made, gone, a version that is not the last; a business that is not ready.
GOOD_FOR_PROGRAMS = GOOD | {201, 204, 409, 412}


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
    if rule.side == "api":
        return _of_a_program(case, world)
    if rule.side == "public":
        is_hidden = case.route.name in FOR_BUILDERS and not case.actor.is_operator
        return NOT_THERE if is_hidden else TRUTH.get(case.route.name, OK)
    user = case.actor.user
    if user is None or not user.is_active or case.actor.is_halfway:
        return SIGN_IN
    if rule.side in ("user", "operator"):
        return _of_a_person(case)
    return _of_a_member(case, world)


def _of_an_operator(case: Case) -> str:
    return _served(case) if case.actor.has_factor else ENROL


def _served(case: Case) -> str:
    """To whoever may come in: at once, unless the act wants a fresh proof."""
    rule = case.route.rule
    return PROVE if rule and rule.is_sensitive and case.actor.is_stale else OK


def _of_a_member(case: Case, world: World) -> str:
    rule = case.route.rule
    assert rule is not None
    assert rule.capability is not None
    role = dict(case.actor.memberships).get(case.place)
    if rule.side == "practice" and case.actor.sees == case.place:
        if case.method not in {"GET", "HEAD"} or rule.level > Level.READ:
            return ROLE
        role = Role.PRACTICE_MANAGER
    if role is None:
        return NOT_THERE
    if rule.wants_factor and not case.actor.has_factor:
        return ENROL
    if not may(role, rule.capability, rule.level):
        return ROLE
    served = _served(case)
    if served != OK:
        return served
    return OK if not case.house or _is_seen(case, world) else NOT_THERE


def _of_a_person(case: Case) -> str:
    """Whoever is signed in, or the platform's operators alone."""
    assert case.route.rule is not None
    if case.route.rule.side == "user":
        return _served(case)
    return _of_an_operator(case) if case.actor.is_operator else NOT_THERE


def _of_a_program(case: Case, world: World) -> str:
    """A token holds no more than it says, its maker has, and a practice may."""
    rule, actor = case.route.rule, case.actor
    assert rule is not None
    assert rule.capability is not None
    if not actor.token:
        return NO_TOKEN
    [(house, role)] = actor.memberships
    level = Level.READ if case.method in ("GET", "HEAD") else Level.WRITE
    held = {"read": Level.READ, "write": Level.WRITE}.get(
        dict(actor.scopes).get(rule.capability, "")
    )
    if held is None or held < level or not may(role, rule.capability, level):
        return ROLE
    if not case.house:
        return OK
    return OK if house in (case.house, world.practices[case.house].provider) else NOT_THERE


def _is_seen(case: Case, world: World) -> bool:
    """A provider's staff see its practices; a practice sees itself."""
    return case.place in (case.house, world.practices[case.house].provider)


def got(status: int, location: str, *, side: str = "") -> str:
    """The answer in the same words."""
    if side == "api":
        return OK if status in GOOD_FOR_PROGRAMS else str(status)
    led = {reverse(name): answer for name, answer in LEADS.items()}
    if status == 302 and (answer := led.get(location.partition("?")[0])):
        return answer
    if status in GOOD:
        return OK
    return str(status)
