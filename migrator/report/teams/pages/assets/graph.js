"use strict";
// The map: boxes and files by Cytoscape.js, thousands of plain references as lines on a canvas above it.
const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const FONT = [0, 22, 16, 12, 11];
const STATES = { moved: "moved", created: "new", edited: "edited in place", deleted: "gone", same: "as before" };

class FileMap {
  constructor(holder, data, selected) {
    this.holder = holder;
    this.data = data;
    this.selected = selected;
    this.side = "before";
    this.shown = () => true;
    this.flags = { edges: false, cycles: false, crossed: false };
    this.layouts = {};
    this.neighbours = {};
    this.cy = cytoscape({ container: holder, style: this.style(), layout: { name: "preset" }, minZoom: 0.02, maxZoom: 6, boxSelectionEnabled: false, autoungrabify: true });
    this.lines = document.createElement("canvas");
    this.lines.className = "lines";
    holder.append(this.lines);
    this.cy.on("tap", (event) => (event.target === this.cy ? this.select(null) : event.target.isNode() && this.select(event.target.id())));
    this.cy.on("viewport resize", () => this.places && this.draw());
    this.cy.on("mouseover", "node", (event) => (holder.title = event.target.data("path")));
    this.cy.on("mouseout", "node", () => (holder.title = ""));
    new ResizeObserver(() => this.places && this.draw()).observe(holder);
  }

  style() {
    const ink = color("ink"), line = color("line"), accent = color("accent"), font = "system-ui, sans-serif";
    return [
      { selector: ".box", style: { shape: "round-rectangle", width: "data(w)", height: "data(h)", "background-color": color("box"), "background-opacity": "data(fill)", "border-width": "data(border)", "border-color": line, label: "data(label)", color: ink, "font-size": "data(font)", "font-weight": "data(weight)", "font-family": font, "text-valign": "top", "text-halign": "center", "text-margin-y": "data(down)", "text-wrap": "ellipsis", "text-max-width": "data(w)", "min-zoomed-font-size": 8, "z-index": 0, "z-index-compare": "manual", "overlay-opacity": 0 } },
      { selector: ".file", style: { shape: "round-rectangle", width: 10, height: 10, "background-color": "data(color)", "z-index": 2, "z-index-compare": "manual", "overlay-opacity": 0 } },
      { selector: ".unit", style: { "curve-style": "bezier", "source-endpoint": "inside-to-node", width: "data(width)", "line-color": color("same"), "target-arrow-shape": "triangle", "target-arrow-color": color("same"), "arrow-scale": 1.1, opacity: 0.55, "z-index": 1, "z-index-compare": "manual", "overlay-opacity": 0, events: "no" } },
      { selector: ".unit.crossing", style: { "line-color": color("deleted"), "target-arrow-color": color("deleted"), opacity: 0.9 } },
      { selector: ".ref", style: { "curve-style": "straight", width: 1.6, "target-arrow-shape": "triangle", "arrow-scale": 0.7, "z-index": 3, "z-index-compare": "manual", events: "no" } },
      { selector: ".way", style: { "curve-style": "bezier", "source-endpoint": "inside-to-node", width: "data(width)", "arrow-scale": 1 } },
      { selector: ".out", style: { "line-color": accent, "target-arrow-color": accent } },
      { selector: ".in", style: { "line-color": color("edited"), "target-arrow-color": color("edited") } },
      { selector: "node.dim", style: { opacity: 0.13 } },
      { selector: "edge.dim", style: { opacity: 0.06 } },
      { selector: ".box.dim", style: { opacity: 0.45 } },
      { selector: ".hit", style: { "border-width": 3, "border-color": ink, opacity: 1 } },
      { selector: ".chosen", style: { "border-width": 4, "border-color": accent, opacity: 1 } },
      { selector: ".file.chosen", style: { "z-index": 4 } },
    ];
  }

  path(index) {
    return this.data.files[index][this.side === "before" ? 0 : 1];
  }

  layout() {
    if (!this.layouts[this.side]) {
      const entries = [];
      this.data.files.forEach((_, index) => this.path(index) && entries.push([this.path(index), index]));
      this.layouts[this.side] = Layout.of(entries);
    }
    return this.layouts[this.side];
  }

