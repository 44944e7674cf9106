"""What departments ask of the catalogue: service items, interfaces."""
