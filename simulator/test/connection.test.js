import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byKey, Connection, decodeCursor } from '../graphql/connection.js';
import { Random } from '../synthetic/random.js';

const items = (count) => Array.from({ length: count }, (_, i) => ({ id: `item-${i}`, updatedAt: Math.floor(i / 3), number: i }));
const newestFirst = byKey((item) => [item.updatedAt, item.number], true);

function walkForward(list, first, order) {
  const seen = [];
  for (let after = null, more = true; more;) {
    const page = new Connection(list, { first, after }, null, order);
    seen.push(...page.nodes);
    assert.equal(page.totalCount, list.length);
    assert.equal(page.pageInfo.hasPreviousPage, after !== null && list.length > 0);
    ({ hasNextPage: more, endCursor: after } = page.pageInfo);
  }
  return seen;
}

function walkBackward(list, last, order) {
  const seen = [];
  for (let before = null, more = true; more;) {
    const page = new Connection(list, { last, before }, null, order);
    seen.unshift(...page.nodes);
    ({ hasPreviousPage: more, startCursor: before } = page.pageInfo);
  }
  return seen;
}

test('pages of any size, forward and backward, are the list without gaps or repeats', () => {
  const random = new Random('connection');
  for (let round = 0; round < 200; round += 1) {
    const list = items(random.integer(0, 250));
    const size = random.integer(1, 100);
    const descending = [...list].reverse();
    assert.deepEqual(walkForward(list, size), list);
    assert.deepEqual(walkBackward(list, size), list);
    assert.deepEqual(walkForward(descending, size, newestFirst), descending);
    assert.deepEqual(walkBackward(descending, size, newestFirst), descending);
  }
});

test('edges carry the cursors that pageInfo names', () => {
  const page = new Connection(items(10), { first: 4, after: null });
  assert.equal(page.edges[0].cursor, page.pageInfo.startCursor);
  assert.equal(page.edges[3].cursor, page.pageInfo.endCursor);
  assert.deepEqual(page.edges.map((edge) => edge.node), page.nodes);
});

test('an empty list has no cursors and no pages around it', () => {
  assert.deepEqual(new Connection([], { first: 5 }).pageInfo,
    { hasPreviousPage: false, hasNextPage: false, startCursor: null, endCursor: null });
});

test('an item that moves to the front during a walk is not met again and hides no other', () => {
  const list = items(30).reverse();
  const first = new Connection(list, { first: 10 }, null, newestFirst);
  const moved = { ...list[20], updatedAt: 999 };
  const changed = [moved, ...list.filter((item) => item.id !== moved.id)];
  const rest = new Connection(changed, { first: 100, after: first.pageInfo.endCursor }, null, newestFirst);
  assert.deepEqual(rest.nodes, list.slice(10).filter((item) => item.id !== moved.id));
});

test('a walk by position goes on after the item it ended at was deleted', () => {
  const list = items(10);
  const { endCursor } = new Connection(list, { first: 4 }).pageInfo;
  const without = list.filter((item, i) => i !== 3);
  assert.deepEqual(new Connection(without, { first: 100, after: endCursor }).nodes, list.slice(4));
});

test('a cursor that is none of ours is refused', () => {
  for (const cursor of ['', 'nonsense', Buffer.from('["v1",3]').toString('base64')]) {
    assert.throws(() => decodeCursor(cursor), /valid cursor/);
  }
});
