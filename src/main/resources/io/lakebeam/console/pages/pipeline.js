// The pipeline: how data flows, and how it stands; a dataset beside it; where a column comes from.
import { html, svg, nothing } from '../lib/lit-html.js';
import { get } from '../api.js';
import { layout, WIDTH, HEIGHT } from '../layout.js';
import { age, amount, bytes, count, pill, rate, time } from '../format.js';

export const title = 'Pipeline';
export const isLive = true;

export async function load(on) {
  const { dataset, column } = on.route.query;
  const [overview, chosen, lineage] = await Promise.all([
    get(on.path('overview')),
    dataset ? get(on.path(`datasets/${encodeURIComponent(dataset)}`)) : null,
    dataset && column ? get(on.path('columns'), { relation: dataset, column }) : null,
  ]);
  return { overview, chosen, lineage };
}

export const escape = on => on.stay({});

const short = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

function lines(node) {
  if (node.layer === 'source') {
    const waits = [];
    if (node.waiting_records) waits.push(amount(node.waiting_records, 'record'));
    if (node.waiting_files) waits.push(`${amount(node.waiting_files, 'file')}, ${bytes(node.waiting_bytes)}`);
    return [node.kind, node.problem ? 'cannot be asked' : waits.length ? `waiting: ${waits.join(', ')}`
      : node.kind === 'reference' ? short(node.reads.split('/').pop(), 28) : 'nothing waits'];
  }
  const rows = node.rows === null || node.rows === undefined ? 'no rows yet' : amount(node.rows, 'row');
  return [node.input_rate > 0 ? `${rows} · ${rate(node.input_rate)} in` : rows,
    node.quarantined ? `${count(node.quarantined)} quarantined lately` : node.changed_at ? age(node.changed_at) : ''];
}

function graph(overview, on) {
  const { nodes, heads, width, height } = layout(overview.nodes, overview.edges);
  const chosen = on.route.query.dataset;
  return html`<div class="scroll"><svg class="graph" viewBox="0 0 ${width} ${height}" role="group" aria-label="How data flows">
    ${heads.map(h => svg`<text class="head" x=${h.x} y="16">${h.text}</text>`)}
    ${overview.edges.map(e => {
      const from = nodes.get(e.from);
      const to = nodes.get(e.to);
      if (!from || !to) return nothing;
      const x1 = from.x + WIDTH;
      const y1 = from.y + HEIGHT / 2;
      const x2 = to.x;
      const y2 = to.y + HEIGHT / 2;
      const bend = Math.max(40, (x2 - x1) / 2);
      const near = chosen && (e.from === chosen || e.to === chosen);
      return svg`<path class="edge ${e.lookup ? 'lookup' : ''} ${near ? 'near' : ''}"
        d="M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}"></path>`;
    })}
    ${[...nodes.values()].map(n => {
      const [first, second] = lines(n);
      const to = on.link('pipeline', '', n.name === chosen ? {} : { dataset: n.name });
      return svg`<a href=${to} class=${n.name === chosen ? 'chosen' : ''}
          aria-label="${n.name}, ${n.kind}, ${n.state}; ${first}${second ? `; ${second}` : ''}">
        <title>${n.problem || `${n.name}: ${n.state}`}</title>
        <rect x=${n.x} y=${n.y} width=${WIDTH} height=${HEIGHT} rx="9"></rect>
        <rect class="bar ${n.state}" x=${n.x} y=${n.y} width="6" height=${HEIGHT} rx="3" stroke="none"></rect>
        <text class="name" x=${n.x + 16} y=${n.y + 21}>${short(n.name, 26)}</text>
        <text x=${n.x + 16} y=${n.y + 39}>${short(first, 32)}</text>
        <text class="small" x=${n.x + 16} y=${n.y + 56}>${short(second, 32)}</text></a>`;
    })}
  </svg></div>`;
}

