"""How many messages a second, how soon, for how much. Run: python -m bench.messages."""
