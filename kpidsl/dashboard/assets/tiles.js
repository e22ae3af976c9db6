// What each kind of tile shows.

const last = (list) => list[list.length - 1];

/** The rows of a KPI that its tile is about: its own kind of period, all rows; where there are none, the first segment. */
function mainRows(kpi, rows) {
  const own = rows.filter((row) => row.each === kpi.each);
  const whole = own.filter((row) => row.segment === null);
  return whole.length ? whole : own.filter((row) => row.segment === (own[0] || {}).segment);
}

/** The latest row of each longer or shorter rhythm in which a KPI has a target too. */
function otherRhythms(kpi, rows) {
  const plain = rows.filter((row) => row.segment === null);
  return ["day", "week", "month", "quarter", "year"].filter((each) => each !== kpi.each).map((each) => last(plain.filter((row) => row.each === each))).filter(Boolean);
}

const isRunning = (row) => DATA.today < row.period_end;

/** `≥ 45 €`: what should be, from the row of a period. */
function aim(direction, row, unit, strict) {
  if (row.target === null) return "";
  const beside = [row.actual, row.target, row.target_high];
  const write = (value) => number(value, unit, { beside, compact: true });
  if (direction === "between") return say("between", write(row.target), write(row.target_high));
  return `${direction === "lower" ? (strict ? "<" : "≤") : strict ? ">" : "≥"} ${write(row.target)}`;
}

/** A change with its direction in words and sign; coloured by whether it is good. */
function delta(unit, direction, now, then, name, part) {
  const found = change(unit, now, then);
  const term = make("dt", { title: part ? say("same_part") : null }, part ? `${name}*` : name);
  if (!found) return [term, make("dd", { class: "flat" }, NONE)];
  const good = direction === "between" || !/[1-9]/.test(found.text) ? "flat" : found.size > 0 === (direction === "higher") ? "up" : "down";
  return [term, make("dd", { class: good }, `${!/[1-9]/.test(found.text) ? "" : found.size > 0 ? "▲ " : "▼ "}${found.text}`)];
}

/** The last periods as a line, with the target as a dashed one. The running period hangs on a dotted piece. */
function spark(rows, paced) {
  const values = rows.map((row) => (row.status === "no_data" ? null : row.actual));
  const targets = rows.map((row) => row.target);
  const known = [...values, ...targets].filter(Number.isFinite);
  const svg = drawn("svg", { class: "spark", viewBox: "0 0 100 36", preserveAspectRatio: "none", role: "img", "aria-label": say("last_periods", rows.length) });
  if (values.filter(Number.isFinite).length < 2) return svg;
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const x = (at) => (rows.length > 1 ? (at / (rows.length - 1)) * 100 : 50);
  const y = (value) => (high > low ? 34 - ((value - low) / (high - low)) * 32 : 18);
  const path = (list) => {
    let text = "";
    list.forEach(([at, value], index) => {
      const before = list[index - 1];
      text += Number.isFinite(value) ? `${before && Number.isFinite(before[1]) ? "L" : "M"}${x(at).toFixed(1)} ${y(value).toFixed(1)}` : "";
    });
    return text;
  };
  const points = values.map((value, at) => [at, value]);
  const open = paced && isRunning(last(rows));
  svg.append(drawn("path", { class: "target", d: path(targets.map((value, at) => [at, value])) }));
  svg.append(drawn("path", { d: path(open ? points.slice(0, -1) : points) }));
  if (open) svg.append(drawn("path", { class: "open", d: path(points.slice(-2)) }));
  return svg;
}

