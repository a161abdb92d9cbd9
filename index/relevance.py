"""How hits are ranked, alike in every store: by where the words stand, then by date.

A word that names the incident weighs more than one in a title, and that one more than one in the text; of several
places the best counts, and the words of a search add up. No statistics of the store come in, so that the same
incidents come in the same order in SQLite and in Elasticsearch, and adding an article moves no other.
"""

from __future__ import annotations

# The fields of `index.searchable` in which folded words and stems are looked for, each with its weight.
FOLDED = {"names": 10.0, "titles": 6.0, "body": 1.0}
STEMS = {"labels": 4.0, "titles_stem": 5.0, "body_stem": 1.0}
