"""Files that hold what people trusted us with: readable by the site's user alone from their first moment."""

import os
from contextlib import suppress
from pathlib import Path


def create_private(path: Path) -> None:
    """Make an empty file of mode 0600, and the folders on its way, unless it is there.

    SQLite gives its side files (`-wal`, `-shm`) the mode of the database. An existing file is not opened: closing it again would
    drop the locks that this process holds on it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
