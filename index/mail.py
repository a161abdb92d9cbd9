"""Alerts by e-mail: the server's settings come from the environment, and what it answers becomes one French sentence.

`VIGIE_SMTP_HOST` (with `:port` if it is not the usual one), `VIGIE_SMTP_FROM`, `VIGIE_SMTP_TLS` (`starttls`, the
default; `tls`, from the first byte; `none`, for a server of this machine), `VIGIE_SMTP_USER` and `VIGIE_SMTP_PASSWORD`.
Neither of the last two is ever part of a message or a log.
"""

from __future__ import annotations

import os
import re
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from index import messages
from index.saved import Sending
from index.targets import SettingsWrong, Undelivered, is_loopback, reason

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_SECONDS = 30.0
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")


@dataclass(frozen=True, slots=True)
class MailServer:
    host: str
    port: int
    tls: str
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)

    @staticmethod
    def of(environment: Mapping[str, str] = os.environ) -> MailServer:
        """SettingsWrong when the environment does not tell enough, or tells the impossible."""
        given = {name: environment.get(f"VIGIE_SMTP_{name}", "").strip() for name in ("HOST", "FROM", "TLS", "USER")}
        if missing := [f"VIGIE_SMTP_{name}" for name in ("HOST", "FROM") if not given[name]]:
            raise SettingsWrong(f"Pour envoyer des courriels, il manque {' et '.join(missing)}.")
        tls = given["TLS"].lower() or "starttls"
        if tls not in _PORTS:
            raise SettingsWrong("VIGIE_SMTP_TLS vaut starttls, tls ou none.")
        if not is_address(parseaddr(given["FROM"])[1]):
            raise SettingsWrong("VIGIE_SMTP_FROM n’est pas une adresse électronique.")
        host, port = _host(given["HOST"], _PORTS[tls])
        password = environment.get("VIGIE_SMTP_PASSWORD", "")
        if bool(given["USER"]) != bool(password):
            raise SettingsWrong("VIGIE_SMTP_USER et VIGIE_SMTP_PASSWORD vont ensemble : l’un des deux manque.")
        if password and tls == "none" and not is_loopback(host):
            raise SettingsWrong(f"Le mot de passe partirait en clair vers {host} : choisissez starttls ou tls.")
        return MailServer(host, port, tls, given["FROM"], given["USER"], password)

    def send(self, sending: Sending, base: str | None) -> None:
        """One message to the sending's target. Undelivered, with the reason, when the server did not take it."""
        message = written(sending, self.sender, base)
        try:
            with self._connected() as server:
                server.send_message(message)
        except smtplib.SMTPAuthenticationError as error:
            raise Undelivered(f"{self} refuse l’identification ({error.smtp_code})", all_of_host=True) from None
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            raise Undelivered(f"{self} refuse le destinataire ({code} {_plain(words)})") from None
        except smtplib.SMTPResponseException as error:
            raise Undelivered(f"{self} refuse le message ({error.smtp_code} {_plain(error.smtp_error)})") from None
        except smtplib.SMTPNotSupportedError:
            raise Undelivered(
                f"{self} n’offre pas ce que demandent les réglages (STARTTLS ou identification)", all_of_host=True
            ) from None
        except ssl.SSLCertVerificationError:
            raise Undelivered(f"le certificat de {self} n’est pas reconnu", all_of_host=True) from None
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            raise Undelivered(f"{self} ne répond pas ({reason(error)})", all_of_host=True) from None

    def _connected(self) -> smtplib.SMTP:
        if self.tls == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=_SECONDS, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=_SECONDS)
        try:
            if self.tls == "starttls":
                server.starttls(context=ssl.create_default_context())
            if self.password:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server

    def __str__(self) -> str:
        return f"le serveur de courriel {self.host}:{self.port}"


def written(sending: Sending, sender: str, base: str | None) -> EmailMessage:
    """The message; its `Message-ID` is the same however often it is sent, so that a copy can be told."""
    name, address = parseaddr(sender)
    to = sending.target.removeprefix("mailto:")
    message = EmailMessage(policy=SMTP)
    message["Subject"] = messages.subject(sending)
    message["From"] = Address(name or "Vigie", addr_spec=address)
    message["To"] = Address(addr_spec=to)
    message["Date"] = format_datetime(sending.made)
    message["Message-ID"] = f"<{sending.id}.vigie@{address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(messages.body(sending, base), charset="utf-8")
    return message


def is_address(text: str) -> bool:
    if len(text) > 254 or not text.isascii() or not _ADDRESS.fullmatch(text):
        return False
    try:
        return Address(addr_spec=text).addr_spec == text
    except ValueError:
        return False


def _host(text: str, usual: int) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or host.endswith(":") or (":" in host and not host.startswith("[")):
        return text.strip("[]"), usual
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise SettingsWrong("Le port de VIGIE_SMTP_HOST n’est pas un nombre de 1 à 65535.")
    return host.strip("[]"), int(port)


def _plain(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:120]
