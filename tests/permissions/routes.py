"""Every route that the URL resolver knows, with its rule, and the closed list of those without."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern, RoutePattern

from providers.doors import Rule

# Sign-in and the account belong to allauth, the admin to Django: each guards its own pages.
OF_ALLAUTH = frozenset(
    {
        "account_confirm_login_code",
        "account_inactive",
        "account_login",
        "account_logout",
        "account_reauthenticate",
        "account_request_login_code",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "account_signup",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_authenticate",
        "mfa_deactivate_totp",
        "mfa_edit_webauthn",
        "mfa_login_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_remove_webauthn",
    }
)
# Parameters that tell nothing of a house: its place is judged first, a kind of file is anybody's.
OF_EVERYBODY = {"key", "import_kind"}
SIDES = {"public", "user", "operator", "workshop", "field", "practice", "api"}


@dataclass(frozen=True, slots=True)
class Route:
    """One pattern of the resolver."""

    name: str  # with its namespaces; "" where nobody named it
    pattern: str
    parameters: tuple[str, ...]
    rule: Rule | None

    @property
    def is_admin(self) -> bool:
        return self.name.startswith("admin:")

    @property
    def label(self) -> str:
        return self.name.removesuffix(":") if self.name.strip(":") else self.pattern

    @property
    def names_an_object(self) -> bool:
        """Of some house: neither its place nor a word that is the same for everybody."""
        return bool(set(self.parameters) - OF_EVERYBODY)

    @property
    def names_a_place(self) -> bool:
        """The first parameter is the membership's."""
        return self.rule is not None and self.rule.side in {"workshop", "field", "practice"}


def routes(patterns: list[URLPattern | URLResolver] | None = None) -> list[Route]:
    """Those of the portal, or of other patterns."""
    return list(_walk(patterns or get_resolver().url_patterns, "", "", ()))


def _walk(
    patterns: list[URLPattern | URLResolver], prefix: str, space: str, names: tuple[str, ...]
) -> Iterator[Route]:
    for each in patterns:
        here, known = prefix + str(each.pattern), names + _parameters(each.pattern)
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from _walk(each.url_patterns, here, inner, known)
        else:
            view: Callable[..., Any] = each.callback
            yield Route(f"{space}{each.name or ''}", here, known, getattr(view, "rule", None))


def _parameters(pattern: Any) -> tuple[str, ...]:
    if isinstance(pattern, RoutePattern):
        return tuple(pattern.converters)
    return tuple(pattern.regex.groupindex) if isinstance(pattern, RegexPattern) else ()


def faults_of(found: list[Route]) -> list[str]:
    """Routes that nobody answers for."""
    return [
        fault
        for route in found
        if not (route.is_admin or route.name in OF_ALLAUTH)
        for fault in _faults(route)
    ]


def _faults(route: Route) -> Iterator[str]:
    if route.rule is None:
        yield f"{route.label} has no rule: put it behind a door of providers/doors.py"
        return
    if route.rule.side not in SIDES:
        yield f"{route.label}: unknown side {route.rule.side}"
    if not route.name.strip(":"):
        yield f"{route.label} has no name"
    if route.names_a_place and route.parameters[:1] != ("key",):
        yield f"{route.label}: its first parameter is not the key of a membership"
    if route.names_a_place and route.rule.capability is None:
        yield f"{route.label} names a place but no capability"
