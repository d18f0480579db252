// Data: rows of tables as they are or were, what a version changed, and queries.
import { html, nothing } from '../lib/lit-html.js';
import { get, post } from '../api.js';
import { age, amount, bytes, cell, count, isNumber, time } from '../format.js';

export const title = 'Data';

const typed = { sql: '', result: null, error: null, isAsking: false };

export async function load(on) {
  const { item, query } = on.route;
  const tables = (await get(on.path('data'))).tables;
  if (!item) return { tables };
  if (item === 'sql') {
    if (query.sql && query.sql !== typed.sql) { typed.sql = query.sql; typed.result = null; typed.error = null; }
    return { tables, isSql: true };
  }
  const path = on.path(`data/${encodeURIComponent(item)}`);
  if (query.view === 'versions') return { tables, versions: await get(`${path}/versions`, { limit: query.limit }) };
  if (query.view === 'changes') return { tables, changes: await get(`${path}/changes`, { version: query.version, limit: query.limit }) };
  const { version, where, order, limit } = query;
  return { tables, rows: await get(path, { version, where, order, limit }) };
}

function list(tables, on) {
  if (!tables.length) return html`<p class="note">No run has made a table yet.</p>`;
  return html`<div class="card scroll"><table><thead><tr><th scope="col">Table</th><th scope="col">What</th><th scope="col" class="num">Rows</th>
    <th scope="col" class="num">Size</th><th scope="col" class="num">Version</th></tr></thead>
    <tbody>${tables.map(t => html`<tr><td><a href=${on.link('data', t.name)}>${t.name}</a></td><td>${t.kind}</td><td class="num">${count(t.rows)}</td>
      <td class="num">${bytes(t.bytes)}</td><td class="num"><a href=${on.link('data', t.name, { view: 'versions' })}>${count(t.version)}</a></td></tr>`)}</tbody></table></div>`;
}

/** Rows with their columns; hidden ones are there when they are asked for. */
export function grid(columns, rows, { all = true, order = '', sort = null, isMarked = null } = {}) {
  const shown = columns.map((c, i) => ({ ...c, i })).filter(c => all || !c.hidden);
  const [by, how] = order.split(' ');
  return html`<table class=${rows.length > 500 ? 'many' : ''}><thead><tr>${shown.map(c => html`<th scope="col" class=${isNumber(c.type) ? 'num' : ''}
      aria-sort=${c.name === by ? (how === 'DESC' ? 'descending' : 'ascending') : nothing}>
      ${sort ? html`<button @click=${() => sort(c.name)} title=${c.type}>${c.name}${c.name === by ? (how === 'DESC' ? ' ↓' : ' ↑') : ''}</button>` : html`<span title=${c.type}>${c.name}</span>`}</th>`)}</tr></thead>
    <tbody>${rows.map((row, n) => html`<tr>${shown.map(c => html`<td class="${isNumber(c.type) ? 'num' : ''} cut" title=${typeof row[c.i] === 'string' && row[c.i].length > 40 ? row[c.i] : nothing}>
      ${isMarked?.(n, c) ? html`<mark>${cell(row[c.i])}</mark>` : cell(row[c.i])}</td>`)}</tr>`)}</tbody></table>`;
}

function rows(found, on) {
  const q = on.route.query;
  const sort = name => on.stay({ ...q, order: q.order === name ? `${name} DESC` : q.order === `${name} DESC` ? '' : name });
  const old = q.version !== undefined && q.version !== '';
  return html`<form class="card row" @submit=${e => { e.preventDefault(); on.stay({ ...q, where: e.target.where.value.trim() }); }}>
      <label>Rows where <input class="mono" size="46" name="where" placeholder="arrival_delay_minutes > 60" .value=${q.where || ''}></label>
      <button class="main">Filter</button>
      <label>Version <input inputmode="numeric" size="7" .value=${q.version || ''} placeholder=${found.version} @change=${e => on.stay({ ...q, version: e.target.value.trim() })}></label>
      <label class="inline"><input type="checkbox" ?checked=${!!q.all} @change=${e => on.stay({ ...q, all: e.target.checked ? 1 : '' })}>columns that begin with _</label>
      <p class="dim" role="status">${count(found.rows.length)} of ${found.total === null ? 'unknown' : count(found.total)} rows${old ? `, as of version ${found.version}` : ''}${found.failed ? html`; left out ${amount(found.failed, 'row')} on which the condition fails: ${found.failure}` : nothing}</p></form>
    <div class="card scroll tall">${grid(found.columns, found.rows, { all: !!q.all, order: q.order || '', sort })}
      ${found.rows.length ? nothing : html`<p class="note">No row is as asked for.</p>`}</div>
    ${found.rows.length >= (Number(q.limit) || 100) && found.rows.length < 10000 ? html`<button @click=${() => on.stay({ ...q, limit: Math.min(10000, found.rows.length * 10) })}>Show more</button>` : nothing}`;
}

