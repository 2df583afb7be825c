"""Writing that survives a kill: sync before rename, sync the folder after."""

from __future__ import annotations

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Make renames inside `folder` durable."""
    _sync(folder, os.O_RDONLY | os.O_DIRECTORY)


def sync_tree(folder: Path) -> None:
    """Make every file directly in `folder`, and the folder itself, durable."""
    for path in folder.iterdir():
        _sync(path, os.O_RDONLY)
    sync_folder(folder)


def replace_text(path: Path, text: str) -> None:
    """Replace a small file as a whole: a reader sees the old text or the new, never a part."""
    new = path.with_name(f"{path.name}.new")
    new.write_text(text)
    _sync(new, os.O_RDONLY)
    new.replace(path)
    sync_folder(path.parent)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
