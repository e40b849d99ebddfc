"""The pipeline: requests that wait, the decision, and the pages on the way."""
