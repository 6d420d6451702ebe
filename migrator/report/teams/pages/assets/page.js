"use strict";
// Everything but the map: what the data says, as text and tables. Texts become text nodes, never markup.
const data = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
const RUNS = ["scripts", "CI", "images", "platforms"];

function el(tag, given = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(given)) {
    if (key === "class") made.className = value;
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...inside.flat().filter((one) => one !== null && one !== "" && one !== false));
  return made;
}
const number = (value) => value.toLocaleString("en");
const counted = (value, one, many = `${one}s`) => `${number(value)} ${value === 1 ? one : many}`;
const sum = (several) => several.reduce((a, b) => a + b, 0);
const total = (column) => sum(Object.values(column));
const code = (text) => el("code", {}, text);
/** A text with what stands between backticks as code. */
const rich = (text) => text.split("`").map((part, at, parts) => (at % 2 && at < parts.length - 1 ? code(part) : at % 2 ? `\`${part}` : part)).filter((part) => part !== "");
const listed = (column) => Object.entries(column).map(([word, value]) => `${word} ${number(value)}`).join(" · ");
/** A table: a `#` before a heading says that numbers stand below it. */
const table = (heads, rows, kind = "stack") => el("table", { class: kind }, el("thead", {}, el("tr", {}, heads.map((head) => el("th", { class: head.startsWith("#") ? "number" : "" }, head.replace("#", ""))))), el("tbody", {}, rows.map((row) => el("tr", {}, row.map((cell, at) => el("td", { class: heads[at].startsWith("#") ? "number" : "" }, ...[cell].flat()))))));

/** What is made when it is opened. */
function folded(given, summary, make) {
  const made = el("details", given, el("summary", {}, summary));
  made.addEventListener("toggle", () => made.append(...[make()].flat()), { once: true });
  return made;
}
/** The first of some, and the rest when it is asked for. */
const rest = (items, few, make) => (items.length > few ? [folded({ class: "group" }, `… and ${number(items.length - few)} more`, () => el("div", {}, make(items.slice(few))))] : []);
const capped = (items, few, make) => [...items.slice(0, few).map(make), ...rest(items, few, (more) => more.map(make))];
const capTable = (heads, rows, few) => el("div", {}, table(heads, rows.slice(0, few)), rest(rows, few, (more) => table(heads, more)));

const openTotal = data.open.all;
const urgentTotal = data.open.urgent;
const todos = [...new Map(data.steps.flatMap((step) => step.todos.map((todo) => [todo, step])))];
const state = { phase: "", owner: "" };

// at a glance -----------------------------------------------------------------------------------------------------------

function head() {
  $("title").textContent = data.title;
  const moved = sum(data.steps.map((step) => step.moved));
  const phases = data.phases.map((phase) => `${phase.number} ${phase.title}`).join(", ");
  $("sentence").textContent = data.steps.length
    ? `What phase${data.phases.length === 1 ? "" : "s"} ${phases} would do to ${data.base} (${data.commit.slice(0, 7)}), one reviewed commit at a time.`
    : `Nothing is left to do on ${data.base} (${data.commit.slice(0, 7)}) in phase${data.phases.length === 1 ? "" : "s"} ${phases}.`;
  const tile = (value, text, to, kind = "") => el("a", { class: `tile ${kind}`, href: `#${to}` }, el("b", {}, number(value)), el("span", {}, text));
  $("tiles").append(
    tile(data.steps.length, data.steps.length === 1 ? "step to make" : "steps to make", "steps"),
    tile(moved, moved === 1 ? "move of a file" : "moves of files", "map"),
    tile(sum(data.steps.map((step) => total(step.rewritten))), "mentions rewritten", "steps"),
    tile(sum(data.steps.map((step) => step.created)), "new files", "steps"),
    tile(urgentTotal, `open in files that run (${number(openTotal)} in all)`, "open", urgentTotal ? "urgent" : "good"),
    tile(data.questions.length, data.questions.length === 1 ? "question" : "questions", "questions", data.questions.length ? "" : "good"),
    tile(todos.length, "to do by hand", "overview"),
    tile(data.landed.length, data.landed.length === 1 ? "step merged" : "steps merged", "progress", data.landed.length ? "good" : ""),
  );
  $("ids").textContent = `Base ${data.commit.slice(0, 12)}, result tree ${data.tree.slice(0, 12)}.`;
}

