// What the page asks the server for. A token comes with the address, behind the #, which no browser
// sends; it stays in this tab.
const KEY = 'lakebeam-token';

const given = /^#token=(\S+)/.exec(location.hash);
if (given) {
  sessionStorage.setItem(KEY, decodeURIComponent(given[1]));
  history.replaceState(null, '', '#/');
}

export class Failure extends Error {
  constructor(status, told) {
    super([told.problem, told.cause, told.fix].filter(Boolean).join('\n'));
    this.status = status;
    this.code = told.code;
  }
}

function headers() {
  const token = sessionStorage.getItem(KEY);
  return token ? { Authorization: `Bearer ${token}` } : {};
}

export function signIn(token) { sessionStorage.setItem(KEY, token); }
export function signOut() { sessionStorage.removeItem(KEY); }

async function answer(response) {
  let body;
  try {
    body = await response.json();
  } catch (e) {
    throw new Failure(response.status, { problem: `the server answers with ${response.status}` });
  }
  if (!response.ok) throw new Failure(response.status, body.error);
  return body;
}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(`/api/${path}`, options);
  } catch (e) {
    if (e.name === 'AbortError') throw e;
    throw new Failure(0, { problem: 'the console does not answer: is its command still running?' });
  }
  return answer(response);
}

/** @param query an object; what is empty is left out */
export function get(path, query = {}, signal = undefined) {
  const given = Object.entries(query).filter(([, v]) => v !== '' && v !== null && v !== undefined);
  const text = new URLSearchParams(given).toString();
  return ask(path + (text ? `?${text}` : ''), { headers: headers(), signal });
}

export function post(path, body) {
  return ask(path, {
    method: 'POST',
    headers: { ...headers(), 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/**
 * Calls back whenever something has changed, until the signal ends it.
 * @param lost is told whether the server is away
 * @param refused is told that another token is needed
 */
export async function live(pipeline, signal, changed, lost, refused) {
  let pause = 500;
  while (!signal.aborted) {
    try {
      const response = await fetch(`/api/live?pipeline=${encodeURIComponent(pipeline)}`,
        { headers: headers(), signal });
      if (response.status === 401) { refused(); return; }
      if (!response.ok) throw new Error(`status ${response.status}`);
      lost(false);
      pause = 500;
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        for (const line of value.split('\n')) {
          if (line.startsWith('data: ')) changed(JSON.parse(line.slice(6)));
        }
      }
    } catch (e) {
      if (signal.aborted) return;
    }
    lost(true);
    await new Promise(then => setTimeout(then, pause));
    pause = Math.min(pause * 2, 10000);
  }
}
