"""The test kit: the sandbox's own checks on a developer's machine; ships as source, knows no Django and no engine."""
