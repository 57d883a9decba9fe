"""One technology per module, behind the application's ports. No business decision."""
