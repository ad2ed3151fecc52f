"""What readers are shown, as frames: the board, the record, health, backtests. No I/O, no orchestration."""
