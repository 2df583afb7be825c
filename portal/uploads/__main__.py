"""`python -m portal.uploads`: the process of one dry run, see `portal.uploads.aside`."""

import json
import sys
from pathlib import Path

from portal.config import load_settings
from portal.log import start_logging
from portal.parts import open_parts
from portal.uploads.aside import answer

settings = load_settings()
start_logging("ERROR")
asked = json.load(sys.stdin)
Path(asked["answer"]).write_text(json.dumps(answer(open_parts(settings), asked)))
