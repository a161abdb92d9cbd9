"""Alerts to a webhook: one POST of JSON, answered with any status from 200 to 299.

With `VIGIE_WEBHOOK_SECRET` in the environment, the header `Vigie-Signature` is `sha256=` and the HMAC of the body, in
hexadecimal. `Vigie-Sending` is the same however often a body is sent, so that a copy can be told. Redirections are not
followed: they would carry the alert, and its signature, to whoever the answer names.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import os
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from index import messages
from index.row import utc
from index.saved import Sending
from index.targets import Undelivered, reason, shown

_SECONDS = 20.0


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def post(sending: Sending, base: str | None, environment: Mapping[str, str] = os.environ) -> None:
    """Undelivered, with the reason, unless the receiver took it."""
    data = json.dumps(payload(sending, base), ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Vigie", "Vigie-Sending": sending.id}
    if secret := environment.get("VIGIE_WEBHOOK_SECRET", ""):
        headers["Vigie-Signature"] = f"sha256={hmac.new(secret.encode(), data, hashlib.sha256).hexdigest()}"
    where = shown(sending.target)
    try:
        request = urllib.request.Request(sending.target, data, headers, method="POST")
        with urllib.request.build_opener(_Stay).open(request, timeout=_SECONDS):
            return
    except urllib.error.HTTPError as error:
        error.close()
        what = "répond par une redirection" if 300 <= error.code < 400 else "répond"
        raise Undelivered(f"{where} {what} ({error.code})") from None
    except urllib.error.URLError as error:
        raise _silent(where, error.reason) from None
    except (OSError, UnicodeError, http.client.HTTPException) as error:
        raise _silent(where, error) from None


def _silent(where: str, error: object) -> Undelivered:
    if isinstance(error, ssl.SSLCertVerificationError):
        return Undelivered(f"le certificat de {where} n’est pas reconnu", all_of_host=True)
    return Undelivered(f"{where} ne répond pas ({reason(error)})", all_of_host=True)


def payload(sending: Sending, base: str | None) -> dict[str, Any]:
    """The body of the POST. `text` alone is what chat services show."""
    notices = [
        {**notice, "link": messages.link(base, notice["incident"]) if base else None} for notice in sending.notices
    ]
    return {
        "version": 1,
        "sending": sending.id,
        "search": sending.search,
        "made": utc(sending.made),
        "text": f"{messages.subject(sending)}\n{messages.short(sending.notices)}",
        "notices": notices,
    }
