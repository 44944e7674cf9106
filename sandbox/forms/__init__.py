"""What people fill in on the sandbox's pages: scenarios put together by picking, certificates, decisions."""
