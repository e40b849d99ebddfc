"""The rules about people: pure functions over facts, with `now` handed in."""
