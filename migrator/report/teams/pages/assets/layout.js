"use strict";
// Where files are drawn: directories as boxes in boxes, files as squares in rows. The same paths always give the same picture.
const Layout = (() => {
  const CELL = 15, PAD = 9, GAP = 10, WIDE = 1.55, DEPTH = 4, FEW = 4;

  const folder = (name, path) => ({ name, path, folders: new Map(), files: [], count: 0 });

  function tree(entries) {
    const root = folder("", "");
    for (const [path, index] of entries) {
      let here = root;
      here.count++;
      for (const part of path.split("/").slice(0, -1)) {
        const below = here.path ? `${here.path}/${part}` : part;
        if (!here.folders.has(part)) here.folders.set(part, folder(part, below));
        here = here.folders.get(part);
        here.count++;
      }
      here.files.push([path, index]);
    }
    return root;
  }

  const everything = (here) => [...here.files, ...[...here.folders.values()].flatMap(everything)];

  // What holds little else than directories is no unit itself: apps, packages, services.
  const holds = (here) => here.folders.size > 0 && here.files.length <= here.count / 10 && here.count > 8 && here.path.split("/").length === 1;

  function simple(here, depth) {
    const folders = [...here.folders.values()].map((below) => {
      let one = below, name = below.name;
      while (!one.files.length && one.folders.size === 1 && depth >= 1) {
        one = [...one.folders.values()][0];
        name += `/${one.name}`;
      }
      return Object.assign({}, one, { name });
    });
    const kept = [], files = [...here.files];
    for (const one of folders) {
      if (depth > 0 && (depth >= DEPTH || one.count < FEW)) files.push(...everything(one));
      else kept.push(one);
    }
    files.sort(([a], [b]) => (a < b ? -1 : 1));
    kept.sort((a, b) => (a.path < b.path ? -1 : 1));
    return { folders: kept, files };
  }

  function packed(here, depth, unit, out) {
    const { folders, files } = simple(here, depth);
    const divides = depth === 0 || (depth === 1 && holds(here));
    const box = { path: here.path, name: here.name || "(root)", depth, unit, inner: [], w: 0, h: 0 };
    if (depth > 0) out.boxes.push(box);
    const items = folders.map((one) => packed(one, depth + 1, divides ? one.path : unit, out));
    if (files.length && depth === 0) {
      const own = { path: ".", name: "(root)", depth: 1, unit: ".", inner: [], w: 0, h: 0 };
      out.boxes.push(own);
      rows(own, [grid(files, ".", out)]);
      items.push(own);
    } else if (files.length) items.push(grid(files, unit, out));
    rows(box, items);
    return box;
  }

  function grid(files, unit, out) {
    const columns = Math.max(1, Math.ceil(Math.sqrt(files.length * WIDE)));
    const inner = files.map(([path, index], at) => {
      const file = { path, index, unit, x: (at % columns) * CELL + CELL / 2, y: Math.floor(at / columns) * CELL + CELL / 2 };
      out.files.push(file);
      return file;
    });
    return { inner, w: Math.min(columns, files.length) * CELL, h: Math.ceil(files.length / columns) * CELL };
  }

  const head = (depth) => [0, 30, 21, 15, 13][depth] ?? 13;

  // Shelves: the tallest first, a new row where the width is used up.
  function shelves(items, most) {
    let x = 0, y = 0, tall = 0, wide = 0;
    const places = items.map((one) => {
      if (x && x + one.w > most) {
        y += tall + GAP;
        x = tall = 0;
      }
      const place = [x, y];
      x += one.w + GAP;
      tall = Math.max(tall, one.h);
      wide = Math.max(wide, x - GAP);
      return place;
    });
    return { places, w: wide, h: y + tall };
  }

  // Of several widths the one that wastes least, in a shape that a screen has.
  function rows(box, items) {
    items.sort((a, b) => b.h - a.h || b.w - a.w);
    const area = Math.sqrt(items.reduce((sum, one) => sum + (one.w + GAP) * (one.h + GAP), 0));
    const widest = Math.max(0, ...items.map((one) => one.w));
    let best = null;
    for (let factor = 0.8; factor < 2.4; factor += 0.1) {
      const found = shelves(items, Math.max(area * factor, widest));
      const shape = found.w / Math.max(found.h, 1) / WIDE;
      found.cost = found.w * found.h * (1 + Math.abs(Math.log(shape)) * (box.depth ? 0.35 : 1.2));
      if (!best || found.cost < best.cost) best = found;
    }
    const top = box.depth ? PAD + head(box.depth) : 0;
    items.forEach((one, at) => {
      one.x = PAD + best.places[at][0];
      one.y = top + best.places[at][1];
    });
    box.inner = items;
    box.w = Math.max(best.w, Math.min(box.name.length * head(box.depth) * 0.45, 160)) + 2 * PAD;
    box.h = top + best.h + PAD;
  }

  function placed(one, x, y) {
    one.left = x + (one.x || 0);
    one.top = y + (one.y || 0);
    for (const inner of one.inner || []) placed(inner, one.left, one.top);
  }

  /** Boxes and files with their places for [path, index] pairs. */
  function of(entries) {
    const out = { boxes: [], files: [] };
    const root = packed(tree(entries), 0, ".", out);
    root.x = root.y = 0;
    placed(root, 0, 0);
    return out;
  }

  return { of };
})();
