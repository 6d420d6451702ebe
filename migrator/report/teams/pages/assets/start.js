"use strict";
// The map's controls, filters and keys; then everything is drawn once.
let map = null, landscapeMap = null;

function shown(index) {
  const [, , fate, , owners] = data.graph.files[index];
  if ($("changed").checked && fate === "same") return false;
  if (state.owner !== "" && !owners.includes(Number(state.owner))) return false;
  return state.phase === "" || touched.get(Number(state.phase))?.has(index);
}
const touched = new Map();
data.steps.forEach((step, at) => touched.set(step.phase, new Set([...(touched.get(step.phase) ?? []), ...data.graph.steps[at]])));

function filtered() {
  map.filter(shown);
  for (const group of document.querySelectorAll("#steps-body > [data-phase]")) group.hidden = state.phase !== "" && group.dataset.phase !== state.phase;
  for (const row of document.querySelectorAll("details.step")) row.hidden = state.owner !== "" && !data.graph.steps[row.dataset.step].some((index) => data.graph.files[index][4].includes(Number(state.owner)));
}

function side(name) {
  map.show(name);
  $("before").setAttribute("aria-pressed", String(name === "before"));
  $("after").setAttribute("aria-pressed", String(name === "after"));
  const { edges, cycles, crossed } = data.graph[name];
  const said = [`${number(data.graph.files.filter((file) => file[name === "before" ? 0 : 1]).length)} files`, `${counted(edges.length / 2, "reference")} between them`];
  if (cycles.length) said.push(counted(cycles.length, "import cycle"));
  if (crossed.length) said.push(counted(crossed.length, "crossed boundary", "crossed boundaries"));
  const quiet = data.graph.quiet ? ` Not drawn: ${counted(data.graph.quiet, "untouched file")} without any.` : "";
  $("map-hint").textContent = `${said.join(", ")}.${quiet} Choose a file or a directory to see what it names.`;
  $("cycles-label").hidden = !cycles.length;
  $("crossed-label").hidden = !crossed.length;
  map.select(map.chosen ?? null);
}

const go = (id) => map.select(id, true);
const fileLink = (index) => el("li", {}, el("button", { type: "button", class: "link", onclick: () => go(`f:${index}`) }, map.path(index)));

function panel(id, node) {
  const out = $("panel");
  out.replaceChildren();
  const { files, steps: touching } = data.graph;
  if (id === null) {
    const rows = [...map.pairs].sort(([, a], [, b]) => b - a).slice(0, 14).map(([key, count]) => [key.split("\n").map((unit, at) => [at ? el("span", { class: "quiet" }, " names ") : "", el("button", { type: "button", class: "link", onclick: () => go(`d:${unit}`) }, unit)]).flat(), number(count)]);
    out.append(el("h3", {}, "Between directories"), rows.length ? table(["", "#times"], rows, "") : el("p", { class: "quiet" }, "Nothing names anything beyond its directory."));
    return;
  }
  if (node.hasClass("file")) {
    const index = node.data("index"), [before, after, fate, kind, owners] = files[index], near = map.near(index);
    out.append(el("h3", {}, kind), el("p", {}, el("span", { class: `swatch ${fate}` }), STATES[fate]));
    out.append(before && after && before !== after ? el("p", { class: "path" }, before, el("br"), "→ ", after) : el("p", { class: "path" }, after || before));
    if (owners.length) out.append(el("p", { class: "quiet" }, owners.map((owner) => data.graph.owners[owner]).join(" ")));
    const mine = data.steps.filter((_, at) => touching[at].includes(index));
    if (mine.length) out.append(el("h3", {}, "Steps"), el("ul", {}, mine.map((step) => el("li", {}, el("a", { href: `#step-${step.number}` }, `${step.number} ${step.title}`)))));
    out.append(el("h3", {}, `Names ${number(near.out.length)}`), el("ul", {}, capped(near.out, 20, fileLink)), el("h3", {}, `Named by ${number(near.in.length)}`), el("ul", {}, capped(near.in, 20, fileLink)));
    return;
  }
  const path = node.data("path"), inside = files.map((_, index) => index).filter((index) => map.path(index) && (path === "." ? !map.path(index).includes("/") : map.path(index).startsWith(`${path}/`)));
  const fates = grouped(inside, (index) => files[index][2]);
  out.append(el("h3", {}, "Directory"), el("p", { class: "path" }, path), el("ul", {}, fates.map(([fate, several]) => el("li", {}, el("span", { class: `swatch ${fate}` }), `${number(several.length)} ${STATES[fate]}`))));
  const around = map.around(path);
  const names = (title, rows) => rows.length && out.append(el("h3", {}, title), table(["", "#times"], rows.sort(([, a], [, b]) => b - a).slice(0, 14).map(([other, count]) => [el("button", { type: "button", class: "link", onclick: () => go(`d:${other}`) }, other), number(count)]), ""));
  names("Names", [...around.out]);
  names("Named by", [...around.in]);
  out.append(el("h3", {}, counted(inside.length, "file")), el("ul", {}, capped(inside, 25, fileLink)));
}

