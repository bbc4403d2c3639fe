// Faults on demand: which request is to go wrong, and how.
//
// A fault is {match: {operation?, nth?, every?}, times?, action}.
//   operation  part of the operation's name (`REST GET /path` for a REST request)
//   nth        from the n-th request on that has the operation, counted from 1
//   every      each n-th of them
//   times      how often in all, 0 for without end; left out it means once, or without end with `every`

export class Faults {
  #faults = [];

  set(list) {
    this.#faults = list.map((fault) => {
      const match = fault.match ?? {};
      if (!fault.action) throw new Error('a fault needs an action');
      const times = fault.times ?? (match.every ? 0 : 1);
      return { match, action: fault.action, seen: 0, left: times === 0 ? Infinity : times };
    });
  }

  /** The action for this request, or undefined. Every fault counts it, the first that fits acts. */
  next(operation) {
    let action;
    for (const fault of this.#faults) {
      const { match } = fault;
      if (match.operation && !operation.includes(match.operation)) continue;
      fault.seen += 1;
      if (action || fault.left <= 0) continue;
      if (match.nth && fault.seen < match.nth) continue;
      if (match.every && fault.seen % match.every !== 0) continue;
      fault.left -= 1;
      action = fault.action;
    }
    return action;
  }

  pending() {
    return this.#faults.map(({ match, action, seen, left }) => ({ match, action, seen, left: left === Infinity ? null : left }));
  }
}

/** Empties the second half of the outermost lists of nodes: what is left when GitHub gives up half-way. */
export function withHalfTheNodes(data) {
  if (data === null || typeof data !== 'object') return data;
  if (Array.isArray(data)) return data.map(withHalfTheNodes);
  return Object.fromEntries(Object.entries(data).map(([key, value]) => {
    if (key !== 'nodes' || !Array.isArray(value)) return [key, withHalfTheNodes(value)];
    const kept = Math.floor(value.length / 2);
    return [key, value.map((node, i) => (i < kept ? node : null))];
  }));
}
