from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class ProvidersConfig(AppConfig):
    name = "providers"
    verbose_name = gettext_lazy("providers")

    def ready(self) -> None:
        from providers import lookups, scoping  # noqa: F401  registered when it is read

        scoping.install_guard()
