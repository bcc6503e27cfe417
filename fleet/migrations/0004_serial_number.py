"""The serial number of a piece: what a file recognises it by."""

from django.db import migrations, models

from providers.history import KeepHistory

EQUIPMENT = ["site_id", "label", "kind", "origin", "in_service_from", "in_service_to"]


class Migration(migrations.Migration):
    dependencies = [
        ("fleet", "0003_history"),
    ]

    operations = [
        migrations.AddField(
            model_name="equipment",
            name="serial_number",
            field=models.CharField(blank=True, max_length=80, verbose_name="serial number"),
        ),
        KeepHistory("Equipment", [*EQUIPMENT, "serial_number"], instead_of=EQUIPMENT),
    ]
