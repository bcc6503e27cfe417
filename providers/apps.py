from django.apps import AppConfig


class ProvidersConfig(AppConfig):
    name = "providers"
    verbose_name = "providers"

    def ready(self) -> None:
        from providers import lookups, scoping  # noqa: F401  registered when it is read

        scoping.install_guard()
