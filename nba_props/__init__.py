"""The whole life of an NBA player prop as one graph of typed, checked, date-partitioned tables."""
