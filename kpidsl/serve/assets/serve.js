
// What a served page has beside one from disk: it asks for its board, can be asked for other rows and periods, follows the project's files,
// and says when what it shows is old.

const api = (path, params) => `/api/${path}${params && params.size ? `?${params}` : ""}`;
const asked = /^\/board\/([^/]+)$/.exec(location.pathname);
const boardName = asked ? decodeURIComponent(asked[1]) : "";
let LIVE = null;
let INDEX = null;
let wishes = fromAddress();
/** What is wrong: the project's files, the connection, the server itself, the reader's own wish. */
const trouble = { problems: "", away: "", gone: false, refused: "", missing: false };
let version = null;
let turn = 0;
let asking = null;

// ---------------------------------------------------------------- wishes, as the address has them

function fromAddress() {
  const params = new URLSearchParams(location.search);
  const only = new Map();
  for (const text of params.getAll("only")) {
    try {
      const [name, values] = JSON.parse(text);
      if (typeof name === "string" && Array.isArray(values)) only.set(name, values);
    } catch { /* an address that somebody mistyped: the server is not asked for it */ }
  }
  return { period: params.get("period") || "", compare: params.get("compare") || "", only };
}

function toParams() {
  const params = new URLSearchParams();
  if (wishes.period) params.set("period", wishes.period);
  if (wishes.compare) params.set("compare", wishes.compare);
  for (const [name, values] of wishes.only) params.append("only", JSON.stringify([name, values]));
  return params;
}

function wish(change) {
  wishes = { ...wishes, ...change };
  const params = toParams();
  history.pushState(null, "", location.pathname + (params.size ? `?${params}` : ""));
  return ask();
}

function narrowed(name, values) {
  const only = new Map(wishes.only);
  if (values.length) only.set(name, values);
  else only.delete(name);
  return wish({ only });
}

addEventListener("popstate", () => { wishes = fromAddress(); ask(); });

// ---------------------------------------------------------------- asking

async function fetched(path, params, signal) {
  const response = await fetch(api(path, params), { signal, headers: { accept: "application/json" } });
  return { status: response.status, found: parsed(await response.text()) };
}

/** The lines of an answer, as they come. */
async function* lines(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest_ = "";
  for (;;) {
    const { done, value } = await reader.read();
    const parts = (rest_ + (value || "")).split("\n");
    rest_ = done ? "" : parts.pop();
    for (const part of parts) if (part) yield parsed(part);
    if (done) return;
  }
}

const LATE = new Set();
let untold = false;

/** Ask for the board, or the list of boards, and draw what comes as it comes. The latest question wins. */
async function ask(fresh = false) {
  const mine = ++turn;
  if (asking) asking.abort();
  asking = new AbortController();
  root.toggleAttribute("data-asking", true);
  root.removeAttribute("data-done");
  const params = toParams();
  if (fresh) params.set("fresh", "1");
  try {
    const response = await fetch(boardName ? api(`board/${encodeURIComponent(boardName)}`, params) : api("boards"), { signal: asking.signal });
    let first = true;
    for await (const found of lines(response)) {
      if (mine !== turn) return;
      if (found.again) return void undisturbed();
      if (first || found.done || "away" in found) await heard(response.status, found, first);
      else await late(found);
      first = false;
    }
  } catch (problem) {
    if (problem.name === "AbortError" || mine !== turn) return;
    trouble.gone = true;
    await told();
  } finally {
    if (mine === turn) {
      root.toggleAttribute("data-asking", false);
      root.setAttribute("data-done", "");
    }
  }
}

/** The board itself, why there is none, or the end of what is said about it. */
async function heard(status, found, first) {
  const before = JSON.stringify(trouble);
  Object.assign(trouble, { gone: false, refused: "", missing: false, problems: found.problems || "", away: found.away || "" });
  version = found.version ?? version;
  if (found.done) {
    document.querySelector("footer").replaceWith(foot());
    if (JSON.stringify(trouble) !== before) await told();
    return;
  }
  if (status === 200 && first) {
    if (boardName) {
      LIVE = found.live;
      LATE.clear();
      for (const query of found.late) LATE.add(query);
      untold = !found.told;
    }
    await drawn_(boardName ? found.data : listed(found));
    return;
  }
  if (status === 400 || status === 500) trouble.refused = found.refused;
  else if (status === 404) trouble.missing = true;
  else if (!found.problems && !found.away) trouble.refused = String(status);
  await told();
}

