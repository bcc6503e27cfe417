"""Contracts that a person keeps out of the invoice runs, walled in."""

import django.db.models.deletion
from django.db import migrations, models

import providers.tenancy
from providers.walls import BuildWalls, Wall


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0003_sort_invoices_by_number_due_date_and_amount"),
        ("contracts", "0004_parking_keeps_its_sentence"),
        ("providers", "0004_long_jobs"),
    ]

    operations = [
        migrations.CreateModel(
            name="SetAside",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=providers.tenancy.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("set_aside_at", models.DateTimeField()),
                ("set_aside_by", models.UUIDField(null=True)),
                ("brought_back_at", models.DateTimeField(null=True)),
                ("brought_back_by", models.UUIDField(null=True)),
                (
                    "contract",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="set_asides",
                        to="contracts.contract",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.customer",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.provider",
                    ),
                ),
            ],
            options={
                "verbose_name": "contract set aside",
                "verbose_name_plural": "contracts set aside",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("brought_back_at__isnull", True)),
                        fields=("provider", "contract"),
                        name="set_aside_once",
                    )
                ],
            },
        ),
        BuildWalls("SetAside", Wall.PROVIDER),
    ]
