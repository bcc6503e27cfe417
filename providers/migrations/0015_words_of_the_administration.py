"""Say in both languages what operators read: the names of fields and of the work of a day."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("providers", "0014_texts_in_order_of_bytes"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="duework",
            options={"verbose_name": "work of a day", "verbose_name_plural": "works of the days"},
        ),
        migrations.AlterField(
            model_name="duework",
            name="claimed_at",
            field=models.DateTimeField(verbose_name="begun on"),
        ),
        migrations.AlterField(
            model_name="duework",
            name="day",
            field=models.DateField(verbose_name="day"),
        ),
        migrations.AlterField(
            model_name="duework",
            name="done_at",
            field=models.DateTimeField(null=True, verbose_name="done on"),
        ),
        migrations.AlterField(
            model_name="duework",
            name="kind",
            field=models.CharField(max_length=20, verbose_name="kind"),
        ),
        migrations.AlterField(
            model_name="duework",
            name="provider",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="providers.provider",
                verbose_name="provider",
            ),
        ),
        migrations.AlterField(
            model_name="houseinvitation",
            name="accepted_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="accepted on"),
        ),
        migrations.AlterField(
            model_name="houseinvitation",
            name="expires_at",
            field=models.DateTimeField(editable=False, verbose_name="good until"),
        ),
        migrations.AlterField(
            model_name="houseinvitation",
            name="invited_at",
            field=models.DateTimeField(editable=False, verbose_name="invited on"),
        ),
        migrations.AlterField(
            model_name="houseinvitation",
            name="invited_by",
            field=models.UUIDField(editable=False, null=True, verbose_name="invited by"),
        ),
        migrations.AlterField(
            model_name="houseinvitation",
            name="provider",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="providers.provider",
                verbose_name="provider",
            ),
        ),
        migrations.AlterField(
            model_name="houseinvitation",
            name="revoked_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="revoked on"),
        ),
        migrations.AlterField(
            model_name="membership",
            name="provider",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="memberships",
                to="providers.provider",
                verbose_name="provider",
            ),
        ),
        migrations.AlterField(
            model_name="membership",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="memberships",
                to=settings.AUTH_USER_MODEL,
                verbose_name="user",
            ),
        ),
        migrations.AlterField(
            model_name="preference",
            name="email",
            field=models.CharField(
                choices=[("IMMEDIATE", "at once"), ("DAILY", "once a day"), ("OFF", "never")],
                max_length=10,
                verbose_name="by e-mail",
            ),
        ),
        migrations.AlterField(
            model_name="preference",
            name="event",
            field=models.CharField(max_length=40, verbose_name="event"),
        ),
        migrations.AlterField(
            model_name="preference",
            name="in_portal",
            field=models.BooleanField(verbose_name="in the portal"),
        ),
        migrations.AlterField(
            model_name="preference",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="preferences",
                to=settings.AUTH_USER_MODEL,
                verbose_name="user",
            ),
        ),
        migrations.AlterField(
            model_name="provider",
            name="status",
            field=models.CharField(
                choices=[("ACTIVE", "active"), ("SUSPENDED", "suspended")],
                default="ACTIVE",
                max_length=12,
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="is_staff",
            field=models.BooleanField(default=False, verbose_name="comes into the administration"),
        ),
    ]
