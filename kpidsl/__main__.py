"""`python -m kpidsl` is `kpi`."""

from __future__ import annotations

import sys

from kpidsl.cli.start import main

if __name__ == "__main__":
    sys.exit(main())