/** One more answer: the tiles that have all of theirs are drawn. */
async function late(found) {
  if (found.query) {
    DATA.rows[found.query] = found.rows;
    LATE.delete(found.query);
  } else {
    DATA.findings = found.findings;
    untold = false;
  }
  const open = document.querySelector("dialog[open], details.menu[open]");
  for (const place of BOARD.layout) {
    const element = BOARD.elements[place.element];
    const concerned = found.query ? needs(element).includes(found.query) : element.kind === "findings";
    const old = document.getElementById(`tile-${place.element}`);
    if (concerned && old && !waits(element)) old.replaceWith(tile(place));
  }
  if (!open) await drawAll();
  else void drawAll();
}

const needs = (element) => (element.kind === "findings" ? element.findings.map((each) => each.query) : element.query ? [element.query] : []);

/** What stands in a tile whose numbers are still to come; null where they are there. */
function waits(element) {
  if (!needs(element).some((query) => LATE.has(query)) && !(untold && element.kind === "findings")) return null;
  return [make("p", { class: "waits", "aria-busy": "true" }, say("loading"))];
}

/** Say what is wrong above what is there; where nothing is there yet, the words for it are fetched first. */
async function told() {
  if (!BOARD) {
    try {
      const { found } = await fetched("boards");
      const kept_ = { ...trouble };
      const data = listed(found);
      Object.assign(trouble, kept_, { gone: false });
      INDEX = null;
      return drawn_(data);
    } catch {
      document.body.replaceChildren(make("p", { class: "alone", role: "alert" }, "kpi serve does not answer. Start it again in the project's folder: kpi serve"));
      return undefined;
    }
  }
  return drawn_(DATA);
}

/** The list of boards in the shape of a board without tiles. */
function listed(found) {
  INDEX = found;
  const board = { locale: found.locale, title: { [found.locale]: found.project }, question: "", parameters: { filters: [] }, elements: {}, queries: {}, layout: [], provenance: { elements: {}, metrics: {} } };
  return { board, words: found.words, locales: found.locales, rows: {}, today: "", project: found.project, engine: found.engine, findings: [], charts: {}, swap: {} };
}

/** Draw, where the reader is: the page keeps its height meanwhile, and the focus its place. */
async function drawn_(data) {
  const focus = document.activeElement && document.activeElement.id;
  document.body.style.minHeight = `${document.body.offsetHeight}px`;
  root.toggleAttribute("data-old", Boolean(trouble.away || trouble.gone || trouble.refused));
  const finished = begin(data);
  const again = focus && document.getElementById(focus);
  if (again) again.focus({ preventScroll: true });
  await finished;
  document.body.style.minHeight = "";
}

// ---------------------------------------------------------------- what is said above the board

function banner() {
  const boxes = [];
  const box = (tone, ...parts) => boxes.push(make("section", { class: `banner ${tone}`, role: "alert" }, ...parts));
  const next = (text) => make("p", { class: "next" }, text);
  if (trouble.gone) box("bad", make("strong", {}, say("ended")));
  if (trouble.away) box("bad", make("strong", {}, say("away")), make("pre", { tabindex: "0" }, trouble.away.trim()), next(say("away_next")));
  if (trouble.problems) box("bad", make("strong", {}, say(BOARD.layout.length || !boardName ? "broken" : "broken_board")), make("pre", { tabindex: "0" }, trouble.problems.trim()), next(say("mend")));
  if (trouble.missing) box("warn", make("strong", {}, say("missing_board", boardName)), make("p", {}, make("a", { href: "/" }, say("all_boards"))));
  if (trouble.refused) {
    const back = make("button", { on: { click: () => wish({ period: "", compare: "", only: new Map() }) } }, say("as_board"));
    box("warn", make("strong", {}, say("refused", trouble.refused)), make("p", {}, back));
  }
  return boxes;
}

// ---------------------------------------------------------------- the bar of wishes

const PERIODS = ["last 3 months", "last 6 months", "last 13 months"];

function bar() {
  const controls = [periodChoice(), comparisonChoice(), ...LIVE.fields.filter((field) => field.offered).map(menu)];
  const at = new Intl.DateTimeFormat(locale, { timeStyle: "short" }).format(new Date(LIVE.at));
  const state = make("div", { class: "state" }, make("span", {}, say("numbers_of", at)), make("button", { id: "refresh", class: "quiet", on: { click: () => ask(true) } }, say("refresh")));
  const line = make("section", { class: "wishes", "aria-label": say("filters") }, ...controls, state);
  const chosen = chips();
  return chosen.length ? [line, make("div", { class: "chosen" }, ...chosen)] : [line];
}

