"""`python -m portal.jobs RUN HOLDER`: the process of one sync; `… upload ID HOLDER`: of the load of one upload."""

import sys

from portal.jobs import child, upload

if sys.argv[1:2] == ["upload"]:
    sys.exit(upload.main(sys.argv[2:]))
sys.exit(child.main(sys.argv[1:]))