function kpiTile(element) {
  const { rows, error } = rowsOf(element.query);
  if (error) return [failed(error)];
  const kpi = element.kpi;
  const mine = mainRows(kpi, rows);
  if (!mine.length) return [empty()];
  const row = last(mine);
  const unit = row.unit;
  const strict = (each) => kpi.target.some((target) => target.each === each && target.strict);
  const parts = [
    make("div", { class: "value" }, number(row.actual, unit, { compact: true, whole: true }), rest(unit) ? make("small", {}, rest(unit)) : ""),
    make("div", { class: "aim" }, [aim(kpi.direction, row, unit, strict(kpi.each)), spanOf(kpi.each, row)].filter(Boolean).join(" · ")),
    chip(row.status),
  ];
  const byNow = kpi.adds_up && isRunning(row) && row.expected !== null && row.expected !== row.target;
  if (byNow) parts.push(make("div", { class: "aim" }, say("expected_by_now", number(row.expected, unit, { compact: true, whole: true, beside: [row.target] }))));
  const deltas = make("dl", { class: "deltas" }, ...delta(unit, kpi.direction, row.actual, row.previous, say(`before_${kpi.each}`), isRunning(row)), ...delta(unit, kpi.direction, row.actual, row.last_year, say("a_year_ago"), isRunning(row)));
  if (row.benchmark !== null) deltas.append(make("dt", {}, say("benchmark")), make("dd", {}, number(row.benchmark, unit, { compact: true })));
  parts.push(deltas);
  for (const other of otherRhythms(kpi, rows)) {
    const value = make("strong", {}, number(other.actual, unit, { compact: true }));
    const told = [aim(kpi.direction, other, unit, strict(other.each)), spanOf(other.each, other)].filter(Boolean).join(" · ");
    parts.push(make("div", { class: "also" }, make("div", {}, value, chip(other.status)), make("div", { class: "aim" }, told)));
  }
  if (row.action) parts.push(make("p", { class: "action" }, row.action));
  parts.push(spark(mine, kpi.adds_up));
  return parts;
}

/** `March 2026, running`: which period a tile is about. */
function spanOf(each, row) {
  const name = period(row.period_start, each);
  return isRunning(row) ? say("so_far", name) : name;
}

function goalTile(element) {
  const { rows, error } = rowsOf(element.query);
  if (error) return [failed(error)];
  const row = rows[0];
  if (!row) return [empty()];
  const goal = element.goal;
  const unit = row.unit;
  const beside = [row.actual, row.target, row.target_high].filter(Number.isFinite);
  const write = (value) => number(value, unit, { beside, compact: true, whole: true });
  const of = row.target === null ? "" : goal.direction === "higher" ? say("of", write(row.target)) : goal.direction === "lower" ? say("at_most", write(row.target)) : say("between", write(row.target), write(row.target_high));
  const per = rest(unit); // where the unit needs the place beside the number, the aim goes below
  const line = [[per && of, say("by_day", period(goal.by, "day"))].filter(Boolean).join(" ")];
  if (goal.direction !== "between" && row.expected !== null && row.expected !== row.target) line.push(say("expected_by_now", write(row.expected)));
  const done = ["achieved", "missed"].includes(row.status);
  if (row.required_per_day > 0 && !done) line.push(say(goal.direction === "higher" ? "needs_a_day" : "may_take_a_day", number(row.required_per_day, unit, { compact: true })));
  if (row.forecast !== null && !done && goal.direction !== "between" && row.forecast !== row.actual) line.push(say("heads_for", write(row.forecast)));
  if (goal.owner) line.push(goal.owner);
  const head = make("div", { class: "value" }, write(row.actual), make("small", {}, per || of));
  const top = make("div", { class: "top" }, head, chip(row.status));
  return [top, progress(goal.direction, row), make("div", { class: "line" }, ...line.map((text) => make("span", {}, text)))];
}

/** A bar from nothing to the target, with a mark where it should be by now; of what should be less or kept, with the edges marked. */
function progress(direction, row) {
  const { actual, target, expected } = row;
  const bar = make("div", { class: "bar", "aria-hidden": "true" });
  if (!Number.isFinite(actual) || !Number.isFinite(target)) return bar;
  const high = row.target_high ?? target;
  const full = direction === "higher" ? Math.max(target, actual) : Math.max(actual, high) * 1.15;
  if (!(full > 0)) return bar;
  const share = (value) => `${Math.max(0, Math.min(100, (value / full) * 100)).toFixed(1)}%`;
  if (direction === "between") bar.append(make("u", { style: `left:${share(target)};width:calc(${share(high)} - ${share(target)})` }));
  bar.append(make("i", { style: `width:${share(actual)}${direction === "between" ? ";opacity:.75" : ""}` }));
  const mark = direction === "higher" ? expected : direction === "lower" ? target : null;
  if (Number.isFinite(mark) && (direction === "lower" || mark < full)) bar.append(make("b", { style: `left:${share(mark)}` }));
  return bar;
}

