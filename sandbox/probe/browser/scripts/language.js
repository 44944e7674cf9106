// In which language a page speaks: letters counted outside parts that declare another language, and each label alone.
(() => {
  const LABELS = 'button, a[href], label, legend, summary, h1, h2, h3, h4, option, th, dt, input[type=submit], input[type=button]';
  const HAN = /\p{Script=Han}/gu, LATIN = /\p{Script=Latin}{2,}/gu, CODE = /[\d@/:.]/;
  const primary = (tag) => (tag || '').toLowerCase().split('-')[0];
  const count = (text, pattern) => (text.match(pattern) || []).length;

  citizen.language = (expected) => {
    const root = document.documentElement, declared = root.getAttribute('lang') || '';
    const elsewhere = (e) => {
      const part = e.closest('[lang]');
      return !!part && part !== root && primary(part.getAttribute('lang')) !== expected;
    };
    let han = 0, latin = 0;
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let n = 0; texts.nextNode() && n < 20000; n += 1) {
      const e = texts.currentNode.parentElement;
      if (!e || e.closest('script, style, noscript, template') || elsewhere(e) || !citizen.shown(e)) continue;
      han += count(texts.currentNode.data, HAN);
      latin += count(texts.currentNode.data, LATIN);
    }
    const foreign = (text) => expected === 'zh'
      ? !count(text, HAN) && count(text, /\p{Script=Latin}{3,}/gu) > 0 && !CODE.test(text)
      : count(text, HAN) > 0;
    const strays = [];
    if (foreign(document.title)) strays.push(citizen.clean(`<title> ${document.title}`));
    for (const e of document.querySelectorAll(LABELS)) {
      if (strays.length >= 10) break;
      if (elsewhere(e) || !(e.tagName === 'OPTION' || citizen.shown(e))) continue;
      const text = citizen.clean(e.tagName === 'OPTION' ? e.label : citizen.words(e));
      if (text && foreign(text) && ![...e.querySelectorAll('[lang]')].some((part) => citizen.clean(part.textContent) === text)) {
        strays.push(text.slice(0, 80));
      }
    }
    return {declared: declared.slice(0, 40), han, latin, strays};
  };
})();
