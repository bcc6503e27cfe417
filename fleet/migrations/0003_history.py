"""History of sites and equipment, and when one last changed."""

import django.db.models.functions.datetime
from django.db import migrations, models

from providers.changes import StampChanges
from providers.history import KeepHistory

SITE = ["name", "street", "postal_code", "city"]
EQUIPMENT = ["site_id", "label", "kind", "origin", "in_service_from", "in_service_to"]


class Migration(migrations.Migration):
    dependencies = [
        ("fleet", "0002_walls"),
        ("providers", "0012_history"),
    ]

    operations = [
        migrations.AddField(
            model_name="equipment",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False
            ),
        ),
        migrations.AddField(
            model_name="site",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False
            ),
        ),
        StampChanges("Site"),
        StampChanges("Equipment"),
        KeepHistory("Site", SITE),
        KeepHistory("Equipment", EQUIPMENT),
    ]
