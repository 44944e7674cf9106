// Fills in a form as a person would who has the answers at hand.
(() => {
  const plain = (text) => (text || '').toLowerCase().replace(/[\s_-]/g, '');
  const USUAL = {date: '2026-01-01', 'datetime-local': '2026-01-01T09:00', month: '2026-01', week: '2026-W01', time: '09:00',
    email: 'resident@example.com', url: 'https://example.com/', color: '#000000'};

  const labels = (e) => {
    const legend = e.closest('fieldset') && e.closest('fieldset').querySelector('legend');
    const own = [...(e.labels || [])].map((label) => label.textContent);
    return plain([...own, legend && e.type === 'radio' ? legend.textContent : '', e.getAttribute('aria-label'), e.getAttribute('placeholder')].join(' '));
  };
  const answer = (e, answers) => {
    const name = plain(e.getAttribute('name')), id = plain(e.id);
    const complete = (e.getAttribute('autocomplete') || '').toLowerCase().split(/\s+/);
    const text = labels(e);
    let best = null, most = 0;
    for (const each of answers) {
      const known = plain(each.name);
      const score = name === known || id === known ? 4
        : each.autocomplete.some((word) => complete.includes(word)) ? 3
        : each.titles.some((title) => title && text.includes(plain(title))) ? 2
        : each.types.includes(e.type) ? 1 : 0;
      if (score > most) { best = each; most = score; }
    }
    return best && String(best.value);
  };
  const usual = (e) => {
    if (e.type === 'number' || e.type === 'range') return e.min || '1';
    return USUAL[e.type] || '测试';
  };
  const matches = (option, value) => value !== null && (option.value === value || citizen.clean(option.label) === value);
  const wrong = (e) => e.getAttribute('aria-invalid') === 'true';

  // What is still to be filled in: [{element, kind, value}].
  citizen.todo = (answers) => {
    const left = [], groups = new Set();
    for (const e of citizen.fields()) {
      const value = answer(e, answers);
      if (e.type === 'radio') {
        const key = e.getAttribute('name');
        if (groups.has(key)) continue;
        groups.add(key);
        const all = citizen.fields().filter((r) => r.type === 'radio' && r.getAttribute('name') === key);
        const wanted = all.find((r) => r.value === value) || all[0];
        if (!all.some((r) => r.checked)) left.push({element: wanted, kind: 'radio', value: wanted.value});
      } else if (e.type === 'checkbox') {
        if (!e.checked && value !== 'false') left.push({element: e, kind: 'checkbox', value: 'on'});
      } else if (e.tagName === 'SELECT') {
        if (e.value) continue;
        const option = [...e.options].find((o) => matches(o, value)) || [...e.options].find((o) => o.value && !o.disabled);
        if (option) left.push({element: e, kind: 'select', value: option.value});
      } else if (!e.value || wrong(e)) left.push({element: e, kind: 'text', value: value === null ? usual(e) : value});
    }
    return left;
  };
  citizen.unfilled = (answers) => citizen.todo(answers).length;
  citizen.set = (e, value) => {
    e.value = value;
    e.dispatchEvent(new InputEvent('input', {bubbles: true}));
    e.dispatchEvent(new Event('change', {bubbles: true}));
  };
  citizen.fill = (answers) => {
    const todo = citizen.todo(answers);
    for (const {element, kind, value} of todo) {
      if (kind === 'radio' || kind === 'checkbox') element.click();
      else citizen.set(element, value);
    }
    return todo.length;
  };
})();
