"""Ready-made mappings for exports that many merchants have, chosen by name."""

from __future__ import annotations

from importlib.resources import files


def ready_made() -> dict[str, str]:
    """Name to TOML text of every ready-made mapping, by name."""
    found = [one for one in files(__name__).iterdir() if one.name.endswith(".toml")]
    return {one.name.removesuffix(".toml"): one.read_text(encoding="utf-8") for one in sorted(found, key=_name)}


def _name(one: object) -> str:
    return str(getattr(one, "name", ""))
