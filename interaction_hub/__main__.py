"""`python -m interaction_hub`: the same as the command `interaction-hub`."""

from interaction_hub.cli import main

if __name__ == "__main__":
    main()
