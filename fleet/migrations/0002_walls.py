"""Wall in sites and equipment."""

from django.db import migrations

from providers.walls import BuildWalls, Wall


class Migration(migrations.Migration):
    dependencies = [("fleet", "0001_initial"), ("providers", "0002_walls")]

    operations = [
        BuildWalls("Site", Wall.CUSTOMER, is_parent=True),
        BuildWalls("Equipment", Wall.CUSTOMER),
    ]