function chartTile(element) {
  const { rows, error, more, running } = rowsOf(element.query);
  if (error) return [failed(error)];
  if (!rows.length) return [empty()];
  const columns = BOARD.queries[element.query].columns;
  if (element.kind === "table" || !element.vega_lite) {
    return [element.kind === "table" || element.chart !== "number" ? table(columns, rows, more, label(element.title).text) : numbers(columns, rows[0])];
  }
  const place = make("div", { class: "chart", role: "img", "aria-label": label(element.title).text });
  waiting.push({ place, element, rows });
  return [place, runningNote(columns, running), folded(say("as_table"), () => table(columns, rows, more, label(element.title).text))];
}

/** A note that the last period that has begun is not over: its value is not to be read as a fall. */
function runningNote(columns, start) {
  const along = columns.find((column) => column.role === "group" && column.type === "date");
  return start ? make("p", { class: "note" }, say("so_far", period(start, along.format))) : "";
}

/** Values that stand alone, with what they were and how they changed. */
function numbers(columns, row) {
  const boxes = columns.filter((column) => column.role === "metric").map((column) => {
    const compared = columns.filter((other) => other.of === column.name);
    const notes = compared.map((other) => make("p", {}, said(other.label), ": ", cell(other, row[other.name])));
    return make("div", {}, make("p", {}, said(column.label)), make("div", { class: "value" }, isNumber(column) ? number(row[column.name], column.unit, { compact: true }) : cell(column, row[column.name])), ...notes);
  });
  return make("div", { class: "numbers" }, ...boxes);
}

const WARNING = () => {
  const icon = drawn("svg", { viewBox: "0 0 11 11", "aria-hidden": "true" });
  icon.append(drawn("path", { d: "M5.5 .8L10.8 10.2H.2z", fill: "currentColor" }));
  return icon;
};

/** A part of a sentence, as the reader writes it. */
function partOf(part) {
  if ("label" in part) return label(part.label).text;
  if ("number" in part) return number(part.number, part.unit);
  if ("day" in part) return period(part.day, part.grain || "day");
  if ("key" in part) return say(part.key, ...part.parts.map(partOf));
  if ("beside" in part) return `(${part.beside.map(partOf).join(", ")})`;
  return "word" in part ? say(part.word) : part.text;
}

/** A sentence of the product's, with the names, numbers and days in its places. */
function sentenceOf({ key, parts, advice }) {
  const texts = parts.map(partOf);
  const text = key ? say(key, ...texts) : texts.join(" ");
  return (text.charAt(0).toUpperCase() + text.slice(1)) + (advice ? `: ${advice}` : "");
}

/** What fires, in words, and what stands out beside it. */
function findingsTile(element) {
  const items = [];
  const broken = [];
  for (const finding of element.findings) {
    const { rows, error } = rowsOf(finding.query);
    if (error) broken.push(failed(`${finding.alert}: ${error}`));
    for (const row of rows) {
      const grain = finding.each;
      const known = Object.create(null);
      Object.assign(known, { value: number(row.value, row.unit), expected: number(row.expected, row.unit), period: period(row.period_start, grain) });
      finding.by.forEach((name, at) => (known[name] = row[`by_${at + 1}`] ?? NONE));
      const advice = finding.action.replace(/\{([^{}]*)\}/g, (whole, name) => known[name] ?? whole);
      const about = BOARD.provenance.metrics[finding.metric];
      const of = [about ? label(about.label).text : finding.metric, ...finding.by.map((name) => known[name]), known.period].join(" · ");
      items.push(make("li", {}, WARNING(), make("span", {}, make("strong", {}, said(finding.title)), ` — ${of}: ${known.value}. `, advice)));
    }
  }
  for (const sentence of DATA.findings) items.push(make("li", {}, WARNING(), make("span", sentence.key ? {} : { lang: "en" }, sentenceOf(sentence))));
  if (!items.length && !broken.length) return [make("p", { class: "empty" }, say("nothing_found"))];
  return [make("ul", {}, ...items), ...broken];
}

