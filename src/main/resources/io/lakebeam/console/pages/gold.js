// Gold: what operations people look at. The airline pipeline has a board of its own; of others the
// gold tables are listed.
import { html, nothing } from '../lib/lit-html.js';
import { get, post } from '../api.js';
import { axis, colours, draw } from '../chart.js';
import { age, amount, count, percent } from '../format.js';

export const title = 'Gold';
export const isLive = true;

const NEEDS = ['carrier_performance', 'airport_delays', 'delay_causes', 'network_by_minute'];

const QUERIES = {
  airports: `SELECT origin, max(origin_name) AS name, max(origin_latitude) AS latitude, max(origin_longitude) AS longitude,
    sum(departures) AS departures, sum(delayed_departures) AS delayed,
    sum(average_departure_delay * departures) / sum(departures) AS delay
    FROM airport_delays WHERE origin_latitude IS NOT NULL GROUP BY origin`,
  carriers: `SELECT coalesce(carrier_name, carrier) AS carrier, sum(flights) AS flights, sum(on_time) AS on_time, sum(cancelled) AS cancelled,
    sum(average_arrival_delay * completed) / sum(IF(average_arrival_delay IS NULL, 0, completed)) AS delay
    FROM carrier_performance GROUP BY coalesce(carrier_name, carrier) ORDER BY flights DESC LIMIT 20`,
  causes: `SELECT sum(carrier_minutes) AS carrier, sum(weather_minutes) AS weather, sum(system_minutes) AS system,
    sum(security_minutes) AS security, sum(late_aircraft_minutes) AS late_aircraft FROM delay_causes`,
  minutes: `SELECT event_minute, events, departures, landings, cancellations, on_time_share FROM network_by_minute
    WHERE event_minute >= (SELECT max(event_minute) - INTERVAL 6 HOURS FROM network_by_minute) ORDER BY event_minute`,
};

// The contiguous United States, coarsely: longitude and latitude, so that a place is recognised.
const OUTLINE = [[-124.7, 48.4], [-123, 48.3], [-122.8, 49], [-95.2, 49], [-94.6, 48.7], [-89.6, 48], [-84.8, 46.8], [-83.5, 46], [-82.5, 45.3], [-82.4, 43], [-83.1, 42.1], [-81.2, 41.8], [-78.9, 42.8], [-79.1, 43.3], [-76.5, 43.5], [-75, 45], [-71.5, 45], [-70.3, 45.9], [-69.2, 47.4], [-68, 47.2], [-67.8, 45.7], [-67, 44.9], [-70, 43.8], [-70.8, 42.7], [-70, 41.8], [-71.2, 41.5], [-73.8, 40.8], [-74, 40.4], [-74.9, 39], [-75.6, 39.6], [-75.2, 38.3], [-76, 37], [-75.5, 35.2], [-77.9, 33.9], [-79.3, 33.1], [-81, 32], [-81.4, 30.7], [-80.1, 26.9], [-80.4, 25.2], [-81.8, 26.1], [-82.8, 27.9], [-83.7, 29.9], [-85.3, 29.7], [-88, 30.3], [-89.4, 29.1], [-91.3, 29.3], [-94, 29.7], [-97.2, 27.7], [-97.2, 25.9], [-99.1, 26.4], [-101.4, 29.8], [-103.1, 29], [-104.7, 30], [-106.5, 31.8], [-108.2, 31.3], [-111.1, 31.3], [-114.8, 32.5], [-117.1, 32.5], [-118.4, 33.8], [-120.6, 34.6], [-121.9, 36.6], [-123.8, 39.3], [-124.3, 40.4], [-124.1, 43.7], [-124, 46.3], [-124.7, 48.4]];

const objects = result => result.rows.map(row => Object.fromEntries(result.columns.map((c, i) => [c.name, row[i]])));

export async function load(on) {
  const overview = await get(on.path('overview'));
  const gold = overview.nodes.filter(n => n.layer === 'gold');
  const has = NEEDS.every(name => gold.some(n => n.name === name && n.version !== null));
  if (!has) return { gold };
  const answers = {};
  // One after the other: two queries at once are all that the console takes.
  for (const [name, sql] of Object.entries(QUERIES)) {
    answers[name] = objects(await post(on.path('sql'), { sql, limit: 5000 }));
  }
  return { gold, ...answers };
}

function tables(gold, on) {
  if (!gold.length) return html`<p class="note">No dataset of the pipeline is declared with <code>layer: gold</code>.</p>`;
  return html`<div class="card scroll"><table><thead><tr><th scope="col">Table</th><th scope="col">What</th><th scope="col" class="num">Rows</th><th scope="col">Fresh</th></tr></thead>
    <tbody>${gold.map(n => html`<tr><td><a href=${on.link('data', n.name)}>${n.name}</a></td><td>${n.kind}</td><td class="num">${count(n.rows)}</td><td>${age(n.changed_at)}</td></tr>`)}</tbody></table></div>`;
}

