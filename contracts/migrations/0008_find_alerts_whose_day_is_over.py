"""Find the open alerts whose day is over by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0007_contract_changes"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                condition=models.Q(
                    ("closed_at", None), ("code__in", ("renewal_proposal", "notice_deadline"))
                ),
                fields=["provider", "key"],
                name="alert_open_by_day",
            ),
        ),
    ]
