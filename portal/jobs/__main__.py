"""`python -m portal.jobs RUN HOLDER`: the process of one sync, see `portal.jobs.child`."""

import sys

from portal.jobs.child import main

sys.exit(main(sys.argv[1:]))
