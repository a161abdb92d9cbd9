/* Streamlit's own few English words, in French as soon as they appear. Only whole texts and labels are compared. */
(() => {
  const words = {
    "No results": "Aucun résultat", "No options to select": "Rien à choisir", "Select all": "Tout choisir",
    "Clear all": "Tout effacer", "Clear value": "Effacer", "Running...": "Chargement…", "Stop": "Arrêter",
    "Connecting": "Connexion…", "Connection error": "Connexion perdue", "Close": "Fermer", "Open": "Ouvrir",
    "Please wait...": "Un instant…", "Copy to clipboard": "Copier", "Copied": "Copié",
    "Fullscreen": "Plein écran", "Close fullscreen": "Quitter le plein écran", "Zoom in": "Zoom avant",
    "Zoom out": "Zoom arrière", "Reset bearing to north": "Remettre le nord en haut", "Map": "Carte",
    "Previous page": "Page précédente", "Next page": "Page suivante", "Go to previous page": "Page précédente",
    "Go to next page": "Page suivante", "Pagination": "Pages de résultats", "Previous": "Précédent", "Next": "Suivant",
    "Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:":
      "Vigie ne répond plus. Si vous l’avez arrêtée, relancez-la dans votre terminal :",
    "Expand sidebar": "Ouvrir les filtres", "Collapse sidebar": "Fermer les filtres", "Sidebar": "Filtres",
    "Main menu": "Menu", "Page not found": "Page introuvable",
    "The page that you have requested does not seem to exist. Running the app's main page.":
      "Aucune page de Vigie n’est à cette adresse : voici l’accueil.",
    "Link to heading": "Lien vers ce titre", "Skip to main content": "Aller au contenu"
  };
  const patterns = [
    [/^(?:Go to )?[Pp]age (\d+)$/, "Page $1"], [/^Fullscreen: (.+)$/, "Plein écran : $1"], [/^Remove (.+)$/, "Retirer $1"],
    [/^Selected (.*)\. (.*)$/, "Choisi : $1. $2"], [/^(\d+) selected$/, "$1 choisis"]
  ];
  const put = (text) => {
    const key = text.trim();
    if (words[key]) return text.replace(key, words[key]);
    for (const [from, to] of patterns) if (from.test(key)) { const fr = key.replace(from, to); if (fr !== key) return fr; }
    return null;
  };
  const mend = (node) => {
    if (node.nodeType === 3) { const fr = put(node.data); if (fr !== null && fr !== node.data) node.data = fr; return; }
    if (node.nodeType !== 1) return;
    for (const name of ["aria-label", "title", "placeholder"]) {
      const value = node.getAttribute(name);
      const fr = value && put(value);
      if (fr && fr !== value) node.setAttribute(name, fr);
    }
    node.childNodes.forEach(mend);
  };
  new MutationObserver((changes) => changes.forEach((c) => {
    if (c.type === "childList") c.addedNodes.forEach(mend); else mend(c.target);
  })).observe(document, { subtree: true, childList: true, characterData: true, attributes: true,
    attributeFilter: ["aria-label", "title", "placeholder"] });
})();
