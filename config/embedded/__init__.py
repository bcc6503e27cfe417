"""PostgreSQL and Valkey for a checkout that was given neither: the demonstration and the tests.

The servers come from pip packages, live under `.data/` of the checkout and are reached through
sockets in a private folder, so that no port is taken and several checkouts run side by side.
"""
