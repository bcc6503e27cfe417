from django.db import migrations

from providers.walls import FreezeColumns


class Migration(migrations.Migration):
    """What was published is what customers were shown: another price is another version."""

    dependencies = [
        ("contracts", "0009_history"),
    ]

    operations = [
        FreezeColumns(
            "OfferVersion", ["provider_id", "offer_id", "number", "terms", "published_at"]
        ),
    ]
