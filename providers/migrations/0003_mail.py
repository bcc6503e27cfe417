"""Messages and the addresses that refuse them."""

import django.db.models.deletion
from django.db import migrations, models

import providers.tenancy
from providers.walls import BuildWalls, Wall


class Migration(migrations.Migration):
    dependencies = [
        ("providers", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="Mail",
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
                ("event", models.CharField(max_length=40, verbose_name="event")),
                ("key", models.CharField(max_length=120)),
                ("recipient", models.EmailField(max_length=254, verbose_name="recipient")),
                ("user_id", models.UUIDField(blank=True, null=True)),
                ("language", models.CharField(max_length=2)),
                ("message_id", models.CharField(max_length=200)),
                ("subject", models.CharField(max_length=200, verbose_name="subject")),
                ("text", models.TextField()),
                ("html", models.TextField()),
                ("secret", models.CharField(blank=True, max_length=500)),
                ("unsubscribe_url", models.CharField(blank=True, max_length=500)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WAITING", "waiting"),
                            ("SENT", "sent"),
                            ("BOUNCED", "came back"),
                            ("COMPLAINED", "reported as unwanted"),
                            ("REFUSED", "refused"),
                            ("ABANDONED", "given up"),
                            ("CANCELLED", "cancelled"),
                        ],
                        default="WAITING",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("answer", models.TextField(blank=True, verbose_name="answer of the mail server")),
                ("posted_at", models.DateTimeField(verbose_name="written")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
                ("bounced_at", models.DateTimeField(blank=True, null=True)),
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
                "verbose_name": "message sent",
                "verbose_name_plural": "messages sent",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["provider", "-id"], name="mail_latest"),
                    models.Index(fields=["provider", "customer", "-id"], name="mail_of_practice"),
                    models.Index(fields=["provider", "recipient"], name="mail_to_address"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "event", "key", "recipient"), name="mail_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RefusedAddress",
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
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                ("mail_id", models.UUIDField()),
                ("answer", models.TextField(blank=True)),
                ("refused_at", models.DateTimeField()),
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
                "verbose_name": "refused address",
                "verbose_name_plural": "refused addresses",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "email"), name="refused_address_once"
                    )
                ],
            },
        ),
        BuildWalls("Mail", Wall.CUSTOMER),
        BuildWalls("RefusedAddress", Wall.PROVIDER),
    ]
