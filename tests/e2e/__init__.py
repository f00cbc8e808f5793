"""The whole hub as a process, used through a browser and through signed HTTP."""
