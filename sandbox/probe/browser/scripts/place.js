// What a page is and how it goes on. Runs in a world of ours; nothing of the page's scripts is called.
globalThis.citizen = globalThis.citizen || {};
(() => {
  const BACKWARD = /返回|取消|退出|上一步|重置|清空|修改|刷新|打印|back|cancel|previous|log ?out|sign ?out|reset|change|refresh|print|english|中文/i;
  const FORWARD = /继续|下一步|提交|确认|确定|开始|同意|办理|申领|continue|next|submit|confirm|start|agree|apply|send/i;
  const BUTTONS = 'button, input[type=submit], input[type=button], input[type=image], [role=button]';
  const ASIDE = 'header, nav, footer, aside, [role=search], [role=navigation], [role=banner], [role=contentinfo]';
  const MOST_ELEMENTS = 20000;

  citizen.clean = (text, most = 200) => (text || '').replace(/\s+/g, ' ').trim().slice(0, most);
  citizen.shown = (e) => e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length > 0;
  citizen.main = () => document.querySelector('main, [role=main]') || document.body;
  citizen.words = (e) => citizen.clean(e.innerText || e.getAttribute('value') || e.getAttribute('aria-label') || e.getAttribute('alt') || e.getAttribute('title'));
  citizen.html = (e) => citizen.clean(e.outerHTML, 200);
  citizen.fields = () => [...document.querySelectorAll('input, select, textarea')].filter((e) =>
    !e.disabled && !e.readOnly && !['hidden', 'submit', 'button', 'image', 'reset', 'file'].includes(e.getAttribute('type'))
    && !e.closest(ASIDE) && citizen.shown(e.labels && e.labels.length && e.matches('[type=radio], [type=checkbox]') ? e.labels[0] : e));

  citizen.place = () => {
    const heading = citizen.main().querySelector('h1, h2') || document.querySelector('h1, h2');
    return {
      path: location.pathname.slice(0, 200),
      title: citizen.clean(document.title),
      heading: heading ? citizen.clean(heading.textContent) : '',
      controls: Math.min(document.querySelectorAll('input, select, textarea, button').length, 10000),
      faults: Math.min(document.querySelectorAll('[aria-invalid=true], [role=alert]').length, 1000),
      empty: !citizen.clean(document.body ? document.body.innerText : ''),
    };
  };
  citizen.tooLarge = () => document.getElementsByTagName('*').length > MOST_ELEMENTS;
  citizen.text = () => citizen.clean(citizen.main().innerText, 3500);

  // The button that carries a citizen on, or null.
  citizen.button = () => {
    const rank = (e) => {
      const form = e.closest('form');
      const submits = form && (e.type === 'submit' || e.type === 'image');
      const full = form && form.querySelector('input:not([type=hidden]), select, textarea');
      return (submits ? 4 : 0) + (FORWARD.test(citizen.words(e)) ? 2 : 0) + (full ? 1 : 0);
    };
    let best = null;
    for (const e of citizen.main().querySelectorAll(BUTTONS)) {
      if (!citizen.shown(e) || e.disabled || e.getAttribute('aria-disabled') === 'true' || e.closest(ASIDE)) continue;
      if (BACKWARD.test(citizen.words(e)) || rank(e) < 2) continue;
      if (!best || rank(e) > rank(best)) best = e;
    }
    return best;
  };
  const point = (e) => {
    e.scrollIntoView({block: 'center', inline: 'nearest', behavior: 'instant'});
    const box = e.getBoundingClientRect();
    const x = box.left + box.width / 2, y = box.top + box.height / 2;
    const hit = document.elementFromPoint(x, y);
    return {x, y, words: citizen.words(e), covered: !hit || !(hit === e || e.contains(hit) || hit.contains(e))};
  };
  citizen.onward = () => { const e = citizen.button(); return e && point(e); };
  // A link inside the main part to a page of the app that was not seen yet.
  citizen.link = (seen) => {
    for (const e of citizen.main().querySelectorAll('a[href]')) {
      const to = new URL(e.href, location.href);
      if (to.origin !== location.origin || seen.includes(to.pathname) || !citizen.shown(e)) continue;
      if (e.hasAttribute('download') || e.getAttribute('target') || e.closest(ASIDE)) continue;
      if (/返回|退出|back|log ?out|sign ?out/i.test(citizen.words(e))) continue;
      return point(e);
    }
    return null;
  };
  // Whether the browser itself holds the form back because a field is not valid.
  citizen.held = () => {
    const button = citizen.button(), form = button && button.closest('form');
    return !!form && !form.hasAttribute('novalidate') && !button.hasAttribute('formnovalidate') && !!form.querySelector(':invalid');
  };
  citizen.lost = (width) => {
    const root = document.documentElement;
    const hidden = [root, document.body].some((e) => ['hidden', 'clip'].includes(getComputedStyle(e).overflowX));
    if (root.scrollWidth > root.clientWidth + 1) return 'sideways';
    if (!hidden) return '';
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let n = 0; texts.nextNode() && n < 5000; n += 1) {
      const e = texts.currentNode.parentElement;
      if (!citizen.clean(texts.currentNode.data) || !citizen.shown(e)) continue;
      const box = e.getBoundingClientRect();
      if (box.left < width && box.right > width + 2 && box.width > 1) return 'cut';
    }
    return '';
  };
  citizen.narrow = () => {
    const meta = document.querySelector('meta[name=viewport]');
    return !!meta && /width\s*=\s*device-width/i.test(meta.getAttribute('content') || '');
  };
})();
