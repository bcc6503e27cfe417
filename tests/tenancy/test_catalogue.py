"""The walls as PostgreSQL knows them (T7), and the faults that the check has been seen to find."""

from typing import Any

import pytest
from django.db import connection

from providers.roles import APP, BACKUP, OWNER, POWER, REPORTING
from tests.tenancy.catalogue import faults_of, role_faults, tables_of, tenant_tables, version_faults
from tests.tenancy.rows import references, tenant_models
from tests.tenancy.tables import ADD_ONLY_TABLES, FROZEN_TABLES, SHARED_TABLES, STAFF_TABLES

OPEN_PROVIDER = "nullif(current_setting('app.provider', true), '')::uuid"
OPEN_CUSTOMER = "nullif(current_setting('app.customer', true), '')::uuid"
ONE_CUSTOMER = (
    f"provider_id = {OPEN_PROVIDER} AND "
    f"CASE WHEN {OPEN_CUSTOMER} IS NULL THEN true ELSE customer_id = {OPEN_CUSTOMER} END"
)
STAFF = f"provider_id = {OPEN_PROVIDER} AND {OPEN_CUSTOMER} IS NULL"
OTHER_COLUMN = ONE_CUSTOMER.replace("customer_id", "id")

# What is planted, and a piece of the sentence that must report it.
PLANTED: dict[str, tuple[str, str]] = {
    "a new table without policies": (
        "CREATE TABLE contracts_note (id uuid PRIMARY KEY, provider_id uuid NOT NULL)",
        "contracts_note: row-level security is off",
    ),
    "a new table that names no provider": (
        "CREATE TABLE contracts_word (id uuid PRIMARY KEY, word text)",
        "contracts_word has no provider_id and is no listed global table",
    ),
    "row-level security switched off": (
        "ALTER TABLE billing_invoice DISABLE ROW LEVEL SECURITY",
        "billing_invoice: row-level security is off",
    ),
    "the owner let through": (
        "ALTER TABLE billing_invoice NO FORCE ROW LEVEL SECURITY",
        "billing_invoice: row-level security does not bind its owner",
    ),
    "a command without a policy": (
        "DROP POLICY wall_delete ON fleet_site",
        "fleet_site: one policy for each command is needed",
    ),
    "a second policy, which only adds rows": (
        "CREATE POLICY wide ON fleet_site FOR SELECT USING (true)",
        "fleet_site, SELECT: USING is not its wall: true",
    ),
    "a policy without a check": (
        (
            "DROP POLICY wall_update ON fleet_site; "
            f"CREATE POLICY wall_update ON fleet_site FOR UPDATE USING ({ONE_CUSTOMER})"
        ),
        "fleet_site, UPDATE: no CHECK",
    ),
    "a policy that forgets the customer": (
        f"ALTER POLICY wall_read ON fleet_site USING (provider_id = {OPEN_PROVIDER})",
        "fleet_site, SELECT: USING is not its wall",
    ),
    "a policy that keeps a practice out": (
        f"ALTER POLICY wall_read ON fleet_site USING ({STAFF})",
        "fleet_site, SELECT: USING is not its wall",
    ),
    "what waits for a person shown to the practice": (
        f"ALTER POLICY wall_read ON contracts_parking USING ({ONE_CUSTOMER})",
        "contracts_parking, SELECT: USING is not its wall",
    ),
    "a policy that reads the wrong column": (
        f"ALTER POLICY wall_read ON fleet_site USING ({OTHER_COLUMN})",
        "fleet_site, SELECT: USING is not its wall",
    ),
    "a policy for one role only": (
        f"ALTER POLICY wall_read ON fleet_site TO {OWNER}",
        "fleet_site, SELECT: the policy is restrictive or for some roles only",
    ),
    "a plain foreign key": (
        (
            "ALTER TABLE billing_payment ADD CONSTRAINT plain "
            "FOREIGN KEY (invoice_id) REFERENCES billing_invoice (id)"
        ),
        "billing_payment: plain refers to billing_invoice without the provider",
    ),
    "a foreign key that forgets the customer": (
        (
            "ALTER TABLE billing_payment ADD CONSTRAINT half FOREIGN KEY (provider_id, invoice_id) "
            "REFERENCES billing_invoice (provider_id, id)"
        ),
        "billing_payment: half refers to billing_invoice without the customer",
    ),
    "a foreign key over what is already there": (
        (
            "ALTER TABLE billing_payment ADD CONSTRAINT late "
            "FOREIGN KEY (provider_id, customer_id, invoice_id) "
            "REFERENCES billing_invoice (provider_id, customer_id, id) NOT VALID"
        ),
        "billing_payment: late was never validated",
    ),
    "a customer bound to nothing": (
        "ALTER TABLE fleet_site DROP CONSTRAINT fleet_site_customer_id_bound",
        "fleet_site: nothing binds its customer to its provider",
    ),
    "a trail that looks no customer up": (
        "ALTER TABLE providers_auditentry DISABLE TRIGGER known_customer",
        "providers_auditentry: nothing binds its customer to its provider",
    ),
    "a unique key over all providers": (
        "CREATE UNIQUE INDEX loud ON providers_customer (siren)",
        "providers_customer: loud is unique over siren without the provider",
    ),
    "a unique key that hides its column": (
        "CREATE UNIQUE INDEX loud ON providers_customer (lower(siren), provider_id)",
        "providers_customer: loud is unique over lower(siren::text) without the provider",
    ),
    "the app role empties a table": (
        f"GRANT TRUNCATE ON fleet_site TO {APP}",
        f"{APP} may TRUNCATE fleet_site",
    ),
    "the app role changes one column of what is issued": (
        f"GRANT UPDATE (number) ON billing_invoice TO {APP}",
        f"{APP} may UPDATE billing_invoice, which is frozen",
    ),
    "the app role makes tables": (
        f"GRANT CREATE ON SCHEMA public TO {APP}",
        f"{APP} may create tables",
    ),
    "a reader writes": (
        f"GRANT INSERT ON fleet_site TO {REPORTING}",
        f"{REPORTING} may INSERT fleet_site",
    ),
    "the trigger against TRUNCATE switched off": (
        "ALTER TABLE billing_invoice DISABLE TRIGGER frozen_table",
        "billing_invoice: the trigger frozen_table is missing or off",
    ),
    "the trigger against UPDATE dropped": (
        "DROP TRIGGER frozen_row ON contracts_lineprice",
        "contracts_lineprice: the trigger frozen_row is missing or off",
    ),
    "a trigger that lets DELETE pass": (
        (
            "DROP TRIGGER frozen_row ON contracts_lineprice; "
            "CREATE TRIGGER frozen_row BEFORE UPDATE ON contracts_lineprice "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        ),
        "contracts_lineprice: the trigger frozen_row is missing or off",
    ),
    "a function with its owner's rights": (
        (
            "CREATE FUNCTION peek() RETURNS bigint LANGUAGE sql SECURITY DEFINER "
            "AS 'SELECT count(*) FROM billing_invoice'"
        ),
        "function peek() runs with the rights of its owner",
    ),
    "a view with its owner's rights": (
        "CREATE VIEW all_invoices AS SELECT * FROM billing_invoice",
        "view all_invoices reads with the rights of its owner",
    ),
    "a stored copy": (
        "CREATE MATERIALIZED VIEW all_invoices AS SELECT * FROM billing_invoice",
        "all_invoices is a copy or a foreign table, without policies",
    ),
    "a rule that rewrites": (
        "CREATE RULE away AS ON DELETE TO billing_invoice DO INSTEAD NOTHING",
        "rule away rewrites billing_invoice",
    ),
}


