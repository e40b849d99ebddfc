"""The ground: settings, and whatever a setting chooses. One file for each facility, no use case; it imports no other package."""
