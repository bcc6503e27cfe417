"""History of offers and of what people agree in a contract; what the runs move is not in it."""

from django.db import migrations

from providers.history import KeepHistory

CONTRACT = [
    "reference", "offer_name", "offer_version_id", "terms", "cadence", "payment_method",
    "stated_months", "options", "settings", "starts_on", "signed_on", "signed_at",
    "signature_way", "signed_by", "headcount", "is_main_activity", "is_early_start_requested",
    "earliest_due_date",
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0008_find_alerts_whose_day_is_over"),
        ("providers", "0012_history"),
    ]

    operations = [
        KeepHistory("Offer", ["code", "name", "is_active"]),
        KeepHistory("OfferVersion", ["is_price_confirmed"]),
        KeepHistory("OfferDraft", ["code", "name", "terms"]),
        KeepHistory("Contract", CONTRACT),
    ]
