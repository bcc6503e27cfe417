from django.apps import AppConfig


class ProvidersConfig(AppConfig):
    name = "providers"
    verbose_name = "providers"

    def ready(self) -> None:
        from providers import scoping

        scoping.install_guard()
