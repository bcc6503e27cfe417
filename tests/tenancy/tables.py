"""The closed lists of tables: what each is behind, and what may not happen to its rows."""

# The global tables: sign-in, and the directories, which hold no personal text.
GLOBAL_TABLES = frozenset(
    {
        "account_emailaddress",
        "account_emailconfirmation",
        "auth_group",
        "auth_group_permissions",
        "auth_permission",
        "django_admin_log",
        "django_content_type",
        "django_migrations",
        "django_session",
        "mfa_authenticator",
        "providers_duework",
        "providers_houseinvitation",  # before any provider exists: the address one signs in with
        "providers_membership",
        "providers_preference",
        "providers_provider",
        "providers_user",
        "providers_user_groups",
        "providers_user_user_permissions",
        "usersessions_usersession",
    }
)
# Every customer of a provider may read these, none may write them.
SHARED_TABLES = frozenset(
    {
        "contracts_indexobservation",
        "contracts_offer",
        "providers_legalidentity",
        "providers_providerprofile",
    }
)
# About a customer, but not for it: what waits for a person of the provider.
STAFF_TABLES = frozenset(
    {
        "billing_preparedinvoice",
        "billing_setaside",
        "contracts_parking",
        "portal_recentcustomer",
    }
)
# Of a customer where they concern one, of the staff alone otherwise: their customer may be null.
STAFF_OR_CUSTOMER = frozenset(
    {
        "portal_savedview",
        "portal_sentform",
        "providers_auditentry",
        "providers_historyrow",
        "providers_invitation",
        "providers_job",
        "providers_mail",
        "providers_notification",
    }
)
# Rows that never change once written (B1).
FROZEN_TABLES = frozenset(
    {
        "billing_invoice",
        "billing_invoicedocument",
        "billing_invoiceline",
        "contracts_contractdocument",
        "contracts_lineprice",
        "providers_auditentry",
        "providers_auditseal",
    }
)
# Rows that are only added to; the owner alone erases them, and says so (`prune_history`).
ADD_ONLY_TABLES = frozenset({"providers_historyrow"})
# Keys over the id of a row that a composite key binds to the same provider: they tell nothing
# of another provider to whoever cannot already name the row.
KEYS_WITHOUT_PROVIDER = frozenset(
    {
        ("billing_claim", "line_id"),
        ("billing_invoicedocument", "invoice_id"),
        ("billing_settlement", "invoice_id"),
        ("imports_importtable", "imported_id"),
    }
)
# Trail and history outlive a customer that was taken back: a trigger looks the customer up when the
# row is written, where a key would keep it for ever.
OUTLIVING = frozenset({"providers_auditentry", "providers_historyrow"})
