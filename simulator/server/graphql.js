// POST /graphql: from a request's JSON to its answer.

import { operationName, runQuery } from '../graphql/execute.js';
import { withHalfTheNodes } from './faults.js';
import { resourceLimitsExceeded, timedOut } from './seeded_faults.js';

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

/**
 * Takes as long as GitHub would, and gives up as GitHub does: --timeout-ms, --node-budget, --latency-per-node-us.
 *
 * @param fault the action of a fault that touches the answer's content, if any
 * @param authorization the request's header: what the token may ask for
 */
export async function answerGraphql(simulator, request, account, fault, authorization) {
  const { world, options, stats, violations } = simulator;
  const spend = (cost) => {
    account.minute.add(cost);
    violations.begin(account.minute.points());
    if (!options.rateLimit) return null;
    return account.graphql.spend(cost) ? account.graphql.state() : undefined;
  };
  const { body, cost, nodesServed, hasChoked } = runQuery(world, request, spend, simulator.trouble,
    (field) => simulator.tokens.refusalOfTeams(authorization, field));
  // The moment that the answer describes: what changes from now on is not older than its `Date`.
  const describes = simulator.clock.now();
  stats.points += cost;
  stats.nodes += nodesServed;
  if (hasChoked || !await isInTime(simulator, nodesServed)) return timedOut;
  if (options.nodeBudget > 0 && nodesServed > options.nodeBudget) {
    return { describes, json: spoil(body, { graphql_errors: resourceLimitsExceeded, data: 'partial' }) };
  }
  const json = fault?.graphql_errors ? spoil(body, fault) : body;
  return { describes, ...(fault?.truncate ? truncated(json) : { json }) };
}

/** Waits for what the nodes take, --latency-ms has been waited for; at most until the timeout, then false. */
async function isInTime({ options, clock, latencyMs }, nodesServed) {
  const milliseconds = options.latencyPerNodeUs * nodesServed / 1000;
  const left = (options.timeoutMs || Infinity) - latencyMs;
  await clock.sleep(Math.min(milliseconds, left));
  return milliseconds <= left;
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
