// Charts: each specification gets its rows, its width, and the reader's words, numbers and colours, and is drawn as SVG.

let waiting = [];

/** A text as expressions of Vega have it in the specifications of a board. */
const quoted = (text) =>
  "'" + [...Array(text.length).keys()].map((at) => (/[A-Za-z0-9 _-]/.test(text[at]) ? text[at] : "\\u" + text.charCodeAt(at).toString(16).padStart(4, "0"))).join("") + "'";

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
  const parts = new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options }).formatToParts(Date.UTC(2024, 2, 5));
  return parts.map(({ type, value }) => (type === "month" ? (/^\d+$/.test(value) ? "%-m" : value.startsWith("3") ? `%-m${value.slice(1)}` : "%b") : signs[type] || value)).join("");
}

/** A specification in the reader's words, and for dark pages in their colours. */
function fitted(node, words, dark) {
  if (Array.isArray(node)) return node.map((each) => fitted(each, words, dark));
  if (node && typeof node === "object") {
    const made = {};
    for (const [key, value] of Object.entries(node)) {
      if (key === "sort" && JSON.stringify(value) === "[1,2,3,4,5,6,7]") made[key] = week(value);
      else if (typeof value !== "string") made[key] = fitted(value, words, dark);
      else if (key === "title") made[key] = words.get(value) ?? value;
      else if (key === "format") made[key] = dayFormat(value);
      else if (key === "labelExpr") made[key] = expression(value, words);
      else if (key === "calculate") made[key] = shortened(value);
      else made[key] = dark ? DATA.swap[value] ?? value : value;
    }
    return made;
  }
  return typeof node === "string" && dark ? DATA.swap[node] ?? node : node;
}

/** Short numbers as the reader writes them. */
const shortened = (text) => text.replaceAll(/replace\(replace\(format\((datum(?:\.\w+|\['[^']*'\])), '\.3~s'\), 'G', 'B'\), 'k', 'K'\)/g, "kpiShort($1)");

/** The order of weekdays, from the one with which the reader's weeks begin. */
const week = (days) => [...days.slice(DATA.weeks[locale] - 1), ...days.slice(0, DATA.weeks[locale] - 1)];

function expression(text, words) {
  let made = shortened(text);
  for (const [base, own] of words) made = made.replaceAll(quoted(base), quoted(own));
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
  const dark = isDark();
  const spec = fitted({ ...element.vega_lite, config: undefined }, translations(element.query), dark);
  const look = DATA.themes[dark ? "dark" : "light"];
  spec.config = { ...look, legend: { ...look.legend, columns: legendColumns(element, rows, width) } };
  const { running } = rowsOf(element.query);
  if (spec.params) spec.params = [{ name: "running", value: running ? Date.parse(running) : null }];
  spec.data = { ...spec.data, values: rows.map((row) => harmless(withOther(row, BOARD.queries[element.query].columns))) };
  if (spec.vconcat) {
    spec.config.axisY = { ...look.axisY, minExtent: 44 };
    for (const panel of spec.vconcat) panel.width = Math.max(160, width - 78);
  } else {
    spec.width = Math.max(160, width);
    spec.autosize = { type: "fit-x", contains: "padding" };
  }
  return spec;
}

/** How Vega draws: as SVG, without a menu, with the reader's numbers and days. */
function drawing() {
  const parts = format({ minimumFractionDigits: 1 }).formatToParts(-1234567.5);
  const find = (type) => (parts.find((part) => part.type === type) || {}).value;
  const write = (options, days) => days.map((day) => new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options }).format(day));
  const months = [...Array(12).keys()].map((at) => Date.UTC(2024, at, 15));
  const days = [...Array(7).keys()].map((at) => Date.UTC(2024, 0, 7 + at));
  return {
    mode: "vega-lite", renderer: "svg", actions: false, defaultStyle: false, hover: true, tooltip, logLevel: 1,
    formatLocale: { decimal: find("decimal") || ".", thousands: find("group") || ",", grouping: [3], currency: ["", ""], minus: "\u2212" },
    timeFormatLocale: {
      dateTime: "%x %X", date: "%d.%m.%Y", time: "%H:%M", periods: ["AM", "PM"],
      days: write({ weekday: "long" }, days), shortDays: write({ weekday: "short" }, days),
      months: write({ month: "long" }, months), shortMonths: months.map((day) => new Intl.DateTimeFormat(locale, { timeZone: "UTC", month: "short", year: "numeric" }).formatToParts(day).find((part) => part.type === "month").value),
    },
    expressionFunctions: { kpiShort: (value) => format({ notation: "compact", maximumFractionDigits: 1 }).format(value) },
  };
}

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

async function draw(one) {
  const width = Math.floor(one.place.clientWidth);
  if (!width || one.width === width) return;
  one.width = width;
  try {
    const view = await vegaEmbed(one.place, ready(one, width), drawing());
    const svg = one.place.querySelector("svg");
    if (!svg) throw new Error(say("not_drawn"));
    if (one.element.vega_lite.vconcat && svg && Number(svg.getAttribute("width")) > width) svg.setAttribute("width", width);
    if (one.view) one.view.finalize();
    one.view = view;
    live.drawn(one);
  } catch (problem) {
    one.place.replaceChildren(failed(problem.message));
  }
}

/** Draw everything that waits, one after the other, so that the page stays quick. */
async function drawAll() {
  const mine = waiting;
  for (const one of mine) {
    if (mine !== waiting) return;
    await draw(one);
  }
  document.documentElement.dataset.drawn = String(mine.length);
}

const watcher = new ResizeObserver(() => {
  clearTimeout(watcher.later);
  watcher.later = setTimeout(drawAll, 120);
});
