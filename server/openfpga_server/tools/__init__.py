"""Tools: what a request says about them, how a model writes its calls, and calls read from its text."""
