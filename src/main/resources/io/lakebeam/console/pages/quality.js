// Quality: what each expectation has said, the one that fails most first.
import { html, nothing } from '../lib/lit-html.js';
import { get } from '../api.js';
import { draw, axis } from '../chart.js';
import { count, percent, spark } from '../format.js';

export const title = 'Quality';
export const isLive = true;
export const load = on => get(on.path('quality'));
export const escape = on => on.stay({});

// Rules of a table that is updated judge its changes; readers know it by the table's name.
const table = dataset => dataset.replace(/_changes$/, '');
const key = r => `${r.dataset}.${r.rule}`;

export function view({ rules }, on) {
  if (!rules.length) return html`<h1>Quality</h1><p class="note">The pipeline has no expectations. They are declared with <code>expect:</code>.</p>`;
  const passed = rules.reduce((sum, r) => sum + r.passed, 0);
  const failed = rules.reduce((sum, r) => sum + r.failed, 0);
  const chosen = rules.find(r => key(r) === on.route.query.rule);
  return html`<h1>Quality</h1>
    <div class="kpis"><div class="kpi"><b>${count(rules.length)}</b><span>expectations</span></div>
      <div class="kpi"><b>${passed + failed ? percent(passed / (passed + failed)) : 'no rows'}</b><span>of judgements passed</span></div>
      <div class="kpi"><b>${count(failed)}</b><span>judgements failed</span></div></div>
    ${chosen ? html`<section class="card"><div class="head"><h2>${chosen.rule} of ${table(chosen.dataset)}</h2><a href=${on.link('quality')}>Close</a></div>
      <p class="mono">${chosen.condition || 'no longer declared'}</p>
      <div class="chart" id="rule" role="img" aria-label="Rows that broke ${chosen.rule}, and their share, over time"></div>
      <p><a href=${on.link('quarantine', '', { table: table(chosen.dataset), rule: chosen.rule })}>Rows that broke it</a></p></section>` : nothing}
    <div class="card scroll"><table><thead><tr><th scope="col">Rule</th><th scope="col">Dataset</th><th scope="col">Action</th>
      <th scope="col" class="num">Failed</th><th scope="col" class="num">Of</th><th scope="col" class="num">Share</th><th scope="col">Failed over time</th><th scope="col">Rows</th></tr></thead>
      <tbody>${rules.map(r => html`<tr aria-selected=${chosen === r ? 'true' : nothing}>
        <td><a href=${on.link('quality', '', { rule: key(r) })}>${r.rule}</a>${r.is_declared ? '' : ' (no longer declared)'}</td>
        <td><a href=${on.link('pipeline', '', { dataset: table(r.dataset) })}>${table(r.dataset)}</a></td><td>${r.action || ''}</td>
        <td class="num">${count(r.failed)}</td><td class="num">${count(r.failed + r.passed)}</td>
        <td class="num">${r.failed + r.passed ? percent(r.failed / (r.failed + r.passed)) : ''}</td>
        <td>${spark(r.points.map(p => p[2]), `failed rows of ${r.rule} over time`)}</td>
        <td>${r.failed && r.action === 'quarantine' ? html`<a href=${on.link('quarantine', '', { table: table(r.dataset), rule: r.rule })} aria-label="Rows that broke ${r.rule}">rows</a>` : nothing}</td></tr>`)}</tbody></table></div>`;
}

export function shown({ rules }, on, root) {
  const chosen = rules.find(r => key(r) === on.route.query.rule);
  if (!chosen) return;
  const share = p => (p[1] + p[2] ? Math.round((100000 * p[2]) / (p[1] + p[2])) / 1000 : null);
  draw(root.querySelector('#rule'), {
    xAxis: axis({ type: 'category', data: chosen.points.map(p => p[0].slice(5, 19).replace('T', ' ')) }),
    yAxis: [axis({ type: 'value', name: 'rows' }), axis({ type: 'value', name: '%', splitLine: { show: false } })],
    series: [
      { name: 'rows that broke it', type: 'bar', barMaxWidth: 24, data: chosen.points.map(p => p[2]) },
      { name: 'share in %', type: 'line', yAxisIndex: 1, data: chosen.points.map(share) }],
  });
}
