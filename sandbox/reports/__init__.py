"""What a run says, free of the platform: lines, verdict, the one document and its renderings; test kits carry it."""