function labelled(name, text, control) {
  control.id = name;
  return make("label", { class: "wish", for: name }, make("span", {}, text), control);
}

function periodChoice() {
  const year = Number(DATA.today.slice(0, 4));
  const options = [["", LIVE.period ? say("own_period", range(LIVE.period)) : say("own_none")], ...PERIODS.map((each) => [each, range(each)])];
  if (year) options.push([String(year), `${say("this_year")} (${year})`], [String(year - 1), `${say("last_year_")} (${year - 1})`]);
  const own = /^(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)$/.exec(wishes.period);
  if (wishes.period && !options.some(([key]) => key === wishes.period)) options.push([wishes.period, own ? `${period(own[1], "day")} – ${period(own[2], "day")}` : range(wishes.period)]);
  options.push(["…", say("from_to")]);
  const choose = (value) => (value === "…" ? fromTo(box, own) : wish({ period: value }));
  const box = labelled("wish-period", say("period_"), choice(say("period_"), options, wishes.period, choose));
  return box;
}

/** Two days instead of the list. */
function fromTo(box, own) {
  const day = (name, value) => make("input", { type: "date", id: `wish-${name}`, "aria-label": say(name), value, required: true });
  const [from, to] = [day("from", own ? own[1] : `${DATA.today.slice(0, 4)}-01-01`), day("to", own ? own[2] : DATA.today)];
  const go = () => from.value && to.value && wish({ period: `${from.value}..${to.value}` });
  const form = make("span", { class: "span" }, from, "–", to, make("button", { class: "main", on: { click: go } }, say("show")));
  form.addEventListener("keydown", (event) => event.key === "Enter" && go());
  box.replaceWith(make("div", { class: "wish" }, make("span", {}, say("period_")), form));
  from.focus();
}

function comparisonChoice() {
  const options = [["", say("as_written")], ...["none", "period", "year"].map((each) => [each, say(`compare_${each}`)])];
  return labelled("wish-compare", say("compare"), choice(say("compare"), options, wishes.compare, (value) => wish({ compare: value })));
}

const named = (value) => (value === null ? say("nothing") : value === "" ? say("empty_text") : typeof value === "boolean" ? say(value ? "yes" : "no") : String(value));
const fieldOf = (name) => LIVE.fields.find((field) => field.name === name) || { name, label: { [BOARD.locale]: name } };
const few = (values) => (values.length > 2 ? say("and_more", named(values[0]), values.length - 1) : values.map(named).join(", "));

/** The values of a dimension, to be ticked. They are asked for when somebody looks. */
function menu(field) {
  const chosen = wishes.only.get(field.name) || [];
  const box = make("details", { class: `menu${chosen.length ? " on" : ""}` });
  const head_ = make("summary", { id: `wish-only-${field.name}` }, make("span", {}, said(field.label)), make("b", {}, chosen.length ? few(chosen) : say("everything")));
  const inside_ = make("div", { class: "values" }, make("p", { class: "note" }, say("loading")));
  box.append(head_, inside_);
  box.addEventListener("toggle", () => {
    if (!box.open) return;
    for (const other of document.querySelectorAll("details.menu[open]")) if (other !== box) other.open = false;
    const over = inside_.getBoundingClientRect().right - (innerWidth - 12);
    inside_.style.left = over > 0 ? `${-over}px` : "";
    fill(inside_, field, chosen, box);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    box.open = false;
    head_.focus();
  });
  return box;
}

