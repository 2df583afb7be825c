"""`python -m portal.uploads`: the process of one dry run, see `portal.uploads.aside`."""

import json
import sys

from portal.config import load_settings
from portal.log import start_logging
from portal.parts import open_parts
from portal.uploads.aside import answer

settings = load_settings()
start_logging("ERROR")
print(json.dumps(answer(open_parts(settings), json.load(sys.stdin))))
