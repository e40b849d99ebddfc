"""Permission: what may be told to whom, and what families said no to."""
