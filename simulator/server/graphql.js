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
  const { world, options, stats } = simulator;
  const spend = (cost) => {
    if (!options.rateLimit) return null;
    account.minute.add(cost);
    return account.graphql.spend(cost) ? account.graphql.state() : undefined;
  };
  const { body, cost, nodesServed } = runQuery(world, request, spend);
  stats.points += cost;
  stats.nodes += nodesServed;
  return { json: fault?.graphql_errors ? spoil(body, fault) : body };
}

function spoil(body, { graphql_errors: errors, data }) {
  if (data === 'partial') return { data: withHalfTheNodes(body.data), errors };
  return data === undefined ? { errors } : { data, errors };
}
