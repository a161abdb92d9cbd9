"""How a sentence begins that sets another case beside the article's own."""

from __future__ import annotations

import re

# « C'était le cas de l'hôpital de X, dont … », « Autre exemple, … », « On se souvient de … »
OPENS_COMPARISON = re.compile(
    r"(?:[-–—•]\s?)?(?:[Cc]['’](?:est|était|fut|avait été)\s(?:(?:déjà|aussi|notamment|également|ainsi|par exemple|encore)\s)?(?:le cas|ce qui (?:est|était) arrivé|"
    r"ce qu['’](?:a|avait|ont)\b)|(?:Un )?[Aa]utres?\s(?:cas|exemples?|victimes?|précédents?|cibles?)\b|[Mm]ême\s(?:sort|scénario|mésaventure|histoire|chose)\b|"
    r"[Aa]vant (?:lui|elle|eux|elles|cela|ça)\b|[Dd]ernier exemple|[Pp]récédent\b|[Oo]n se souvient|[Pp]our mémoire|[Ll]e précédent|[Àà] l['’](?:image|instar)|[Cc]omme (?:celui|celle|ceux)\b)"
)
