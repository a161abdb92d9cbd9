"""The Atom feeds of saved searches at `/flux/NAME.atom`, beside the pages of the app."""

from __future__ import annotations

import logging
import os

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from index.feed import MEDIA_TYPE, feed
from index.saved import slug
from index.store import StoreError
from views.opened import opened

log = logging.getLogger("vigie.views")


def _atom(request: Request) -> Response:
    """Called in a thread of its own: it waits for the store."""
    name = request.path_params["name"]
    base = (os.environ.get("VIGIE_URL") or str(request.base_url)).rstrip("/")
    try:
        with opened() as store:
            search = next((one for one in store.saved.all() if slug(one.name) == name), None)
            if search is None:
                return PlainTextResponse("Aucune recherche enregistrée ne porte ce nom.", 404)
            data = feed(store, search, base, f"{base}/flux/{name}.atom")
    except StoreError as error:
        log.error("feed: %s", error)
        return PlainTextResponse("Les données ne peuvent pas être lues pour l’instant.", 503)
    return Response(
        data, media_type=MEDIA_TYPE, headers={"x-content-type-options": "nosniff", "cache-control": "no-cache"}
    )


ROUTE = Route("/flux/{name}.atom", _atom)
