from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """No models: the commands and checks of the installation itself."""

    name = "config"
    verbose_name = "installation"

    def ready(self) -> None:
        # Tasks are published by web requests and commands too.
        from config import celery  # noqa: F401
