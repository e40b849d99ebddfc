"""The pipeline's rules: pure functions over facts."""
