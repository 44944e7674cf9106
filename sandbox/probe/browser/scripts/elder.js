// Elder mode: large text, room between lines, large targets, nothing that moves.
(() => {
  const TARGETS = 'a[href], button, summary, select, textarea, [role=button], input:not([type=hidden])';
  const MOST = 20;
  const inText = (e) => getComputedStyle(e).display === 'inline'
    && citizen.clean(e.parentElement.textContent, 1000) !== citizen.clean(e.textContent, 1000);
  const offstage = (e) => { const box = e.getBoundingClientRect(); return box.right <= 0 || box.width <= 1 || box.height <= 1; };

  const height = (e) => {
    const own = e.getBoundingClientRect().height;
    if (!e.matches('[type=radio], [type=checkbox]')) return own;
    return Math.max(own, ...[...(e.labels || [])].map((label) => label.getBoundingClientRect().height));
  };
  citizen.smallText = () => {
    const found = [];
    for (const e of document.querySelectorAll('body *')) {
      if (found.length >= MOST) break;
      const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
      if (!own && !e.matches('input:not([type=hidden], [type=radio], [type=checkbox]), select, textarea')) continue;
      if (e.closest('svg, script, style, noscript, option') || !citizen.shown(e) || offstage(e)) continue;
      const style = getComputedStyle(e), size = parseFloat(style.fontSize), line = parseFloat(style.lineHeight);
      if (size < 17.95) found.push({what: 'text', value: size, html: citizen.html(e)});
      else if (own && !e.closest('button, [role=button]') && (style.lineHeight === 'normal' || line / size < 1.495)) {
        found.push({what: 'line', value: style.lineHeight === 'normal' ? 0 : line / size, html: citizen.html(e)});
      }
    }
    return found;
  };
  citizen.smallTargets = () => {
    const found = [], main = citizen.button();
    for (const e of document.querySelectorAll(TARGETS)) {
      if (found.length >= MOST) break;
      if (!citizen.shown(e) || offstage(e) || inText(e)) continue;
      const least = e === main ? 60 : 44, is = height(e);
      if (is < least - 0.5) found.push({what: e === main ? 'action' : 'target', value: is, html: citizen.html(e)});
    }
    return found;
  };
  citizen.moving = () => {
    const found = document.getAnimations().filter((a) => a.playState === 'running' && a.effect && a.effect.target);
    const old = [...document.querySelectorAll('marquee, blink, video[autoplay]')].filter(citizen.shown);
    return [...found.map((a) => a.effect.target), ...old].slice(0, 5).map(citizen.html);
  };
})();
