// How numbers, times and values are written: the same on every page.
import { html, nothing } from './lib/lit-html.js';

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const some = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

export const count = n => (n === null || n === undefined ? '' : whole.format(n));
export const amount = (n, noun) => `${count(n)} ${noun}${n === 1 ? '' : 's'}`;
export const rate = n => `${n < 100 ? some.format(n) : count(n)}/s`;
export const percent = share => `${some.format(share * 100)} %`;

export function bytes(n) {
  if (n === null || n === undefined) return '';
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let i = 0;
  let left = n;
  while (left >= 1000 && i < units.length - 1) { left /= 1000; i++; }
  return `${i === 0 ? count(left) : some.format(left)} ${units[i]}`;
}

/** Seconds as people say them. */
export function duration(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor((s % 86400) / 3600)} h`;
}

export const age = at => (at ? `${duration((Date.now() - Date.parse(at)) / 1000)} ago` : '');

/** A moment in UTC; the pointer shows it by the clock of whoever looks. */
export function time(at) {
  if (!at) return nothing;
  const utc = at.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');
  return html`<time datetime=${at} title=${new Date(at).toLocaleString()}>${utc}</time>`;
}

/** A value of a table's cell. */
export function cell(value) {
  if (value === null || value === undefined) return html`<span class="dim">NULL</span>`;
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}

export const isNumber = type =>
  /^(TINYINT|SMALLINT|INT|BIGINT|FLOAT|DOUBLE|DECIMAL)/.test(type || '');

const STATES = {
  ok: 'ok', completed: 'ok', replayed: 'ok', running: 'ok',
  refusing: 'warn', late: 'warn', open: 'warn', replaying: 'warn', canceled: 'warn', unknown: 'warn',
  failed: 'bad', behind: 'bad', 'failed again': 'bad',
};

export const pill = word => html`<span class="pill ${STATES[word] || ''}">${word}</span>`;

/** A line of small points, each at its height. */
export function spark(values, label) {
  const most = Math.max(...values, 0);
  if (values.length < 2) return nothing;
  const step = values.length > 1 ? 118 / (values.length - 1) : 0;
  const points = values
    .map((v, i) => `${(1 + i * step).toFixed(1)},${(most ? 22 - (v / most) * 20 : 22).toFixed(1)}`)
    .join(' ');
  return html`<svg class="spark" width="120" height="24" role="img" aria-label=${label}>
    <line x1="0" y1="22.5" x2="120" y2="22.5"></line><polyline points=${points}></polyline></svg>`;
}
