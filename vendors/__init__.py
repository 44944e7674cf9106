"""Build: vendors, their claims and questions, apps and versions."""