async function fill(place, field, chosen, box) {
  let answer;
  try {
    answer = await fetched(`values/${encodeURIComponent(field.name)}`, new URLSearchParams({ board: boardName }));
  } catch {
    answer = { status: 0, found: {} };
  }
  if (answer.status !== 200) {
    place.replaceChildren(failed(answer.found.problems || answer.found.away || say("away")));
    return;
  }
  const values = [...answer.found.values, ...chosen.filter((value) => !answer.found.values.includes(value))];
  const ticks = values.map((value, at) => {
    const tick = make("input", { type: "checkbox", id: `value-${field.name}-${at}`, checked: chosen.includes(value) });
    return { value, tick, line: make("label", { for: tick.id, class: value === null || value === "" ? "special" : null }, tick, named(value)) };
  });
  const none = make("p", { class: "note", hidden: true }, say("no_match"));
  const search = make("input", { type: "search", placeholder: say("search"), "aria-label": say("search"), autocomplete: "off" });
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLocaleLowerCase(locale);
    for (const { value, line } of ticks) line.hidden = !named(value).toLocaleLowerCase(locale).includes(wanted);
    none.hidden = ticks.some(({ line }) => !line.hidden);
  });
  const leave = (values) => {
    box.open = false;
    box.querySelector("summary").focus();
    return narrowed(field.name, values);
  };
  const apply = () => leave(ticks.filter(({ tick }) => tick.checked).map(({ value }) => value));
  const list = make("div", { class: "list", role: "group", "aria-label": label(field.label).text }, ...ticks.map(({ line }) => line), none);
  if (answer.found.more) list.append(make("p", { class: "note" }, say("more_values", number(answer.found.more, "count"))));
  const buttons = make("div", { class: "buttons" }, make("button", { class: "main", on: { click: apply } }, say("apply")), make("button", { on: { click: () => leave([]) } }, say("clear")));
  place.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault(); // the key would press what gets the focus next, and open the menu again
    apply();
  });
  place.replaceChildren(...(ticks.length > 8 ? [search] : []), list, buttons);
  (ticks.length > 8 ? search : (ticks[0] || {}).tick || place).focus?.();
}

document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.menu[open]")) if (!open.contains(event.target)) open.open = false;
});

/** What is asked for, each to be taken away again. */
function chips() {
  const made = [...wishes.only].map(([name, values]) => {
    const field = fieldOf(name);
    const text = `${label(field.label).text}: ${values.map(named).join(", ")}`;
    return make("span", { class: "pick" }, make("span", {}, text), make("button", { "aria-label": say("remove", text), title: say("remove", text), on: { click: () => narrowed(name, []) } }, "×"));
  });
  if (made.length > 1) made.push(make("button", { class: "quiet", on: { click: () => wish({ only: new Map() }) } }, say("clear_all")));
  return made;
}

// ---------------------------------------------------------------- tiles

/** What a tile cannot follow, in words on the tile. */
function beside(id) {
  const element = BOARD.elements[id];
  if (!LIVE || !BOARD.layout.length || waits(element)) return [];
  const left = LIVE.left[id] || [];
  const rows = left.filter((each) => each !== "period" && each !== "compare").map((name) => label(fieldOf(name).label).text);
  const quiet = [];
  if (left.includes("period")) quiet.push(say("not_period"));
  if (left.includes("compare")) quiet.push(say("not_compared"));
  else if (wishes.compare && isHidden(element)) quiet.push(say("in_table"));
  if (LIVE.aimless.includes(id)) quiet.push(say("aimless"));
  return [rows.length ? make("p", { class: "left rows" }, say("not_filtered", rows.join(", "))) : "", quiet.length ? make("p", { class: "left" }, quiet.join(" · ")) : ""].filter(Boolean);
}

/** The values of then are asked for, and the chart does not draw them. */
function isHidden(element) {
  if (!element.vega_lite || !element.query) return false;
  const plain = (text) => text.replaceAll("\\", "");
  const drawn__ = plain(JSON.stringify(element.vega_lite));
  const then = BOARD.queries[element.query].columns.filter((column) => column.role === "previous" || /_previous_/.test(column.name));
  return then.length > 0 && !then.some((column) => drawn__.includes(plain(column.name)));
}

/** The values beside a query's SQL. */
function given(query) {
  const values = LIVE && LIVE.given[query];
  if (!values) return null;
  const sign = Object.values(BOARD.queries[query].sql).some((sql) => sql.includes("?1")) ? "?" : "$";
  return make("p", { class: "note given" }, `${say("beside")}: ${values.map((value, at) => `${sign}${at + 1} = ${JSON.stringify(value)}`).join(", ")}`);
}

/** A click on a mark narrows the board to it; another click on the same takes that away. */
function drawnChart(one) {
  const id = Object.keys(BOARD.elements).find((name) => BOARD.elements[name] === one.element);
  const columns = LIVE && LIVE.marks[id];
  if (!columns || one.place.closest("dialog")) return;
  one.place.classList.add("picks");
  one.view.addEventListener("click", (_event, item) => {
    const found = picked(item, columns, one.rows);
    if (!found.length) return;
    const only = new Map(wishes.only);
    const same = found.every(([name, value]) => JSON.stringify(only.get(name)) === JSON.stringify([value]));
    for (const [name, value] of found) if (same) only.delete(name); else only.set(name, [value]);
    tip.style.display = "none";
    wish({ only });
  });
}

