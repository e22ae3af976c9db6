// Pieces of the page. Texts go in as text nodes only: nothing that an analyst or a row says can become markup.

/** An element with attributes and children; a child that is a string is text. */
function make(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "on") for (const [event, run] of Object.entries(value)) node.addEventListener(event, run);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

function drawn(name, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  node.append(...children);
  return node;
}

/** A label as a piece of text, marked where it is not in the reader's language. */
function said(labels) {
  const { text, lang } = label(labels);
  if (lang.split("-")[0] === locale.split("-")[0] || !text) return document.createTextNode(text);
  return make("span", { lang, class: "fallback", "data-lang": lang }, text);
}

const SHAPES = {
  achieved: ["good", "M1 6l3 3 6-7"],
  on_track: ["good", "circle"],
  at_risk: ["warn", "M5.5 1L10.5 10H.5z"],
  off_track: ["bad", "M5.5 10L.5 1h10z"],
  missed: ["bad", "M1.5 1.5l8 8m0-8l-8 8"],
};

/** A status: its shape, its word and its colour. */
function chip(status) {
  const [tone, shape] = SHAPES[status] || ["none", "ring"];
  const icon = drawn("svg", { viewBox: "0 0 11 11", "aria-hidden": "true" });
  const strokes = status === "achieved" || status === "missed";
  const looks = strokes ? { fill: "none", stroke: "currentColor", "stroke-width": 2.4 } : { fill: "currentColor" };
  if (shape === "circle") icon.append(drawn("circle", { cx: 5.5, cy: 5.5, r: 4.6, fill: "currentColor" }));
  else if (shape === "ring") icon.append(drawn("circle", { cx: 5.5, cy: 5.5, r: 4, fill: "none", stroke: "currentColor", "stroke-width": 1.6 }));
  else icon.append(drawn("path", { d: shape, ...looks }));
  return make("span", { class: `chip ${tone}` }, icon, say(status));
}

/** The rows of a query as objects; the error that it gave instead. */
function rowsOf(id) {
  const found = DATA.rows[id];
  if (!found || found.error) return { error: (found && found.error) || say("no_answer"), rows: [] };
  const names = BOARD.queries[id].columns.map((column) => column.name);
  return { running: found.running, rows: found.rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]]))), more: found.more || 0 };
}

/** A table of a result; `title` is what those hear of it who do not see it. */
function table(columns, rows, more = 0, title = "") {
  const kept = columns.filter((column) => column.role !== "row_type");
  const kind = columns.find((column) => column.role === "row_type");
  const beside = Object.fromEntries(kept.map((column) => [column.name, rows.map((row) => row[column.name]).filter(Number.isFinite)]));
  const right = (column) => (isNumber(column) ? "number" : null);
  const head = kept.map((column) => {
    const hidden = column.role !== "group" && isNumber(column) ? rest(column.unit) : "";
    return make("th", { scope: "col", class: right(column) }, said(column.label), hidden ? ` (${hidden})` : "");
  });
  const body = rows.map((row) => {
    const rank = kind ? row[kind.name] : "group";
    const cells = kept.map((column, at) => {
      const empty = row[column.name] === null && column.role === "group" && rank !== "group";
      const text = empty ? (at === 0 ? say(rank === "other" ? "other" : rank === "total" ? "total" : "subtotal") : "") : shown(column, row, beside);
      return make("td", { class: right(column) }, text);
    });
    return make("tr", { class: rank === "group" ? null : rank }, ...cells);
  });
  const made = make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": title || say("table") }, make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...body)));
  return more ? make("div", {}, made, make("p", { class: "note" }, say("more_rows", number(more, "count")))) : made;
}

function shown(column, row, beside) {
  const value = row[column.name];
  const judged = "actual" in row && "target" in row; // rows of goals, KPIs and scorecards, whose words are the product's own
  if (judged && ["status", "achievable", "state"].includes(column.name) && DATA.words.en[value]) return say(value);
  const unit = column.type === "number" && row.unit && column.unit === "" && "actual" in row && ["actual", "target", "target_high", "expected"].includes(column.name) ? row.unit : column.unit;
  return cell({ ...column, unit }, value, unit === column.unit ? beside[column.name] : [value]);
}

/** What is made when it is unfolded for the first time. */
function folded(title, content) {
  const box = make("details", {}, make("summary", {}, title));
  box.addEventListener("toggle", () => box.append(content()), { once: true });
  return box;
}

const empty = () => make("p", { class: "empty" }, say("no_rows"));
const failed = (text) => make("p", { class: "error", role: "alert" }, `${say("failed")} ${text}`);