def test_the_catalogue_shows_no_fault(db: None) -> None:
    with connection.cursor() as cursor:
        assert faults_of(cursor) == []


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_reported(planting: Any, name: str) -> None:
    statements, sentence = PLANTED[name]
    assert faults_of(planting) == []
    planting.execute(statements)
    assert [fault for fault in faults_of(planting) if sentence in fault]


def test_a_view_with_its_readers_rights_is_no_fault(planting: Any) -> None:
    planting.execute("CREATE VIEW mine WITH (security_invoker=true) AS SELECT * FROM fleet_site")
    assert faults_of(planting) == []


def test_roles_with_too_much_power_are_reported() -> None:
    good: list[tuple[Any, ...]] = [
        (name, False, name == BACKUP, False, False, []) for name in (OWNER, APP, BACKUP)
    ]
    assert list(role_faults([*good, (REPORTING, False, False, False, False, [])])) == []
    assert list(role_faults(good)) == [f"the role {REPORTING} does not exist"]
    for bad, sentence in (
        ((REPORTING, False, True, False, False, []), "bypasses row-level security"),
        ((REPORTING, True, False, False, False, []), "is a superuser"),
        ((REPORTING, False, False, True, False, []), "makes roles"),
        ((REPORTING, False, False, False, False, [OWNER]), f"inherits from {OWNER}"),
    ):
        assert sentence in next(role_faults([*good, bad]))


@pytest.mark.parametrize("version", [140020, 150013, 160009, 170005])
def test_a_release_with_known_faults_is_reported(version: int) -> None:
    assert list(version_faults(version))


@pytest.mark.parametrize("version", [150014, 150018, 160010, 170006, 180000, 190001])
def test_a_mended_release_is_not(version: int) -> None:
    assert not list(version_faults(version))


def test_the_portal_itself_connects_without_power(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT current_user, ({POWER})")
        assert cursor.fetchone() == (APP, "")


def test_every_tenant_model_is_a_tenant_table_and_the_other_way_round(db: None) -> None:
    with connection.cursor() as cursor:
        tables = {table.name for table in tenant_tables(cursor)}
    assert tables == {model._meta.db_table for model in tenant_models()}


def test_the_closed_lists_name_existing_tables(db: None) -> None:
    with connection.cursor() as cursor:
        names = {table.name for table in tables_of(cursor)}
    assert names >= FROZEN_TABLES | ADD_ONLY_TABLES | SHARED_TABLES | STAFF_TABLES


def test_every_reference_of_a_model_is_a_composite_key(db: None) -> None:
    """The models ask for no plain key: `BuildWalls` must have put one of ours in its place."""
    with connection.cursor() as cursor:
        cursor.execute(BOUND)
        bound = set(cursor.fetchall())
    wanted = {
        (model._meta.db_table, field.column, field.related_model._meta.db_table)
        for model in tenant_models()
        for field in references(model)
    }
    # A row bound to a parent of the same customer needs no key of its own to the customer.
    loose = {row for row in wanted - bound if row[1] != "customer_id"}
    assert not loose


BOUND = """
SELECT c.conrelid::regclass::text, a.attname::text, c.confrelid::regclass::text
FROM pg_constraint c
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
"""
