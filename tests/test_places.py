"""Files of the server that may be chosen: below the tenant's folder, whatever is typed or linked, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.config import Settings
from portal.errors import InputError
from portal.places import import_folder, import_path
from portal.viewer import TenantRef
from tests.installation import settings_for

AMBER = TenantRef(1, "Amber Shop", "GBP", "Europe/London")
TWIN = TenantRef(12, "Amber-Shop!", "GBP", "Europe/London")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    root = tmp_path / "imports"
    for tenant in ("1-amber-shop", "12-amber-shop"):
        (root / tenant).mkdir(parents=True)
        (root / tenant / "a.csv").write_text(tenant)
    (tmp_path / "secret.csv").write_text("secret")
    return settings_for(tmp_path / "home", PORTAL_IMPORT_ROOT=str(root))


def test_without_the_setting_there_is_none(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    assert import_folder(settings, AMBER) is None
    with pytest.raises(InputError, match="PORTAL_IMPORT_ROOT"):
        import_path(settings, AMBER, "import://a.csv")


def test_two_tenants_never_share_a_folder(settings: Settings) -> None:
    texts = [import_path(settings, tenant, "import://a.csv").read_text() for tenant in (AMBER, TWIN)]
    assert texts == ["1-amber-shop", "12-amber-shop"]


@pytest.mark.parametrize("typed", [
    "", " ", "../12-amber-shop/a.csv", "../../secret.csv", "/etc/passwd", "a.csv/../../../secret.csv", "none.csv",
    "a\x00b", "~", "..", "//etc/passwd", "x" * 5000,
])  # fmt: skip
def test_what_leads_out_reads_like_what_is_not_there(settings: Settings, typed: str) -> None:
    with pytest.raises(InputError, match=r"^There is no '.*' in the import folder 1-amber-shop\."):
        import_path(settings, AMBER, f"import://{typed}")


def test_links_that_lead_out_are_not_followed(settings: Settings, tmp_path: Path) -> None:
    folder = import_folder(settings, AMBER)
    (folder / "file.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "folder").symlink_to(tmp_path)
    (folder / "loop").symlink_to(folder / "loop")
    for typed in ("file.csv", "folder", "folder/secret.csv", "loop"):
        with pytest.raises(InputError, match="There is no"):
            import_path(settings, AMBER, f"import://{typed}")


def test_a_link_inside_is_the_file_it_means(settings: Settings) -> None:
    folder = import_folder(settings, AMBER)
    (folder / "b.csv").symlink_to(folder / "a.csv")
    assert import_path(settings, AMBER, "import://b.csv") == folder / "a.csv"


def test_the_folder_of_another_behind_a_link_is_not_ours(settings: Settings) -> None:
    folder = import_folder(settings, AMBER)
    (folder / "theirs").symlink_to(import_folder(settings, TWIN))
    with pytest.raises(InputError, match="There is no"):
        import_path(settings, AMBER, "import://theirs/a.csv")
