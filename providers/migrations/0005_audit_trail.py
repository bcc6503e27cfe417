"""Names, addresses and readings in the audit trail, and the seals of its chain."""

import django.db.models.deletion
from django.db import migrations, models

import providers.tenancy
from providers.walls import BuildWalls, Freeze, Wall, bind_sql, wall_sql

TABLE = "providers_auditentry"
# A practice reads the entries that name it: the wall of the provider's own becomes a practice's.
POLICIES = [
    f"DROP POLICY wall_{name} ON {TABLE}" for name in ("read", "insert", "update", "delete")
]
BIND = bind_sql(TABLE, ["provider_id", "customer_id"], "providers_customer", ["provider_id", "id"])
UNBIND = f"ALTER TABLE {TABLE} DROP CONSTRAINT {TABLE}_customer_id_bound"


class Migration(migrations.Migration):
    dependencies = [
        ("providers", "0004_long_jobs"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditSeal",
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
                ("position", models.BigIntegerField()),
                ("entry_id", models.UUIDField()),
                ("form", models.PositiveSmallIntegerField()),
                ("sealed_at", models.DateTimeField()),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "verbose_name": "seal of the audit trail",
                "verbose_name_plural": "seals of the audit trail",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="TrailHead",
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
                ("position", models.BigIntegerField(default=0)),
                ("hash", models.CharField(max_length=64)),
                ("sealed_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "head of the audit trail",
                "verbose_name_plural": "heads of the audit trail",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.RemoveIndex(
            model_name="auditentry",
            name="audit_latest",
        ),
        migrations.AddField(
            model_name="auditentry",
            name="actor_name",
            field=models.CharField(blank=True, max_length=254),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="address",
            field=models.GenericIPAddressField(null=True),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="customer",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="providers.customer",
            ),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="read_in",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="subject_name",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["provider", "-at", "-id"], name="audit_latest"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
                fields=["provider", "subject_id", "-at", "-id"], name="audit_by_subject"
            ),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
                condition=models.Q(("actor_id__isnull", False)),
                fields=["provider", "actor_id", "-at", "-id"],
                name="audit_by_actor",
            ),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
                condition=models.Q(("customer__isnull", False)),
                fields=["provider", "customer", "-at", "-id"],
                name="audit_by_customer",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("read_in__isnull", False)),
                fields=("provider", "actor_id", "act", "subject_id", "read_in"),
                name="audit_read_once_an_hour",
            ),
        ),
        migrations.AddField(
            model_name="auditseal",
            name="provider",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="providers.provider",
            ),
        ),
        migrations.AddField(
            model_name="trailhead",
            name="provider",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="providers.provider",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditseal",
            constraint=models.UniqueConstraint(
                fields=("provider", "position"), name="audit_seal_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="auditseal",
            constraint=models.UniqueConstraint(
                fields=("provider", "entry_id"), name="audit_seal_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="trailhead",
            constraint=models.UniqueConstraint(fields=("provider",), name="trail_head_once"),
        ),
        migrations.RunSQL(
            [*POLICIES, *wall_sql(TABLE, Wall.CUSTOMER, "customer_id")[2:]],
            [*POLICIES, *wall_sql(TABLE, Wall.PROVIDER, "")[2:]],
        ),
        migrations.RunSQL(BIND, UNBIND),
        BuildWalls("AuditSeal", Wall.PROVIDER),
        BuildWalls("TrailHead", Wall.PROVIDER),
        Freeze("AuditSeal"),
    ]