/** Moves, the largest first; files that go from one directory to another in one step are one. */
function movedTogether() {
  const found = new Map();
  for (const step of data.steps) {
    for (const [old, fresh, files] of step.moves) {
      const [from, to] = [old, fresh].map((path) => path.split("/"));
      const [one, other] = [from.pop(), to.pop()];
      const key = files === 1 && one === other ? `${step.number} ${from.join("/")} ${to.join("/")}` : `${step.number} ${old} ${fresh}`;
      const [, , known] = found.get(key) ?? [];
      found.set(key, known ? [`${from.join("/") || "."}/*`, `${to.join("/") || "."}/*`, known + files, step.number] : [old, fresh, files, step.number]);
    }
  }
  return [...found.values()].sort(([, , a], [, , b]) => b - a);
}

function overview() {
  const rows = movedTogether().map(([old, fresh, files, step]) => [code(old), code(fresh), files ? number(files) : "", el("a", { class: "nr", href: `#step-${step}` }, step)]);
  const needs = [];
  if (urgentTotal) needs.push(el("li", { class: "urgent" }, el("b", {}, `${number(urgentTotal)} mentions of old places are open in files that run`), ": look before you merge. ", el("a", { href: "#open" }, "Which")));
  if (data.questions.length) needs.push(el("li", {}, el("b", {}, counted(data.questions.length, "question")), " only a person can answer. ", el("a", { href: "#questions" }, "Answer")));
  if (data.aside.length) needs.push(el("li", {}, el("b", {}, counted(data.aside.length, "step")), " cannot be made as things are. ", el("a", { href: "#steps" }, "Why")));
  if (data.waiting.length) needs.push(el("li", {}, el("b", {}, "Declared commands wait for approval"), `: ${data.waiting.join(", ")}. `, code("migrate trust")));
  for (const [todo, step] of todos.slice(0, 12)) needs.push(el("li", {}, rich(todo), " ", el("a", { href: `#step-${step.number}` }, `after ${step.number}`)));
  if (todos.length > 12) needs.push(el("li", {}, `… and ${todos.length - 12} more by hand, in their steps`));
  $("overview-body").append(
    el("div", {}, el("h3", {}, "What moves"), rows.length ? capTable(["from", "to", "#files", "step"], rows, 12) : el("p", { class: "quiet" }, "Nothing moves.")),
    el("div", {}, el("h3", {}, "What needs you"), el("ul", { class: "needs" }, needs.length ? needs : el("li", { class: "none" }, "Nothing."))),
  );
}

// changes side by side --------------------------------------------------------------------------------------------------

function half(kind, at, text, other) {
  if (text === null) return el("div", { class: "half nothing" }, el("i"), el("span"));
  const parts = [text];
  if (other !== null && kind) {
    let start = 0, end = 0;
    while (start < Math.min(text.length, other.length) && text[start] === other[start]) start++;
    while (end < Math.min(text.length, other.length) - start && text.at(-1 - end) === other.at(-1 - end)) end++;
    if (start + end > text.length * 0.3) parts.splice(0, 1, text.slice(0, start), el("mark", {}, text.slice(start, text.length - end)), text.slice(text.length - end));
  }
  return el("div", { class: `half ${kind}` }, el("i", {}, String(at)), el("span", {}, parts));
}