function columnBox(lineage, on) {
  const list = (edges, none) => (edges.length === 0 ? html`<p class="dim">${none}</p>` : html`<ul>${edges.map(e => html`
    <li>${e.column ? html`<a href=${on.link('pipeline', '', { dataset: e.relation, column: e.column })}>${e.relation}.${e.column}</a>`
      : html`<strong>${e.relation}</strong>: which rows it has`}
      <span class="dim">${e.influence}${e.by ? `, ${e.by}` : ''}${e.flow ? ` · ${e.flow.split('/').pop()}` : ''}</span></li>`)}</ul>`);
  return html`<h3>${lineage.column} comes from</h3>${list(lineage.from, 'nothing of this pipeline')}
    <h3>and goes to</h3>${list(lineage.to, 'nothing')}
    ${lineage.upstream?.length ? html`<p class="dim">All it follows from: ${lineage.upstream.join(', ')}</p>` : nothing}
    ${lineage.downstream?.length ? html`<p class="dim">All that follows from it: ${lineage.downstream.join(', ')}</p>` : nothing}`;
}

function panel(d, node, lineage, on) {
  return html`<section class="card" aria-label=${d.name}>
    <div class="head"><h2>${d.name}</h2> ${node ? pill(node.state) : nothing}
      <a href=${on.link('pipeline')} aria-label="Close">Close</a></div>
    ${node?.problem ? html`<p class="problem">${node.problem}</p>` : nothing}
    ${d.comment ? html`<p>${d.comment}</p>` : nothing}
    <dl class="fields">
      <dt>What</dt><dd>${d.kind}${d.layer && d.layer !== 'source' ? `, ${d.layer}` : ''}</dd>
      ${d.reads ? html`<dt>Reads</dt><dd>${d.reads}</dd>` : nothing}
      ${node?.waiting_since ? html`<dt>Waiting since</dt><dd>${time(node.waiting_since)}</dd>` : nothing}
      ${d.inputs?.length ? html`<dt>From</dt><dd>${d.inputs.map((i, n) => html`${n ? ', ' : ''}<a href=${on.link('pipeline', '', { dataset: i })}>${i}</a>`)}</dd>` : nothing}
      ${d.readers?.length ? html`<dt>Read by</dt><dd>${d.readers.map((i, n) => html`${n ? ', ' : ''}<a href=${on.link('pipeline', '', { dataset: i })}>${i}</a>`)}</dd>` : nothing}
      ${d.flows?.length ? html`<dt>Flows</dt><dd>${d.flows.join(', ')}</dd>` : nothing}
      ${d.refresh ? html`<dt>Kept up to date</dt><dd>${d.refresh}${d.why ? `: ${d.why}` : ''}</dd>` : nothing}
      ${d.version !== undefined ? html`<dt>Rows</dt><dd>${count(d.rows)} in ${amount(d.files, 'file')}, ${bytes(d.bytes)}; version ${d.version}</dd>` : nothing}
      ${d.partition_by?.length ? html`<dt>Partitioned by</dt><dd>${d.partition_by.join(', ')}</dd>` : nothing}
      ${node?.changed_at ? html`<dt>Last commit</dt><dd>${time(node.changed_at)}, ${age(node.changed_at)}</dd>` : nothing}
      ${d.path ? html`<dt>Path</dt><dd class="mono">${d.path}</dd>` : nothing}
    </dl>
    ${d.version !== undefined ? html`<p><a href=${on.link('data', d.name)}>Rows</a> · <a href=${on.link('data', d.name, { view: 'versions' })}>Versions</a>
      · <a href=${on.link('events', '', { dataset: d.name })}>Events</a></p>` : nothing}
    ${d.rules?.length ? html`<h3>Rules</h3><div class="scroll"><table><tbody>${d.rules.map(r => html`<tr>
      <td><a href=${on.link('quarantine', '', { table: d.refused_as, rule: r.name })}>${r.name}</a></td>
      <td class="wrap mono">${r.condition}</td><td>${r.action}</td></tr>`)}</tbody></table></div>` : nothing}
    ${lineage ? columnBox(lineage, on) : nothing}
    <h3>Columns</h3>
    <div class="scroll tall"><table><thead><tr><th scope="col">Column</th><th scope="col">Type</th></tr></thead>
      <tbody>${d.columns.map(c => html`<tr><td><a href=${on.link('pipeline', '', { dataset: d.name, column: c.name })}
        aria-current=${c.name === on.route.query.column ? 'true' : nothing}>${c.name}</a></td>
        <td class="wrap">${c.type}${c.nullable ? '' : ' NOT NULL'} <span class="dim">${c.comment}</span></td></tr>`)}</tbody></table></div>
    ${d.commits?.length ? html`<h3>Last commits</h3><div class="scroll"><table><thead><tr><th scope="col" class="num">Version</th>
      <th scope="col">When</th><th scope="col">What</th><th scope="col" class="num">Rows</th><th scope="col" class="num">Epoch</th></tr></thead>
      <tbody>${d.commits.map(c => html`<tr><td class="num"><a href=${on.link('data', d.name, { view: 'changes', version: c.version })}>${c.version}</a></td>
      <td>${age(c.at)}</td><td>${c.operation}</td><td class="num">${c.rows ? count(Number(c.rows)) : ''}</td><td class="num">${c.epoch}</td></tr>`)}</tbody></table></div>` : nothing}
  </section>`;
}

