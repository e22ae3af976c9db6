// Charts: each specification gets its rows, its width, and the reader's words, numbers and colours, and is drawn as SVG.

let waiting = [];

/** For each text of a specification the one that the reader gets. */
function translations(query) {
  const found = new Map();
  for (const column of BOARD.queries[query].columns) {
    const base = column.label[BOARD.locale];
    const own = label(column.label).text;
    found.set(base, own);
    found.set(`${base} (${column.unit})`, `${own} (${column.unit})`);
  }
  return found;
}

/** How the reader writes what is `%b %Y` in a specification: the order and the signs between are those of their language. */
function dayFormat(text) {
  if (text === "Q%q %Y") return say("quarter_of", "%q", "%Y");
  const options = { "%b %Y": { month: "short", year: "numeric" }, "%-d %b %Y": { day: "numeric", month: "short", year: "numeric" } }[text];
  if (!options) return text;
  const signs = { year: "%Y", day: "%-d" };
  const parts = dateFormat(options).formatToParts(Date.UTC(2024, 2, 5));
  return parts.map(({ type, value }) => (type === "month" ? (/^\d+$/.test(value) ? "%-m" : value.startsWith("3") ? `%-m${value.slice(1)}` : "%b") : signs[type] || value)).join("");
}

const MARK = /\ue000(\d+)\ue001/g;
const WIDTH = 98765;
/** A text inside a literal of an expression of Vega. */
const inExpression = (text) => text.replace(/[^A-Za-z0-9 _-]/g, (char) => "\\u" + char.charCodeAt(0).toString(16).padStart(4, "0"));

/** A specification as the page gets it, with the words, the width and the colours of this place. */
function fitted(node, words, width, swap, key = "") {
  if (node === WIDTH) return width;
  if (typeof node === "string") {
    const text = swap ? swap[node] ?? node : node;
    return text.includes("\ue000") ? text.replace(MARK, (_, at) => (key === "title" || key === "format" ? words[at] : inExpression(words[at]))) : text;
  }
  if (Array.isArray(node)) return node.map((each) => fitted(each, words, width, swap, key));
  if (!node || typeof node !== "object") return node;
  const made = {};
  for (const [name, value] of Object.entries(node)) made[name] = fitted(value, words, width, swap, name);
  return made;
}

/** A row whose texts Vega does not take for what every object of JavaScript has: it groups by `constructor` wrongly. */
function harmless(row) {
  const safe = (value) => (typeof value === "string" && value in Object.prototype ? value + "\u200b" : value);
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, safe(value)]));
}

/** The row of what `top … with other` left out, under the name that it has in tables. */
function withOther(row, columns) {
  const kind = columns.find((column) => column.role === "row_type");
  if (!kind || row[kind.name] !== "other") return row;
  const unnamed = columns.filter((column) => column.role === "group" && column.type === "text" && row[column.name] === null);
  return { ...row, ...Object.fromEntries(unnamed.map((column) => [column.name, say("other")])) };
}

/** How many entries of a legend fit beside each other; 0 where all of them do. */
function legendColumns(element, rows, width) {
  const columns = BOARD.queries[element.query].columns;
  const groups = columns.filter((column) => column.role === "group" && column.type === "text");
  const names = groups.length ? rows.map((row) => String(row[last(groups).name])) : columns.filter((column) => ["metric", "previous"].includes(column.role)).map((column) => label(column.label).text);
  const sizes = [...new Set(names)].map((name) => name.length * 7 + 34);
  const room = width - 56;
  if (sizes.reduce((sum, size) => sum + size, 0) <= room) return 0;
  return Math.max(1, Math.floor(room / Math.min(280, Math.max(...sizes))));
}

/** The specification for this place and reader. */
function ready({ place, element, rows }, width) {
  const { spec, words } = DATA.charts[Object.keys(BOARD.elements).find((name) => BOARD.elements[name] === element)];
  const { running } = rowsOf(element.query);
  const own = translations(element.query);
  const room = Math.max(160, element.vega_lite.vconcat ? width - 78 : width);
  const made = fitted(spec, words.map((text) => own.get(text) ?? dayFormat(text)), room, isDark() ? DATA.swap : null);
  made.config.legend = { ...made.config.legend, columns: legendColumns(element, rows, width) };
  const values = rows.map((row) => harmless(withOther(row, BOARD.queries[element.query].columns)));
  made.data = made.data.map((each) => (each.name === "rows" ? { ...each, values } : each));
  const told = { running: running ? Date.parse(running) : null, first_weekday: DATA.weeks[locale] };
  made.signals = (made.signals || []).map((signal) => (signal.name in told ? { ...signal, value: told[signal.name] } : signal));
  return made;
}