function versions(found, on) {
  return html`<div class="card scroll"><table><thead><tr><th scope="col" class="num">Version</th><th scope="col">When</th><th scope="col">Age</th><th scope="col">What</th>
    <th scope="col" class="num">Rows</th><th scope="col" class="num">Files</th><th scope="col" class="num">Epoch</th><th scope="col">Engine</th><th scope="col">See</th></tr></thead>
    <tbody>${found.versions.map(v => html`<tr><td class="num">${v.version}</td><td>${time(v.at)}</td><td>${age(v.at)}</td><td>${v.operation}</td>
      <td class="num">${v.rows ? count(Number(v.rows)) : ''}</td><td class="num">${v.files || ''}</td><td class="num">${v.epoch}</td><td>${v.engine}</td>
      <td><a href=${on.link('data', found.table, { version: v.version })} aria-label="Rows of version ${v.version}">rows</a> ·
        <a href=${on.link('data', found.table, { view: 'changes', version: v.version })} aria-label="Changes of version ${v.version}">changes</a></td></tr>`)}</tbody></table></div>`;
}

function changes(found, on) {
  if (found.gone) return html`<p class="note">The table's log no longer goes back to version ${found.version}.</p>`;
  const part = (name, list) => html`<div class="card"><h2>${count(list.length)}${list.length >= found.limit ? ' or more' : ''} ${name}</h2>
    ${list.length ? html`<div class="scroll tall" tabindex="0" role="group" aria-label=${name}>${grid(found.columns, list, { all: false })}</div>` : html`<p class="dim">None.</p>`}</div>`;
  return html`<p>Version ${found.version} of ${found.table}. ${found.kept ? `${amount(found.kept, 'row')} of rewritten files are as before.` : ''}
    ${found.version > 0 ? html`<a href=${on.link('data', found.table, { view: 'changes', version: found.version - 1 })}>The version before</a>` : nothing}</p>
    ${part('rows added', found.added)}${part('rows removed', found.removed)}`;
}

async function ask(on, sql) {
  typed.sql = sql;
  typed.isAsking = true;
  typed.error = null;
  on.update();
  try {
    typed.result = await post(on.path('sql'), { sql, limit: 1000 });
    history.replaceState(null, '', on.link('data', 'sql', { sql }));
  } catch (e) {
    typed.result = null;
    typed.error = e.message;
  }
  typed.isAsking = false;
  on.update();
}

function query(tables, on) {
  const result = typed.result;
  return html`<form class="card" @submit=${e => { e.preventDefault(); ask(on, e.target.sql.value); }}>
      <label>One SELECT over the tables of the pipeline; it reads only, for 30 s and 1,000 rows at most
        <textarea class="mono" name="sql" rows="6" spellcheck="false" .value=${typed.sql} placeholder="SELECT carrier, count(*) AS flights FROM flights GROUP BY carrier ORDER BY flights DESC"
          @keydown=${e => { if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) { e.preventDefault(); ask(on, e.target.value); } }}></textarea></label>
      <p><button class="main" ?disabled=${typed.isAsking}>${typed.isAsking ? 'Asking…' : 'Ask'}</button> <span class="dim">Ctrl-Enter asks, too. Tables: ${tables.map(t => t.name).join(', ')}</span></p></form>
    ${typed.error ? html`<div class="problem" role="alert">${typed.error}</div>` : nothing}
    ${result ? html`<p role="status">${amount(result.rows.length, 'row')}${result.cut ? ', and there are more' : ''}, in ${count(result.millis)} ms</p>
      <div class="card scroll tall" tabindex="0" role="group" aria-label="Rows of the query">${grid(result.columns, result.rows)}</div>` : nothing}`;
}

export function view(data, on) {
  const { item } = on.route;
  const view = on.route.query.view || 'rows';
  const tab = (name, query, text) => html`<a href=${on.link('data', item, query)} aria-current=${name === view ? 'page' : nothing}>${text}</a>`;
  return html`<h1>Data${item && item !== 'sql' ? html`: ${item}` : ''}</h1>
    <p><a href=${on.link('data')} aria-current=${item ? nothing : 'page'}>Tables</a> · <a href=${on.link('data', 'sql')} aria-current=${data.isSql ? 'page' : nothing}>SQL</a>
      ${item && !data.isSql ? html` · ${tab('rows', {}, 'Rows')} · ${tab('versions', { view: 'versions' }, 'Versions')} · ${tab('changes', { view: 'changes' }, 'Last change')}` : nothing}</p>
    ${data.isSql ? query(data.tables, on) : data.rows ? rows(data.rows, on) : data.versions ? versions(data.versions, on)
      : data.changes ? changes(data.changes, on) : list(data.tables, on)}`;
}
