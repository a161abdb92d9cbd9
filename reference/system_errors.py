"""What the operating system says of a file that cannot be read or written, in French."""

from __future__ import annotations

import errno

_SAID = {
    errno.ENOENT: "le fichier ou le dossier n'existe pas",
    errno.EACCES: "l'accès est refusé",
    errno.EPERM: "l'accès est refusé",
    errno.EROFS: "le disque est en lecture seule",
    errno.ENOSPC: "le disque est plein",
    errno.EDQUOT: "la place accordée sur le disque est épuisée",
    errno.EFBIG: "le fichier serait trop gros",
    errno.EISDIR: "c'est un dossier",
    errno.ENOTDIR: "une partie du chemin n'est pas un dossier",
    errno.ENAMETOOLONG: "le nom est trop long",
    errno.EIO: "le disque a refusé une lecture ou une écriture",
    errno.EADDRINUSE: "l'adresse est déjà prise",
    errno.ECONNREFUSED: "la connexion est refusée",
    errno.ECONNRESET: "la connexion a été interrompue",
    errno.ETIMEDOUT: "personne n'a répondu à temps",
    errno.EHOSTUNREACH: "la machine ne peut pas être jointe",
    errno.ENETUNREACH: "le réseau ne peut pas être joint",
}


def reason(error: BaseException) -> str:
    """Why, without a capital or a full stop; in the system's own words where ours lack."""
    if isinstance(error, OSError) and error.errno in _SAID:
        return _SAID[error.errno]
    told = error.strerror if isinstance(error, OSError) else None
    return (told or str(error) or type(error).__name__).rstrip(".")
