from django.db import migrations

from providers.walls import RedrawWalls


class Migration(migrations.Migration):
    """A wall that the planner can estimate: no page of a list joins a whole table any more."""

    dependencies = [
        ("providers", "0010_api_tokens_and_changes"),
    ]

    operations = [RedrawWalls()]
