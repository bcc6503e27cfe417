from django.db import models
from django.utils.translation import gettext_lazy as _


class Origin(models.TextChoices):
    """Where a piece of equipment comes from (F2): several rules of coverage depend on it."""

    SOLD = "sold", _("sold by the provider")
    PARTNER = "partner", _("sold by a partner")
    ADMINISTERED = "administered", _("administered by the provider or a partner")
    OTHER = "other", _("other")


class EquipmentKind(models.TextChoices):
    WORKSTATION = "workstation", _("workstation")
    SERVER = "server", _("server")
    NAS = "nas", _("network storage")
    NETWORK = "network", _("network")
    PERIPHERAL = "peripheral", _("peripheral")
    PRINTER = "printer", _("printer")
    IMAGING = "imaging", _("medical imaging")
    TELEPHONY = "telephony", _("telephony")
    CAMERA = "camera", _("camera")
    UPS = "ups", _("electrical protection")
    PAYMENT_TERMINAL = "payment_terminal", _("payment terminal")
    CARD_READER = "card_reader", _("card reader")
