"""Files that people upload: received, recognised, corrected by choosing, tried, loaded.

receive → recognise → fields, change, preview → dry_run → start → progress, cancel

Every function takes the tenant of whoever is signed in; an upload of another tenant reads exactly like one that is not
there. What may be looked at is in `portal.uploads.model` and `portal.uploads.outcome`.
"""

from portal.uploads.arrival import receive
from portal.uploads.aside import dry_run
from portal.uploads.changes import change
from portal.uploads.choices import fields
from portal.uploads.model import (
    Change,
    Choice,
    ColumnFields,
    ColumnFound,
    Fields,
    Option,
    Recognition,
    TableFields,
    TableFound,
    Upload,
)
from portal.uploads.outcome import Preview, PreviewRow, PreviewTable, Progress, RejectGroup, SampleReject, Trial
from portal.uploads.queue import cancel, progress, start
from portal.uploads.recognition import recognise
from portal.uploads.records import get, latest
from portal.uploads.retry import again
from portal.uploads.samples import preview

__all__ = [
    "Change", "Choice", "ColumnFields", "ColumnFound", "Fields", "Option", "Preview", "PreviewRow", "PreviewTable",
    "Progress", "Recognition", "RejectGroup", "SampleReject", "TableFields", "TableFound", "Trial", "Upload",
    "again", "cancel", "change", "dry_run", "fields", "get", "latest", "preview", "progress", "receive",
    "recognise", "start",
]  # fmt: skip
