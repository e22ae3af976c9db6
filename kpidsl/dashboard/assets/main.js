// The page as a whole: its head, its tiles where the board puts them, and what a number is, for whoever asks.

const root = document.documentElement;
const kept = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
const keep = (key, value) => { try { localStorage.setItem(key, value); } catch { /* a page from disk may have no memory */ } };

let theme = kept("kpi-theme") || "auto";
const system = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => !printing && (theme === "auto" ? system.matches : theme === "dark");
let printing = false;

/** What a number is: where it comes from, how it is computed, and its history. */
function about(id) {
  const element = BOARD.elements[id];
  const query = BOARD.queries[element.query];
  const place = BOARD.provenance.elements[id];
  const box = make("dialog", { "aria-labelledby": "about-title" });
  const close = () => { box.close(); box.remove(); };
  box.addEventListener("close", () => box.remove());
  box.addEventListener("click", (event) => event.target === box && close());
  const add = (title, ...parts) => box.append(make("h3", {}, title), ...parts.filter(Boolean));
  box.append(make("button", { class: "close", on: { click: close } }, say("close")), make("h2", { id: "about-title" }, said(element.title)));
  const names = element.kpi ? [element.kpi.name] : element.goal ? [element.goal.measure] : query ? query.columns.filter((column) => column.role === "metric").map((column) => column.name) : [];
  for (const name of names) {
    const metric = BOARD.provenance.metrics[name];
    if (!metric) continue;
    const told = [metric.unit, metric.better && say(`better_${metric.better}`), metric.owner].filter(Boolean).join(" · ");
    box.append(make("h3", {}, said(metric.label), told ? ` · ${told}` : ""));
    if (metric.description) box.append(make("p", { class: "note" }, metric.description));
    box.append(make("pre", { class: "wrap" }, `${name} = ${metric.formula}`));
    const columns = metric.columns.map((column) => `${column.source}.${column.column}`).join(", ");
    box.append(make("p", { class: "note" }, `${say("made_of")}: ${columns} · ${metric.file}:${metric.line}`));
  }
  if (element.kpi && element.kpi.owner) add(say("owner"), make("p", { class: "note" }, element.kpi.owner));
  const due = element.kpi ? last(mainRows(element.kpi, rowsOf(element.query).rows)) : null;
  if (due && due.action) add(say("action"), make("p", { class: "action" }, due.action));
  if (element.goal && element.goal.because) add(say("why"), make("p", { class: "note" }, element.goal.because));
  if (element.kpi && query && !rowsOf(element.query).error) {
    const { rows } = rowsOf(element.query);
    const chart = make("div", { class: "chart" });
    add(say("history"), chart);
    queueMicrotask(() => draw({ place: chart, element, rows }));
    const shownColumns = ["period_start", "segment", "actual", "target", "previous", "last_year", "status", "action"];
    const columns = query.columns.filter((column) => shownColumns.includes(column.name) && rows.some((row) => row[column.name] !== null));
    box.append(folded(say("as_table"), () => table(columns, rows)));
  }
  if (query) for (const [dialect, sql] of Object.entries(query.sql)) add(`SQL · ${dialect}`, make("pre", { tabindex: "0" }, sql), live.given(element.query) ?? "");
  add(say("written_in"), make("p", { class: "note" }, `${place.file}:${place.line}`));
  document.body.append(box);
  box.showModal();
}

/** How many of the page's sixty columns a tile has: tiles of one kind that share a row are equally wide. */
function spanIn(place) {
  const row = BOARD.layout.filter((other) => other.y === place.y);
  const alike = row.every((other) => BOARD.elements[other.element].kind === BOARD.elements[place.element].kind);
  return alike && 60 % row.length === 0 ? 60 / row.length : place.w * 5;
}

