"""The steps of the graph, one module a layer. A step binds table functions to inputs and settings; no logic."""
