"""Pure functions that say what is due, what is expected, and what is wrong. No I/O, no orchestration."""
