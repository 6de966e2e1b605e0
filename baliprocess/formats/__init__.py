"""How dates are written, by locale: in full, so that they read the same everywhere."""
