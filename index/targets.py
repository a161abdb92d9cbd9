"""Where alerts go: e-mail addresses and webhooks, how they are named in messages, and what can be wrong with them."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from index.store import StoreError

MAIL = "mailto:"


class SettingsWrong(ValueError):
    """The settings for sending do not do; one French sentence."""


class Undelivered(Exception):
    """Not delivered; why, in French, without anything secret. `all_of_host`: nothing else will be either, just now."""

    def __init__(self, why: str, *, all_of_host: bool = False) -> None:
        super().__init__(why)
        self.all_of_host = all_of_host


class Busy(StoreError):
    """Another run of the alerts goes on."""


def shown(target: str) -> str:
    """A target as logs may name it: of an address only the first letter, of a webhook only the host."""
    if target.startswith(MAIL):
        name, _, domain = target.removeprefix(MAIL).rpartition("@")
        return f"{name[:1]}…@{domain}"
    parts = urlsplit(target)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/…"


def checked_webhook(url: str) -> str:
    """SettingsWrong for what cannot be the address of a webhook."""
    try:
        parts = urlsplit(url)
        whole = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port)
    except ValueError:
        whole = False
        parts = urlsplit("")
    if not whole or any(c.isspace() or not c.isprintable() for c in url) or not url.isascii():
        raise SettingsWrong("L’adresse d’un webhook a la forme https://hôte/chemin.")
    if parts.username or parts.password:
        raise SettingsWrong("L’adresse d’un webhook ne contient ni utilisateur ni mot de passe.")
    return url


def reason(error: object) -> str:
    """Why nobody answers, in a few French words."""
    if isinstance(error, TimeoutError):
        return "délai dépassé"
    if isinstance(error, ConnectionRefusedError):
        return "connexion refusée"
    if isinstance(error, socket.gaierror | UnicodeError):
        return "nom d’hôte inconnu"
    return error.strerror if isinstance(error, OSError) and error.strerror else "connexion interrompue"


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
