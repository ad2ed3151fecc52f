"""Tests of the upstreams: parsers against recordings and mutations, the client against a real local server."""
