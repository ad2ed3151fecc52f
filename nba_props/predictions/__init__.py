"""Pure functions that make predictions, prices, grades and the record. No I/O, no orchestration."""