  /** The files that a file names, and those that name it. */
  near(index) {
    const known = (this.neighbours[this.side] ??= this.data[this.side].edges.reduce((found, end, at, edges) => {
      if (at % 2) {
        (found.out[edges[at - 1]] ??= []).push(end);
        (found.in[end] ??= []).push(edges[at - 1]);
      }
      return found;
    }, { out: {}, in: {} }));
    return { out: known.out[index] ?? [], in: known.in[index] ?? [] };
  }

  /** The directories that the files of a directory name, and those that name it: how often, each at the depth at which the directory is. */
  around(path) {
    const found = { out: new Map(), in: new Map() }, depth = path.split("/").length;
    const within = (index) => (path === "." ? !this.path(index).includes("/") : this.path(index).startsWith(`${path}/`));
    const place = (index) => {
      let parts = this.path(index).split("/").slice(0, -1).slice(0, depth);
      while (parts.length && this.cy.getElementById(`d:${parts.join("/")}`).empty()) parts = parts.slice(0, -1);
      return parts.join("/") || ".";
    };
    const { edges } = this.data[this.side];
    for (let at = 0; at < edges.length; at += 2) {
      const [from, to] = [within(edges[at]), within(edges[at + 1])];
      if (from === to) continue;
      const column = from ? found.out : found.in, other = place(edges[at + (from ? 1 : 0)]);
      column.set(other, (column.get(other) ?? 0) + 1);
    }
    return found;
  }

  show(side) {
    this.side = side;
    const { boxes, files } = this.layout();
    const found = [];
    const units = new Map();
    for (const box of boxes) {
      if (box.path === box.unit) units.set(box.unit, box);
      found.push({ group: "nodes", classes: "box", data: { id: `d:${box.path}`, path: box.path, label: box.name, w: box.w, h: box.h, font: FONT[box.depth] ?? 11, down: (FONT[box.depth] ?? 11) + 4, weight: box.depth <= 2 ? 600 : 400, fill: box.depth % 2 ? 1 : 0.45, border: box.path === box.unit ? 2 : 1 }, position: { x: box.left + box.w / 2, y: box.top + box.h / 2 } });
    }
    this.unitOf = {};
    this.places = {};
    for (const file of files) {
      const state = this.data.files[file.index][2];
      const position = { x: file.left, y: file.top };
      this.unitOf[file.index] = file.unit;
      this.places[file.index] = position;
      found.push({ group: "nodes", classes: "file", data: { id: `f:${file.index}`, index: file.index, path: file.path, state, color: color(state) }, position });
    }
    found.push(...this.between(units));
    this.cy.batch(() => {
      this.cy.elements().remove();
      this.cy.add(found);
    });
    this.filter(this.shown);
    this.fit();
  }

  /** References between units, together: one arrow a pair. */
  between(units) {
    const { edges, crossed } = this.data[this.side];
    const times = new Map();
    for (let at = 0; at < edges.length; at += 2) {
      const a = this.unitOf[edges[at]], b = this.unitOf[edges[at + 1]];
      if (a && b && a !== b && units.has(a) && units.has(b)) times.set(`${a}\n${b}`, (times.get(`${a}\n${b}`) ?? 0) + 1);
    }
    const red = new Set(crossed.map(([a, b]) => `${this.unitOf[a]}\n${this.unitOf[b]}`));
    this.pairs = times;
    return [...times].map(([key, count]) => {
      const [a, b] = key.split("\n");
      return { group: "edges", classes: red.has(key) ? "unit crossing" : "unit", data: { id: `u:${key}`, source: `d:${a}`, target: `d:${b}`, width: 1 + Math.log2(count + 1) / 1.7 } };
    });
  }

  filter(shown) {
    this.shown = shown;
    this.cy.batch(() => {
      const counts = {};
      this.cy.nodes(".file").forEach((node) => {
        const dim = !shown(node.data("index"));
        node.toggleClass("dim", dim);
        if (!dim) for (let path = node.data("path"); path; path = path.slice(0, Math.max(0, path.lastIndexOf("/")))) counts[path] = true;
      });
      this.cy.nodes(".box").forEach((node) => node.toggleClass("dim", node.data("path") !== "." && !counts[node.data("path")]));
    });
    this.draw();
  }

