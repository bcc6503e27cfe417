"""References are found by how they begin, behind the walls (`providers.lookups`)."""

from django.db import migrations, models

from providers.history import KeepHistory, PauseHistory

CONTRACT = [
    "reference", "offer_name", "offer_version_id", "terms", "cadence", "payment_method",
    "stated_months", "options", "settings", "starts_on", "signed_on", "signed_at",
    "signature_way", "signed_by", "headcount", "is_main_activity", "is_early_start_requested",
    "earliest_due_date",
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("contracts", "0012_code_the_known_origins")]

    operations = [
        PauseHistory("Contract", CONTRACT),
        migrations.AlterField(
            model_name="contract",
            name="reference",
            field=models.CharField(db_collation="C", max_length=20, verbose_name="reference"),
        ),
        KeepHistory("Contract", CONTRACT),
    ]
