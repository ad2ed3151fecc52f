"""Tables as typed contracts: one model each, one module a layer; the only place where a column is declared."""