function sides(diff) {
  const out = el("div", { class: "diff" });
  let old = 0, fresh = 0, minus = [], plus = [];
  const flush = () => {
    for (let at = 0; at < Math.max(minus.length, plus.length); at++) {
      const a = minus[at] ?? null, b = plus[at] ?? null;
      out.append(el("div", { class: "row" }, half("minus", a && a[0], a && a[1], b && b[1]), half("plus", b && b[0], b && b[1], a && a[1])));
    }
    minus = [];
    plus = [];
  };
  for (const line of diff.split("\n")) {
    const found = /^@@ -(\d+)\S* \+(\d+)/.exec(line);
    if (found) {
      flush();
      [old, fresh] = [Number(found[1]), Number(found[2])];
      out.append(el("div", { class: "gap" }, `line ${old} → ${fresh}`));
    } else if (line[0] === "-") minus.push([old++, line.slice(1)]);
    else if (line[0] === "+") plus.push([fresh++, line.slice(1)]);
    else if (line[0] === " ") {
      flush();
      out.append(el("div", { class: "row same" }, half("", old++, line.slice(1), null), half("", fresh++, line.slice(1), null)));
    }
  }
  flush();
  return out;
}

function changed(one) {
  const what = !one.old ? "new" : !one.new ? "goes away" : one.old === one.new ? "edited" : one.diff ? "moved and edited" : "moved";
  const name = one.old && one.new && one.old !== one.new ? [code(one.old), " → ", code(one.new)] : [code(one.new || one.old)];
  if (!one.diff && !one.more) return el("div", { class: "mention" }, name, " ", el("span", { class: "badge" }, what));
  return folded({ class: "file" }, [name, " ", el("span", { class: "badge" }, what)], () => [sides(one.diff), one.more ? el("p", { class: "gap" }, `${counted(one.more, "more line")}: migrate plan --diff --path ${one.new || one.old}`) : ""]);
}

// steps -----------------------------------------------------------------------------------------------------------------

const mention = ([path, line, text, reason, kind]) => el("div", { class: "mention" }, el("b", { class: "path" }, `${path}:${line}`), " ", el("span", { class: `badge ${RUNS.includes(kind) ? "urgent" : ""}` }, kind), el("code", { class: "said" }, text.trim()), el("span", { class: "quiet" }, reason));
const finding = (one) => el("div", { class: "mention" }, one.path ? el("b", { class: "path" }, one.line ? `${one.path}:${one.line}` : one.path) : null, " ", el("span", { class: `badge ${one.severity === "error" ? "urgent" : one.severity === "warning" ? "note" : ""}` }, one.kind), one.message.includes("\n") ? el("pre", {}, one.message) : el("div", {}, rich(one.message)));

function stepBody(step, at) {
  const body = el("div", { class: "body" });
  const edits = step.changes.filter((one) => one.diff || one.more), plain = step.changes.filter((one) => !one.diff && !one.more);
  const part = (title, ...inside) => inside.flat().length && body.append(el("h3", {}, title), ...inside.flat());
  body.append(el("p", {}, rich(step.why)), el("p", { class: "quiet" }, code(step.id), step.needs.length ? ` · needs ${step.needs.join(", ")} · ` : " · ", el("button", { type: "button", onclick: () => onMap(at) }, "Show on the map")));
  part("Gates", el("p", {}, step.gates.map(([gate, passed, ran]) => [el("span", { class: `badge ${!ran ? "" : passed ? "good" : "urgent"}` }, `${!ran ? "·" : passed ? "✓" : "✗"} ${gate}`), " "]).flat()));
  part("Mentions of old places", el("p", {}, [["rewritten", step.rewritten], ["left", step.left], ["open", step.open]].filter(([, column]) => total(column)).map(([word, column]) => el("div", {}, el("b", {}, `${number(total(column))} ${word} `), el("span", { class: "quiet" }, listed(column))))), ...capped(step.mentions, 6, mention));
  part("By hand afterwards", step.todos.map((todo) => el("p", {}, rich(todo))));
  part("Found", capped(step.findings, 6, finding));
  part("Decided", step.decisions.length ? [decisionTable(step.decisions)] : []);
  part(`Changed text, ${counted(edits.length, "file")}`, edits.length ? capped(edits, 12, changed) : []);
  part(`Moved unchanged, ${counted(plain.length, "file")}`, plain.length ? capped(plain, 5, changed) : []);
  return body;
}

