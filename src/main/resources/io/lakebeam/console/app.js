// The shell: which page is shown, of which pipeline, and what they have in common.
import { html, render, nothing } from './lib/lit-html.js';
import { get, live, signIn, signOut, Failure } from './api.js';
import { pill } from './format.js';
import * as pipeline from './pages/pipeline.js';
import * as updates from './pages/updates.js';
import * as quality from './pages/quality.js';
import * as quarantine from './pages/quarantine.js';
import * as data from './pages/data.js';
import * as gold from './pages/gold.js';
import * as events from './pages/events.js';

const PAGES = { pipeline, updates, quality, quarantine, data, gold, events };
const root = document.getElementById('app');
root.replaceChildren();
const themes = ['auto', 'light', 'dark'];

const state = { session: null, route: null, data: null, error: null, loading: false, away: false, lost: false, help: false };
let loads = 0;
let listening = new AbortController();
let listensTo = null;
let again = null;

function route() {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
  const parts = path.split('/').map(decodeURIComponent);
  const known = state.session.pipelines.map(p => p.name);
  const name = known.includes(parts[0]) ? parts[0] : known[0];
  const page = PAGES[parts[1]] ? parts[1] : 'pipeline';
  return { pipeline: name, page, item: parts[2] || '', query: Object.fromEntries(new URLSearchParams(query || '')) };
}

/** The address of a view. */
export function link(page, item = '', query = {}, of = state.route.pipeline) {
  const given = Object.entries(query).filter(([, v]) => v !== '' && v !== null && v !== undefined);
  const text = new URLSearchParams(given).toString();
  return `#/${encodeURIComponent(of)}/${page}${item ? `/${encodeURIComponent(item)}` : ''}${text ? `?${text}` : ''}`;
}

/** What pages get to work with. */
const context = {
  link,
  get route() { return state.route; },
  get isOperator() { return state.session.role === 'operator'; },
  get theme() { return document.documentElement.dataset.theme || 'auto'; },
  update: () => show(),
  reload: () => load(false),
  go: (page, item, query) => { location.hash = link(page, item, query); },
  /** Another view of the same page, without a step back to this one. */
  stay: query => {
    history.replaceState(null, '', link(state.route.page, state.route.item, query));
    navigated();
  },
  path: rest => `pipelines/${encodeURIComponent(state.route.pipeline)}/${rest}`,
};

async function load(isNew) {
  const number = ++loads;
  if (isNew) { state.data = null; state.error = null; }
  state.loading = true;
  const slow = setTimeout(() => { if (number === loads) show(); }, 150);
  try {
    const found = await PAGES[state.route.page].load(context);
    if (number !== loads) return;
    state.data = found;
    state.error = null;
  } catch (e) {
    if (number !== loads || e.name === 'AbortError') return;
    if (!(e instanceof Failure)) console.error(e);
    if (e.status === 401) { state.session = null; state.away = true; }
    state.error = e.message;
  } finally {
    clearTimeout(slow);
    if (number === loads) { state.loading = false; show(); }
  }
}

function navigated() {
  const before = state.route;
  state.route = route();
  listen();
  const isSame = before && before.page === state.route.page && before.pipeline === state.route.pipeline
    && before.item === state.route.item;
  load(!isSame);
}

function listen() {
  if (listensTo === state.route.pipeline) return;
  listensTo = state.route.pipeline;
  listening.abort();
  listening = new AbortController();
  let isFirst = true;
  live(state.route.pipeline, listening.signal, () => {
    if (isFirst) { isFirst = false; return; }
    // An epoch a second, at most.
    if (!again && PAGES[state.route.page].isLive) {
      again = setTimeout(() => { again = null; load(false); }, 300);
    }
  }, lost => { if (state.lost !== lost) { state.lost = lost; show(); } }, () => {
    rest();
    Object.assign(state, { session: null, away: true, lost: false });
    signOut();
    show();
  });
}

/** A browser has six connections to a server: a page that nobody sees keeps none of them. */
function rest() {
  listening.abort();
  listensTo = null;
}

function theme() {
  const next = themes[(themes.indexOf(context.theme) + 1) % themes.length];
  localStorage.setItem('lakebeam-theme', next);
  applyTheme(next);
  show();
}

