// Words, numbers and days in the reader's language. Nothing here touches the page.
"use strict";

/** Objects hold what was written into them and nothing else: a group may be called `constructor`. */
function bare(value) {
  if (!value || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(bare);
  const made = Object.create(null);
  for (const key of Object.keys(value)) made[key] = bare(value[key]);
  return made;
}
const parsed = (text) => bare(JSON.parse(text));
let DATA = null;
let BOARD = null;
let locale = "";
const NONE = "–";

/** What a server adds to the page: pieces before its head and above its tiles, another grid, what stands in a tile
 *  that waits for its numbers and what is said on one, what a drawn chart can do,
 *  and the values beside a query's SQL. A file adds nothing. */
const live = { before: () => [], above: () => [], grid: () => null, waits: () => null, beside: () => [], drawn: () => {}, given: () => null };

/** The text of a label for the reader: in their locale, in its language, else in the board's own. */
function label(labels) {
  const at = [locale, locale.split("-")[0], BOARD.locale].find((each) => labels && labels[each]);
  return { text: at ? labels[at] : "", lang: at || BOARD.locale };
}

/** What the product itself says; {0}, {1} stand for what follows. */
function say(key, ...parts) {
  const text = (DATA.words[locale] || DATA.words.en)[key] || key;
  return text.replace(/\{(\d)\}/g, (_, at) => parts[at] ?? "");
}

const formats = new Map();
function format(options) {
  const key = locale + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.NumberFormat(locale, { useGrouping: "always", ...options }));
  return formats.get(key);
}

const currencyOf = (unit) => (/^[A-Z]{3}($| per )/.test(unit || "") ? unit.slice(0, 3) : "");
const isNumber = (column) => !PARTS[column.part] && ["int", "number", "decimal", "duration"].includes(column.type);

const dateFormats = new Map();
/** How days are written, in UTC; making one takes longer than a hundred uses. */
function dateFormat(options) {
  const key = locale + JSON.stringify(options);
  if (!dateFormats.has(key)) dateFormats.set(key, new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options }));
  return dateFormats.get(key);
}

/** How many digits behind the point numbers of a unit have, so that values beside each other have as many. */
function digits(unit, sizes) {
  const largest = Math.max(0, ...sizes.map(Math.abs));
  if (unit === "%" || unit === "×" || unit === "days") return 1;
  if (currencyOf(unit)) return largest >= 1000 || sizes.every(Number.isInteger) ? 0 : 2;
  if (unit === "points") return sizes.every(Number.isInteger) ? 0 : 1;
  return largest >= 100 || sizes.every(Number.isInteger) ? 0 : 2;
}

/** A number in its unit: 1.2M €, 3.4%, 12.0 days. `beside` are the numbers that it stands among. */
function number(value, unit, { beside = [value], compact = false, whole = "" } = {}) {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  const size = Math.abs(value);
  const places = digits(unit, beside.filter((each) => Number.isFinite(each)));
  const short = compact && size >= 1e6 ? { notation: "compact", maximumFractionDigits: 2, minimumFractionDigits: 0 } : {};
  const plain = { minimumFractionDigits: places, maximumFractionDigits: places, ...short };
  const write = (options, size_) => {
    const text = format(options).format(size_);
    return /[1-9]/.test(text) ? text : format(options).format(0); // nothing is less than nothing: no -0.0%
  };
  if (unit === "%") return write({ style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 }, value);
  if (unit === "×") return write(plain, value) + "×";
  if (unit === "days" || unit === "duration") return time(value);
  if (currencyOf(unit)) {
    return write({ style: "currency", currency: currencyOf(unit), ...plain }, value);
  }
  return write(unit === "count" && size >= 10 && !compact && whole ? { maximumFractionDigits: 0 } : plain, value);
}

/** A length of time, given in days. */
function time(days) {
  const [unit, factor] = Math.abs(days) >= 1 ? ["day", 1] : Math.abs(days) >= 1 / 24 ? ["hour", 24] : ["minute", 1440];
  const places = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return format({ style: "unit", unit, unitDisplay: "long", ...places }).format(days * factor);
}

/** What the number does not show of its unit: `per lead`. */
const rest = (unit) => (currencyOf(unit) ? unit.slice(4) : ["%", "×", "days", "count", ""].includes(unit) ? "" : unit);

/** A day, a month, a quarter: a period by its first day. */
function period(text, grain) {
  if (!text) return NONE;
  const day = new Date(text.length > 10 ? text + "Z" : text + "T00:00:00Z");
  const write = (options) => dateFormat(options).format(day);
  if (grain === "year") return write({ year: "numeric" });
  if (grain === "month") return write({ year: "numeric", month: "short" });
  if (grain === "quarter") return say("quarter_of", Math.floor(day.getUTCMonth() / 3) + 1, day.getUTCFullYear());
  if (text.length > 10) return write({ dateStyle: "medium", timeStyle: "short" });
  return write({ year: "numeric", month: "short", day: "numeric" });
}

/** Parts of time that have names: weekdays, of which 1 is Monday, months and hours. */
const PARTS = {
  weekday: (value) => new Intl.DateTimeFormat(locale, { timeZone: "UTC", weekday: "long" }).format(Date.UTC(2024, 0, value)),
  month_of_year: (value) => new Intl.DateTimeFormat(locale, { timeZone: "UTC", month: "long" }).format(Date.UTC(2024, value - 1, 1)),
  hour_of_day: (value) => `${String(value).padStart(2, "0")}:00`,
};

/** A value of a column as people read it. */
function cell(column, value, beside) {
  if (value === null || value === undefined) return NONE;
  if (typeof value === "boolean") return say(value ? "yes" : "no");
  if (column.type === "date" || column.type === "timestamp") return period(String(value), column.format);
  if (PARTS[column.part]) return PARTS[column.part](value);
  if (isNumber(column) && typeof value === "number") return number(value, column.role === "group" ? "plain" : column.unit, { beside });
  return String(value);
}

/** The change from one value to another: points of what is a share, else a share of what was there; null where there is none. */
function change(unit, now, then) {
  if (!Number.isFinite(now) || !Number.isFinite(then)) return null;
  if (unit === "%" || unit === "points") {
    const size = unit === "%" ? (now - then) * 100 : now - then;
    return { size, text: format({ signDisplay: "exceptZero", maximumFractionDigits: 1, minimumFractionDigits: unit === "%" ? 1 : 0 }).format(size) + " " + say("points_short") };
  }
  if (then <= 0) return null;
  const size = (now - then) / then;
  return { size, text: format({ style: "percent", signDisplay: "exceptZero", minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(size) };
}
