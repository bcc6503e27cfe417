"""Customers are found by how their name or postcode begins, behind the walls."""

from django.db import migrations, models

from providers.history import KeepHistory, PauseHistory

CUSTOMER = [
    "kind", "name", "siren", "street", "postal_code", "city", "email", "phone", "reference",
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("providers", "0013_customer_reference"),
    ]

    operations = [
        PauseHistory("Customer", CUSTOMER),
        migrations.AlterField(
            model_name="customer",
            name="postal_code",
            field=models.CharField(db_collation="C", max_length=5, verbose_name="postcode"),
        ),
        migrations.AlterField(
            model_name="customer",
            name="sort_key",
            field=models.CharField(db_collation="C", editable=False, max_length=160),
        ),
        KeepHistory("Customer", CUSTOMER),
    ]
