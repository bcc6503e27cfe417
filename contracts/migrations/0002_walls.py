"""Wall in offers, index values and contracts; freeze what was signed."""

from django.db import migrations

from providers.walls import BuildWalls, Freeze, Wall


class Migration(migrations.Migration):
    dependencies = [("contracts", "0001_initial"), ("providers", "0002_walls")]

    operations = [
        BuildWalls("Offer", Wall.SHARED),
        BuildWalls("OfferVersion", Wall.PROVIDER),
        BuildWalls("IndexObservation", Wall.SHARED),
        BuildWalls("Contract", Wall.CUSTOMER, is_parent=True),
        BuildWalls("ContractTerm", Wall.CUSTOMER),
        BuildWalls("ContractLine", Wall.CUSTOMER, is_parent=True),
        BuildWalls("PriceRevision", Wall.CUSTOMER, is_parent=True),
        BuildWalls("LinePrice", Wall.CUSTOMER),
        BuildWalls("ContractDocument", Wall.CUSTOMER),
        BuildWalls("Alert", Wall.CUSTOMER),
        BuildWalls("Parking", Wall.PROVIDER),
        Freeze("LinePrice"),
        Freeze("ContractDocument"),
    ]
