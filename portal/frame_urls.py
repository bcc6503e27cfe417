"""Addresses of the frame, included at the root: no page can be drawn without them."""

from django.urls import path, register_converter

from portal import frame_views, help_pages, mail_reports, preferences, safety, styleguide


class Color:
    """Six lower-case hexadecimal digits."""

    regex = "[0-9a-f]{6}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value.lower()


register_converter(Color, "color")

urlpatterns = [
    path("marque/<color:color>.css", frame_views.brand_stylesheet, name="brand_css"),
    path("apparence/", frame_views.choose_appearance, name="appearance"),
    path("langue/", frame_views.choose_language, name="language"),
    path(".well-known/security.txt", safety.security_txt, name="security_txt"),
    path("rapports/politique/", safety.policy_reports, name="policy_reports"),
    path("aide/", help_pages.portal_help, name="help"),
    path("accessibilite/", frame_views.accessibility, name="accessibility"),
    path("confidentialite/", frame_views.privacy, name="privacy"),
    path("compte/notifications/", preferences.preferences, name="notification_preferences"),
    path("desabonnement/<str:link>/", preferences.unsubscribe_page, name="unsubscribe"),
    path("retours/<str:secret>/", mail_reports.mail_reports, name="mail_reports"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("styleguide/<slug:space>/", styleguide.styleguide, name="styleguide_space"),
]
