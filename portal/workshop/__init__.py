"""The provider's own pages: contracts, invoicing, invoices, settings (`/atelier/<provider>/…`)."""
