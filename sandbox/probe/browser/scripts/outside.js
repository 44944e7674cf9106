// What a page names that leads elsewhere without a request that could be caught: icons, hints, forms, pings, frames.
(() => {
  const NAMED = {'link[href]': 'href', 'form[action]': 'action', '[formaction]': 'formaction', 'a[ping]': 'ping'};
  const QUIET = /(^|\s)(icon|preconnect|dns-prefetch|prefetch|preload|prerender|manifest|stylesheet|apple-touch-icon)(\s|$)/i;
  citizen.outside = () => {
    const found = [];
    for (const [selector, name] of Object.entries(NAMED)) {
      for (const e of document.querySelectorAll(selector)) {
        if (name === 'href' && !QUIET.test(e.getAttribute('rel') || '')) continue;
        let to = null;
        try { to = new URL(e.getAttribute(name), document.baseURI); } catch { continue; }
        if (/^(https?|wss?):$/.test(to.protocol) && to.origin !== location.origin && found.length < 10) found.push(`${to.origin}${to.pathname}`.slice(0, 200));
      }
    }
    return found;
  };
})();
