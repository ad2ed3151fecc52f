"""Pure functions that make the analytics tables: what happened. No I/O, no orchestration."""