function applyTheme(name) {
  if (name === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
}

function body() {
  if (state.error && !state.data) {
    return html`<div class="problem" role="alert">${state.error}</div>
      <button @click=${() => load(true)}>Try again</button>`;
  }
  if (!state.data) return html`<p class="note" role="status">Loading…</p>`;
  return html`${state.error ? html`<div class="problem" role="alert">${state.error}</div>` : nothing}
    ${PAGES[state.route.page].view(state.data, context)}`;
}

function shell() {
  const { route: at, session } = state;
  document.title = `${PAGES[at.page].title} · ${at.pipeline} · Lakebeam`;
  return html`
    <header class="top">
      <a class="brand" href=${link('pipeline')}><img src="/icon.svg" alt="">Lakebeam</a>
      ${session.pipelines.length > 1 ? html`<label class="inline">Pipeline
        <select @change=${e => { location.hash = link(at.page, '', {}, e.target.value); }}>
          ${session.pipelines.map(p => html`<option ?selected=${p.name === at.pipeline}>${p.name}</option>`)}
        </select></label>` : html`<strong>${at.pipeline}</strong>`}
      <nav aria-label="Pages">${Object.entries(PAGES).map(([name, page]) => html`
        <a href=${link(name)} aria-current=${name === at.page ? 'page' : nothing}>${page.title}</a>`)}</nav>
      <div class="side">
        ${state.lost ? pill('failed') : html`<span class="pill ok" title="This page follows what changes">live</span>`}
        <span class="pill" title="What you may do here">${session.role}</span>
        <button @click=${theme} title="Colours: auto, light, dark">${context.theme}</button>
        <button @click=${() => { state.help = true; show(); }} aria-label="Keys">?</button>
      </div>
    </header>
    <main id="main" tabindex="-1">${state.lost ? html`<div class="problem" role="alert">The console does not answer. It is asked again until it does.</div>` : nothing}${body()}</main>
    <dialog ?open=${state.help} aria-label="Keys"><h2>Keys</h2>
      <div class="keys"><kbd>1</kbd><span>to</span><kbd>${Object.keys(PAGES).length}</kbd><span>the pages, in their order</span>
      <kbd>/</kbd><span>the first filter</span><kbd>Esc</kbd><span>closes what is open</span></div>
      <p><button @click=${() => { state.help = false; show(); }}>Close</button></p></dialog>`;
}

function asked() {
  return html`<main id="main"><div class="card"><h1>Lakebeam</h1>
    ${state.error ? html`<div class="problem" role="alert">${state.error}</div>` : nothing}
    <form @submit=${e => { e.preventDefault(); signIn(e.target.token.value.trim()); begin(); }}>
      <label>Token <input name="token" type="password" autocomplete="off" required></label>
      <p><button class="main">Open</button></p></form>
    <p class="dim">Whoever runs this console has set it, or its command has printed an address with it.</p></div></main>`;
}

function show() {
  if (!state.session) {
    render(state.away ? asked() : html`<main id="main">${state.error ? html`<div class="problem" role="alert">${state.error}</div><button @click=${begin}>Try again</button>` : html`<p class="note" role="status">Loading…</p>`}</main>`, root);
    return;
  }
  render(shell(), root);
  if (state.data) PAGES[state.route.page].shown?.(state.data, context, root);
}

document.addEventListener('keydown', e => {
  if (!state.session || e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.key === 'Escape') {
    if (state.help) { state.help = false; show(); } else PAGES[state.route.page].escape?.(context);
    return;
  }
  if (/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName)) return;
  const page = Object.keys(PAGES)[Number(e.key) - 1];
  if (page) location.hash = link(page);
  if (e.key === '?') { state.help = true; show(); }
  if (e.key === '/') {
    const first = root.querySelector('main input, main select, main textarea');
    if (first) { e.preventDefault(); first.focus(); }
  }
});

async function begin() {
  state.away = false;
  state.error = null;
  try {
    state.session = await get('session');
    navigated();
  } catch (e) {
    if (e.status === 401) { state.away = true; signOut(); } else state.error = e.message;
    show();
  }
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden) rest(); else if (state.session) navigated();
});
window.addEventListener('pagehide', rest);
window.addEventListener('pageshow', e => { if (e.persisted && state.session) navigated(); });
applyTheme(localStorage.getItem('lakebeam-theme') || 'auto');
window.addEventListener('hashchange', () => { if (state.session) navigated(); });
document.querySelector('.skip').addEventListener('click', e => {
  e.preventDefault();
  document.getElementById('main')?.focus();
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', show);
begin();
