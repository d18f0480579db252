// Charts, in the colours of the page. Labels are drawn, not written into the page as HTML.
let loaded;
const shown = new Map();
const sizes = new ResizeObserver(all => all.forEach(each => shown.get(each.target)?.resize()));

const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function colours() {
  return { text: css('--text'), dim: css('--dim'), line: css('--line'), card: css('--card'),
    accent: css('--accent'), ok: css('--ok'), warn: css('--warn'), bad: css('--bad') };
}

/** Draws into an element, or draws anew what it has. */
export async function draw(element, option) {
  if (!element) return;
  loaded = loaded || import('./lib/echarts.js');
  const echarts = await loaded;
  if (!element.isConnected) return;
  for (const [old, chart] of shown) {
    if (!old.isConnected) { chart.dispose(); sizes.unobserve(old); shown.delete(old); }
  }
  let chart = shown.get(element);
  if (!chart) {
    chart = echarts.init(element, null, { renderer: 'canvas' });
    shown.set(element, chart);
    sizes.observe(element);
  }
  const c = colours();
  chart.setOption({
    animation: false,
    useUTC: true,
    color: [c.accent, c.warn, c.bad, c.ok, c.dim],
    textStyle: { color: c.text, fontFamily: 'inherit' },
    grid: { left: 8, right: 16, top: 36, bottom: 8, containLabel: true },
    tooltip: { trigger: 'axis', renderMode: 'richText', backgroundColor: c.card, borderColor: c.line,
      textStyle: { color: c.text } },
    legend: { textStyle: { color: c.text }, top: 0 },
    ...option,
  }, { notMerge: true });
}

export function axis(option) {
  const c = colours();
  return { axisLabel: { color: c.dim }, nameTextStyle: { color: c.dim },
    axisLine: { lineStyle: { color: c.line } }, splitLine: { lineStyle: { color: c.line } }, ...option };
}