function onMap(at) {
  const files = data.graph.steps[at];
  if (files.some((index) => !data.graph.files[index][0] === (map.side === "before"))) side("after");
  map.select(null);
  map.hits(files);
  $("map").scrollIntoView();
  $("canvas").focus({ preventScroll: true });
}

// finding ---------------------------------------------------------------------------------------------------------------

function searching() {
  const input = $("search"), list = $("hits");
  let found = [], at = -1;
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (id) => {
    close();
    go(id);
  };
  const mark = () => {
    [...list.children].forEach((row, number) => row.setAttribute("aria-selected", String(number === at)));
    if (at >= 0) {
      input.setAttribute("aria-activedescendant", `hit-${at}`);
      list.children[at].scrollIntoView({ block: "nearest" });
    }
  };
  input.addEventListener("input", () => {
    const text = input.value.trim().toLowerCase();
    const files = text ? data.graph.files.map((file, index) => [file, index]).filter(([file, index]) => map.path(index) && (file[0].toLowerCase().includes(text) || file[1].toLowerCase().includes(text))) : [];
    const boxes = text ? map.layout().boxes.filter((box) => box.path.toLowerCase().includes(text)) : [];
    map.hits(files.map(([, index]) => index));
    found = [...boxes.slice(0, 8).map((box) => [`d:${box.path}`, `${box.path}/`]), ...files.slice(0, 40).map(([, index]) => [`f:${index}`, map.path(index)])];
    at = found.length ? 0 : -1;
    list.replaceChildren(...found.map(([id, path], number) => el("li", { role: "option", id: `hit-${number}`, onmousedown: () => choose(id) }, path)));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(found.length > 0));
    mark();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      at = Math.max(0, Math.min(found.length - 1, at + (event.key === "ArrowDown" ? 1 : -1)));
      mark();
      event.preventDefault();
    } else if (event.key === "Enter" && found[at]) choose(found[at][0]);
    else if (event.key === "Escape") {
      input.value = "";
      map.hits([]);
      close();
    }
  });
  input.addEventListener("blur", close);
}

function keys() {
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, select, textarea")) {
      $("search").focus();
      event.preventDefault();
    }
  });
  $("canvas").addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
    const zoom = (factor) => map.cy.zoom({ level: map.cy.zoom() * factor, renderedPosition: { x: map.cy.width() / 2, y: map.cy.height() / 2 } });
    if (steps[event.key]) map.cy.panBy({ x: steps[event.key][0], y: steps[event.key][1] });
    else if (event.key === "+" || event.key === "=") zoom(1.25);
    else if (event.key === "-") zoom(0.8);
    else if (event.key === "0") map.fit();
    else if (event.key === "b") side(map.side === "before" ? "after" : "before");
    else if (event.key === "Escape") {
      map.hits([]);
      map.select(null);
    } else return;
    event.preventDefault();
  });
}

// drawn once ------------------------------------------------------------------------------------------------------------

function controls() {
  $("phase").append(el("option", { value: "" }, "all"), ...data.phases.map((phase) => el("option", { value: phase.number }, `${phase.number} ${phase.title}`)));
  $("owner").append(el("option", { value: "" }, "all"), ...data.graph.owners.map((owner, at) => el("option", { value: at }, owner)));
  $("owner-label").hidden = !data.graph.owners.length;
  for (const id of ["phase", "owner"]) $(id).addEventListener("change", () => ((state[id] = $(id).value), filtered()));
  $("changed").addEventListener("change", filtered);
  for (const [id, flag] of [["all-edges", "edges"], ["cycles", "cycles"], ["crossed", "crossed"]]) $(id).addEventListener("change", () => ((map.flags[flag] = $(id).checked), map.draw()));
  for (const id of ["before", "after"]) $(id).addEventListener("click", () => side(id));
  $("fit").addEventListener("click", () => map.fit());
  $("legend").append(...Object.entries(STATES).filter(([fate]) => data.graph.files.some((file) => file[2] === fate)).map(([fate, text]) => el("li", {}, el("span", { class: `swatch ${fate}` }), `${number(data.graph.files.filter((file) => file[2] === fate).length)} ${text}`)));
}

function opened() {
  const row = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (row?.tagName === "DETAILS") {
    row.open = true;
    row.scrollIntoView();
  }
}

head();
overview();
steps();
lists();
progress();
landscapeMap = running();
map = new FileMap($("canvas"), data.graph, (id, node) => map && panel(id, node));
controls();
side("before");
searching();
keys();
for (const section of document.querySelectorAll("main section")) if (!section.hidden) $("links").append(el("a", { href: `#${section.id}` }, section.querySelector("h2").textContent));
for (const query of ["(prefers-color-scheme: dark)", "print"]) matchMedia(query).addEventListener("change", () => (map.restyle(), landscapeMap?.restyle()));
addEventListener("hashchange", opened);
addEventListener("beforeprint", () => {
  map.restyle();
  $("print-map").replaceChildren(el("img", { alt: `Map of files, ${map.side}`, src: map.cy.png({ full: true, maxWidth: 1600, maxHeight: 1600, bg: "#ffffff" }) }));
});
opened();
requestAnimationFrame(() => (document.documentElement.dataset.ready = "yes"));
