"""Imports, their tables and their rows: the house's own, no practice reads them."""

import django.core.serializers.json
import django.db.models.deletion
from django.db import migrations, models

import providers.tenancy
from providers.walls import BuildWalls, Wall


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("providers", "0013_customer_reference"),
    ]

    operations = [
        migrations.CreateModel(
            name="Import",
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
                ("kind", models.CharField(max_length=20)),
                ("file_name", models.CharField(max_length=120, verbose_name="file")),
                ("file_sha256", models.CharField(max_length=64)),
                ("file_size", models.PositiveIntegerField()),
                ("head", models.PositiveIntegerField(default=1)),
                ("mapping", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("READ", "file read"),
                            ("CHECKED", "checked"),
                            ("COMMITTED", "done"),
                            ("UNDONE", "undone"),
                        ],
                        default="READ",
                        max_length=10,
                    ),
                ),
                ("checks", models.PositiveSmallIntegerField(default=0)),
                ("check_job", models.UUIDField(null=True)),
                ("commit_job", models.UUIDField(null=True)),
                ("undo_job", models.UUIDField(null=True)),
                ("new", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("sent_at", models.DateTimeField()),
                ("sent_by", models.UUIDField(null=True)),
                ("checked_at", models.DateTimeField(null=True)),
                ("committed_at", models.DateTimeField(null=True)),
                ("committed_by", models.UUIDField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by", models.UUIDField(null=True)),
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
                "verbose_name": "import",
                "verbose_name_plural": "imports",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
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
                ("number", models.PositiveIntegerField()),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("NEW", "new"),
                            ("CHANGED", "changed"),
                            ("UNCHANGED", "unchanged"),
                            ("REFUSED", "refused"),
                        ],
                        max_length=10,
                    ),
                ),
                ("label", models.CharField(blank=True, max_length=160)),
                ("problems", models.JSONField(default=list)),
                ("subject_id", models.UUIDField(null=True)),
                (
                    "before",
                    models.JSONField(
                        default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder
                    ),
                ),
                (
                    "after",
                    models.JSONField(
                        default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder
                    ),
                ),
                (
                    "imported",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="imports.import",
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
                "verbose_name": "imported row",
                "verbose_name_plural": "imported rows",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ImportTable",
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
                ("content", models.BinaryField()),
                (
                    "imported",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="packed",
                        to="imports.import",
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
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="import",
            index=models.Index(fields=["provider", "-id"], name="import_latest"),
        ),
        migrations.AddIndex(
            model_name="importrow",
            index=models.Index(
                fields=["provider", "imported", "verdict", "number"], name="import_rows"
            ),
        ),
        migrations.AddIndex(
            model_name="importrow",
            index=models.Index(
                condition=models.Q(("subject_id__isnull", False)),
                fields=["provider", "subject_id", "-id"],
                name="import_row_of",
            ),
        ),
        migrations.AddConstraint(
            model_name="importrow",
            constraint=models.UniqueConstraint(
                fields=("provider", "imported", "number"), name="import_row_once"
            ),
        ),
        BuildWalls("Import", Wall.PROVIDER),
        BuildWalls("ImportTable", Wall.PROVIDER),
        BuildWalls("ImportRow", Wall.PROVIDER),
    ]
