"""Say where an index value comes from by a code, so that each page says it in its language."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0010_freeze_published_terms"),
    ]

    operations = [
        migrations.AddField(
            model_name="indexobservation",
            name="origin",
            field=models.CharField(
                choices=[
                    ("typed", "typed by a person"),
                    ("list", "from a list, verified"),
                    ("unverified_list", "from a list, to be verified"),
                ],
                db_default="typed",
                default="typed",
                max_length=20,
                verbose_name="origin",
            ),
        ),
    ]
