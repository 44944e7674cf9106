"""Pages of the sandbox: reports, certificates, and the operators' desk."""