export function view(data, on) {
  const { gold, airports, carriers, minutes } = data;
  if (!airports) return html`<h1>Gold</h1>${tables(gold, on)}`;
  const flights = carriers.reduce((sum, c) => sum + c.flights, 0);
  const onTime = carriers.reduce((sum, c) => sum + c.on_time, 0);
  const cancelled = carriers.reduce((sum, c) => sum + c.cancelled, 0);
  const worst = [...airports].filter(a => a.departures >= 5).sort((a, b) => b.delay - a.delay).slice(0, 10);
  const newest = gold.map(n => n.changed_at).filter(Boolean).sort().pop();
  return html`<h1>Flights</h1>
    <div class="kpis"><div class="kpi"><b>${count(flights)}</b><span>flights, their day over</span></div>
      <div class="kpi"><b>${flights ? percent(onTime / flights) : ''}</b><span>on time (less than 15 min late)</span></div>
      <div class="kpi"><b>${flights ? percent(cancelled / flights) : ''}</b><span>cancelled</span></div>
      <div class="kpi"><b>${count(airports.length)}</b><span>airports</span></div>
      <div class="kpi"><b>${age(newest)}</b><span>gold committed</span></div></div>
    <div class="grid two">
      <section class="card"><h2>Departure delays by airport</h2><div class="chart tall" id="map" role="img" aria-label="A map of airports: the larger, the more departures; the redder, the longer delayed. The table beside it has the worst."></div></section>
      <section class="card"><h2>Longest delays</h2><div class="scroll"><table><thead><tr><th scope="col">Airport</th><th scope="col" class="num">Departures</th><th scope="col" class="num">Delayed</th><th scope="col" class="num">Average</th></tr></thead>
        <tbody>${worst.map(a => html`<tr><td>${a.origin} <span class="dim">${a.name}</span></td><td class="num">${count(a.departures)}</td><td class="num">${percent(a.delayed / a.departures)}</td><td class="num">${a.delay.toFixed(1)} min</td></tr>`)}</tbody></table></div></section>
      <section class="card"><h2>Carriers: share on time</h2><div class="chart tall" id="carriers" role="img" aria-label="Share of flights on time by carrier"></div></section>
      <section class="card"><h2>Causes of delay</h2><div class="chart tall" id="causes" role="img" aria-label="Minutes of delay by cause"></div></section>
    </div>
    <section class="card"><h2>The network by minute</h2><div class="chart" id="minutes" role="img" aria-label="Departures, landings and cancellations by minute, the last six hours of the stream"></div>
      ${minutes.length ? html`<p class="dim">${amount(minutes.length, 'minute')} of the stream, up to ${minutes[minutes.length - 1].event_minute.replace('T', ' ').replace('Z', ' UTC')}</p>` : nothing}</section>
    <details class="card"><summary>Gold tables</summary>${tables(gold, on)}</details>`;
}

export function shown({ airports, carriers, causes, minutes }, on, root) {
  if (!airports) return;
  const c = colours();
  const mostDepartures = Math.max(...airports.map(a => a.departures), 1);
  draw(root.querySelector('#map'), {
    grid: { left: 4, right: 4, top: 4, bottom: 4 },
    legend: { show: false },
    xAxis: { type: 'value', min: -126, max: -66, show: false },
    yAxis: { type: 'value', min: 24, max: 50, show: false },
    visualMap: { type: 'continuous', min: 0, max: 45, dimension: 3, seriesIndex: 1, calculable: false, orient: 'horizontal', left: 'center', bottom: 0,
      text: ['45 min', '0 min'], textStyle: { color: c.text }, inRange: { color: [c.ok, c.warn, c.bad] } },
    tooltip: { trigger: 'item', renderMode: 'richText', backgroundColor: c.card, borderColor: c.line, textStyle: { color: c.text },
      formatter: p => (p.seriesIndex ? `${p.data[4]} ${p.data[5] || ''}\n${count(p.data[2])} departures\n${p.data[3].toFixed(1)} min average delay` : '') },
    series: [
      { type: 'line', data: OUTLINE, showSymbol: false, silent: true, lineStyle: { color: c.line, width: 1.5 }, areaStyle: { color: 'transparent' } },
      { type: 'scatter', data: airports.map(a => [a.longitude, a.latitude, a.departures, a.delay || 0, a.origin, a.name]),
        symbolSize: d => 5 + 22 * Math.sqrt(d[2] / mostDepartures) }],
  });
  const byShare = carriers.filter(x => x.flights > 0).sort((a, b) => a.on_time / a.flights - b.on_time / b.flights);
  draw(root.querySelector('#carriers'), {
    legend: { show: false },
    grid: { left: 8, right: 48, top: 8, bottom: 8, containLabel: true },
    xAxis: axis({ type: 'value', max: 100, axisLabel: { color: c.dim, formatter: '{value} %' } }),
    yAxis: axis({ type: 'category', data: byShare.map(x => x.carrier) }),
    series: [{ name: '% on time', type: 'bar', data: byShare.map(x => Math.round((1000 * x.on_time) / x.flights) / 10),
      label: { show: true, position: 'right', color: c.text, formatter: '{c} %' } }],
  });
  const names = { carrier: 'carrier', weather: 'weather', system: 'air system', security: 'security', late_aircraft: 'late aircraft' };
  const sums = Object.entries(causes[0] || {}).map(([k, v]) => [names[k], v || 0]).sort((a, b) => a[1] - b[1]);
  draw(root.querySelector('#causes'), {
    legend: { show: false },
    grid: { left: 8, right: 72, top: 8, bottom: 8, containLabel: true },
    xAxis: axis({ type: 'value', name: 'min' }),
    yAxis: axis({ type: 'category', data: sums.map(s => s[0]) }),
    series: [{ name: 'minutes', type: 'bar', data: sums.map(s => s[1]), label: { show: true, position: 'right', color: c.text, formatter: p => count(p.value) } }],
  });
  const at = m => Date.parse(m.event_minute);
  draw(root.querySelector('#minutes'), {
    xAxis: axis({ type: 'time' }),
    yAxis: axis({ type: 'value' }),
    series: [
      { name: 'departures', type: 'line', showSymbol: false, data: minutes.map(m => [at(m), m.departures]) },
      { name: 'landings', type: 'line', showSymbol: false, data: minutes.map(m => [at(m), m.landings]) },
      { name: 'cancellations', type: 'line', showSymbol: false, data: minutes.map(m => [at(m), m.cancellations]) }],
  });
}