function tile(place) {
  const element = BOARD.elements[place.element];
  const kind = ["chart", "funnel", "cohort"].includes(element.kind) ? "chart-tile" : element.kind;
  const box = make("section", { class: `tile ${kind}`, style: `--w:${spanIn(place)}`, id: `tile-${place.element}` });
  if (label(element.title).text) box.append(make("h2", {}, said(element.title)));
  if (element.query) {
    const name = say("about", label(element.title).text);
    box.append(make("button", { class: "about", "aria-label": name, title: name, on: { click: () => about(place.element) } }, "ⓘ"));
  }
  try {
    box.append(...(live.waits(element) || TILES[element.kind](element)));
  } catch (problem) {
    box.append(failed(problem.message)); // one tile never takes the page down
  }
  box.append(...live.beside(place.element));
  return box;
}

function choice(name, options, value, change) {
  const select = make("select", { "aria-label": name, on: { change: (event) => change(event.target.value) } });
  for (const [key, text] of options) select.append(make("option", { value: key, selected: key === value }, text));
  return select;
}

/** `last 12 months` in the reader's language, days as they are written in it; other ranges as they stand in the project. */
function range(text) {
  const days = /^(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)$/.exec(text);
  if (days) return `${period(days[1], "day")} – ${period(days[2], "day")}`;
  const found = /^last (\d+) (day|week|month|quarter|year)s?$/.exec(text);
  return found && Number(found[1]) > 1 ? say(`last_${found[2]}s`, found[1]) : text;
}

function head() {
  const languages = DATA.locales.map((each) => [each, new Intl.DisplayNames([each], { type: "language" }).of(each)]);
  const period_ = BOARD.parameters.filters.map((filter) => range(filter.text));
  const facts = [DATA.today && period(DATA.today, "day"), ...period_].filter(Boolean).join(" · ");
  const title = make("div", {}, make("h1", {}, said(BOARD.title)), BOARD.question ? make("p", { class: "question" }, said(BOARD.questions)) : "");
  const controls = make("div", { class: "controls" }, make("span", { class: "facts" }, facts));
  if (languages.length > 1) controls.append(choice(say("language"), languages, locale, (value) => { locale = value; keep("kpi-locale", value); show(); }));
  controls.append(choice(say("theme"), ["auto", "light", "dark"].map((each) => [each, say(each)]), theme, (value) => { theme = value; keep("kpi-theme", value); show(); }));
  return make("header", {}, title, controls);
}

/** What the star behind a comparison says, where a tile has one. */
function notes() {
  const open = Object.values(BOARD.elements).some((element) => element.kind === "kpi" && mainRows(element.kpi, rowsOf(element.query).rows).some(isRunning));
  return open ? [make("p", {}, `* ${say("same_part")}`)] : [];
}

const foot = () => make("footer", {}, ...notes(), say("made_from", DATA.project, DATA.engine));

/** The whole page, anew. */
function show() {
  root.lang = locale;
  root.dataset.theme = isDark() ? "dark" : "light";
  document.title = label(BOARD.title).text;
  watcher.disconnect();
  waiting.forEach((one) => one.view && one.view.finalize());
  waiting = [];
  const own = live.grid();
  const grid = own || make("main", { id: "board" }, ...BOARD.layout.map(tile));
  if (!own && !BOARD.layout.length) grid.append(make("p", { class: "empty" }, say("empty_board")));
  document.body.replaceChildren(make("a", { class: "skip", href: "#board" }, say("skip")), ...live.before(), head(), ...live.above(), grid, foot(), tip);
  watcher.observe(grid);
  return drawAll();
}

/** A board and its numbers, drawn; the reader keeps their language. */
function begin(data) {
  DATA = data;
  BOARD = data.board;
  if (!DATA.locales.includes(locale)) locale = [kept("kpi-locale"), BOARD.locale].find((each) => DATA.locales.includes(each)) || BOARD.locale;
  return show();
}

system.addEventListener("change", () => BOARD && theme === "auto" && show());
// Paper is light. Charts are drawn already, so those of a dark page are turned to light by the style of print.
addEventListener("beforeprint", () => {
  root.toggleAttribute("data-turned", isDark());
  printing = true;
  root.dataset.theme = "light";
});
addEventListener("afterprint", () => {
  printing = false;
  root.removeAttribute("data-turned");
  root.dataset.theme = isDark() ? "dark" : "light";
});
const inside = document.getElementById("data");
if (inside) begin(parsed(inside.textContent));
