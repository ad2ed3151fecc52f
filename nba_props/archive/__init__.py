"""The payload archive: every answer of an upstream, whole and immutable, in WARC files with an index beside them."""
