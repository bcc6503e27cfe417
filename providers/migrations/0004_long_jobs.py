"""Long jobs, their pieces and the files they make, walled in."""

import django.core.serializers.json
import django.db.models.deletion
from django.db import migrations, models

import providers.tenancy
from providers.walls import BuildWalls, Wall


class Migration(migrations.Migration):
    dependencies = [("providers", "0003_mail")]

    operations = [
        migrations.CreateModel(
            name="Job",
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
                ("kind", models.CharField(max_length=40)),
                ("business_key", models.CharField(max_length=100)),
                (
                    "parameters",
                    models.JSONField(
                        default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder
                    ),
                ),
                ("asked_by", models.UUIDField(null=True)),
                ("asked_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WAITING", "waiting"),
                            ("RUNNING", "running"),
                            ("STOPPED", "stopped"),
                            ("FINISHED", "finished"),
                            ("FAILED", "failed"),
                        ],
                        default="WAITING",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("is_stop_asked", models.BooleanField(default=False)),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("failed", models.PositiveIntegerField(default=0)),
                ("skipped", models.PositiveIntegerField(default=0)),
                ("label", models.CharField(blank=True, max_length=200)),
                ("lease_token", models.UUIDField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("begun_at", models.DateTimeField(null=True)),
                ("settled_before", models.PositiveIntegerField(default=0)),
                ("deaths", models.PositiveSmallIntegerField(default=0)),
                ("ended_at", models.DateTimeField(null=True)),
                ("code", models.CharField(blank=True, max_length=60)),
                ("template", models.TextField(blank=True)),
                ("params", models.JSONField(default=dict)),
                ("file_name", models.CharField(blank=True, max_length=160)),
                ("file_type", models.CharField(blank=True, max_length=60)),
                ("file_size", models.PositiveBigIntegerField(default=0)),
                ("file_sha256", models.CharField(blank=True, max_length=64)),
                ("file_expires_at", models.DateTimeField(null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
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
                "verbose_name": "job",
                "verbose_name_plural": "jobs",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="JobItem",
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
                ("position", models.PositiveIntegerField()),
                ("key", models.CharField(max_length=100)),
                ("label", models.CharField(max_length=200)),
                (
                    "parameters",
                    models.JSONField(
                        default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WAITING", "waiting"),
                            ("DONE", "done"),
                            ("FAILED", "failed"),
                            ("SKIPPED", "nothing left to do"),
                        ],
                        default="WAITING",
                        max_length=8,
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=60)),
                ("template", models.TextField(blank=True)),
                ("params", models.JSONField(default=dict)),
                ("made", models.JSONField(default=list)),
                (
                    "job",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="providers.job",
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
        migrations.CreateModel(
            name="JobPart",
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
                ("position", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
                (
                    "job",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="providers.job",
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
            model_name="job",
            index=models.Index(fields=["provider", "-id"], name="job_latest"),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=models.Q(("state__in", ("WAITING", "RUNNING"))),
                fields=["provider", "id"],
                name="job_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.UniqueConstraint(
                fields=("provider", "business_key"), name="job_once"
            ),
        ),
        migrations.AddIndex(
            model_name="jobitem",
            index=models.Index(
                fields=["provider", "job", "state", "position"], name="job_item_next"
            ),
        ),
        migrations.AddConstraint(
            model_name="jobitem",
            constraint=models.UniqueConstraint(
                fields=("provider", "job", "key"), name="job_item_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="jobpart",
            constraint=models.UniqueConstraint(
                fields=("provider", "job", "position"), name="job_part_once"
            ),
        ),
        BuildWalls("Job", Wall.CUSTOMER),
        BuildWalls("JobItem", Wall.PROVIDER),
        BuildWalls("JobPart", Wall.PROVIDER),
    ]
