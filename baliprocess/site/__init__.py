"""The roof: pages and commands about the whole record."""
