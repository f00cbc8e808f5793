"""The faces: pages, templates and the browser's code. A client of the public API and of the services' read side."""
