"""Every SELECT about people that deserves a name: one module for each subject."""
