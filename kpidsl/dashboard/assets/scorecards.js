// Scorecards: for each period what every KPI reached, scored and added, and below it what the score pays.

/** Rows that follow each other and have the same key. */
function runs(rows, key) {
  const found = [];
  for (const row of rows) {
    if (found.length && key(last(found)[0]) === key(row)) last(found).push(row);
    else found.push([row]);
  }
  return found;
}

function scorecardTile(element) {
  const { rows, error } = rowsOf(element.query);
  if (error) return [failed(error)];
  if (!rows.length) return [empty()];
  const card = element.scorecard;
  const periods = runs(rows, (row) => row.period_start).reverse(); // the latest one first
  const role = card.role ? [make("p", { class: "note" }, card.role)] : [];
  const paced = rows.some((row) => row.expected !== row.target);
  return [...role, ...periods.flatMap((mine) => scored(element, card, mine, paced))];
}

/** One period: its name and its table. `paced`: some target grows with the days of a running period. */
function scored(element, card, rows, paced) {
  const name = period(rows[0].period_start, card.each);
  const title = rows[0].state === "running" ? say("so_far", name) : name;
  const columns = Object.fromEntries(BOARD.queries[element.query].columns.map((column) => [column.name, column]));
  const shares = ["attainment", "score", "weight", "points"];
  const values = ["actual", "target", ...(paced ? ["expected"] : [])];
  const head = [...card.by, "kpi", ...values, ...shares].map((each) => make("th", { scope: "col", class: isNumber(columns[each]) ? "number" : null }, said(columns[each].label)));
  const bodies = runs(rows, (row) => JSON.stringify(card.by.map((each) => row[each]))).map((mine) => {
    const lines = mine.map((row, at) => {
      const whose = at === 0 ? card.by.map((each) => make("th", { scope: "rowgroup", class: "whose", rowspan: mine.length }, cell(columns[each], row[each]))) : [];
      return row.kpi === null ? total(row, mine, whose, 1 + values.length, shares) : line(row, whose, values, shares);
    });
    return make("tbody", {}, ...lines);
  });
  const table_ = make("table", { class: "scores" }, make("thead", {}, make("tr", {}, ...head)), ...bodies);
  return [make("h3", {}, title), make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `${label(element.title).text}, ${title}` }, table_)];
}

const kpiName = (name) => said(BOARD.provenance.metrics[name] ? BOARD.provenance.metrics[name].label : { [BOARD.locale]: name });
const numbered = (text) => make("td", { class: "number" }, text);

/** What one KPI reached, scored and added. */
function line(row, whose, values, shares) {
  const actual = row.reason === "no_data" ? null : row.actual; // of which a sum is 0
  const beside = [actual, row.target, row.target_high];
  const write = (value) => number(value, row.unit, { beside });
  const texts = {
    actual: write(actual),
    target: row.target_high === null ? write(row.target) : say("between", write(row.target), write(row.target_high)),
    expected: write(row.expected === row.target ? null : row.expected),
  };
  const left = rest(row.unit);
  const name = make("td", {}, kpiName(row.kpi), left ? make("span", { class: "note" }, ` (${left})`) : "");
  return make("tr", {}, ...whose, name, ...values.map((each) => numbered(texts[each])), ...shares.map((each) => numbered(number(row[each], "%"))));
}

/** The whole: the points of all KPIs, and what they pay. */
function total(row, mine, whose, span, shares) {
  const told = outcome(row, mine);
  const name = make("td", { colspan: span + 1 }, say("total"), told ? make("span", { class: "pays" }, ` · ${told}`) : "");
  return make("tr", { class: "total" }, ...whose, name, ...shares.slice(1).map((each) => numbered(number(row[each], "%"))));
}

/** What the score pays, or would pay if it goes on so, or why nobody can tell; nothing where no payout was declared. */
function outcome(row, mine) {
  if (row.missing !== null) {
    const reasons = new Map();
    for (const each of mine) if (each.reason !== null) reasons.set(each.reason, [...(reasons.get(each.reason) || []), kpiName(each.kpi).textContent]);
    return say("no_payout", [...reasons].map(([reason, names]) => `${names.join(", ")} (${say(reason)})`).join("; "));
  }
  return row.payout === null ? "" : say(row.state === "running" ? "would_pay" : "pays", number(row.payout, "%"));
}