  select(id, center = false) {
    const cy = this.cy;
    cy.batch(() => {
      cy.edges(".ref").remove();
      cy.elements(".chosen").removeClass("chosen");
      cy.edges(".unit").removeClass("dim");
    });
    const node = id === null ? cy.collection() : cy.getElementById(id);
    this.chosen = node.empty() ? null : id;
    if (node.nonempty()) {
      node.addClass("chosen");
      if (node.hasClass("file")) this.rays(node.data("index"));
      else this.ways(node.data("path"));
      cy.edges(".unit").addClass("dim");
      if (center) this.bring(node);
    }
    this.selected(this.chosen, node);
  }

  /** Bring a file with its neighbours, or a directory, into view. */
  bring(node) {
    const duration = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 250;
    const eles = node.union(node.connectedEdges(".ref").connectedNodes());
    this.cy.animate(eles.length > 1 || node.hasClass("box") ? { fit: { eles, padding: 50 }, duration } : { center: { eles }, zoom: 1.2, duration });
  }

  rays(index) {
    const near = this.near(index);
    const rays = [...near.out.map((one) => [index, one, "out"]), ...near.in.map((one) => [one, index, "in"])].filter(([a, b]) => a in this.unitOf && b in this.unitOf);
    this.cy.add(rays.map(([a, b, way], at) => ({ group: "edges", classes: `ref ${way}`, data: { id: `r:${at}`, source: `f:${a}`, target: `f:${b}` } })));
  }

  ways(path) {
    const around = this.around(path), rays = [];
    for (const way of ["out", "in"]) {
      for (const [other, count] of around[way]) {
        if (this.cy.getElementById(`d:${other}`).empty() || path.startsWith(`${other}/`)) continue;
        const [source, target] = way === "out" ? [path, other] : [other, path];
        rays.push({ group: "edges", classes: `ref way ${way}`, data: { id: `r:${rays.length}`, width: 1 + Math.log2(count + 1) / 1.7, source: `d:${source}`, target: `d:${target}` } });
      }
    }
    this.cy.add(rays);
  }

  hits(indexes) {
    const wanted = new Set(indexes);
    this.cy.batch(() => this.cy.nodes(".file").forEach((node) => node.toggleClass("hit", wanted.has(node.data("index")))));
  }

  fit() {
    this.cy.fit(undefined, 16);
  }

  /** Lines that are too many to be elements. */
  draw() {
    const { clientWidth: width, clientHeight: height } = this.holder;
    const ratio = window.devicePixelRatio || 1;
    if (this.lines.width !== width * ratio || this.lines.height !== height * ratio) {
      this.lines.width = width * ratio;
      this.lines.height = height * ratio;
    }
    const pen = this.lines.getContext("2d");
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, this.lines.width, this.lines.height);
    const zoom = this.cy.zoom() * ratio, pan = this.cy.pan();
    pen.setTransform(zoom, 0, 0, zoom, pan.x * ratio, pan.y * ratio);
    const { edges, crossed, cycles } = this.data[this.side];
    if (this.flags.edges) {
      const pairs = [];
      for (let at = 0; at < edges.length; at += 2) if (this.shown(edges[at]) || this.shown(edges[at + 1])) pairs.push([edges[at], edges[at + 1]]);
      this.strokes(pen, pairs, color("accent"), 0.9 / zoom, Math.max(0.05, Math.min(0.3, 600 / pairs.length)));
    }
    if (this.flags.cycles) {
      const of = new Map(cycles.flatMap((cycle, at) => cycle.map((index) => [index, at])));
      const pairs = [];
      for (let at = 0; at < edges.length; at += 2) if (of.has(edges[at]) && of.get(edges[at]) === of.get(edges[at + 1])) pairs.push([edges[at], edges[at + 1]]);
      this.strokes(pen, pairs, color("edited"), 2 / zoom, 0.9);
    }
    if (this.flags.crossed) this.strokes(pen, crossed, color("deleted"), 2 / zoom, 0.9);
  }

  strokes(pen, pairs, ink, width, alpha) {
    pen.beginPath();
    for (const [a, b] of pairs) {
      const from = this.places[a], to = this.places[b];
      if (from && to) {
        pen.moveTo(from.x, from.y);
        pen.lineTo(to.x, to.y);
      }
    }
    pen.strokeStyle = ink;
    pen.lineWidth = width * (window.devicePixelRatio || 1);
    pen.globalAlpha = alpha;
    pen.stroke();
  }

  restyle() {
    this.cy.nodes(".file").forEach((node) => node.data("color", color(node.data("state"))));
    this.cy.style(this.style());
    this.draw();
  }
}
