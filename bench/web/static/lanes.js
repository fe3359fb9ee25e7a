/* Time lanes: the last seconds of each line as rectangles, and marks on them. */
"use strict";
window.lockbenchLanes = (rows, { windowMs, high }) => {
  const make = (kind, values) => {
    const box = document.createElementNS("http://www.w3.org/2000/svg", kind);
    for (const [name, value] of Object.entries(values)) box.setAttribute(name, value);
    return box;
  };
  const lanes = [...rows].map((row) => ({ id: row.dataset.lane, words: [row.dataset.zero, row.dataset.one], svg: row.querySelector("svg"), word: row.querySelector("b"), spans: [], marks: [] }));
  const at = (t, end) => Math.max(0, 600 - ((end - t) * 600) / windowMs);
  const draw = (end) => {
    for (const lane of lanes) {
      lane.spans = lane.spans.filter((span) => span.to > end - windowMs);
      const drawn = lane.spans.map((span) => {
        const low = span.level === "1";
        return make("rect", { class: low ? "lo" : "hi", x: at(span.from, end).toFixed(1), width: Math.max(0.5, at(span.to, end) - at(span.from, end)).toFixed(1), y: low ? high - 10 : 0, height: low ? 10 : high });
      });
      const marked = lane.marks.filter((t) => t > end - windowMs && t <= end + 500).map((t) => make("rect", { class: "drop", x: (at(Math.min(t, end), end) - 2.5).toFixed(1), width: 5, y: 0, height: high }));
      lane.svg.replaceChildren(...drawn, ...marked);
    }
  };
  const see = (news) => {
    for (const lane of lanes) {
      const level = (news.lanes || {})[lane.id];
      if (level === undefined) continue;
      const last = lane.spans[lane.spans.length - 1];
      if (last && last.level === level) last.to = news.t; else lane.spans.push({ level, from: last ? last.to : news.t - 50, to: news.t });
      const word = lane.words[Number(level)];
      if (lane.word.textContent !== word) lane.word.textContent = word;
    }
    draw(news.t);
  };
  const mark = (byLine) => { for (const lane of lanes) lane.marks = byLine[lane.id] || []; };
  const clear = () => { for (const lane of lanes) { lane.spans = []; lane.marks = []; lane.svg.replaceChildren(); } };
  return { see, mark, clear };
};
