"""`python -m portal.jobs RUN HOLDER`: the process of one sync; `… upload ID HOLDER`: of the load of one upload; and
`… studies TENANT`: what works out the studies of one tenant's snapshot.
"""

import sys

from portal.jobs import child, studies, upload

if sys.argv[1:2] == ["upload"]:
    sys.exit(upload.main(sys.argv[2:]))
if sys.argv[1:2] == ["studies"]:
    sys.exit(studies.main(sys.argv[2:]))
sys.exit(child.main(sys.argv[1:]))
