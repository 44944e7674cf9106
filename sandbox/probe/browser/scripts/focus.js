// What the keyboard meets: where the focus is, whether it can be seen, and what a person does there.
(() => {
  const STOPS = 'a[href], area[href], button, input:not([type=hidden]), select, textarea, summary, iframe, [tabindex], [contenteditable=true]';
  let before = new Map(), stops = [], met = new Set();

  const clear = (colour) => /^rgba\(.*, 0\)$/.test(colour) || colour === 'transparent';
  const look = (e) => {
    if (!e) return '';
    const s = getComputedStyle(e);
    const outline = s.outlineStyle === 'none' || parseFloat(s.outlineWidth) < 1 || clear(s.outlineColor) ? '' : `${s.outlineStyle} ${s.outlineWidth} ${s.outlineColor}`;
    return [outline, s.boxShadow, s.borderTopWidth, s.borderBottomWidth, s.borderTopColor, s.borderBottomColor, s.backgroundColor,
      s.color, s.textDecorationLine, s.transform].join('|');
  };
  const around = (e) => [e, e.parentElement, e.nextElementSibling, e.labels && e.labels[0]].map(look).join('\n');
  const group = (e) => (e.type === 'radio' && e.getAttribute('name') ? `radio ${e.getAttribute('name')}` : e);

  citizen.begin = () => {
    if (document.activeElement) document.activeElement.blur();
    stops = [...document.querySelectorAll(STOPS)].filter((e) => citizen.shown(e) && !e.disabled && e.tabIndex >= 0 && !e.closest('[inert]'));
    before = new Map(stops.map((e) => [e, around(e)]));
    met = new Set();
  };
  const task = (e, answers) => {
    const mine = citizen.todo(answers).find((each) => each.element === e || (each.kind === 'radio' && e.type === 'radio' && group(each.element) === group(e)));
    return mine ? {kind: mine.kind, value: mine.value, typed: mine.kind === 'text' && !(e.type in {date: 1, month: 1, week: 1, time: 1, 'datetime-local': 1, color: 1, range: 1})} : null;
  };
  citizen.focus = (answers) => {
    const e = document.activeElement;
    if (!e || e === document.body || e === document.documentElement) return null;
    const again = met.has(group(e));
    met.add(group(e));
    const box = e.getBoundingClientRect();
    return {
      again,
      visible: !before.has(e) || around(e) !== before.get(e),
      html: citizen.html(e),
      carries: e === citizen.button(),
      inMain: citizen.main().contains(e),
      first: e.tabIndex > 0,
      box: {x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height},
      task: task(e, answers),
    };
  };
  citizen.unmet = () => stops.filter((e) => e.isConnected && citizen.shown(e) && !met.has(group(e))).slice(0, 10).map(citizen.html);
  let left = null;
  citizen.unfocus = () => { left = document.activeElement; if (left) left.blur(); };
  citizen.refocus = () => { if (left) left.focus({preventScroll: true}); };
  citizen.value = () => { const e = document.activeElement; return e && 'value' in e ? e.value : ''; };
  citizen.checked = () => !!document.activeElement && document.activeElement.checked === true;
  citizen.setHere = (value) => citizen.set(document.activeElement, value);
})();
