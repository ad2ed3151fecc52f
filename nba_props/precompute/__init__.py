"""Pure functions that make rolling form and the feature store. No I/O, no orchestration."""