/** How the reader's language writes numbers and days, for Vega; worked out once. */
function written() {
  if (!writings.has(locale)) {
    const parts = format({ minimumFractionDigits: 1 }).formatToParts(-1234567.5);
    const find = (type) => (parts.find((part) => part.type === type) || {}).value;
    const write = (options, days) => days.map((day) => dateFormat(options).format(day));
    const months = [...Array(12).keys()].map((at) => Date.UTC(2024, at, 15));
    const days = [...Array(7).keys()].map((at) => Date.UTC(2024, 0, 7 + at));
    const number = { decimal: find("decimal") || ".", thousands: find("group") || ",", grouping: [3], currency: ["", ""], minus: "\u2212" };
    const time = {
      dateTime: "%x %X", date: "%d.%m.%Y", time: "%H:%M", periods: ["AM", "PM"],
      days: write({ weekday: "long" }, days), shortDays: write({ weekday: "short" }, days),
      months: write({ month: "long" }, months), shortMonths: months.map((day) => dateFormat({ month: "short", year: "numeric" }).formatToParts(day).find((part) => part.type === "month").value),
    };
    writings.set(locale, { number, time });
  }
  return writings.get(locale);
}
const writings = new Map();

if (window.vega) vega.expressionFunction("kpiShort", (value) => format({ notation: "compact", maximumFractionDigits: 1 }).format(value));

const tip = make("div", { class: "tip", role: "tooltip" });

/** What is said of the mark that is pointed at. */
function tooltip(_handler, event, _item, value) {
  if (value === null || value === undefined || value === "" || !Object.keys(value).length) {
    tip.style.display = "none";
    return;
  }
  const entries = Object.entries(typeof value === "object" ? value : { "": value });
  const told = entries.map(([name, text]) => [make("dt", {}, name), make("dd", {}, text === null || text === "null" ? NONE : String(text))]);
  tip.replaceChildren(make("dl", {}, ...told.flat()));
  tip.style.display = "block";
  const box = tip.getBoundingClientRect();
  tip.style.left = `${Math.min(event.clientX + 14, innerWidth - box.width - 8)}px`;
  tip.style.top = `${Math.max(8, event.clientY - box.height - 12)}px`;
}

async function draw(one, width = Math.floor(one.place.clientWidth)) {
  if (!width || one.width === width) return;
  one.width = width;
  try {
    if (one.view) one.view.finalize();
    const container = make("div", { "aria-hidden": "true" }); // its place is the image, which has a name
    one.place.replaceChildren(container);
    one.view = new vega.View(vega.parse(ready(one, width)), { renderer: "svg", logLevel: 1, locale: written(), tooltip, container });
    await one.view.runAsync();
    const svg = one.place.querySelector("svg");
    if (!svg) throw new Error(say("not_drawn"));
    if (one.element.vega_lite.vconcat && Number(svg.getAttribute("width")) > width) svg.setAttribute("width", width);
    live.drawn(one);
  } catch (problem) {
    one.place.replaceChildren(failed(problem.message));
  }
}

const breath = () => new Promise((resolve) => { setTimeout(resolve); });

/** Draw everything that waits: first what the reader sees, and after a breath in which the browser shows that, the others. */
async function drawAll() {
  const mine = waiting;
  const places = mine.map((one) => ({ one, width: Math.floor(one.place.clientWidth), seen: one.place.getBoundingClientRect().top < innerHeight }));
  for (const seen of [true, false]) {
    for (const each of places.filter((place) => place.seen === seen)) {
      if (mine !== waiting) return;
      await draw(each.one, each.width);
    }
    if (seen) await breath();
  }
  document.documentElement.dataset.drawn = String(mine.length);
}

const watcher = new ResizeObserver(() => {
  clearTimeout(watcher.later);
  watcher.later = setTimeout(drawAll, 120);
});
