"""Where alerts are sent. Comes in: what `[alerts]` in kpi.toml says. Goes out: the address, once somebody sends. It is a secret, and no
text made here holds it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from kpidsl.diagnostic import Diagnostic, KpiError, fail
from kpidsl.record import dataclass, field
from kpidsl.span import Span

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Webhook:
    """`[alerts] webhook`, as written: the address, or a part of it, is in the environment."""

    text: str = field(repr=False)
    place: Span | None = field(default=None, repr=False, compare=False)

    def address(self, environ: Mapping[str, str] = os.environ) -> str:
        """The URL to post to; KPI009 for a variable that is not set, KPI264 where it is no address."""
        missing = [name for name in dict.fromkeys(VARIABLE.findall(self.text)) if not environ.get(name)]
        if missing:
            help = f"set it before you start kpi: export {missing[0]}=…"
            message = f"the webhook needs the environment variable `{missing[0]}`, and it is not set"
            raise KpiError(Diagnostic("KPI009", message, self.place, help=help))
        from urllib.parse import urlsplit

        url = VARIABLE.sub(lambda match: environ[match[1]], self.text).strip()
        try:
            parts = urlsplit(url)
            sound = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
        except ValueError:
            sound = False
        if not sound or not url.isascii() or any(char.isspace() for char in url):
            help = "compare the variable with what the other side gave you"
            fail("KPI264", "what `webhook` holds is no web address, which begins with https:// and names a server", self.place, help=help)
        return url
