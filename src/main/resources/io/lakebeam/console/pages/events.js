// Events: what the event log tells.
import { html, nothing } from '../lib/lit-html.js';
import { get } from '../api.js';
import { count, time } from '../format.js';

export const title = 'Events';
export const isLive = true;
export const load = on => get(on.path('events'), { level: 'info', ...on.route.query });

export function view(found, on) {
  const q = { level: 'info', ...on.route.query };
  const set = name => e => on.stay({ ...on.route.query, [name]: e.target.value.trim() });
  return html`<h1>Events</h1>
    <form class="card row" @submit=${e => e.preventDefault()}>
      <label>At least <select @change=${set('level')}>${['metrics', 'info', 'warn', 'error'].map(l => html`<option ?selected=${l === q.level}>${l}</option>`)}</select></label>
      <label>Type <select @change=${set('type')}><option value="">all</option>${found.types.map(t => html`<option ?selected=${t === q.type}>${t}</option>`)}</select></label>
      <label>Dataset or source <input .value=${q.dataset || ''} @change=${set('dataset')}></label>
      <label>Epoch <input inputmode="numeric" size="8" .value=${q.epoch || ''} @change=${set('epoch')}></label>
      <label>Since (UTC) <input placeholder="2026-01-31" .value=${q.since || ''} @change=${set('since')}></label>
      <p class="dim" role="status">${count(found.found)} found${found.found > found.events.length ? `, the newest ${count(found.events.length)} shown` : ''}</p></form>
    <div class="card scroll ${found.events.length > 500 ? 'many' : ''}"><table><thead><tr><th scope="col">When</th><th scope="col">Level</th><th scope="col">Type</th><th scope="col">What</th></tr></thead>
      <tbody>${found.events.map(e => html`<tr><td>${time(e.timestamp)}</td><td class="level-${e.level}">${e.level}</td><td>${e.event_type}</td>
        <td class="wrap"><details><summary>${e.message}</summary><pre>${JSON.stringify({ details: e.details, origin: e.origin, error: e.error }, null, 2)}</pre></details></td></tr>`)}</tbody></table>
      ${found.events.length ? nothing : html`<p class="note">No event is as asked for.</p>`}</div>
    ${found.found > found.events.length ? html`<button @click=${() => on.stay({ ...on.route.query, limit: Math.min(10000, found.events.length * 10) })}>Show more</button>` : nothing}`;
}
