"""The outside world: one module an upstream, with its typed requests and its parsers, and the shared HTTP client."""
