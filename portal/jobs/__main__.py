"""`python -m portal.jobs RUN HOLDER`: the process of one sync; `… upload ID HOLDER`: of the load of one upload;
`… studies TENANT`: what works out the studies of one tenant's snapshot; `… alerts TENANT`: what looks at its rules.

What such a process imports stays until it ends: looking through it for garbage at Python's pace would cost a tenth of
a second at each start.
"""

import gc
import sys

gc.set_threshold(100_000)

from portal.jobs import alerts, child, studies, upload  # noqa: E402

if sys.argv[1:2] == ["upload"]:
    sys.exit(upload.main(sys.argv[2:]))
if sys.argv[1:2] == ["studies"]:
    sys.exit(studies.main(sys.argv[2:]))
if sys.argv[1:2] == ["alerts"]:
    sys.exit(alerts.main(sys.argv[2:]))
sys.exit(child.main(sys.argv[1:]))
