"""How the page of a simulation looks, in light and in dark."""

from __future__ import annotations

from typing import Final

STYLE: Final = """
:root{color-scheme:light dark;--ink:#1b1f24;--dim:#5d6671;--line:#e2e6ea;--bg:#fff;--card:#f6f8fa;--strip:#eef1f5;
--fire:#d1242f;--wait:#e0a100;--ok:#1a7f37;--held:#6e7781;--data:#0969da;--hours:#8250df}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--dim:#9aa4af;--line:#2d343d;--bg:#0f1318;--card:#171d24;
--strip:#1b222b;--fire:#ff6b61;--wait:#d9a514;--ok:#3fb950;--held:#9aa4af;--data:#6cb6ff;--hours:#b690f5}}
*{box-sizing:border-box}body{margin:0;padding:28px 24px 60px;background:var(--bg);color:var(--ink);
font:14px/1.5 system-ui,-apple-system,"Segoe UI","Noto Sans","Noto Sans KR","Noto Sans CJK KR","Apple SD Gothic Neo",
"Malgun Gothic",sans-serif}main{max-width:1240px;margin:auto}h1{font-size:21px;line-height:1.3;margin:0 0 6px}
h2{font-size:16px;margin:36px 0 10px}p{margin:0 0 12px;color:var(--dim)}a{color:inherit}
svg{width:100%;height:auto;display:block}
svg text{fill:var(--ink);font-size:12px}svg .dim{fill:var(--dim);font-size:11px}
svg .head{fill:var(--dim);font-size:11px;font-weight:600;letter-spacing:.06em}
.grid{stroke:var(--line)}.rule{stroke:var(--line);stroke-width:1}.data{fill:none;stroke:var(--data);stroke-width:1.5}
.area{fill:var(--data);opacity:.12}.wait{fill:var(--wait)}.fire{fill:var(--fire)}.ok{fill:var(--ok)}
.hours{fill:var(--hours);opacity:.35}.held{stroke:var(--held);stroke-width:2.5;stroke-dasharray:5 3}
.kept{opacity:.45}.late{stroke:var(--dim);stroke-width:2}.again{fill:var(--bg);stroke:var(--fire);stroke-width:1.5}
.number{font-size:10px!important;font-weight:600}
.key{display:flex;flex-wrap:wrap;gap:6px 20px}.key span{display:flex;align-items:center;gap:7px}
.key i{width:18px;height:10px;border-radius:2px;flex:none}
article{background:var(--card);border-left:4px solid var(--fire);border-radius:6px;padding:12px 16px;margin:10px 0;
scroll-margin-top:16px}article.resolved{border-color:var(--ok)}article:target{outline:2px solid var(--data)}
article>header{display:flex;gap:6px 14px;flex-wrap:wrap;align-items:baseline}article header b{font-size:15px}
article time{font-variant-numeric:tabular-nums;font-weight:600}.dim{color:var(--dim)}
ul.alerts{list-style:none;margin:6px 0 0;padding:0}ul.alerts li::before{content:"● ";color:var(--fire)}
ul.alerts li.resolved::before{color:var(--ok)}
.ways{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,430px),1fr));gap:10px;margin-top:10px}
.way{background:var(--bg);border:1px solid var(--line);border-radius:6px;padding:9px 12px;min-width:0}
.way h3{font-size:12px;margin:0 0 4px;color:var(--dim);font-weight:600}
.way .lead{font-weight:600}.way div{white-space:pre-wrap;overflow-wrap:anywhere}
.way .part{color:var(--dim);font-size:12px}.way pre{margin:4px 0 0;max-height:130px;overflow:auto;white-space:pre-wrap;
overflow-wrap:anywhere;font:12px/1.45 inherit;font-family:inherit;color:var(--dim)}
.way summary{cursor:pointer;color:var(--dim);font-size:12px;margin-top:4px}
.way details pre{max-height:320px;font-family:ui-monospace,monospace;font-size:11px}
.way .buttons{display:flex;flex-wrap:wrap;gap:6px;margin-top:6px}
.way .buttons span{border:1px solid var(--line);border-radius:4px;padding:1px 8px;font-size:12px}
.error{color:var(--fire);font-weight:600}
.warning{border-left:3px solid var(--wait);padding-left:8px;margin-top:6px;font-size:12px}
table{border-collapse:collapse;width:100%}
td,th{padding:4px 14px 4px 0;border-top:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere;text-align:left}
th{border:0;color:var(--dim);font-weight:600;font-size:12px}
td:first-child,td:nth-child(2){font-variant-numeric:tabular-nums;white-space:nowrap}
@media print{article{break-inside:avoid}}
"""

KEY: Final = (
    '<span><i style="background:var(--wait)"></i>the condition holds, <code>for</code> runs</span>'
    '<span><i style="background:var(--fire)"></i>the alert fires</span>'
    '<span><i style="height:0;border-top:3px dashed var(--held);border-radius:0"></i>held back, with the reason</span>'
    '<span><b style="color:var(--fire)">▼</b>told that it fires</span>'
    '<span><b style="color:var(--fire)">▽</b>told once more</span>'
    '<span><b style="color:var(--ok)">▲</b>told that it is over</span>'
    '<span><i style="background:var(--hours);opacity:.35"></i>a time interval is in force</span>'
)

KEPT: Final = '<span><i class="kept" style="background:var(--fire)"></i>over, but kept firing</span>'
