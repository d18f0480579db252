// Quarantine: rows that were refused, and what is to become of them.
import { html, nothing } from '../lib/lit-html.js';
import { get, post } from '../api.js';
import { cell, count, amount, pill, spark, time } from '../format.js';

export const title = 'Quarantine';
export const isLive = true;

/** What somebody is about to do; it outlives what is loaded anew. */
const draft = { id: null, correct: {}, reason: '', tried: null, told: null, error: null, isBusy: false, chosen: new Set() };

const FILTERS = ['table', 'rule', 'status', 'source', 'position', 'error', 'where', 'since', 'until', 'epoch'];
const filter = query => Object.fromEntries(FILTERS.filter(f => query[f]).map(f => [f, query[f]]));

export async function load(on) {
  const { query } = on.route;
  const asked = { status: 'open', ...query };
  if (asked.status === 'any') asked.status = '';
  const [found, row] = await Promise.all([
    get(on.path('quarantine'), { ...filter(asked), limit: query.limit }),
    query.id ? get(on.path(`quarantine/${encodeURIComponent(query.id)}`)) : null,
  ]);
  if (draft.id !== (query.id || null)) {
    Object.assign(draft, { id: query.id || null, correct: {}, tried: null, told: null, error: null });
  }
  return { found, row };
}

export const escape = on => on.stay({ ...on.route.query, id: '' });

function filters(found, on) {
  const q = { status: 'open', ...on.route.query };
  const set = name => e => { draft.chosen.clear(); on.stay({ ...on.route.query, id: '', limit: '', [name]: e.target.value.trim() }); };
  const field = (name, text, more = {}) => html`<label>${text} <input .value=${q[name] || ''} placeholder=${more.placeholder || ''} size=${more.size || 14} @change=${set(name)}></label>`;
  return html`<form class="card row" @submit=${e => e.preventDefault()}>
    <label>Table <select @change=${set('table')}><option value="">all</option>${found.tables.map(t => html`<option ?selected=${t === q.table}>${t}</option>`)}</select></label>
    <label>State <select @change=${set('status')}><option value="any" ?selected=${q.status === 'any'}>all</option>${[...found.states, 'closed'].map(s => html`<option ?selected=${s === q.status}>${s}</option>`)}</select></label>
    ${field('rule', 'Rule')}${field('source', 'Source')}${field('position', 'Position begins')}${field('error', 'Error has')}
    ${field('where', 'Where (of one table)', { placeholder: 'arrival_delay_minutes > 60', size: 28 })}
    ${field('since', 'Since (UTC)', { placeholder: '2026-01-31' })}${field('until', 'Until', { placeholder: '2026-01-31' })}${field('epoch', 'Epoch', { size: 7 })}
    <button type="button" @click=${() => on.stay({})}>Clear</button></form>`;
}

function days(reason) {
  const values = Object.values(reason.days);
  return values.length > 1 ? spark(values, `rows by day: ${Object.entries(reason.days).map(([d, n]) => `${d} ${n}`).join(', ')}`) : nothing;
}

function reasons(found, on) {
  return html`<div class="card scroll"><h2>Why</h2><table><thead><tr><th scope="col">Table</th><th scope="col">Reason</th><th scope="col" class="num">Rows</th>
    <th scope="col" class="num">Open</th><th scope="col">By day</th></tr></thead><tbody>${found.reasons.map(r => html`<tr><td>${r.table}</td>
    <td class="wrap">${r.is_rule ? html`<a href=${on.link('quarantine', '', { ...on.route.query, id: '', table: r.table, rule: r.reason })}>${r.reason}</a>` : r.reason}</td>
    <td class="num">${count(r.rows)}</td><td class="num">${count(r.open)}</td><td>${days(r)}</td></tr>`)}</tbody></table></div>`;
}

function target(on) {
  if (draft.id) return { ids: [draft.id] };
  if (draft.chosen.size) return { ids: [...draft.chosen] };
  const asked = { status: 'open', ...on.route.query };
  return { filter: filter(asked.status === 'any' ? { ...asked, status: '' } : asked) };
}

async function act(what, on) {
  const by = document.getElementById('by')?.value.trim() || '';
  draft.reason = document.getElementById('reason')?.value.trim() || '';
  localStorage.setItem('lakebeam-name', by);
  draft.isBusy = true;
  draft.error = null;
  on.update();
  try {
    const answer = await post(on.path(`quarantine/${what}`), { ...target(on), correct: draft.correct, by, reason: draft.reason });
    if (what === 'try') {
      draft.tried = answer;
    } else {
      const others = answer.others ? `; ${amount(answer.others, 'other')} not, as they do not stand so` : '';
      draft.told = `${amount(answer.rows, 'row')} ${{ replay: 'to be taken again with the next epoch', discard: 'discarded', reopen: 'reopened' }[what]}${others}`;
      draft.tried = null;
      draft.chosen.clear();
    }
  } catch (e) {
    draft.error = e.message;
  }
  draft.isBusy = false;
  await on.reload();
  if (what === 'replay') follow(on);
}