function steps() {
  const out = $("steps-body");
  for (const phase of data.phases) {
    const mine = data.steps.map((step, at) => [step, at]).filter(([step]) => step.phase === phase.number);
    const aside = data.aside.filter((one) => one.phase === phase.number);
    if (!mine.length && !aside.length) continue;
    const group = el("div", { "data-phase": phase.number }, el("h3", { class: "phase" }, `Phase ${phase.number} · ${phase.title} · ${counted(mine.length, "step")}`));
    for (const [step, at] of mine) {
      const counts = [step.moved && `${number(step.moved)} moved`, step.edited && `${number(step.edited)} edited`, step.created && `${number(step.created)} new`, step.deleted && `${number(step.deleted)} gone`].filter(Boolean).join(" · ");
      const marks = [step.branch ? el("span", { class: "badge note" }, `on ${step.branch}`) : null, step.urgent ? el("span", { class: "badge urgent" }, `${number(step.urgent)} open in files that run`) : total(step.open) ? el("span", { class: "badge" }, `${number(total(step.open))} open`) : null];
      const summary = [el("span", { class: "nr" }, step.number), el("span", {}, el("b", {}, step.title), " ", marks), el("span", { class: "counts" }, counts)];
      group.append(folded({ class: "step", id: `step-${step.number}`, "data-step": at }, summary, () => stepBody(step, at)));
    }
    for (const one of aside) group.append(el("div", { class: "card" }, el("span", { class: "nr" }, one.number), " ", el("b", {}, one.title), " ", el("span", { class: "badge urgent" }, "set aside"), one.findings.map(finding)));
    out.append(group);
  }
  if (!out.children.length) out.append(el("p", { class: "quiet" }, "Nothing is left to do in these phases."));
}

// what was found, asked and decided -------------------------------------------------------------------------------------

/** What migrate.toml says for an answer: an answer in brackets is a table of its own, and a question about an option names it. */
function answered({ id, key, answers }) {
  const tables = answers.filter((answer) => /^\[|\n/.test(answer)).map((answer) => answer.replace("] ", "]\n"));
  if (tables.length) return tables.join("\n# or\n");
  const [table, name] = key ? key.split(/\.(?=[^.]*$)/) : ["answers", /^[\w-]+$/.test(id) ? id : JSON.stringify(id)];
  return `[${table}]\n${answers.map((answer) => `${name} = ${JSON.stringify(answer)}`).join("\n# or\n")}`;
}
const decisionTable = (rows) => capTable(["what", "became", "", "from"], rows.map(([subject, outcome, message, from]) => [code(subject), el("span", { class: `badge ${outcome === "dropped" ? "urgent" : ""}` }, outcome), message, code(from)]), 10);
const grouped = (items, key) => [...items.reduce((found, one) => found.set(key(one), [...(found.get(key(one)) ?? []), one]), new Map())];
function groups(into, several, make, first = () => false) {
  for (const [name, items] of several) {
    into.append(folded({ class: "group", open: first(name) }, [el("b", {}, name), ` ${number(items.length)}`], () => el("div", {}, capped(items, 30, make))));
  }
}

function lists() {
  // A line that several steps leave open is named once, as the last of them says it.
  const named = [...new Map(data.steps.flatMap((step) => step.mentions).map((one) => [one.slice(0, 3).join("\n"), one])).values()];
  if (named.length < openTotal) $("open-body").append(el("p", { class: "quiet" }, `${number(named.length)} of ${number(openTotal)} are named here; migrate plan -v has them all.`));
  if (!openTotal) $("open-body").append(el("p", { class: "quiet" }, "Nothing is open: every mention of an old place is rewritten, or left with its reason."));
  const order = (kind) => (RUNS.includes(kind) ? RUNS.indexOf(kind) : 9);
  groups($("open-body"), grouped(named, (one) => one[4]).sort(([a], [b]) => order(a) - order(b)), mention, (kind) => RUNS.includes(kind));
  if (!data.questions.length) $("questions-body").append(el("p", { class: "quiet" }, "Nothing is asked."));
  $("questions-body").append(...capped(data.questions, 10, (one) => el("div", { class: "card" }, el("p", {}, code(one.where), " ", rich(one.text)), el("pre", {}, answered(one)))));
  if (!data.findings.length) $("findings-body").append(el("p", { class: "quiet" }, "The phases have nothing to say besides their steps."));
  const grave = { error: 0, warning: 1, info: 2 };
  groups($("findings-body"), grouped(data.findings, (one) => one.kind).sort(([, [a]], [, [b]]) => grave[a.severity] - grave[b.severity]), finding);
  const decided = data.steps.flatMap((step) => step.decisions);
  if (!decided.length) $("decisions").hidden = true;
  groups($("decisions-body"), ["dropped", "defaulted", "mapped"].map((outcome) => [outcome, decided.filter((one) => one[1] === outcome)]).filter(([, rows]) => rows.length), ([subject, , message, from]) => el("div", { class: "mention" }, code(subject), el("div", {}, message, " ", el("span", { class: "quiet path" }, from))), (outcome) => outcome === "dropped");
}

function running() {
  if (!data.landscape?.workloads.length) {
    $("landscape").hidden = true;
    return null;
  }
  const asks = (name) => data.landscape.links.filter(([source]) => source === name).map(([, target, evidence]) => `${target} (${evidence})`).join(", ");
  $("landscape-body").append(table(["name", "kind", "asks", "ports", "from"], data.landscape.workloads.map(([name, kind, directory, image, ports, from]) => [el("b", {}, name), kind, asks(name), ports, code(from || directory || image)])));
  return landscapePicture($("landscape-canvas"), data.landscape);
}

// burn-down -------------------------------------------------------------------------------------------------------------

function svg(tag, given, ...inside) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(given)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
}

