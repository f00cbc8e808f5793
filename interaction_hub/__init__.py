"""A contact centre that anyone can run: channels, queue, agents' console, wallboard, one log of all that passed."""

__version__ = "0.1.0"
