from django.apps import AppConfig
from django.contrib.admin import apps as admin


class ConfigConfig(AppConfig):
    """No models: the commands and checks of the installation itself."""

    name = "config"
    verbose_name = "installation"

    def ready(self) -> None:
        # Tasks are published by web requests and commands too.
        from config import celery  # noqa: F401


class OperatorsAdminConfig(admin.SimpleAdminConfig):
    """Django's admin behind the sign-in and the second factor of everybody else.

    Nothing is discovered: what a library would show of itself (the secret of a factor, to be
    edited) is not asked; `config.admin` says what is shown.
    """

    default = False  # of this package
    default_site = "config.administration.OperatorsSite"

    def ready(self) -> None:
        super().ready()
        from config import admin  # noqa: F401