function progress() {
  const body = $("progress-body"), done = data.landed.length, all = done + data.steps.length;
  body.append(el("p", {}, `${number(done)} of ${counted(all, "step")} ${done === 1 ? "is" : "are"} merged into ${data.base}.`));
  const meter = el("div", {});
  meter.style.width = `${all ? (100 * done) / all : 0}%`;
  body.append(el("div", { class: "meter", role: "img", "aria-label": `${done} of ${all}` }, meter));
  const rows = data.burndown;
  if (rows.length > 1) {
    const days = rows.map(([day]) => Date.parse(day)), first = Math.min(...days), span = Math.max(1, Math.max(...days) - first), most = Math.max(...rows.map(([, , left]) => left), 1);
    const x = (day) => 44 + (650 * (Date.parse(day) - first)) / span, y = (left) => 200 - (170 * left) / most;
    const chart = svg("svg", { class: "chart", viewBox: "0 0 720 235", role: "img", "aria-label": `Steps left over time: ${rows.map(([day, , left]) => `${day} ${left}`).join(", ")}` });
    for (const left of [0, Math.round(most / 2), most]) chart.append(svg("line", { class: "axis", x1: 44, x2: 694, y1: y(left), y2: y(left) }), svg("text", { x: 36, y: y(left) + 4, "text-anchor": "end" }, String(left)));
    chart.append(svg("polyline", { class: "left", points: rows.map(([day, , left]) => `${x(day)},${y(left)}`).join(" ") }));
    for (const [day, count, left] of rows) chart.append(svg("circle", { cx: x(day), cy: y(left), r: 4 }, svg("title", {}, `${day}: ${count} done, ${left} left`)));
    chart.append(svg("text", { x: 44, y: 225 }, rows[0][0]), svg("text", { x: 694, y: 225, "text-anchor": "end" }, rows.at(-1)[0]));
    body.append(el("h3", {}, "Steps left"), chart);
  }
  if (done) body.append(el("h3", {}, "Merged"), capTable(["step", "what", "#open", "when", "commit"], [...data.landed].reverse().map((one) => [el("span", { class: "nr" }, one.number), one.title, number(one.open), one.date, code(one.commit.slice(0, 9))]), 15));
}
