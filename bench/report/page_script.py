"""The report's one script, the same bytes in every report: a reason leads to its place on a curve, a curve grows under a finger.

It reads no text of the run, asks nobody for anything, and nothing is lost without it. Its hash stands in the policy of the page
and in that of whoever serves it, so that no other script runs, whatever a VIN or a job text holds.
"""

import hashlib
from base64 import b64encode
from typing import Final


def source_hash(script: str) -> str:
    """Return a script as a policy names it: `'sha256-…'`."""
    return f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


SCRIPT: Final = """
'use strict';
const figures=[...document.querySelectorAll('.figures figure')];
for(const figure of figures)figure.addEventListener('click',()=>figure.classList.toggle('large'));
for(const item of document.querySelectorAll('.why li')){
  const number=item.querySelector('.num'),said=item.lastElementChild;
  const figure=figures.find(f=>[...f.querySelectorAll('text.mark')].some(t=>t.textContent===number.textContent));
  if(!figure)continue;
  const button=document.createElement('button');button.type='button';button.className='to';button.append(...said.childNodes);
  said.replaceChildren(button);
  button.addEventListener('click',()=>{
    for(const other of figures)other.classList.toggle('shown',other===figure);
    figure.scrollIntoView({block:'center'})
  })
}
"""
POLICY: Final = f"default-src 'none'; style-src 'unsafe-inline'; script-src {source_hash(SCRIPT)}"
"""What a report may do, on disk too."""
