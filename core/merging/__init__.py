"""Pure rules for two versions of one record."""
