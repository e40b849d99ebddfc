"""The registry of relying parties."""
