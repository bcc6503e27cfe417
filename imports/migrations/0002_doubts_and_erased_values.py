"""Say what will be in the way of a row that is let in; know whose values are erased."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="import",
            name="values_erased_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="importrow",
            name="doubts",
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
    ]
