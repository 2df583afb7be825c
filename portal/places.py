"""Places of sources that are no path of the server and no address: the tenant's import folder, and a webhook.

`import://exports/orders.csv` is a file or folder below the folder that the operator gives a tenant; it is looked up
again with every sync, since a link may have been put there meanwhile. `hook://bosta` is what arrives at the source's
webhook and nothing else.
"""

from __future__ import annotations

import re
from pathlib import Path

from portal.config import Settings
from portal.errors import InputError
from portal.viewer import TenantRef

HOOK = "hook://bosta"
IMPORT = "import://"
_OFF = (
    "Files of the server may not be chosen here: the operator has set no folder for it (PORTAL_IMPORT_ROOT). "
    "Use Add data for a file of your own, or ask the operator to add the source."
)


def import_folder(settings: Settings, tenant: TenantRef) -> Path | None:
    """The folder whose files the people of a tenant may name; None when the operator allows none.

    It begins with the tenant's number, because two names may differ in signs only.
    """
    if settings.import_root is None:
        return None
    plain = re.sub(r"[^a-z0-9]+", "-", tenant.name.lower()).strip("-")
    return settings.import_root / "-".join(part for part in (str(tenant.id), plain) if part)


def import_path(settings: Settings, tenant: TenantRef, location: str) -> Path:
    """The file or folder that `import://…` means, links resolved.

    Raises:
        InputError: the operator allows none, it is not there, or it leads out of the tenant's folder.
    """
    folder = import_folder(settings, tenant)
    if folder is None:
        raise InputError(_OFF, field="location")
    wanted = location.removeprefix(IMPORT).strip()
    root = folder.resolve()
    try:
        found = (root / wanted).resolve(strict=True)
    except (OSError, ValueError, RuntimeError):
        found = None
    # What leads out reads like what is not there: nobody learns which files the server has.
    if not wanted or found is None or not found.is_relative_to(root):
        raise InputError(
            f"There is no '{wanted}' in the import folder {folder.name}. Write the path below that folder, such as "
            "exports/orders.csv; paths and links that lead out of it are not followed.",
            field="location",
        )
    return found


def told_place(location: str) -> str:
    """A location as people read it."""
    if location == HOOK:
        return "What Bosta sends to the webhook"
    return f"Import folder: {location.removeprefix(IMPORT)}" if location.startswith(IMPORT) else location
