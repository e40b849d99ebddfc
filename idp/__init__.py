"""Protocols: who asks, what comes next, what is told, and in which words."""
