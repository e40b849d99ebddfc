"""People: accounts, families and schools, true without any relying party."""
