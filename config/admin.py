"""What the operators' site shows: the global tables, to be read (docs/decisions/0021-operators.md).

Two things are changed here, because nobody else may: whether a provider is served at all, and
whether a person may sign in. Both ask for a fresh proof; the first stands in its journal.
"""

from typing import TYPE_CHECKING, Any, ClassVar

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from core import clock
from providers.doors import lead_to_proof
from providers.models import DueWork, HouseInvitation, Membership, Preference, Provider, User
from providers.operations.serving import change_service

# Django's own class takes no parameter while it runs; its types do.
if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin


class ReadOnly(ModelAdmin):
    """Rows to be looked at: no adding, no removing, and no changing but of what `changes` names."""

    changes: ClassVar[tuple[str, ...]] = ()
    actions = None
    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True  # the site has asked who it is

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(self.changes)

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """By its key alone: over another column whose name is empty, Django's pages break down."""
        return super().get_object(request, object_id)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return [name for name in self.fields or () if name not in self.changes]

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whoever changes something has just shown who they are."""
        lead = lead_to_proof(request) if self.changes and request.method == "POST" else None
        answer: HttpResponse = lead or super().changeform_view(request, *args, **kwargs)
        return answer


@admin.register(Provider)
class ProviderAdmin(ReadOnly):
    fields = ("slug", "zone", "status")
    changes = ("status",)
    list_display = ("slug", "zone", "status")
    list_filter = ("status",)
    search_fields = ("slug",)
    ordering = ("slug",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001  Django's own signature
        by = request.user.pk
        if form.has_changed() and by is not None:
            change_service(provider_id=obj.pk, status=obj.status, at=clock.now(), by=by)


@admin.register(User)
class UserAdmin(ReadOnly):
    fields = (
        "email", "name", "language", "is_active", "is_operator", "joined_at", "last_login",
    )  # fmt: skip
    changes = ("is_active",)
    list_display = ("email", "name", "is_active", "is_operator", "last_login")
    list_filter = ("is_active", "is_operator")
    search_fields = ("email", "name")
    ordering = ("email",)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody locks themselves out."""
        return obj is None or obj.pk != request.user.pk


@admin.register(Membership)
class MembershipAdmin(ReadOnly):
    fields = ("user", "provider", "customer_id", "role", "is_active")
    list_display = ("user", "provider", "role", "is_active")
    list_filter = ("role", "is_active")
    list_select_related = ("user", "provider")
    search_fields = ("user__email", "provider__slug")
    ordering = ("provider__slug", "role", "id")


@admin.register(DueWork)
class DueWorkAdmin(ReadOnly):
    fields = ("provider", "kind", "day", "claimed_at", "done_at")
    list_display = ("provider", "kind", "day", "claimed_at", "done_at")
    list_filter = ("kind",)
    list_select_related = ("provider",)
    ordering = ("-day", "-id")


@admin.register(HouseInvitation)
class HouseInvitationAdmin(ReadOnly):
    fields = (
        "email", "language", "preset", "invited_by", "invited_at", "expires_at", "accepted_at",
        "revoked_at", "provider",
    )  # fmt: skip
    list_display = ("email", "invited_at", "expires_at", "accepted_at", "revoked_at")
    search_fields = ("email",)
    ordering = ("-invited_at", "-id")


@admin.register(Preference)
class PreferenceAdmin(ReadOnly):
    """Which of the portal's messages a person wants: asked about when one did not come."""

    fields = ("user", "event", "email", "in_portal")
    list_display = ("user", "event", "email", "in_portal")
    list_select_related = ("user",)
    ordering = ("id",)


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnly):
    fields = ("user", "email", "verified", "primary")
    list_display = ("email", "user", "verified", "primary")
    list_select_related = ("user",)
    search_fields = ("email",)
    ordering = ("email",)


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnly):
    """That a factor exists and when it served; what it holds is shown to nobody."""

    fields = ("user", "type", "created_at", "last_used_at")
    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    list_select_related = ("user",)
    search_fields = ("user__email",)
    ordering = ("-created_at", "-id")


@admin.register(UserSession)
class UserSessionAdmin(ReadOnly):
    """Since when somebody is signed in; the key that would open their session is left out."""

    fields = ("user", "created_at", "last_seen_at")
    list_display = ("user", "created_at", "last_seen_at")
    list_select_related = ("user",)
    search_fields = ("user__email",)
    ordering = ("-last_seen_at", "-id")


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnly):
    """What operators changed on these pages."""

    fields = ("action_time", "user", "content_type", "object_id", "object_repr", "change_message")
    list_display = ("action_time", "user", "content_type", "object_repr")
    list_select_related = ("user", "content_type")
    ordering = ("-action_time", "-id")
