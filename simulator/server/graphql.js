// POST /graphql: from a request's JSON to its answer.

import { operationName, runQuery } from '../graphql/execute.js';
import { withHalfTheNodes } from './faults.js';

/** @returns {request} or {problem: an answer} */
export function parseGraphql(text) {
  let request;
  try {
    request = JSON.parse(text);
  } catch {
    return { problem: { status: 400, json: { message: 'Problems parsing JSON', documentation_url: 'https://docs.github.com/graphql' } } };
  }
  if (typeof request?.query !== 'string') {
    return { problem: { status: 400, json: { message: 'A query attribute must be specified and must be a string.',
      documentation_url: 'https://docs.github.com/graphql' } } };
  }
  return { request, operation: operationName(request.query, request.operationName) };
}

/** @param fault the action of a fault that touches the answer's content, if any */
export function answerGraphql(simulator, request, account, fault) {
  const { world, options, stats, violations } = simulator;
  const spend = (cost) => {
    account.minute.add(cost);
    violations.begin(account.minute.points());
    if (!options.rateLimit) return null;
    return account.graphql.spend(cost) ? account.graphql.state() : undefined;
  };
  const { body, cost, nodesServed } = runQuery(world, request, spend);
  stats.points += cost;
  stats.nodes += nodesServed;
  const json = fault?.graphql_errors ? spoil(body, fault) : body;
  return fault?.truncate ? truncated(json) : { json };
}

/** The first part of an answer that says nothing of being one: the length in its headers is its own. */
function truncated(json) {
  const text = JSON.stringify(json);
  return { text: text.slice(0, Math.floor(text.length * 0.6)), headers: { 'content-type': 'application/json; charset=utf-8' } };
}

function spoil(body, { graphql_errors: errors, data }) {
  if (data === 'partial') return { data: withHalfTheNodes(body.data), errors };
  return data === undefined ? { errors } : { data, errors };
}
