"""History of what a provider edits: its customers and their people, itself, who works there."""

import django.db.models.deletion
from django.db import migrations, models

import providers.models.trail
import providers.tenancy
from providers.history import ADD_ONLY, KeepHistory
from providers.walls import BuildWalls, Wall

CUSTOMER = ["kind", "name", "siren", "street", "postal_code", "city", "email", "phone"]
CONTACT = ["name", "position", "email", "phone"]
PROFILE = [
    "trade_name", "preset", "holidays", "brand_color", "logo:fingerprint", "phone", "email",
    "website", "iban:end", "bic:end", "invoice_prefix", "credit_note_prefix", "penalty_prefix",
    "invoicing_mode",
]  # fmt: skip
IDENTITY = [
    "legal_name", "legal_form", "share_capital", "siren", "rcs_city", "street", "postal_code",
    "city", "vat_number", "vat_regime", "is_sole_trader", "valid_from", "valid_to",
]  # fmt: skip
GIVE_BACK = "GRANT UPDATE, DELETE ON providers_historyrow TO clausier_app"


class Migration(migrations.Migration):
    dependencies = [
        ("providers", "0011_redraw_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoryRow",
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
                ("at", models.DateTimeField()),
                ("transaction", models.BigIntegerField()),
                ("role", models.CharField(max_length=63)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ADDED", "added"),
                            ("CHANGED", "changed"),
                            ("REMOVED", "removed"),
                        ],
                        max_length=7,
                    ),
                ),
                ("subject", models.CharField(max_length=60)),
                ("subject_id", models.UUIDField()),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
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
                "verbose_name": "line of history",
                "verbose_name_plural": "lines of history",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["provider", "subject_id", "-id"], name="history_by_subject"
                    ),
                    models.Index(
                        condition=models.Q(("customer__isnull", False)),
                        fields=["provider", "customer", "-id"],
                        name="history_by_customer",
                    ),
                ],
            },
        ),
        # First without a default: entries written before know nothing of their transaction.
        migrations.AddField(
            model_name="auditentry",
            name="transaction",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="transaction",
            field=models.BigIntegerField(
                db_default=providers.models.trail.CurrentTransaction(), null=True
            ),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
                condition=models.Q(("transaction__isnull", False)),
                fields=["provider", "transaction"],
                name="audit_by_transaction",
            ),
        ),
        BuildWalls("HistoryRow", Wall.CUSTOMER),
        migrations.RunSQL(ADD_ONLY, GIVE_BACK),
        KeepHistory("Customer", CUSTOMER),
        KeepHistory("Contact", CONTACT),
        KeepHistory("ProviderProfile", PROFILE),
        KeepHistory("LegalIdentity", IDENTITY, with_additions=True),
        KeepHistory("Provider", ["slug", "zone", "status"], house="id"),
        KeepHistory("Membership", ["role", "is_active"], with_additions=True),
    ]
