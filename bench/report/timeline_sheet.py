"""Style and script of the timeline page. The script reads numbers only, draws with attributes, and asks nobody for anything."""

from typing import Final

STYLE: Final = """
:root{color-scheme:light dark;--ink:#1a1a1a;--paper:#fff;--soft:#e7e7e7;--warn:#b3261e}
@media(prefers-color-scheme:dark){:root{--ink:#eee;--paper:#181818;--soft:#3a3a3a;--warn:#ff8a80}}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.45 system-ui,sans-serif}
main{max-width:1200px;margin:0 auto;padding:1rem}h1{font-size:1.5rem}h2{font-size:1.1rem;overflow-wrap:anywhere;margin-top:2rem}
.how,.notes{color:color-mix(in srgb,var(--ink) 65%,var(--paper));font-size:.9rem}
svg.timeline{width:100%;display:block;background:color-mix(in srgb,var(--soft) 40%,var(--paper));touch-action:none;cursor:grab}
svg.timeline:focus-visible{outline:3px solid #2f6fdf}
svg text{font:13px system-ui,sans-serif;fill:var(--ink)}.names{fill:var(--paper)}
.axis path{stroke:var(--soft);stroke-width:1}.axis text{text-anchor:middle}
.closed,.locked{--tone:#7da58c}.open{--tone:#e08a2e}.unlocked{--tone:#c9b458}.partly{--tone:#b58a5a}
.off{--tone:#9a9a9a}.acc{--tone:#8aa4c8}.on{--tone:#4d7fc4}.start{--tone:#9a5fc0}.other{--tone:#9d8fa8}
.lanes rect{fill:var(--tone)}.key{background:var(--tone)}
.key{display:inline-block;width:.9em;height:.9em;margin:0 .3em 0 .8em;vertical-align:-.1em}
.mark path{stroke:var(--warn);stroke-width:1.5}.mark circle{fill:var(--warn)}.mark text{text-anchor:middle;fill:#fff;font-weight:700}
.findings li{margin:.6rem 0}.failed p{color:var(--warn)}button{font:inherit}
@media print{.how,button{display:none}}
"""

SCRIPT: Final = """
'use strict';
const LEFT=120,views=new Map();
function step(span,most){const raw=span/most,p=10**Math.floor(Math.log10(raw)),m=raw/p;return p*(m<=1?1:m<=2?2:m<=5?5:10)}
function draw(svg){
  const v=views.get(svg),w=svg.clientWidth-LEFT-8,x=t=>LEFT+(t-v.a)/(v.b-v.a)*w;
  for(const r of svg.querySelectorAll('.lanes rect')){
    const a=Math.max(LEFT,x(+r.dataset.a)),b=Math.min(LEFT+w,x(+r.dataset.b)),gone=b<=LEFT||a>=LEFT+w;
    r.style.display=gone?'none':'';
    if(!gone){r.setAttribute('x',a);r.setAttribute('width',Math.max(1.5,b-a))}
  }
  for(const g of svg.querySelectorAll('.mark')){
    const at=x(+g.dataset.t);g.style.display=at<LEFT||at>LEFT+w?'none':'';g.setAttribute('transform','translate('+at+' 0)')
  }
  const axis=svg.querySelector('.axis'),d=step(v.b-v.a,Math.max(2,w/110)),places=Math.max(0,Math.min(6,-Math.floor(Math.log10(d))));
  axis.replaceChildren();
  for(let n=Math.ceil(v.a/d);n*d<=v.b;n++){
    const path=document.createElementNS(svg.namespaceURI,'path'),text=document.createElementNS(svg.namespaceURI,'text'),at=x(n*d);
    path.setAttribute('d','M'+at+' 22V'+axis.dataset.height);text.setAttribute('x',at);text.setAttribute('y',+axis.dataset.height+14);
    text.textContent=(n*d).toFixed(places)+' s';axis.append(path,text)
  }
}
function look(svg,a,b){
  const v=views.get(svg),all=v.all,width=Math.min(all,Math.max(all*1e-6,.002,b-a));
  v.a=Math.max(0,Math.min(all-width,(a+b-width)/2));v.b=v.a+width;requestAnimationFrame(()=>draw(svg))
}
function zoom(svg,factor,px){
  const v=views.get(svg),w=svg.clientWidth-LEFT-8,t=v.a+(v.b-v.a)*Math.max(0,Math.min(1,(px-LEFT)/w));
  const width=Math.min(v.all,(v.b-v.a)*factor),a=t-(t-v.a)*width/(v.b-v.a);look(svg,a,a+width)
}
for(const svg of document.querySelectorAll('svg.timeline')){
  const all=+svg.dataset.span;views.set(svg,{a:0,b:all,all:all});
  const touches=new Map();
  svg.addEventListener('wheel',e=>{e.preventDefault();zoom(svg,1.0015**e.deltaY,e.offsetX)},{passive:false});
  svg.addEventListener('pointerdown',e=>{svg.setPointerCapture(e.pointerId);touches.set(e.pointerId,e.offsetX)});
  svg.addEventListener('pointermove',e=>{
    if(!touches.has(e.pointerId))return;
    const v=views.get(svg),before=touches.get(e.pointerId);
    if(touches.size===2){
      const other=[...touches].find(t=>t[0]!==e.pointerId)[1],was=Math.abs(before-other),is=Math.abs(e.offsetX-other);
      if(was>8&&is>8)zoom(svg,was/is,(other+e.offsetX)/2)
    }else{const move=(before-e.offsetX)*(v.b-v.a)/(svg.clientWidth-LEFT-8);look(svg,v.a+move,v.b+move)}
    touches.set(e.pointerId,e.offsetX)
  });
  for(const name of['pointerup','pointercancel'])svg.addEventListener(name,e=>touches.delete(e.pointerId));
  svg.addEventListener('dblclick',()=>look(svg,0,all));
  svg.addEventListener('keydown',e=>{
    const v=views.get(svg),d=(v.b-v.a)/5,middle=LEFT+(svg.clientWidth-LEFT)/2;
    if(e.key==='+'||e.key==='=')zoom(svg,.7,middle);else if(e.key==='-')zoom(svg,1/.7,middle);
    else if(e.key==='ArrowLeft')look(svg,v.a-d,v.b-d);else if(e.key==='ArrowRight')look(svg,v.a+d,v.b+d);
    else if(e.key==='0')look(svg,0,all);else return;
    e.preventDefault()
  });
  new ResizeObserver(()=>draw(svg)).observe(svg);draw(svg)
}
for(const b of document.querySelectorAll('button[data-go]'))b.addEventListener('click',()=>{
  const svg=document.getElementById('t'+b.dataset.go);if(!svg)return;
  const t=+b.dataset.at;look(svg,t-5,t+5);svg.scrollIntoView({block:'center'});svg.focus({preventScroll:true})
});
"""
