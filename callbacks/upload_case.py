"""Whose file a step of adding data is about: found among the viewer's own uploads, with what was chosen so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from layouts.upload import Place, read_place
from portal import auth
from portal.errors import SourceError, UnknownNameError
from portal.parts import Parts
from portal.uploads import Choice, Fields, Recognition, Upload, fields, get, recognise
from portal.uploads.drafts import draft, keep_draft
from portal.uploads.layout import layouts_of, layouts_of_all
from portal.viewer import Permission, TenantRef, Viewer
from portal.wiring import parts

TABLE = "table"
_MB = 1024 * 1024
_REQUIRED = "is required: give it a column"
"""How the reader of mappings says what is said plainly here."""


@dataclass(frozen=True)
class Case:
    """One upload of one of the viewer's tenants.

    Attributes:
        viewer: who looks.
        tenant: whose upload it is.
        upload: the upload as it is now.
        place: which step is looked at.
        parts: the installation.
    """

    viewer: Viewer
    tenant: TenantRef
    upload: Upload
    place: Place
    parts: Parts

    @cached_property
    def draft(self) -> Choice | None:
        """What people chose; None: nothing yet."""
        return draft(self.parts.sessions, self.tenant, self.upload.id)

    @cached_property
    def recognition(self) -> Recognition:
        """What is in the file, seen as what people say it is."""
        try:
            found = recognise(self.parts, self.tenant, self.upload.id)
        except SourceError:
            if self.draft is None or self.draft.source != TABLE:
                raise
            return self.read_as_table(self.draft.mapping or "")
        if self.draft is None:
            return found
        if self.draft.source != found.source:
            found = recognise(self.parts, self.tenant, self.upload.id, self.draft.source)
        return self.read_so(self.draft.mapping or "", found)

    def read_so(self, mapping: str, found: Recognition) -> Recognition:
        """What is in the file when it is read as a mapping says it is written; else `found`."""
        layouts = layouts_of(mapping, found.tables)
        return recognise(self.parts, self.tenant, self.upload.id, found.source, layouts) if layouts else found

    def read_as_table(self, mapping: str) -> Recognition:
        """What is in the file when it is read as a mapping says; where it can be read in no other way, too.

        Raises:
            SourceError: it cannot be read so either.
        """
        try:
            found = recognise(self.parts, self.tenant, self.upload.id, TABLE)
        except SourceError:
            layouts = layouts_of_all(mapping)
            if not layouts:
                raise
            found = recognise(self.parts, self.tenant, self.upload.id, TABLE, layouts)
        return self.read_so(mapping, found)

    @property
    def choice(self) -> Choice:
        """What would be loaded: what people chose, else what was recognised."""
        return self.draft or self.recognition.choice

    @cached_property
    def fields(self) -> Fields:
        """What can be chosen, with what is chosen now."""
        return fields(self.recognition, self.choice)

    @property
    def problems(self) -> tuple[str, ...]:
        """What has to be decided before the file can be checked."""
        missing = [
            f"{table.place}: no column is the {name.lower()}, and no row can do without it. Choose which column it is."
            for table in self.fields.tables
            for name in table.required
        ]
        said = [problem for problem in self.fields.problems if _REQUIRED not in problem]
        return (*missing, *said)

    def keep(self, choice: Choice) -> Case:
        """The same upload with another choice, kept for everybody who looks at it."""
        keep_draft(self.parts.sessions, self.tenant, self.upload.id, choice)
        return Case(self.viewer, self.tenant, self.upload, self.place, self.parts)


def open_case(at: Any) -> Case:
    """The upload a screen is about.

    Raises:
        AccessError: nobody is signed in, or the role does not allow it.
        UnknownNameError: none of the viewer's tenants has it.
    """
    viewer, found, place = auth.viewer(Permission.MANAGE_SOURCES), parts(), read_place(at)
    for tenant in viewer.tenants:
        try:
            upload = get(found.sessions, tenant, place.upload)
        except UnknownNameError:
            continue
        return Case(viewer, tenant, upload, place, found)
    raise UnknownNameError("upload", place.upload[:20], [])


def about(case: Case) -> str:
    """The file in one line: name, size, when it came and from whom."""
    upload = case.upload
    local = upload.received_at.replace(tzinfo=UTC).astimezone(ZoneInfo(case.tenant.timezone))
    client = f"{case.tenant.name}: " if len(case.viewer.tenants) > 1 else ""
    when = f"{local.day} {local:%b %Y %H:%M %Z}"
    return f"{client}{upload.file_name}, {size_words(upload.size)}, sent {when} by {upload.received_by}"


def size_words(size: int) -> str:
    """Bytes as people say them."""
    if size < 1000:
        return f"{size} B"
    return f"{size / 1024:,.0f} KB" if size < _MB else f"{size / _MB:,.1f} MB"


def count_words(count: int, one: str) -> str:
    """ "1 row", "1,204 rows"."""
    return f"{count:,} {one}" if count == 1 else f"{count:,} {one}s"
