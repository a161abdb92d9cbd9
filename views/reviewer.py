"""Who reviews, and whether they may: a local user gives a name; behind `st.login` a role is needed.

When `secrets.toml` has an `[auth]` section (OpenID Connect, see Streamlit), users sign in with their provider. Their
role is *relecture* when the provider's claim `roles` (or `groups`) holds it, or when `[vigie_roles]` names their
e-mail address under `relecture`; else *lecture*. `analyst()` checks it on each write, whatever the page shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit import config

from index.acting import ActRefused, Analyst
from index.store import Store

ROLE = "relecture"
NAME = "vg-reviewer"  # the session's key for a local user's name
_KEPT = "vg-reviewer-kept"  # Streamlit forgets what a widget held once another page is shown


@dataclass(frozen=True, slots=True)
class Reviewer:
    """`name` is what is kept with an act: never an e-mail address. `signed_in` is None where nobody has to."""

    name: str
    may_review: bool
    signed_in: bool | None = None


def reviewer() -> Reviewer:
    if not asks_to_sign_in():
        name = st.session_state[NAME] if NAME in st.session_state else st.session_state.get(_KEPT)
        return local(str(name or ""))
    if not st.secrets.load_if_toml_exists():
        return Reviewer("", False, False)
    return signed_in(st.user.to_dict(), _roles(), datetime.now(UTC))


def ask_name() -> None:
    """The box for a local user's name, holding the one given before."""
    st.session_state.setdefault(NAME, st.session_state.get(_KEPT, ""))
    label = "Votre nom, gardé avec chacun de vos actes (sans mot de passe)"
    st.text_input(label, key=NAME, max_chars=60, on_change=_keep)


def _keep() -> None:
    """Called before the page is drawn: a link clicked at once must not lose the name."""
    st.session_state[_KEPT] = st.session_state[NAME]


def local(name: str) -> Reviewer:
    return Reviewer(" ".join(name.split()), bool(name.strip()))


def signed_in(claims: Mapping[str, Any], roles: Mapping[str, Sequence[str]], now: datetime) -> Reviewer:
    """What a provider's claims and our own list allow. An identity that has expired allows nothing."""
    if not claims.get("is_logged_in"):
        return Reviewer("", False, False)
    expires = claims.get("exp")
    if isinstance(expires, int | float) and expires < now.timestamp():
        return Reviewer("", False, False)
    told = [claims.get("roles"), claims.get("groups")]
    held = {str(role) for one in told for role in ([one] if isinstance(one, str) else one or ())}
    address = str(claims.get("email") or "").casefold()
    named = address and claims.get("email_verified") is not False
    listed = {str(one).casefold() for one in roles.get(ROLE, ())}
    name = str(claims.get("name") or claims.get("preferred_username") or "").strip()
    if not name or "@" in name:
        name = f"compte {str(claims.get('sub') or '?')[:12]}"
    return Reviewer(name, ROLE in held or bool(named and address in listed), True)


def analyst(store: Store) -> Analyst:
    """The one who acts now. ActRefused without the role, or without a name."""
    who = reviewer()
    if not who.may_review:
        if who.signed_in is None:
            raise ActRefused("Dites votre nom avant d’agir : il est gardé avec chaque acte.")
        raise ActRefused("Votre compte n’a pas le rôle « relecture » : rien n’a été fait.")
    return Analyst(store, who.name)


def asks_to_sign_in() -> bool:
    """Whether `[auth]` is configured. A file of secrets that cannot be read counts as yes: it must open nothing."""
    if st.secrets.load_if_toml_exists():
        return "auth" in st.secrets
    return any(Path(file).exists() for file in config.get_option("secrets.files"))


def _roles() -> Mapping[str, Sequence[str]]:
    roles = st.secrets.get("vigie_roles", {})
    return {str(role): list(addresses) for role, addresses in dict(roles).items()}
