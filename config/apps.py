from django.apps import AppConfig
from django.contrib.admin import apps as admin


class ConfigConfig(AppConfig):
    """No models: the commands and checks of the installation itself."""

    name = "config"
    verbose_name = "installation"

    def ready(self) -> None:
        # Tasks are published by web requests and commands too.
        from config import celery  # noqa: F401


class OperatorsAdminConfig(admin.AdminConfig):
    """Django's admin behind the sign-in and the second factor of everybody else."""

    default = False  # of this package
    default_site = "config.administration.OperatorsSite"
