import django.db.models.deletion
from django.db import migrations, models

from providers.walls import MoveWall


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0001_remember_views_of_lists"),
        ("providers", "0010_api_tokens_and_changes"),
    ]

    operations = [
        migrations.AddField(
            "savedview",
            "customer",
            models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="providers.customer",
            ),
        ),
        migrations.RemoveConstraint("savedview", "saved_view_once"),
        migrations.RemoveConstraint("savedview", "saved_view_one_default"),
        migrations.AddConstraint(
            "savedview",
            models.UniqueConstraint(
                fields=("provider", "customer", "user_id", "listing", "name"),
                name="saved_view_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            "savedview",
            models.UniqueConstraint(
                condition=models.Q(("is_default", True)),
                fields=("provider", "customer", "user_id", "listing"),
                name="saved_view_one_default",
                nulls_distinct=False,
            ),
        ),
        MoveWall("SavedView"),
    ]
