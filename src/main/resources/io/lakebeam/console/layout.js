// Where the nodes of a pipeline's graph stand: in columns by layer, each behind all that it reads, and
// within a column in an order with few crossings (two sweeps of barycentres, as Sugiyama's method has it).
const LAYERS = ['source', 'bronze', 'silver', 'gold'];
export const WIDTH = 210;
export const HEIGHT = 66;
const ACROSS = 90;
const DOWN = 22;
const TOP = 34;
const SWEEPS = 6;

export function layout(nodes, edges) {
  const byName = new Map(nodes.map(n => [n.name, { ...n, inputs: [], readers: [] }]));
  edges.forEach(e => {
    byName.get(e.to)?.inputs.push(e.from);
    byName.get(e.from)?.readers.push(e.to);
  });
  // Layer by layer, each behind the one before; the server's order has every node behind its inputs.
  let base = 0;
  for (const layer of LAYERS) {
    const members = [...byName.values()].filter(node => (node.layer || 'silver') === layer);
    members.forEach(node => {
      node.rank = Math.max(base, ...node.inputs.map(i => (byName.get(i)?.rank ?? -1) + 1));
    });
    if (members.length) base = Math.max(...members.map(node => node.rank)) + 1;
  }
  const others = [...byName.values()].filter(node => node.rank === undefined);
  others.forEach(node => {
    node.rank = Math.max(0, ...node.inputs.map(i => (byName.get(i)?.rank ?? -1) + 1));
  });
  const columns = [];
  for (const node of byName.values()) (columns[node.rank] = columns[node.rank] || []).push(node);
  const used = columns.filter(Boolean);
  used.forEach(column => column.forEach((node, i) => { node.at = i; }));
  const sort = (column, near) => {
    column.forEach(node => {
      const all = node[near].map(name => byName.get(name)).filter(Boolean);
      node.pull = all.length ? all.reduce((sum, n) => sum + n.at, 0) / all.length : node.at;
    });
    column.sort((a, b) => a.pull - b.pull || a.at - b.at);
    column.forEach((node, i) => { node.at = i; });
  };
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    used.forEach(column => sort(column, 'inputs'));
    [...used].reverse().forEach(column => sort(column, 'readers'));
  }
  const most = Math.max(...used.map(column => column.length), 1);
  const height = TOP + most * (HEIGHT + DOWN);
  used.forEach((column, i) => {
    const free = (most - column.length) * (HEIGHT + DOWN);
    column.forEach((node, j) => {
      node.x = i * (WIDTH + ACROSS) + 4;
      node.y = TOP + free / 2 + j * (HEIGHT + DOWN);
    });
  });
  const heads = used.map((column, i) => ({
    x: i * (WIDTH + ACROSS) + 4,
    text: [...new Set(column.map(n => (n.layer === 'source' ? 'sources' : n.layer)))]
      .filter(Boolean).join(', '),
  }));
  return { nodes: byName, heads, width: used.length * (WIDTH + ACROSS) - ACROSS + 8, height };
}