/** A run that is under way, or the console itself, does it a moment later. */
async function follow(on) {
  for (let look = 0; look < 60 && on.route.page === 'quarantine'; look++) {
    await new Promise(then => setTimeout(then, 1000));
    await on.reload();
    const open = await get(on.path('quarantine'), { status: 'replaying', limit: 1 });
    if (open.found === 0) { await on.reload(); return; }
  }
}

function outcome(tried) {
  const tables = Object.entries(tried.tables);
  if (!tables.length) return html`<p class="dim">No open row is meant${tried.closed ? `; ${amount(tried.closed, 'other')} not open` : ''}.</p>`;
  return html`<div class="done" role="status">${tables.map(([table, t]) => html`<p>${table}: ${Object.entries(t.outcomes).map(([o, n], i) => html`${i ? ', ' : ''}<strong>${amount(n, 'row')}</strong> would be ${o === 'replayed' ? 'taken' : o === 'failed again' ? 'refused again' : o}`)}</p>
    ${Object.entries(t.errors).map(([e, n]) => html`<p>${amount(n, 'row')}: ${e}</p>`)}
    ${Object.entries(t.refused_below).map(([below, n]) => html`<p>of those, ${below} would refuse ${amount(n, 'row')}</p>`)}`)}</div>`;
}

function actions(may, on) {
  if (!on.isOperator) return html`<p class="dim">To put rows back, open the console with an operator's token.</p>`;
  const button = (what, text, kind = '') => html`<button class=${kind} ?disabled=${draft.isBusy} @click=${() => act(what, on)}>${text}</button>`;
  return html`<div class="row"><label>Your name <input id="by" autocomplete="name" .value=${localStorage.getItem('lakebeam-name') || ''}></label>
      <label>Why <input id="reason" size="30" .value=${draft.reason}></label></div>
    <p class="row">${may.includes('replay') ? html`${button('try', 'Try')}${button('replay', 'Replay', 'main')}` : nothing}
      ${may.includes('discard') ? button('discard', 'Discard', 'danger') : nothing}${may.includes('reopen') ? button('reopen', 'Reopen') : nothing}</p>
    ${draft.error ? html`<div class="problem" role="alert">${draft.error}</div>` : nothing}
    ${draft.told ? html`<div class="done" role="status">${draft.told}</div>` : nothing}
    ${draft.tried ? outcome(draft.tried) : nothing}`;
}

/** The record, with the values marked that its rules have seen. */
function payload(row) {
  if (row._raw_bytes) return html`<p class="dim">Bytes that are no text, in Base64</p><pre>${row._raw_bytes}</pre>`;
  if (!row._raw) return html`<p class="dim">The record was not kept.</p>`;
  let text = row._raw;
  try {
    const parsed = JSON.parse(row._raw);
    if (typeof parsed === 'object') text = JSON.stringify(parsed, null, 2);
  } catch (e) {
    return html`<pre>${text}</pre>`;
  }
  const names = new Set(row._rules.flatMap(r => Object.keys(r.seen || {})));
  return html`<pre>${text.split('\n').map(line => {
    const name = /^\s*"([^"]+)":/.exec(line)?.[1];
    return html`${names.has(name) ? html`<mark>${line}</mark>` : line}\n`;
  })}</pre>`;
}

function corrections(row, on) {
  if (!row._may.includes('replay') || !on.isOperator) return nothing;
  const columns = Object.keys(row._types);
  const seen = new Set(row._rules.flatMap(r => Object.keys(r.seen || {})));
  const shown = row._is_row ? columns : [];
  const set = name => e => {
    const value = e.target.value;
    if (value === (row[name] ?? '').toString()) delete draft.correct[name]; else draft.correct[name] = value;
    draft.tried = null;
    on.update();
  };
  const input = name => html`<dt><label for="c-${name}">${seen.has(name) ? html`<mark>${name}</mark>` : name}</label></dt>
    <dd><input id="c-${name}" class="mono" .value=${draft.correct[name] ?? (row[name] === null || row[name] === undefined ? '' : typeof row[name] === 'object' ? JSON.stringify(row[name]) : String(row[name]))}
      placeholder="NULL" @change=${set(name)} ?disabled=${row._masked.includes(name)}> <span class="dim">${row._types[name]}${name in draft.correct ? ', corrected' : ''}</span></dd>`;
  if (!row._is_row) {
    return html`<h3>Correct</h3><p class="dim">It never became a row. Of a record of JSON, name a field and its value; else correct it in an export.</p>
      <form class="row" @submit=${e => { e.preventDefault(); draft.correct[e.target.field.value.trim()] = e.target.value.value; on.update(); }}>
        <label>Field <input name="field" required></label><label>Value <input name="value"></label><button>Set</button></form>
      ${Object.entries(draft.correct).map(([f, v]) => html`<p class="mono">${f} = ${v} <button class="plain" @click=${() => { delete draft.correct[f]; on.update(); }}>undo</button></p>`)}`;
  }
  const first = shown.filter(c => seen.has(c));
  const rest = shown.filter(c => !seen.has(c));
  return html`<h3>Correct</h3><p class="dim">A field that is left empty is NULL. Marked are the columns that its rules look at.</p>
    <dl class="fields">${first.map(input)}</dl>
    <details ?open=${!first.length}><summary>${first.length ? 'Other columns' : 'Columns'}</summary><dl class="fields">${rest.map(input)}</dl></details>`;
}

