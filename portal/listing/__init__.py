"""Lists made from one description each: page, columns, filters, sorting, views and files."""