/** The fields and values that a mark, or an entry of a legend, stands for. */
function picked(item, columns, rows) {
  if (!item || !item.datum) return [];
  const datum = item.datum.datum || item.datum;
  const clean = (value) => (typeof value === "string" ? value.replace(/\u200b$/, "") : value);
  const found = [];
  for (const [column, name] of Object.entries(columns)) {
    const legend = String((item.mark || {}).role).startsWith("legend");
    const key = legend ? "value" : column;
    if (!(key in datum)) continue;
    const value = clean(datum[key]) ?? null;
    if (rows.some((row) => row[column] === value)) found.push([name, value]);
  }
  return found;
}

/** The field and value of a cell in a table, where rows can be filtered by it. */
function cellOf(target) {
  const td = target.closest?.(".tile td");
  const id = td && td.closest(".tile").id.slice("tile-".length);
  const columns = LIVE && id && LIVE.marks[id];
  if (!columns) return null;
  const all = BOARD.queries[BOARD.elements[id].query].columns;
  const kind = all.find((column) => column.role === "row_type");
  const column = all.filter((each) => each.role !== "row_type")[td.cellIndex];
  const row = rowsOf(BOARD.elements[id].query).rows[td.parentElement.rowIndex - 1];
  if (!column || !row || !columns[column.name] || (kind && row[kind.name] !== "group")) return null;
  return [columns[column.name], row[column.name]];
}

document.addEventListener("pointerover", (event) => {
  if (cellOf(event.target)) event.target.closest("td").style.cursor = "pointer";
});
document.addEventListener("click", (event) => {
  const found = !String(getSelection()) && cellOf(event.target);
  if (found) narrowed(found[0], JSON.stringify(wishes.only.get(found[0])) === JSON.stringify([found[1]]) ? [] : [found[1]]);
});

// A tile of a KPI or a goal opens what it is made of, wherever it is clicked.
document.addEventListener("click", (event) => {
  const box = event.target.closest?.(".tile.kpi, .tile.goal");
  if (!box || event.target.closest("button, a, summary, details, input") || String(getSelection())) return;
  about(box.id.slice("tile-".length));
});

// ---------------------------------------------------------------- the list of boards

function boards() {
  if (boardName && !INDEX) return make("main", { id: "board" });
  const cards = INDEX.boards.map((each) =>
    make("a", { class: "tile card", href: `/board/${encodeURIComponent(each.name)}` },
      make("h2", {}, said(each.title)),
      Object.keys(each.question).length ? make("p", {}, said(each.question)) : "",
      Object.keys(each.audience).length ? make("p", { class: "note" }, say("for_readers", label(each.audience).text)) : ""));
  return make("main", { id: "board", class: "boards" }, ...(cards.length ? cards : [make("p", { class: "empty" }, say("no_boards"))]));
}

live.before = () => (boardName && DATA ? [make("nav", { class: "home" }, make("a", { href: "/" }, `‹ ${say("all_boards")}`))] : []);
live.above = () => [...banner(), ...(LIVE && BOARD.layout.length ? bar() : [])];
live.grid = () => (!boardName || !BOARD.layout.length ? boards() : null);
live.waits = waits;
live.beside = beside;
live.drawn = drawnChart;
live.given = given;

// ---------------------------------------------------------------- what happens meanwhile

/** A reader who looks at a panel or a menu is not disturbed: the page follows when it is closed. */
function undisturbed(then = ask) {
  const open = document.querySelector("dialog[open], details.menu[open]");
  if (!open) return then();
  open.addEventListener(open.tagName === "DIALOG" ? "close" : "toggle", () => undisturbed(then), { once: true });
  return undefined;
}

const events = new EventSource("/events");
events.addEventListener("message", (event) => {
  const state = JSON.parse(event.data);
  const back = trouble.gone;
  const gone = state.away !== trouble.away;
  Object.assign(trouble, { gone: false, problems: state.problems, away: state.away });
  if (version === null || (!back && state.version === version)) return;
  if (back || gone || !state.problems) return void undisturbed();
  version = state.version; // the board is as it was: what is wrong is said above it, and nothing is asked
  undisturbed(told);
});
events.addEventListener("error", () => {
  if (trouble.gone || !DATA) return;
  trouble.gone = true;
  told();
});
ask();
