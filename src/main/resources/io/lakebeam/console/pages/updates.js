// Updates: which there were, and what each did epoch by epoch.
import { html, nothing } from '../lib/lit-html.js';
import { get } from '../api.js';
import { draw, axis } from '../chart.js';
import { age, count, duration, pill, time } from '../format.js';

export const title = 'Updates';
export const isLive = true;

export async function load(on) {
  const { item } = on.route;
  if (!item) return get(on.path('updates'), { limit: on.route.query.limit });
  const [update, log] = await Promise.all([
    get(on.path(`updates/${encodeURIComponent(item)}`)),
    get(on.path('events'), { update: item, level: 'info', limit: 100 }),
  ]);
  return { update, log };
}

const took = u => (u.begun && u.ended ? duration((Date.parse(u.ended) - Date.parse(u.begun)) / 1000) : '');

function list(found, on) {
  if (!found.updates.length) return html`<h1>Updates</h1><p class="note">No update is in the event log yet: one that finds nothing to do leaves none.</p>`;
  return html`<h1>Updates</h1><div class="card scroll"><table>
    <thead><tr><th scope="col">State</th><th scope="col">Begun</th><th scope="col">Took</th><th scope="col">How</th><th scope="col">By</th>
      <th scope="col" class="num">Epochs</th><th scope="col" class="num">Rows in</th><th scope="col" class="num">Rows out</th>
      <th scope="col" class="num">Quarantined</th><th scope="col">First error</th></tr></thead>
    <tbody>${found.updates.map(u => html`<tr><td>${pill(u.state)}</td>
      <td><a href=${on.link('updates', u.id)}>${time(u.begun)}</a></td><td>${took(u)}</td><td>${u.mode}</td><td>${u.by}</td>
      <td class="num">${count(u.epochs)}</td><td class="num">${count(u.input_rows)}</td><td class="num">${count(u.output_rows)}</td>
      <td class="num">${count(u.quarantined_rows)}</td><td class="wrap">${u.problem}</td></tr>`)}</tbody></table></div>
    ${found.found > found.updates.length ? html`<button @click=${() => on.stay({ limit: 1000 })}>Show more of ${count(found.found)}</button>` : nothing}`;
}

function one({ update: u, log }, on) {
  const latest = u.epoch_list.slice(-50).reverse();
  return html`<p><a href=${on.link('updates')}>All updates</a></p>
    <h1>Update of ${time(u.begun)} ${pill(u.state)}</h1>
    ${u.problem ? html`<div class="problem">${u.problem}</div>` : nothing}
    <div class="kpis"><div class="kpi"><b>${took(u) || age(u.begun)}</b><span>${u.mode}${u.by ? `, by ${u.by}` : ''}</span></div>
      <div class="kpi"><b>${count(u.epochs)}</b><span>epochs</span></div>
      <div class="kpi"><b>${count(u.input_rows)}</b><span>rows in, all datasets</span></div>
      <div class="kpi"><b>${count(u.quarantined_rows)}</b><span>rows quarantined</span></div></div>
    <div class="card"><h2>Rows of each epoch</h2><div class="chart" id="epochs" role="img" aria-label="Rows of each epoch, accepted, dropped and quarantined; the table below has the numbers"></div></div>
    <div class="card"><h2>Epochs</h2><div class="scroll tall"><table><thead><tr><th scope="col" class="num">Epoch</th><th scope="col">Done</th><th scope="col">Dataset</th>
      <th scope="col">State</th><th scope="col" class="num">In</th><th scope="col" class="num">Out</th><th scope="col" class="num">Dropped</th><th scope="col" class="num">Quarantined</th></tr></thead>
      <tbody>${latest.flatMap(e => e.datasets.map((d, i) => html`<tr><td class="num">${i ? '' : count(e.number)}</td><td>${i ? '' : time(e.at)}</td>
        <td><a href=${on.link('pipeline', '', { dataset: d.name })}>${d.name}</a></td><td>${pill(d.status)}</td><td class="num">${count(d.input_rows)}</td>
        <td class="num">${count(d.output_rows)}</td><td class="num">${count(d.dropped_rows)}</td><td class="num">${count(d.quarantined_rows)}</td></tr>`))}</tbody></table></div></div>
    <div class="card"><h2>Log</h2><ul role="log">${log.events.map(e => html`<li class="message level-${e.level}">${time(e.timestamp)} ${e.message}</li>`)}</ul>
      ${log.events.length ? nothing : html`<p class="dim">Nothing but rows.</p>`}</div>`;
}

export const view = (data, on) => (data.update ? one(data, on) : list(data, on));

export function shown(data, on, root) {
  if (!data.update) return;
  const epochs = data.update.epoch_list.slice(-300);
  const sum = (e, what) => e.datasets.reduce((all, d) => all + d[what], 0);
  const bar = (name, what) => ({ name, type: 'bar', stack: 'rows', data: epochs.map(e => sum(e, what)) });
  draw(root.querySelector('#epochs'), {
    xAxis: axis({ type: 'category', data: epochs.map(e => `epoch ${e.number}`) }),
    yAxis: axis({ type: 'value' }),
    series: [bar('rows out', 'output_rows'), bar('dropped', 'dropped_rows'), bar('quarantined', 'quarantined_rows')],
  });
}
