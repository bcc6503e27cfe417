"""What the house calls a customer in its other books; trail and history outlive one taken back."""

import django.db.models.deletion
from django.db import migrations, models

from providers.history import KeepHistory
from providers.walls import LookUpCustomer

CUSTOMER = ["kind", "name", "siren", "street", "postal_code", "city", "email", "phone"]


class Migration(migrations.Migration):
    dependencies = [
        ("providers", "0012_history"),
    ]

    operations = [
        migrations.AddField(
            model_name="customer",
            name="reference",
            field=models.CharField(blank=True, max_length=40, verbose_name="reference"),
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="customer",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="providers.customer",
            ),
        ),
        migrations.AlterField(
            model_name="historyrow",
            name="customer",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="providers.customer",
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reference", ""), _negated=True),
                fields=("provider", "reference"),
                name="customer_reference_once",
                violation_error_message="A customer with this reference already exists.",
            ),
        ),
        LookUpCustomer("AuditEntry"),
        LookUpCustomer("HistoryRow"),
        KeepHistory("Customer", [*CUSTOMER, "reference"], instead_of=CUSTOMER),
    ]
