"""Turn the sentences that were kept for the values of a list into their code and its name.

The wall is let down for the owner alone and within this transaction: no provider is open here.
"""

from django.db import migrations

CODE = """
DO $$ BEGIN
    ALTER TABLE contracts_indexobservation NO FORCE ROW LEVEL SECURITY;
    UPDATE contracts_indexobservation
        SET origin = 'list', source = substring(source from '^Syntec [(](.+)[)]$')
        WHERE origin = 'typed' AND source ~ '^Syntec [(].+[.]csv[)]$';
    UPDATE contracts_indexobservation
        SET origin = 'unverified_list', source = substring(source from '^(.+), à vérifier$')
        WHERE origin = 'typed' AND source ~ '^.+[.]csv, à vérifier$';
    ALTER TABLE contracts_indexobservation FORCE ROW LEVEL SECURITY;
END $$
"""
SAY = """
DO $$ BEGIN
    ALTER TABLE contracts_indexobservation NO FORCE ROW LEVEL SECURITY;
    UPDATE contracts_indexobservation
        SET origin = 'typed', source = 'Syntec (' || source || ')'
        WHERE origin = 'list';
    UPDATE contracts_indexobservation
        SET origin = 'typed', source = source || ', à vérifier'
        WHERE origin = 'unverified_list';
    ALTER TABLE contracts_indexobservation FORCE ROW LEVEL SECURITY;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0011_origin_of_index_values"),
    ]

    operations = [migrations.RunSQL(CODE, SAY)]
