"""Tokens of the programming interface, the answers kept for it, and when people last changed."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import providers.tenancy
from providers.changes import StampChanges
from providers.walls import BuildWalls, Wall


class Migration(migrations.Migration):
    dependencies = [
        ("providers", "0009_notifications"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiToken",
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
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("prefix", models.CharField(max_length=6)),
                ("digest", models.CharField(max_length=64)),
                ("scopes", models.JSONField(default=dict, verbose_name="rights")),
                ("made_by", models.UUIDField()),
                ("made_at", models.DateTimeField(verbose_name="made")),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                (
                    "last_used_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="last used"),
                ),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked")),
                ("revoked_by", models.UUIDField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "token",
                "verbose_name_plural": "tokens",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="KeptAnswer",
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
                ("key", models.CharField(max_length=255)),
                ("digest", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField()),
                ("headers", models.JSONField(default=dict)),
                ("body", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "kept answer",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="contact",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["provider", "updated_at", "id"], name="contact_by_change"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["provider", "updated_at", "id"], name="customer_by_change"),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="practice",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="providers.customer",
            ),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="provider",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="providers.provider",
            ),
        ),
        migrations.AddField(
            model_name="keptanswer",
            name="provider",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="providers.provider",
            ),
        ),
        migrations.AddField(
            model_name="keptanswer",
            name="token",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="providers.apitoken",
            ),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.UniqueConstraint(
                fields=("provider", "digest"), name="api_token_once"
            ),
        ),
        migrations.AddIndex(
            model_name="keptanswer",
            index=models.Index(fields=["provider", "at"], name="kept_answer_by_age"),
        ),
        migrations.AddConstraint(
            model_name="keptanswer",
            constraint=models.UniqueConstraint(
                fields=("provider", "token", "key"), name="kept_answer_once"
            ),
        ),
        BuildWalls("ApiToken", Wall.PROVIDER),
        BuildWalls("KeptAnswer", Wall.PROVIDER),
        StampChanges("Customer"),
        StampChanges("Contact"),
    ]
