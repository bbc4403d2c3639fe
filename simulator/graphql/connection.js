// Pages of a list, with opaque cursors that survive changes between two pages.

import { gitHubError } from './errors.js';

const VERSION = 'v2';

export function encodeCursor(...parts) {
  return Buffer.from(JSON.stringify([VERSION, ...parts])).toString('base64');
}

export function decodeCursor(cursor) {
  try {
    const [version, ...parts] = JSON.parse(Buffer.from(cursor, 'base64').toString());
    if (version === VERSION) return parts;
  } catch {
    // Falls through: anything that is not one of our cursors is refused alike.
  }
  throw gitHubError('INVALID_CURSOR_ARGUMENTS', `\`${cursor}\` does not appear to be a valid cursor.`);
}

/**
 * An order of a list, as a pair of functions:
 *   cursorOf(item, index)         the cursor's parts
 *   boundary(list, parts, after)  the index of the first item past the cursor (after)
 *                                 or one past the last item in front of it (before)
 */

/** Items keep their place: the cursor names the item, its index helps when it is gone. */
export const byPosition = {
  cursorOf: (item, index) => [index, item.id],
  boundary(list, [index, id], after) {
    if (list[index]?.id !== id) {
      const moved = list.findIndex((item) => item.id === id);
      // A deleted item's successor has taken its index.
      if (moved < 0) return Math.min(index, list.length);
      index = moved;
    }
    return after ? index + 1 : index;
  },
};

/**
 * Items move when they change: the cursor holds the sort key, so a walk goes on from
 * that point of the order and meets no item twice, as on GitHub.
 * @param keyOf (item) => [number, number], ascending in the list, or descending if `descending`
 */
export function byKey(keyOf, descending) {
  const sign = descending ? -1 : 1;
  const compare = (a, b) => sign * (a[0] - b[0] || a[1] - b[1]);
  return {
    cursorOf: keyOf,
    boundary(list, key, after) {
      let low = 0;
      let high = list.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        const order = compare(keyOf(list[middle]), key);
        if (order < 0 || (after && order === 0)) low = middle + 1;
        else high = middle;
      }
      return low;
    },
  };
}

/** A page of `list` as GraphQL sees it; `load` turns an item into the node that is served. */
export class Connection {
  #list;
  #order;
  #load;
  #start;
  #end;
  #nodes;
  #claimed;

  constructor(list, { first, last, after, before }, context, order = byPosition, load = (item) => item) {
    this.#list = list;
    this.#order = order;
    this.#load = load;
    let start = after == null ? 0 : order.boundary(list, decodeCursor(after), true);
    let end = before == null ? list.length : order.boundary(list, decodeCursor(before), false);
    end = Math.max(start, end);
    if (first != null) end = Math.min(end, start + first);
    if (last != null) start = Math.max(start, end - last);
    this.#start = start;
    this.#end = first == null && last == null ? start : end;
    if (context) context.nodesServed += this.#end - this.#start;
  }

  /** Lets `totalCount` be what it is not. */
  claim(totalCount) {
    this.#claimed = totalCount;
    return this;
  }

  get totalCount() {
    return this.#claimed ?? this.#list.length;
  }

  get nodes() {
    this.#nodes ??= this.#list.slice(this.#start, this.#end).map(this.#load);
    return this.#nodes;
  }

  get edges() {
    return this.nodes.map((node, i) => ({ node, cursor: this.#cursor(this.#start + i) }));
  }

  get pageInfo() {
    const isEmpty = this.#start === this.#end;
    return {
      hasPreviousPage: this.#start > 0,
      hasNextPage: this.#end < this.#list.length,
      startCursor: isEmpty ? null : this.#cursor(this.#start),
      endCursor: isEmpty ? null : this.#cursor(this.#end - 1),
    };
  }

  #cursor(index) {
    return encodeCursor(...this.#order.cursorOf(this.#list[index], index));
  }
}
