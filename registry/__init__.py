"""The registry: who takes part, in which bodies, in which roles, and the documents that say so."""
