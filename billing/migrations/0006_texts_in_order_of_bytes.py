"""Documents are found by how their number begins, behind the walls."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0005_list_credit_notes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="invoice",
            name="number",
            field=models.CharField(db_collation="C", max_length=20, verbose_name="number"),
        ),
    ]