export function view({ overview: o, chosen, lineage }, on) {
  const datasets = o.nodes.filter(n => n.layer !== 'source');
  const quarantined = datasets.reduce((sum, n) => sum + (n.quarantined || 0), 0);
  const waiting = o.nodes.reduce((sum, n) => sum + (n.waiting_records || 0), 0);
  const input = datasets.filter(n => n.layer === 'bronze').reduce((sum, n) => sum + n.input_rate, 0);
  const bad = datasets.filter(n => ['failed', 'late'].includes(n.state));
  return html`
    <h1>Pipeline ${o.pipeline}</h1>
    ${o.problem ? html`<div class="problem">${o.problem}</div>` : nothing}
    <div class="kpis">
      <div class="kpi"><b>${o.running ? 'running' : 'at rest'}</b><span>${o.run || 'no run is under way'}</span></div>
      <div class="kpi"><b>${o.epoch ? count(o.epoch.number) : 'none'}</b><span>${o.epoch ? html`epoch, ${o.epoch.finished_at ? `done ${age(o.epoch.finished_at)}` : 'under way'}` : 'no epoch yet'}</span></div>
      <div class="kpi"><b>${rate(input)}</b><span>records into bronze</span></div>
      <div class="kpi"><b>${count(waiting)}</b><span>records wait</span></div>
      <div class="kpi"><b><a href=${on.link('quarantine', '', { status: 'open' })}>${count(quarantined)}</a></b><span>quarantined lately</span></div>
      <div class="kpi"><b>${bad.length ? count(bad.length) : 'all'}</b><span>${bad.length ? 'datasets late or failed' : 'datasets in order'}</span></div>
    </div>
    <div class="split ${chosen ? 'open' : ''}">
      <section class="card" aria-label="Graph">${graph(o, on)}
        <p class="dim">Green is in order, amber refuses rows or is late, red has failed, grey has no table yet, or is a source that cannot be asked from here. A dashed line is a lookup. Rates and what is called lately are of the last five minutes of epochs.
        ${o.sinks?.length ? html`Sinks: ${o.sinks.map((s, n) => html`${n ? '; ' : ''}${s.name} of ${s.dataset}, ${s.problem || `${amount(s.waiting, 'row')} to deliver`}`)}.` : nothing}</p></section>
      ${chosen ? panel(chosen, o.nodes.find(n => n.name === chosen.name), lineage, on) : nothing}
    </div>`;
}

/** No larger than it is drawn, and no smaller than can be read: then it scrolls. */
export function shown({ overview }, on, root) {
  const picture = root.querySelector('.graph');
  if (!picture) return;
  const { width } = picture.viewBox.baseVal;
  picture.style.maxWidth = `${width}px`;
  picture.style.minWidth = `${Math.round(width * 0.62)}px`;
}
