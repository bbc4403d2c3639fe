import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getOperationAST, parse } from 'graphql';
import { measureQuery } from '../graphql/limits.js';
import { schema } from '../graphql/schema.js';

function measure(text, variables = {}) {
  const document = parse(text);
  return measureQuery(schema, document, getOperationAST(document), variables);
}

const typesOf = (text, variables) => measure(text, variables).errors.map((error) => error.extensions.type);

test("GitHub's documented example of 22,060 nodes", () => {
  const { nodes, errors } = measure(`{ viewer {
    repositories(first: 50) { edges { repository: node { name
      pullRequests(first: 20) { edges { pullRequest: node { title
        comments(first: 10) { edges { comment: node { bodyHTML } } } } } }
      issues(first: 20) { totalCount edges { issue: node { title bodyHTML
        comments(first: 10) { edges { comment: node { bodyHTML } } } } } } } } }
    followers(first: 10) { edges { follower: node { login } } } } }`);
  assert.equal(nodes, 22_060);
  assert.deepEqual(errors, []);
});

test("GitHub's documented example of 5,101 requests costs 51 points", () => {
  const { requests, cost } = measure(`{ viewer { login
    repositories(first: 100) { edges { node { id
      issues(first: 50) { edges { node { id
        labels(first: 60) { edges { node { id name } } } } } } } } } } }`);
  assert.equal(requests, 5101);
  assert.equal(cost, 51);
});

test('points are rounded to the nearest and never below one', () => {
  const cost = (first) => measure(`{ viewer { repositories(first: ${first}) { nodes { issues(first: 1) { nodes { id } } } } } }`).cost;
  assert.equal(measure('{ viewer { login } }').cost, 1);
  assert.equal(cost(10), 1);
  const two = measure(`{ viewer { repositories(first: 100) { nodes {
    a: issues(first: 1) { nodes { id } } b: issues(first: 1) { nodes { id } } } } } }`);
  assert.deepEqual([two.requests, two.cost], [201, 2]);
});

test('page sizes come from variables, fragments and the ids of nodes()', () => {
  const text = `query ($n: Int!, $ids: [ID!]!, $skip: Boolean!) {
      nodes(ids: $ids) { ... on PullRequest { ...Lists } } }
    fragment Lists on PullRequest { commits(first: $n) { nodes { id } } reviews(last: 5) @skip(if: $skip) { nodes { id } } }`;
  const ids = ['a', 'b', 'c'];
  assert.deepEqual([measure(text, { n: 7, ids, skip: false }).requests, measure(text, { n: 7, ids, skip: false }).nodes],
    [6, 3 + 3 * 7 + 3 * 5]);
  assert.equal(measure(text, { n: 7, ids, skip: true }).requests, 3);
});

test('a connection without first or last is refused, unless only its count is asked for', () => {
  const connection = (fields, args = '') => `{ repository(owner: "a", name: "b") { issues${args} { ${fields} } } }`;
  assert.deepEqual(typesOf(connection('nodes { id }')), ['MISSING_PAGINATION_BOUNDARIES']);
  assert.deepEqual(typesOf(connection('pageInfo { hasNextPage }')), ['MISSING_PAGINATION_BOUNDARIES']);
  assert.deepEqual(typesOf(connection('totalCount')), []);
  assert.deepEqual(typesOf('query ($n: Int) { repository(owner: "a", name: "b") { issues(first: $n) { nodes { id } } } }', { n: null }),
    ['MISSING_PAGINATION_BOUNDARIES']);
});

test('page sizes outside 1 to 100 are refused', () => {
  const page = (args) => `{ repository(owner: "a", name: "b") { issues(${args}) { nodes { id } } } }`;
  assert.deepEqual(typesOf(page('first: 101')), ['EXCESSIVE_PAGINATION']);
  assert.deepEqual(typesOf(page('last: 101')), ['EXCESSIVE_PAGINATION']);
  assert.deepEqual(typesOf(page('first: 0')), ['ARGUMENT_LIMIT']);
  assert.deepEqual(typesOf(page('first: 100')), []);
});

test('more than 100 ids are refused', () => {
  const ids = (count) => ({ ids: Array.from({ length: count }, (_, i) => `id${i}`) });
  const text = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
  assert.deepEqual(typesOf(text, ids(100)), []);
  assert.deepEqual(typesOf(text, ids(101)), ['ARGUMENT_LIMIT']);
});

test('more than 500,000 possible nodes are refused', () => {
  const text = (n) => `{ viewer { repositories(first: 100) { nodes { issues(first: 50) { nodes { labels(first: ${n}) { nodes { id } } } } } } } }`;
  assert.deepEqual(typesOf(text(98)), []);
  assert.deepEqual(typesOf(text(99)), ['MAX_NODE_LIMIT_EXCEEDED']);
});
