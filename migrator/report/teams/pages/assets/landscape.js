"use strict";
// The picture of what runs.

/** What runs, and who asks whom. */
function landscapePicture(holder, found) {
  const style = () => [
    { selector: "node", style: { shape: "round-rectangle", width: "data(w)", height: "data(h)", label: "data(label)", "text-wrap": "wrap", "text-valign": "center", color: color("ink"), "font-size": 13, "font-family": "system-ui, sans-serif", "background-color": color("box"), "border-width": 1.5, "border-color": color("same") } },
    { selector: ".external", style: { "border-style": "dashed", "background-opacity": 0.4 } },
    { selector: ".stores", style: { shape: "barrel" } },
    { selector: "edge", style: { "curve-style": "bezier", width: 1.5, "line-color": color("same"), "target-arrow-color": color("same"), "target-arrow-shape": "triangle" } },
  ];
  const kinds = { database: "stores", cache: "stores", broker: "stores", external: "external" };
  const own = found.workloads.filter(([, kind]) => kind !== "external").map(([name, kind]) => ({ name, kind, lines: name === kind ? [name] : [name, kind], asks: new Set() }));
  const nodes = new Map(own.map((one) => [one.name, one]));
  const others = new Map();
  for (const [source, target] of found.links) {
    if (!nodes.has(source)) continue;
    if (nodes.has(target)) nodes.get(source).asks.add(target);
    else others.set(source, [...(others.get(source) ?? []), target]);
  }
  // What belongs to others is one node for each who asks it.
  for (const [source, targets] of others) {
    const name = `others of ${source}`;
    const lines = targets.length > 7 ? [...targets.slice(0, 6), `and ${targets.length - 6} more`] : targets;
    nodes.set(name, { name, kind: "external", lines, asks: new Set() });
    nodes.get(source).asks.add(name);
  }
  const elements = inRows([...nodes.values()]).map(({ name, kind, lines, w, h, x, y }) => ({ data: { id: name, label: lines.join("\n"), w, h }, classes: kinds[kind] ?? "", position: { x, y } }));
  for (const { name, asks } of nodes.values()) for (const target of asks) if (target !== name) elements.push({ data: { id: `${name}\n${target}`, source: name, target } });
  const cy = cytoscape({ container: holder, elements, style: style(), layout: { name: "preset", padding: 16 }, maxZoom: 1.15, userZoomingEnabled: false, userPanningEnabled: false, autoungrabify: true, boxSelectionEnabled: false });
  const fit = () => (cy.resize(), cy.fit(undefined, 16));
  new ResizeObserver(fit).observe(holder);
  return { cy, restyle: () => cy.style(style()) };
}

/** Who is asked stands below who asks; those that nobody asks and that ask nobody come last. */
function inRows(nodes) {
  const asked = new Map(nodes.map((one) => [one.name, nodes.filter((other) => other.asks.has(one.name) && other !== one)]));
  const alone = (one) => !asked.get(one.name).length && !one.asks.size;
  const rank = new Map();
  const depth = (one, seen = []) => {
    if (seen.includes(one)) return 0;
    if (!rank.has(one)) rank.set(one, Math.max(0, ...asked.get(one.name).map((other) => depth(other, [...seen, one]) + 1)));
    return rank.get(one);
  };
  for (const one of nodes) depth(one);
  const rows = [];
  for (const one of nodes) {
    one.w = Math.max(74, 7.6 * Math.max(...one.lines.map((line) => line.length)) + 24);
    one.h = 17 * one.lines.length + 16;
    const row = alone(one) ? Math.max(...rank.values()) + 1 : rank.get(one);
    (rows[row] ??= []).push(one);
  }
  let y = 0;
  for (const row of rows.filter(Boolean)) {
    const middle = (one) => {
      const above = asked.get(one.name).filter((other) => other.x !== undefined);
      return above.length ? above.reduce((sum, other) => sum + other.x, 0) / above.length : 0;
    };
    row.sort((a, b) => middle(a) - middle(b));
    const wide = row.reduce((sum, one) => sum + one.w + 34, -34), tall = Math.max(...row.map((one) => one.h));
    let x = -wide / 2;
    for (const one of row) {
      one.x = x + one.w / 2;
      one.y = y + tall / 2;
      x += one.w + 34;
    }
    y += tall + 54;
  }
  return nodes;
}
