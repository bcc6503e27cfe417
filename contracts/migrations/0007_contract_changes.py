"""When a contract last changed, for readers of the programming interface."""

import django.db.models.functions.datetime
from django.db import migrations, models

from providers.changes import StampChanges


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0006_sort_contracts_by_their_days"),
        ("providers", "0010_api_tokens_and_changes"),
    ]

    operations = [
        migrations.AddField(
            model_name="contract",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False
            ),
        ),
        migrations.AddIndex(
            model_name="contract",
            index=models.Index(fields=["provider", "updated_at", "id"], name="contract_by_change"),
        ),
        StampChanges("Contract"),
    ]