function panel(row, on) {
  return html`<section class="card" aria-label="Row ${row._id}">
    <div class="head"><h2>Row ${row._id}</h2> ${pill(row._status)} <a href=${on.link('quarantine', '', { ...on.route.query, id: '' })}>Close</a></div>
    <dl class="fields"><dt>Refused by</dt><dd>${row._table}${row._epoch === null ? '' : `, in epoch ${count(row._epoch)}`}</dd>
      <dt>When</dt><dd>${time(row._ingested_at)}</dd><dt>Record</dt><dd>${row._position}${row._source ? ` of ${row._source}` : ''}</dd>
      ${row._error ? html`<dt>Error</dt><dd>${row._error}</dd>` : nothing}</dl>
    ${row._rules.map(r => html`<h3>Breaks ${r.name}</h3><p class="mono">${r.condition || 'a rule that the pipeline no longer has'}</p>
      <dl class="fields">${Object.entries(r.seen || {}).map(([c, v]) => html`<dt>${c}</dt><dd><mark>${cell(v)}</mark></dd>`)}</dl>`)}
    <h3>The record</h3>${payload(row)}
    ${corrections(row, on)}
    <h3>What is to become of it</h3>${actions(row._may, on)}
    ${row._history.length ? html`<h3>What became of it</h3><ul>${row._history.map(h => html`<li>${time(h.at)} <strong>${h.outcome}</strong> by ${h.by || 'nobody'}${h.epoch ? ` in epoch ${h.epoch}` : ''}
      ${h.correction ? html`with <code>${h.correction}</code>` : nothing}${h.error ? `: ${h.error}` : ''}${h.reason ? `; ${h.reason}` : ''}</li>`)}</ul>` : nothing}</section>`;
}

export function view({ found, row }, on) {
  const q = on.route.query;
  const pick = id => e => { if (e.target.checked) draft.chosen.add(id); else draft.chosen.delete(id); on.update(); };
  const many = draft.chosen.size ? `${count(draft.chosen.size)} chosen` : `all ${count(found.open)} open rows that are found`;
  return html`<h1>Quarantine</h1>${filters(found, on)}
    <p role="status">${amount(found.found, 'refused row')}, ${count(found.open)} open${found.found > found.rows.length ? `; the newest ${count(found.rows.length)} are shown` : ''}
      ${found.failed ? html`; left out ${amount(found.failed, 'row')} on which the condition fails: ${found.failure}` : nothing}</p>
    <div class="split ${row ? 'open' : ''}"><div>
      ${found.reasons.length ? reasons(found, on) : nothing}
      ${on.isOperator && !row && found.found ? html`<details class="card"><summary>Decide about ${many}</summary>${actions(['replay', 'discard', 'reopen'], on)}</details>` : nothing}
      <div class="card scroll tall">${found.rows.length ? html`<table class=${found.rows.length > 500 ? 'many' : ''}><thead><tr>${on.isOperator ? html`<th scope="col">Choose</th>` : nothing}<th scope="col">Row</th><th scope="col">State</th><th scope="col">Table</th>
        <th scope="col">Why</th><th scope="col">Refused</th><th scope="col">Position</th></tr></thead>
        <tbody>${found.rows.map(r => html`<tr aria-selected=${q.id === r._id ? 'true' : nothing}>
          ${on.isOperator ? html`<td><input type="checkbox" aria-label="Choose row ${r._id}" .checked=${draft.chosen.has(r._id)} @change=${pick(r._id)}></td>` : nothing}
          <td><a class="mono" href=${on.link('quarantine', '', { ...q, id: r._id })}>${r._id}</a></td><td>${pill(r._status)}</td><td>${r._table}</td>
          <td class="wrap">${r._reason}</td><td>${time(r._ingested_at)}</td><td class="cut" title=${r._position}>${r._position}</td></tr>`)}</tbody></table>`
        : html`<p class="note">${q.table || q.rule || q.status ? 'No refused row is as asked for.' : 'No row is open: nothing waits for a decision.'}</p>`}</div>
      ${found.found > found.rows.length && found.rows.length < 10000 ? html`<button @click=${() => on.stay({ ...q, limit: Math.min(10000, found.rows.length * 10) })}>Show more</button>` : nothing}
    </div>${row ? panel(row, on) : nothing}</div>`;
}
