// Runs axe and keeps what a report can show of it.
citizen.axe = async (options) => {
  const cut = (value, most) => String(value === undefined || value === null ? '' : value).slice(0, most);
  const found = await axe.run(document, options);
  return found.violations.slice(0, 20).map((each) => ({
    rule: cut(each.id, 60), impact: cut(each.impact, 20), help: cut(each.help, 200), count: each.nodes.length,
    places: each.nodes.slice(0, 3).map((node) => ({html: cut(node.html, 300), target: cut(node.target, 200)})),
  }));
};
