"""A piece is found by how its serial number begins, behind the walls."""

from django.db import migrations, models

from providers.history import KeepHistory, PauseHistory

EQUIPMENT = [
    "site_id", "label", "kind", "origin", "in_service_from", "in_service_to", "serial_number",
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("fleet", "0004_serial_number"),
    ]

    operations = [
        PauseHistory("Equipment", EQUIPMENT),
        migrations.AlterField(
            model_name="equipment",
            name="serial_number",
            field=models.CharField(
                blank=True, db_collation="C", max_length=80, verbose_name="serial number"
            ),
        ),
        KeepHistory("Equipment", EQUIPMENT),
        migrations.AddIndex(
            model_name="equipment",
            index=models.Index(
                fields=["provider", "serial_number", "id"], name="equipment_by_serial"
            ),
        ),
    ]
