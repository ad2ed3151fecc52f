"""Pure functions that make the conformed tables: one truth from many sources. No I/O, no orchestration."""
