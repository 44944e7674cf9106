"""The program that checks and rebuilds an image archive, inside a container without network."""
