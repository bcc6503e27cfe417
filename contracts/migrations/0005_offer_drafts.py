"""The next version of an offer, while it is written."""

import django.db.models.deletion
from django.db import migrations, models

import providers.tenancy
from providers.walls import BuildWalls, Wall


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0004_parking_keeps_its_sentence"),
        ("providers", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="OfferDraft",
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
                ("code", models.CharField(max_length=30, verbose_name="code")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("terms", models.JSONField(default=dict, verbose_name="terms")),
                ("revision", models.PositiveIntegerField(default=1)),
                ("started_at", models.DateTimeField(verbose_name="started")),
                ("changed_at", models.DateTimeField(verbose_name="changed")),
                ("changed_by", models.UUIDField(blank=True, null=True)),
                (
                    "based_on",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.offerversion",
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafts",
                        to="contracts.offer",
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
                (
                    "version",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafts",
                        to="contracts.offerversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "draft of an offer",
                "verbose_name_plural": "drafts of offers",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("version", None)),
                        fields=("provider", "code"),
                        name="offer_draft_once",
                    )
                ],
            },
        ),
        BuildWalls("OfferDraft", Wall.PROVIDER),
    ]
