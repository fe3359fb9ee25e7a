"""The page's style sheet and its signs. Calm paper, one loud band; blue and orange, for red and green look alike to many."""

from typing import Final

SIGNS: Final = {
    "PASS": '<path d="M12 52 40 80 88 20"/>',
    "FAIL": '<path d="M16 16 84 84M84 16 16 84"/>',
    "INCONCLUSIVE": '<path d="M22 36a28 26 0 1 1 42 20c-10 6-14 9-14 18M50 84v14"/>',
    "ABORTED": '<path d="M24 24h52v52H24z"/>',
    "ERROR": '<path d="M50 4v58M50 78v18"/>',
}
"""Strokes in a box of 100 x 100."""

CSS: Final = """
:root{--ink:#17212b;--soft:#56636f;--line:#e2e5e8;--paper:#fff;--wash:#f5f6f4;--blue:#0b5394;--pale:#dfeaf5;
--orange:#c2410c;--peach:#fdebdf;color-scheme:light}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;print-color-adjust:exact;-webkit-print-color-adjust:exact}
body{margin:0;background:var(--wash);color:var(--ink);font:16px/1.55 system-ui,"Segoe UI",Roboto,"Noto Sans",
"DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.wrap{max-width:1120px;margin:0 auto;padding:0 28px}
h1,h2,h3,p,ol,ul,dl,dd,figure{margin:0;padding:0}
.band{color:#fff;background:var(--blue);padding:20px 0 36px}
.band.FAIL{background:var(--orange)}
.band.INCONCLUSIVE{background:#fff7d1;color:#3b3100;border-bottom:6px solid #d9b500}
.band.ABORTED,.band.NOT_SET{background:#39434d}
.band.ERROR{background:#26262b;border-top:18px solid;border-image:repeating-linear-gradient(-45deg,#ffd400 0 22px,#26262b 22px 44px) 18}
.where{display:flex;flex-wrap:wrap;gap:2px 24px;font-size:14px;opacity:.92}
.big{display:flex;align-items:center;gap:.14em;margin:18px 0 2px -.04em;font-size:clamp(50px,15vw,176px);line-height:1;
font-weight:800;letter-spacing:-.035em}
.long .big{font-size:clamp(32px,8.4vw,108px)}svg text.small{font-size:11px;letter-spacing:-.02em}
.big svg{width:.72em;height:.72em;flex:none;fill:none;stroke:currentColor;stroke-width:18}
h1{font-size:clamp(25px,4.1vw,46px);line-height:1.15;font-weight:650;letter-spacing:-.015em;max-width:24em;text-wrap:balance}
.sure{font-size:clamp(17px,2vw,21px);margin-top:10px}
.group{margin-top:16px;padding-top:12px;border-top:1px solid currentColor;max-width:54em}
.cards{display:flex;flex-wrap:wrap;gap:20px;margin:28px 0 12px}
.card{flex:1 1 270px;background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:20px 22px}
.wide{flex-basis:100%}
h2{font-size:24px;font-weight:650;letter-spacing:-.01em;margin:52px 0 6px}
h3,.card h2{font-size:14px;font-weight:600;letter-spacing:0;color:var(--soft);margin:0 0 8px}
.lead{color:var(--soft);max-width:48em}
.say{font-size:20px;line-height:1.35;font-weight:600;margin-bottom:6px}
.drive-no{background:var(--peach);border-color:#e8a27c}.drive-no .say{color:#9a3006}
.muted{color:var(--soft);font-size:15px}.muted b{color:var(--ink);font-weight:600}
.card p+p,.card ul+p{margin-top:10px}
.why{list-style:none}.why li{display:flex;gap:12px;padding:7px 0}.why li+li{border-top:1px solid var(--line)}
.to{font:inherit;color:inherit;text-align:left;background:none;border:0;padding:0;cursor:pointer;text-decoration:underline;
text-decoration-color:#8fa6bd;text-underline-offset:3px;min-height:24px}
.figures figure{cursor:zoom-in}.figures .large{grid-column:1/-1;cursor:zoom-out}
.shown{outline:3px solid var(--orange);outline-offset:2px}
.num{flex:none;width:24px;height:24px;border-radius:50%;background:var(--orange);color:#fff;font-size:14px;font-weight:700;
line-height:24px;text-align:center;margin-top:1px}
.figures{display:grid;align-items:start;grid-template-columns:repeat(2,minmax(0,1fr));gap:20px;margin-top:20px}
figure{background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:16px 16px 10px;break-inside:avoid}
figcaption{display:flex;flex-wrap:wrap;align-items:baseline;gap:4px 10px;margin-bottom:8px}
figcaption b{font-size:18px;font-weight:650}
.hand{margin-top:34px;font-size:17px;color:var(--ink)}
.against{color:var(--soft)}
.chip{font-size:13px;border:1px solid var(--line);border-radius:5px;padding:1px 7px;background:var(--wash)}
.chip.bad{background:var(--peach);border-color:#e8a27c;color:#8a2b06;font-weight:600}
.v{font-size:13px;font-weight:700;color:var(--soft)}.v.PASS{color:var(--blue)}.v.FAIL{color:var(--orange)}
svg{display:block;width:100%;height:auto}
svg text{font:14px system-ui,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;fill:var(--soft)}
svg .grid{stroke:#edeff1;stroke-width:1}
svg .tick,svg .lane{text-anchor:end}svg .tock,svg .axis,svg .word,svg .none,svg text.mark{text-anchor:middle}
svg .unit{text-anchor:start;transform:translateX(-68px)}
svg .band{fill:#d3e3f4;stroke:#8fb4d9;stroke-width:1;padding:0;background:none}
svg .ref{fill:none;stroke:#7c8994;stroke-width:1.3;stroke-dasharray:4 3}
svg .amp{fill:none;stroke:#14324f;stroke-width:1.7;stroke-linejoin:round}
svg .out{fill:none;stroke:var(--orange);stroke-width:2.8}
svg .rail{stroke:#d4d9dd;stroke-width:1.5}
svg .high{fill:#3b6ea5}svg .low{fill:#c9d8e8}svg .busy{fill:#2c3a47}svg .unknown{fill:#e6e7e8}svg .chatter{fill:var(--orange)}
svg .word{font-size:14px;font-weight:600}svg .word.high,svg .word.busy{fill:#fff}svg .word.low,svg .word.unknown{fill:#22384e}
svg path.mark{stroke:var(--orange);stroke-width:1.4;stroke-dasharray:3 2;fill:none}svg circle.mark{fill:var(--orange)}
svg text.mark{fill:#fff;font-size:14px;font-weight:700}
svg .trip{stroke:var(--orange);stroke-width:2}svg .triptext{fill:var(--orange);font-weight:700}
.legend{display:flex;flex-wrap:wrap;gap:4px 22px;margin-top:12px;font-size:14px;color:var(--soft)}
.legend i{display:inline-block;width:22px;height:10px;margin-right:7px;vertical-align:0;border-radius:2px}
table{width:100%;border-collapse:collapse;background:var(--paper);border:1px solid var(--line);margin-top:18px;font-size:15px}
th,td{text-align:left;vertical-align:top;padding:7px 12px;border-top:1px solid var(--line)}
thead th{font-size:13px;color:var(--soft);font-weight:600;background:var(--wash);border-top:0}
tbody th{font-weight:600;min-width:11em}td.o{white-space:nowrap}thead th{white-space:nowrap}
tr.step th{background:#eef1f3;padding-top:9px}
td.n{white-space:nowrap}.src{color:var(--soft);font-size:13px}
tr.bad td{background:var(--peach)}tr.bad td.o{color:#8a2b06;font-weight:700}
.bar{display:block;height:10px;border-radius:2px;background:#9db8d3;min-width:1px}.bar.first{background:var(--blue)}
td.w{width:42%}
details summary{cursor:pointer;color:var(--blue);padding:10px 0;font-weight:600}
dl{display:grid;grid-template-columns:minmax(8em,auto) 1fr;gap:4px 22px;margin-top:18px;font-size:15px}
dt{color:var(--soft)}
footer{color:var(--soft);font-size:13px;padding:44px 0 36px}
.advice ul,.advice ol{padding-left:1.4em;margin:8px 0}.advice li{padding:3px 0}.advice li span{color:var(--soft);font-size:13px}
.due{margin-top:18px;font-weight:600}.advice .muted{margin-top:6px}
.id{display:flex;align-items:center;gap:14px;margin-top:18px;color:var(--soft);font-size:13px}.id svg{width:92px;flex:none}
/* A chart scales with its column: where that is narrow its words must be larger in the drawing. */
@media print,screen and (max-width:600px){svg text,svg .word,svg text.mark{font-size:17px}svg text.small{font-size:12.5px}
svg .unit{transform:translateX(-72px)}}
@media screen and (max-width:820px){.figures{grid-template-columns:minmax(0,1fr)}}
@media screen and (max-width:600px){.wrap{padding:0 16px}.card{padding:16px}figure{padding:12px 8px 6px;margin:0 -6px}
h2{margin-top:38px}.card h2{margin-top:0}
table.wideable thead{display:none}table.wideable tr{display:block;padding:6px 0;border-top:1px solid var(--line)}
table.wideable td,table.wideable th{display:block;border:0;padding:1px 12px}td.n{white-space:normal}dl{grid-template-columns:1fr}
dd{margin-bottom:8px}}
@page{size:A4;margin:12mm}
@media print{body{background:#fff;font-size:10.5pt}.wrap{padding:0 4mm;max-width:none}.band{padding:5mm 0 7mm}.big{font-size:84pt}
.long .big{font-size:50pt}
h1{font-size:24pt}.cards{gap:4mm;margin:5mm 0}.card,figure{padding:3.5mm}
.card{flex-basis:52mm}.wide{flex-basis:100%}.say{font-size:13pt}.muted{font-size:9.5pt}
.figures{gap:4mm}h2{margin-top:9mm}.card h2{margin-top:0}h2,h3,.lead,.legend,.hand{break-after:avoid}.lead,.legend{break-inside:avoid}
/* On paper: one sheet of verdict, one of evidence; the rest is for the screen. */
.evidence{break-before:page}.evidence h2{margin-top:0}.more,.figures~.hand,.figures~.figures,figure:nth-of-type(n+5),
.advice details,.advice h2,.advice .muted,.evidence .lead,footer{display:none}
.big{font-size:58pt;margin-top:2mm}.long .big{font-size:44pt}h1{font-size:19pt}
.band{padding:3mm 0 4mm}
.say{font-size:11pt;margin-bottom:1mm}.cards{margin:3mm 0 0;gap:3mm}.card{padding:2.5mm 3mm}.why li{padding:2px 0}
.muted{font-size:8.5pt}.advice ul{margin:1mm 0}.due{margin-top:2mm}.advice{position:relative;min-height:30mm;break-inside:avoid}
.id{position:absolute;right:0;top:0;flex-direction:column;gap:1mm;margin:0;font-size:7pt}.id svg{width:22mm}
.chip{font-size:7.5pt}
tr,.card,li{break-inside:avoid}table{font-size:9pt}th,td{padding:1.2mm 2.5mm}}
"""
