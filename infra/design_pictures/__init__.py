"""The pictures of docs/designs.md, drawn from the points of its sweep files: `make picture`."""