function matrixTile(element) {
  const all = element.matrix.columns || [];
  const at_ = Object.fromEntries(all.map((column, at) => [column.name, at]));
  const full = (name) => element.matrix.rows.every((row) => row[at_[name]] !== null);
  const quiet = new Set(["kind", "parent", "category", "rhythm", "audience", "dashboards"]);
  if (full("goal_label")) quiet.add("goal");
  if (full("kpi_label")) quiet.add("kpi");
  const kept = all.map((column, at) => at).filter((at) => !quiet.has(all[at].name) && element.matrix.rows.some((row) => row[at] !== null));
  if (!kept.length) return [empty()];
  const names = { goal_label: "goal", kpi_label: "kpi" };
  const title = (column) => Object.fromEntries(DATA.locales.map((each) => [each, (DATA.words[each] || {})[names[column.name] || column.name] || column.label[BOARD.locale]]));
  const columns = kept.map((at) => ({ ...all[at], label: title(all[at]), role: "group", type: "text", unit: "" }));
  const cells = element.matrix.cells;
  const written = (name, at, text) => (cells[at][name] ? cells[at][name].map((parts) => parts.map(partOf).join(" ")).join("\n") : text);
  const rows = element.matrix.rows.map((row, line) => Object.fromEntries(kept.map((at) => [all[at].name, written(all[at].name, line, row[at])])));
  return [table(columns, rows, 0, label(element.title).text)];
}

/** The stages of a journey beside each other, each with how much of what it should reach it reaches, and its KPIs. */
function journeyTile(element) {
  const { rows, error } = rowsOf(element.query);
  if (error) return [failed(error)];
  if (!rows.length) return [empty()];
  const stages = new Map();
  for (const row of rows) stages.set(row.position, [...(stages.get(row.position) || []), row]);
  const boxes = [...stages.values()].map((mine) => {
    const { label: name, stage, stage_reached: reached, is_bottleneck: narrow } = mine[0];
    const kpis = mine.filter((row) => row.kpi !== null).map((row) => {
      const about = BOARD.provenance.metrics[row.kpi];
      const twice = mine.some((other) => other !== row && other.kpi === row.kpi);
      const which = [row.segment, twice && say(row.each).toLowerCase()].filter(Boolean).join(", ");
      const said_ = `${about ? label(about.label).text : row.kpi}${which ? ` (${which})` : ""}`;
      return make("li", {}, make("span", {}, `${said_} `, make("strong", {}, number(row.actual, row.unit, { compact: true }))), chip(row.status));
    });
    const bar = make("div", { class: "bar", "aria-hidden": "true" }, make("i", { style: `width:${Number.isFinite(reached) ? Math.round(reached * 100) : 0}%` }));
    const head = make("h3", {}, name || stage, Number.isFinite(reached) ? ` ${number(reached, "%")}` : "");
    const mark = narrow ? make("span", { class: "chip bad" }, `▼ ${say("bottleneck")}`) : "";
    return make("div", { class: "stage" }, head, bar, mark, kpis.length ? make("ul", {}, ...kpis) : make("p", { class: "note" }, say("no_kpis")));
  });
  return [make("div", { class: "stages" }, ...boxes)];
}

const TILES = {
  goal: goalTile,
  kpi: kpiTile,
  chart: chartTile,
  table: chartTile,
  funnel: chartTile,
  cohort: chartTile,
  journey: journeyTile,
  scorecard: scorecardTile,
  findings: findingsTile,
  matrix: matrixTile,
  text: (element) => [make("p", {}, said(element.text))],
};
