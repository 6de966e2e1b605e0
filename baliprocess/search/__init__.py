"""The search over everything: what of a record is searched, its entries kept in step, and how a question finds them."""
