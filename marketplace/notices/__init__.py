"""Mail and in-site notices, one template each."""
