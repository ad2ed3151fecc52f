"""Where tables live: hive-partitioned parquet, one interface that a cloud warehouse can implement too."""
