"""The parts of the school import: unpacking, reading XML and CSV, fetching what is known, writing a plan."""
