"""What a page says around its numbers, in the languages of `words`. {0} and {1} stand for what the page puts there."""

from __future__ import annotations

from kpidsl.dashboard.words import LANGUAGES, WORDS

PAGE: dict[str, tuple[str, str, str, str, str]] = {
    "skip": ("Skip to the board", "Vai al contenuto", "Sari la conținut", "跳至內容", "跳至内容"),
    "language": ("Language", "Lingua", "Limbă", "語言", "语言"),
    "theme": ("Colours", "Colori", "Culori", "配色", "配色"),
    "auto": ("Auto", "Automatico", "Automat", "自動", "自动"),
    "light": ("Light", "Chiaro", "Luminos", "淺色", "浅色"),
    "dark": ("Dark", "Scuro", "Întunecat", "深色", "深色"),
    "close": ("Close", "Chiudi", "Închide", "關閉", "关闭"),
    "about": ("About this number: {0}", "Su questo numero: {0}", "Despre acest număr: {0}", "關於此數字：{0}", "关于此数字：{0}"),
    "made_of": ("Made of", "Calcolato da", "Calculat din", "資料來源", "数据来源"),
    "why": ("Why", "Perché", "De ce", "原因", "原因"),
    "history": ("How it went", "Andamento", "Evoluție", "歷史走勢", "历史走势"),
    "written_in": ("Written in", "Scritto in", "Scris în", "定義於", "定义于"),
    "better_higher": ("more is better", "meglio se cresce", "mai mult e mai bine", "越高越好", "越高越好"),
    "better_lower": ("less is better", "meglio se cala", "mai puțin e mai bine", "越低越好", "越低越好"),
    "better_between": ("best inside a band", "meglio entro i limiti", "cel mai bine între limite", "區間內最佳", "区间内最佳"),
    "as_table": ("Show as a table", "Mostra come tabella", "Arată ca tabel", "以表格顯示", "以表格显示"),
    "table": ("Table", "Tabella", "Tabel", "表格", "表格"),
    "more_rows": (
        "{0} more rows are not shown",
        "Altre {0} righe non mostrate",
        "Încă {0} rânduri nu sunt arătate",
        "另有 {0} 列未顯示",
        "另有 {0} 行未显示",
    ),
    "no_rows": ("Nothing in this period", "Niente in questo periodo", "Nimic în această perioadă", "此期間沒有資料", "此期间没有数据"),
    "no_answer": ("nobody asked for it", "non è stato richiesto", "nu a fost cerut", "未取得", "未取得"),
    "failed": ("This could not be computed:", "Non è stato possibile calcolarlo:", "Nu s-a putut calcula:", "無法計算：", "无法计算："),
    "empty_board": (
        "This board shows nothing",
        "Questo cruscotto è vuoto",
        "Acest tablou este gol",
        "此儀表板沒有內容",
        "此仪表板没有内容",
    ),
    "nothing_found": ("Nothing stands out", "Niente di particolare", "Nimic deosebit", "沒有異常", "没有异常"),
    "total": ("Total", "Totale", "Total", "總計", "总计"),
    "subtotal": ("Subtotal", "Subtotale", "Subtotal", "小計", "小计"),
    "other": ("Other", "Altro", "Altele", "其他", "其他"),
    "yes": ("yes", "sì", "da", "是", "是"),
    "no": ("no", "no", "nu", "否", "否"),
    "of": ("of {0}", "di {0}", "din {0}", "目標 {0}", "目标 {0}"),
    "at_most": ("at most {0}", "al massimo {0}", "cel mult {0}", "至多 {0}", "至多 {0}"),
    "between": ("{0} to {1}", "da {0} a {1}", "{0} – {1}", "{0} 至 {1}", "{0} 至 {1}"),
    "by_day": ("by {0}", "entro il {0}", "până la {0}", "截至 {0}", "截至 {0}"),
    "so_far": ("{0}, so far", "{0}, finora", "{0}, până acum", "{0}（至今）", "{0}（至今）"),
    "expected_by_now": ("expected by now {0}", "atteso a oggi {0}", "așteptat până acum {0}", "至今應達 {0}", "至今应达 {0}"),
    "needs_a_day": ("needs {0} a day", "servono {0} al giorno", "necesar {0} pe zi", "每日需 {0}", "每日需 {0}"),
    "may_take_a_day": ("may take {0} a day", "può usare {0} al giorno", "poate folosi {0} pe zi", "每日可用 {0}", "每日可用 {0}"),
    "heads_for": ("heads for {0}", "proiezione {0}", "se îndreaptă spre {0}", "預計 {0}", "预计 {0}"),
    "before_day": ("vs day before", "sul giorno prima", "vs. ziua anterioară", "較前一日", "较前一日"),
    "before_week": ("vs week before", "sulla settimana prima", "vs. săptămâna anterioară", "較前一週", "较前一周"),
    "before_month": ("vs month before", "sul mese prima", "vs. luna anterioară", "較上月", "较上月"),
    "before_quarter": ("vs quarter before", "sul trimestre prima", "vs. trimestrul anterior", "較上季", "较上季"),
    "before_year": ("vs year before", "sull'anno prima", "vs. anul anterior", "較前一年", "较前一年"),
    "a_year_ago": ("vs a year ago", "su un anno fa", "vs. acum un an", "較去年同期", "较去年同期"),
    "last_days": ("last {0} days", "ultimi {0} giorni", "ultimele {0} zile", "最近 {0} 日", "最近 {0} 日"),
    "last_weeks": ("last {0} weeks", "ultime {0} settimane", "ultimele {0} săptămâni", "最近 {0} 週", "最近 {0} 周"),
    "last_months": ("last {0} months", "ultimi {0} mesi", "ultimele {0} luni", "最近 {0} 個月", "最近 {0} 个月"),
    "last_quarters": ("last {0} quarters", "ultimi {0} trimestri", "ultimele {0} trimestre", "最近 {0} 季", "最近 {0} 个季度"),
    "last_years": ("last {0} years", "ultimi {0} anni", "ultimii {0} ani", "最近 {0} 年", "最近 {0} 年"),
    "final": ("final", "definitivo", "final", "已結算", "已结算"),
    "running": ("running", "in corso", "în curs", "進行中", "进行中"),
    "points_short": ("pt", "pt", "pct", "點", "点"),
    "quarter_short": ("Q{0}", "T{0}", "T{0}", "第{0}季", "第{0}季度"),
    "last_periods": ("the last {0} periods", "gli ultimi {0} periodi", "ultimele {0} perioade", "最近 {0} 期", "最近 {0} 期"),
    "usual": ("usual", "abituale", "obișnuit", "常見", "常见"),
    "ambitious": ("ambitious", "ambizioso", "ambițios", "有挑戰", "有挑战"),
    "unprecedented": ("never seen yet", "mai visto finora", "nemaiîntâlnit", "前所未有", "前所未有"),
    "made_from": (
        "{0} · from {1} · made with kpi",
        "{0} · da {1} · fatto con kpi",
        "{0} · din {1} · făcut cu kpi",
        "{0} · 資料來自 {1} · 由 kpi 製作",
        "{0} · 数据来自 {1} · 由 kpi 制作",
    ),
}


def page_words(language: str) -> dict[str, str]:
    """Every word of a page in one of the languages."""
    at = LANGUAGES.index(language)
    return {key: row[at] for key, row in (*WORDS.items(), *PAGE.items())}
