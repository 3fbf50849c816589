"""How the preview looks: Grafana's proportions, one grid unit being 38 pixels."""

from __future__ import annotations

from typing import Final

COLORS: Final = {
    "blue": "#3274d9", "green": "#37872d", "orange": "#e0752d", "purple": "#8f3bb8", "red": "#c4162a",
    "text": "#9fa7b3", "transparent": "transparent", "yellow": "#d9af27",
}  # fmt: skip

STYLE: Final = """
:root { color-scheme: dark; }
body { margin: 0; background: #111217; color: #ccccdc; font: 13px/1.4 system-ui, "Noto Sans CJK KR", sans-serif; }
nav { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: 4px 18px; padding: 9px 16px;
  background: #181b1f; border-bottom: 1px solid #2b2f36; }
a { color: #6e9fff; text-decoration: none; }
section { padding: 14px 16px 30px; }
header h1 { margin: 0; font-size: 20px; font-weight: 600; }
header p { margin: 2px 0 8px; color: #9fa7b3; }
.choice, .link { display: inline-block; margin: 0 10px 8px 0; padding: 3px 9px; background: #181b1f;
  border: 1px solid #2b2f36; border-radius: 3px; }
.choice b { margin-right: 8px; color: #9fa7b3; font-weight: 500; }
.grid { display: grid; grid-template-columns: repeat(24, minmax(0, 1fr)); grid-auto-rows: 30px; gap: 8px; }
h2 { margin: 0; align-self: center; font-size: 15px; font-weight: 600; }
h2 small { margin-left: 8px; color: #9fa7b3; font-weight: 400; }
article { position: relative; min-width: 0; background: #181b1f; border: 1px solid #25282e; border-radius: 3px; }
article::before { content: attr(data-sign); position: absolute; right: 14px; bottom: 0; color: #1f2329;
  font-size: 72px; line-height: 1.1; }
article > div { position: absolute; inset: 0; overflow: auto; padding: 7px 9px; scrollbar-width: thin;
  scrollbar-color: #6e9fff #25282e; }
article:hover { z-index: 1; }
article:hover > div { inset: 0 0 auto 0; min-height: calc(100% - 14px); background: #22252b;
  outline: 1px solid #3d71d9; }
h3 { display: flex; gap: 7px; align-items: baseline; margin: 0 0 4px; font-size: 13px; font-weight: 600;
  white-space: nowrap; }
h3 i { color: #6e9fff; font-style: normal; }
h3 code { padding: 0 5px; background: #2b2f36; border-radius: 8px; color: #9fa7b3; font-size: 11px; font-weight: 400; }
article p { margin: 4px 0; color: #9fa7b3; font-size: 12px; }
pre { margin: 3px 0 0; word-break: break-all; white-space: pre-wrap; color: #b6c2d1; font: 11px/1.35 ui-monospace,
  "DejaVu Sans Mono", monospace; }
pre b { color: #6e9fff; }
pre em { color: #e0b400; font-style: normal; }
pre.said { font: 12px/1.45 inherit; font-family: inherit; }
div.said ul { margin: 2px 0; padding-left: 18px; }
div.said h4 { margin: 4px 0 2px; }
div.said p { color: inherit; }
div.said code { padding: 0 3px; background: #2b2f36; font-size: 11px; }
.leads { display: flex; flex-wrap: wrap; gap: 2px 12px; margin-top: 5px; font-size: 11px; }
.steps { display: flex; height: 13px; overflow: hidden; border-radius: 2px; }
.steps b { flex: 1; padding-left: 4px; color: #fff; font-size: 10px; line-height: 13px; text-shadow: 0 0 2px #000; }
"""
