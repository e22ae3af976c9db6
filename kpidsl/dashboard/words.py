"""What the product itself says on a board, in the languages that it speaks. Comes in: a key and a locale. Goes out: the word, in English
where the locale is none of these. A row has the words in the order of `LANGUAGES`."""

from __future__ import annotations

from collections.abc import Iterable

LANGUAGES = ("en", "it", "ro", "zh-Hant", "zh-Hans")
_HANT = ("TW", "HK", "MO")

WORDS: dict[str, tuple[str, str, str, str, str]] = {
    # columns of goals, KPIs and scorecards
    "kpi": ("KPI", "KPI", "KPI", "KPI", "KPI"),
    "goal": ("Goal", "Obiettivo", "Obiectiv", "目標", "目标"),
    "kind": ("Kind", "Tipo", "Tip", "類型", "类型"),
    "measure": ("Measure", "Misura", "Măsură", "衡量指標", "衡量指标"),
    "unit": ("Unit", "Unità", "Unitate", "單位", "单位"),
    "starts": ("From", "Dal", "De la", "開始", "开始"),
    "ends": ("By", "Entro", "Până la", "截止", "截止"),
    "period_start": ("From", "Dal", "De la", "開始", "开始"),
    "period_end": ("To", "Al", "Până la", "結束", "结束"),
    "segment": ("Segment", "Segmento", "Segment", "區隔", "细分"),
    "baseline": ("Baseline", "Valore di partenza", "Valoare inițială", "基準值", "基准值"),
    "actual": ("Now", "Ora", "Acum", "目前", "目前"),
    "target": ("Target", "Traguardo", "Țintă", "目標值", "目标值"),
    "target_high": ("Upper edge", "Limite superiore", "Limită superioară", "目標上限", "目标上限"),
    "stretch": ("Stretch target", "Traguardo ambizioso", "Țintă ambițioasă", "挑戰目標", "挑战目标"),
    "expected": ("Expected by today", "Atteso a oggi", "Așteptat până azi", "至今應達", "至今应达"),
    "attainment": ("Attainment", "Raggiungimento", "Grad de atingere", "達成率", "达成率"),
    "remaining": ("Still missing", "Ancora mancante", "Rămas", "尚缺", "尚缺"),
    "required_per_day": ("Needed a day", "Necessario al giorno", "Necesar pe zi", "每日所需", "每日所需"),
    "forecast": ("Forecast", "Previsione", "Prognoză", "預測", "预测"),
    "forecast_low": ("Forecast, low", "Previsione, minimo", "Prognoză, minim", "預測下限", "预测下限"),
    "forecast_high": ("Forecast, high", "Previsione, massimo", "Prognoză, maxim", "預測上限", "预测上限"),
    "asked_growth": ("Growth asked for", "Crescita richiesta", "Creștere cerută", "要求的成長", "要求的增长"),
    "usual_growth": ("Usual growth", "Crescita abituale", "Creștere obișnuită", "一般成長", "一般增长"),
    "best_growth": ("Best growth yet", "Crescita migliore", "Cea mai bună creștere", "歷來最佳成長", "历来最佳增长"),
    "achievable": ("Achievable", "Raggiungibile", "Realizabil", "可達成性", "可达成性"),
    "status": ("Status", "Stato", "Stare", "狀態", "状态"),
    "owner": ("Owner", "Responsabile", "Responsabil", "負責人", "负责人"),
    "parent": ("Part of", "Parte di", "Parte din", "上層目標", "上级目标"),
    "previous": ("Period before", "Periodo precedente", "Perioada anterioară", "前一期", "上一期"),
    "last_year": ("A year ago", "Un anno fa", "Acum un an", "去年同期", "去年同期"),
    "benchmark": ("Benchmark", "Riferimento di settore", "Reper", "業界基準", "行业基准"),
    "volume": ("Volume", "Volume", "Volum", "數量", "数量"),
    "trend": ("Trend", "Tendenza", "Tendință", "趨勢", "趋势"),
    "action": ("What to do", "Cosa fare", "Ce e de făcut", "建議行動", "建议行动"),
    "each": ("Each", "Ogni", "Fiecare", "週期", "周期"),
    "actual_low": ("At least", "Almeno", "Cel puțin", "下限", "下限"),
    "actual_high": ("At most", "Al massimo", "Cel mult", "上限", "上限"),
    "scorecard": ("Scorecard", "Scheda obiettivi", "Fișă de obiective", "計分卡", "计分卡"),
    "role": ("Role", "Ruolo", "Rol", "職務", "职务"),
    "floor": ("Floor", "Soglia minima", "Prag minim", "下限", "下限"),
    "cap": ("Cap", "Tetto", "Plafon", "上限", "上限"),
    "score": ("Score", "Punteggio", "Scor", "得分", "得分"),
    "weight": ("Weight", "Peso", "Pondere", "權重", "权重"),
    "points": ("Points", "Punti", "Puncte", "點數", "点数"),
    "payout": ("Payout", "Premio", "Bonus", "獎金", "奖金"),
    "missing": ("Missing", "Mancante", "Lipsă", "缺漏", "缺失"),
    "state": ("State", "Stato", "Stare", "狀態", "状态"),
    "row_type": ("Row", "Riga", "Rând", "列", "行"),
    "value": ("Value", "Valore", "Valoare", "數值", "数值"),
    "metric": ("Metric", "Metrica", "Metrică", "指標", "指标"),
    "dashboards": ("Dashboards", "Cruscotti", "Tablouri de bord", "儀表板", "仪表板"),
    "audience": ("Readers", "Lettori", "Cititori", "讀者", "读者"),
    "stage": ("Stage", "Fase", "Etapă", "階段", "阶段"),
    "tier": ("Tier", "Livello", "Nivel", "層級", "层级"),
    "category": ("Category", "Categoria", "Categorie", "類別", "类别"),
    "rhythm": ("Rhythm", "Ritmo", "Ritm", "頻率", "频率"),
    # stages of journeys and funnels
    "journey": ("Journey", "Percorso", "Parcurs", "旅程", "旅程"),
    "position": ("Position", "Posizione", "Poziție", "順序", "顺序"),
    "reached": ("Reached", "Raggiunto", "Atins", "達成", "达成"),
    "stage_reached": ("Stage reached", "Fase raggiunta", "Etapă atinsă", "階段達成", "阶段达成"),
    "is_bottleneck": ("Bottleneck", "Collo di bottiglia", "Punct critic", "瓶頸", "瓶颈"),
    "label": ("Stage", "Fase", "Etapă", "階段", "阶段"),
    "entities": ("Reached", "Arrivati", "Au ajuns", "到達人數", "到达人数"),
    "step_rate": ("From the stage before", "Dalla fase precedente", "Din etapa anterioară", "自前一階段", "自上一阶段"),
    "step_low": (
        "From the stage before, at least",
        "Dalla fase precedente, almeno",
        "Din etapa anterioară, cel puțin",
        "自前一階段下限",
        "自上一阶段下限",
    ),
    "step_high": (
        "From the stage before, at most",
        "Dalla fase precedente, al massimo",
        "Din etapa anterioară, cel mult",
        "自前一階段上限",
        "自上一阶段上限",
    ),
    "rate": ("Of the first stage", "Della prima fase", "Din prima etapă", "占首階段", "占首阶段"),
    "rate_low": ("Of the first stage, at least", "Della prima fase, almeno", "Din prima etapă, cel puțin", "占首階段下限", "占首阶段下限"),
    "rate_high": (
        "Of the first stage, at most",
        "Della prima fase, al massimo",
        "Din prima etapă, cel mult",
        "占首階段上限",
        "占首阶段上限",
    ),
    "drop_off": ("Lost", "Persi", "Pierduți", "流失", "流失"),
    "median_time": ("Median time", "Tempo mediano", "Timp median", "中位時間", "中位时间"),
    "p90_time": ("Time of nine in ten", "Tempo di nove su dieci", "Timpul a nouă din zece", "九成所需時間", "九成所需时间"),
    "column_immature": ("Still running", "Ancora in corso", "Încă în curs", "尚在進行", "仍在进行"),
    "bottleneck": ("Bottleneck", "Collo di bottiglia", "Punct critic", "瓶頸", "瓶颈"),
    # cohorts
    "cohort_cohort": ("Began in", "Iniziati nel", "Începuți în", "開始期間", "开始期间"),
    "age_day": ("Days after the start", "Giorni dopo l'inizio", "Zile de la început", "開始後天數", "开始后天数"),
    "age_week": ("Weeks after the start", "Settimane dopo l'inizio", "Săptămâni de la început", "開始後週數", "开始后周数"),
    "age_month": ("Months after the start", "Mesi dopo l'inizio", "Luni de la început", "開始後月數", "开始后月数"),
    "age_quarter": ("Quarters after the start", "Trimestri dopo l'inizio", "Trimestre de la început", "開始後季數", "开始后季度数"),
    "age_half": ("Half-years after the start", "Semestri dopo l'inizio", "Semestre de la început", "開始後半年數", "开始后半年数"),
    "age_year": ("Years after the start", "Anni dopo l'inizio", "Ani de la început", "開始後年數", "开始后年数"),
    "cohort_size": ("Began", "Iniziati", "Au început", "開始人數", "开始人数"),
    "cohort_active": ("Active", "Attivi", "Activi", "活躍人數", "活跃人数"),
    "cohort_retention": ("Still there", "Ancora attivi", "Încă activi", "留存率", "留存率"),
    "cohort_churn": ("Not there", "Non attivi", "Inactivi", "流失率", "流失率"),
    "cohort_value": ("Brought", "Apporto", "Au adus", "當期價值", "当期价值"),
    "cohort_value_to_date": ("Brought so far", "Apporto finora", "Au adus până atunci", "累計價值", "累计价值"),
    "cohort_value_per_head": (
        "Brought so far, by head",
        "Apporto finora, a testa",
        "Au adus până atunci, pe cap",
        "人均累計價值",
        "人均累计价值",
    ),
    # periods
    "hour": ("Hour", "Ora", "Oră", "小時", "小时"),
    "day": ("Day", "Giorno", "Zi", "日", "日"),
    "week": ("Week", "Settimana", "Săptămână", "週", "周"),
    "month": ("Month", "Mese", "Lună", "月", "月"),
    "quarter": ("Quarter", "Trimestre", "Trimestru", "季", "季度"),
    "half": ("Half-year", "Semestre", "Semestru", "半年", "半年"),
    "year": ("Year", "Anno", "An", "年", "年"),
    "weekday": ("Weekday", "Giorno della settimana", "Zi a săptămânii", "星期", "星期"),
    "hour_of_day": ("Hour of day", "Ora del giorno", "Ora zilei", "時段", "时段"),
    "month_of_year": ("Month of year", "Mese dell'anno", "Luna anului", "月份", "月份"),
    "quarter_of_year": ("Quarter of year", "Trimestre dell'anno", "Trimestrul anului", "季別", "季度"),
    "day_of_year": ("Day of year", "Giorno dell'anno", "Ziua anului", "年中日", "年中日"),
    # comparisons; {} is the metric
    "previous_of": ("{}, period before", "{}, periodo precedente", "{}, perioada anterioară", "{}（前一期）", "{}（上一期）"),
    "previous_year_of": ("{}, year before", "{}, anno precedente", "{}, anul anterior", "{}（去年同期）", "{}（去年同期）"),
    "growth_of": ("{}, change", "{}, variazione", "{}, variație", "{}（變化）", "{}（变化）"),
    "by": ("{0} by {1}", "{0} per {1}", "{0} pe {1}", "{0}（依{1}）", "{0}（按{1}）"),
    # statuses
    "achieved": ("achieved", "raggiunto", "atins", "已達成", "已达成"),
    "missed": ("missed", "mancato", "ratat", "未達成", "未达成"),
    "on_track": ("on track", "in linea", "pe drumul bun", "進度正常", "进展正常"),
    "at_risk": ("at risk", "a rischio", "în pericol", "有風險", "有风险"),
    "off_track": ("off track", "fuori rotta", "în urmă", "落後", "落后"),
    "no_data": ("no data", "nessun dato", "fără date", "沒有資料", "没有数据"),
    "insufficient_data": ("too little data", "dati insufficienti", "date insuficiente", "資料不足", "数据不足"),
    "immature": ("too early to tell", "troppo presto", "prea devreme", "尚早", "为时过早"),
    "no_target": ("no target", "nessun traguardo", "fără țintă", "未設目標", "未设目标"),
    "not_started": ("not started", "non iniziato", "neînceput", "尚未開始", "尚未开始"),
    # tiles
    "matrix": ("Goals and KPIs", "Obiettivi e KPI", "Obiective și KPI", "目標與 KPI", "目标与 KPI"),
    "findings": (
        "What changed and what to do",
        "Cosa è cambiato e cosa fare",
        "Ce s-a schimbat și ce e de făcut",
        "變化與建議",
        "变化与建议",
    ),
}

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
    "not_drawn": (
        "its chart cannot be drawn; the table has its numbers",
        "il grafico non si può disegnare; i numeri sono nella tabella",
        "graficul nu poate fi desenat; numerele sunt în tabel",
        "無法繪製圖表，數字請見表格",
        "无法绘制图表，数字请见表格",
    ),
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
    "no_kpis": ("nobody looks at it", "nessuno la osserva", "nimeni nu o urmărește", "無人關注", "无人关注"),
    "pays": ("pays {0}", "vale {0}", "aduce {0}", "可得 {0}", "可得 {0}"),
    "would_pay": (
        "would pay {0} if it goes on so",
        "varrebbe {0} continuando così",
        "ar aduce {0} dacă merge tot așa",
        "照此下去可得 {0}",
        "照此下去可得 {0}",
    ),
    "no_payout": (
        "no payout can be told: {0}",
        "il premio non si può calcolare: {0}",
        "bonusul nu se poate calcula: {0}",
        "無法計算獎金：{0}",
        "无法计算奖金：{0}",
    ),
    "not_above_zero": ("not above zero", "non sopra lo zero", "nu peste zero", "未大於零", "未大于零"),
    "same_part": (
        "the same part of the earlier period, as far as this one is over",
        "la stessa parte del periodo precedente, per quanto è trascorso di questo",
        "aceeași parte a perioadei anterioare, cât a trecut din aceasta",
        "與先前期間的相同部分比較，至本期目前為止",
        "与先前期间的相同部分比较，至本期目前为止",
    ),
    "points_short": ("pt", "pt", "pct", "點", "点"),
    "quarter_of": ("Q{0} {1}", "T{0} {1}", "T{0} {1}", "{1}年第{0}季", "{1}年第{0}季度"),
    "last_periods": ("the last {0} periods", "gli ultimi {0} periodi", "ultimele {0} perioade", "最近 {0} 期", "最近 {0} 期"),
    "usual": ("usual", "abituale", "obișnuit", "常見", "常见"),
    "ambitious": ("ambitious", "ambizioso", "ambițios", "有挑戰", "有挑战"),
    "unprecedented": ("never seen yet", "mai visto finora", "nemaiîntâlnit", "前所未有", "前所未有"),
    "finding_below": (
        "{0} of {1} {2} is {3} over {4} days, of all others {5}: find out what keeps {2} back",
        "{0}, {1} {2}: {3} in {4} giorni, tutti gli altri {5}; capire che cosa frena {2}",
        "{0}, {1} {2}: {3} în {4} zile, toate celelalte {5}; de aflat ce ține {2} pe loc",
        "{1} {2} 的{0}近 {4} 日為 {3}，其餘合計 {5}：請查明 {2} 落後的原因",
        "{1} {2} 的{0}近 {4} 日为 {3}，其余合计 {5}：请查明 {2} 落后的原因",
    ),
    "finding_above": (
        "{0} of {1} {2} is {3} over {4} days, of all others {5}: find out what keeps {2} up",
        "{0}, {1} {2}: {3} in {4} giorni, tutti gli altri {5}; capire che cosa tiene alto {2}",
        "{0}, {1} {2}: {3} în {4} zile, toate celelalte {5}; de aflat ce ține sus {2}",
        "{1} {2} 的{0}近 {4} 日為 {3}，其餘合計 {5}：請查明 {2} 偏高的原因",
        "{1} {2} 的{0}近 {4} 日为 {3}，其余合计 {5}：请查明 {2} 偏高的原因",
    ),
    "finding_loss": (
        "{0} {1} comes through “{2}” at {3}, all others at {4}: it loses most between “{5}” and “{6}” ({7}, others {8})",
        "{0} {1} completa “{2}” al {3}, tutti gli altri al {4}: perde di più tra “{5}” e “{6}” ({7}, gli altri {8})",
        "{0} {1} parcurge „{2}” în proporție de {3}, toate celelalte {4}: pierde cel mai mult între „{5}” și „{6}” ({7}, celelalte {8})",
        "{0} {1} 走完「{2}」的比例為 {3}，其餘為 {4}：「{5}」到「{6}」之間流失最多（{7}，其餘 {8}）",
        "{0} {1} 走完“{2}”的比例为 {3}，其余为 {4}：“{5}”到“{6}”之间流失最多（{7}，其余 {8}）",
    ),
    "finding_budget": (
        "{0} {1} takes {2} of “{3}” over {4} days and brings {5} of “{6}”: move budget from {1} to where it brings more",
        "{0} {1}: {2} di “{3}” in {4} giorni, e solo {5} di “{6}”; spostare budget da {1} a dove rende di più",
        "{0} {1}: {2} din „{3}” în {4} zile, și doar {5} din „{6}”; de mutat buget de la {1} acolo unde aduce mai mult",
        "{0} {1} 近 {4} 日占「{3}」的 {2}，只帶來「{6}」的 {5}：請將 {1} 的預算移往成效較佳之處",
        "{0} {1} 近 {4} 日占“{3}”的 {2}，只带来“{6}”的 {5}：请将 {1} 的预算移往成效更好之处",
    ),
    "finding_silence": (
        "{0} has no row after {1}: {2} days, usually at most {3}; check how it is loaded, until then {4} cannot be trusted",
        "{0} non ha righe dopo il {1}: {2} giorni, di solito al massimo {3}; controllare il caricamento, finora {4} non è affidabile",
        "{0} nu are rânduri după {1}: {2} zile, de obicei cel mult {3}; de verificat încărcarea, până atunci {4} nu e de încredere",
        "{0} 在 {1} 之後沒有資料：已 {2} 日，通常至多間隔 {3} 日；請檢查載入，在此之前 {4} 不可信",
        "{0} 在 {1} 之后没有数据：已 {2} 日，通常至多间隔 {3} 日；请检查加载，在此之前 {4} 不可信",
    ),
    "finding_bottleneck": (
        "{0} is the bottleneck of “{1}”: {2} of what is expected by now; {3} is {4}",
        "{0} è il collo di bottiglia di “{1}”: {2} di quanto atteso a oggi; {3}: {4}",
        "{0} este punctul critic al „{1}”: {2} din cât se aștepta până acum; {3}: {4}",
        "「{1}」的瓶頸是{0}：達到至今應達的 {2}；{3}{4}",
        "“{1}”的瓶颈是{0}：达到至今应达的 {2}；{3}{4}",
    ),
    "made_from": (
        "{0} · from {1} · made with kpi",
        "{0} · da {1} · fatto con kpi",
        "{0} · din {1} · făcut cu kpi",
        "{0} · 資料來自 {1} · 由 kpi 製作",
        "{0} · 数据来自 {1} · 由 kpi 制作",
    ),
}
"""What a page says around its numbers; {0} and {1} stand for what the page puts there."""


def language(locale: str) -> str:
    """Which of the languages a locale is written in; English where it is none of them."""
    parts = locale.split("-")
    if parts[0] == "zh":
        return "zh-Hant" if "Hant" in parts or ("Hans" not in parts and any(part in _HANT for part in parts)) else "zh-Hans"
    return parts[0] if parts[0] in LANGUAGES else "en"


def word(key: str, locale: str) -> str:
    """What the product calls it."""
    return WORDS[key][LANGUAGES.index(language(locale))]


def of_column(name: str) -> str:
    """The key of a column that the product makes itself; empty for all others. A status may be called like a column."""
    return next((key for key in (f"column_{name}", name) if key in WORDS), "")


def words(key: str, locales: Iterable[str]) -> dict[str, str]:
    """By locale."""
    return {locale: word(key, locale) for locale in locales}


def page_words(language: str) -> dict[str, str]:
    """Every word of a page in one of the languages."""
    at = LANGUAGES.index(language)
    return {key: row[at] for key, row in (*WORDS.items(), *PAGE.items())}
