// What happens to each request, in order: who asks, what is to go wrong, the answer.

import { pipeline } from 'node:stream/promises';
import { rateLimitHeaders } from './budget.js';
import { httpDate } from './clock.js';
import { answerControl } from './control.js';
import { answerGraphql, parseGraphql } from './graphql.js';
import { encodeAnswer, readBody, requestId, sendAnswer } from './http.js';
import { answerRest } from './rest.js';
import { forbiddenUntil, UNTOLD_PAUSE_SECONDS } from './secondary.js';

const GRAPHQL_PATHS = new Set(['/graphql', '/api/graphql']);
/** Charged to no budget. */
const FREE_PATH = '/rate_limit';
const badCredentials = { status: 401, json: {
  message: 'Bad credentials', documentation_url: 'https://docs.github.com/rest', status: '401' } };

/** @returns a listener for node:http's server */
export function makeListener(simulator) {
  return (request, response) => {
    const url = parseUrl(request.url);
    const answer = url.pathname.startsWith('/_') ? serveControl : serveGitHub;
    answer(simulator, request, response, url).catch((error) => {
      // A closed connection is the client's or a fault's doing; the rest is a bug to be seen.
      if (!response.destroyed) process.stderr.write(`simulator: ${error.stack}\n`);
      response.socket?.destroy();
    });
  };
}

/** Some request targets, `//` for one, are no URLs; they name nothing here. */
function parseUrl(target) {
  try {
    return new URL(target, 'http://simulator');
  } catch {
    return new URL('http://simulator/not-a-url');
  }
}

/** The path without what Enterprise Server has before it. */
const apiPath = (url) => url.pathname.replace(/^\/api\/v3(?=\/|$)/, '');

async function serveControl(simulator, request, response, url) {
  let answer;
  try {
    answer = await answerControl(simulator, request, url);
  } catch (error) {
    answer = { status: 400, json: { message: error.message } };
  }
  if (answer?.stream) {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    await pipeline(answer.stream, response);
    return;
  }
  sendAnswer(response, await encodeAnswer(request, answer ?? { status: 404, json: { message: 'Not Found' } }));
}

async function serveGitHub(simulator, request, response, url) {
  // Kept by hand: a reset in the meantime gives the simulator new ones.
  const { stats, violations } = simulator;
  stats.begin();
  const serial = stats.requests;
  const isGraphql = GRAPHQL_PATHS.has(url.pathname);
  const path = apiPath(url);
  const account = simulator.account(request.headers.authorization, request.method, path);
  const refusal = account && arrive(simulator, account, isGraphql, path);
  try {
    const text = request.method === 'POST' ? await readBody(request) : '';
    await simulator.clock.sleep(Math.min(simulator.latencyMs, isGraphql && simulator.options.timeoutMs || Infinity));
    const { answer, fault } = account
      ? await chooseAnswer(simulator, account, { request, url, path, text, isGraphql, refusal }) : { answer: badCredentials };
    if (!answer) return void response.socket?.destroy();
    const date = httpDate(answer.describes ?? simulator.clock.now());
    const budget = budgetShown(simulator, isGraphql, account);
    const headers = { date, ...(account && simulator.tokens.headers(request.headers.authorization)), ...(budget && rateLimitHeaders(isGraphql ? 'graphql' : 'core', budget)), ...answer.headers };
    const encoded = await encodeAnswer(request, { ...answer, headers });
    encoded.headers['x-github-request-id'] = requestId(serial);
    stats.bytes += encoded.body.length;
    if (isGraphql) {
      // Before the answer is out: who has read it must find the changes made.
      if (stats === simulator.stats) graphqlAnswered(simulator);
    }
    sendAnswer(response, encoded, fault?.drop);
    if (answer.forbidsUntil) violations.tellSecondary(answer.forbidsUntil);
    if (budget?.remaining === 0) violations.tellPrimary(account[isGraphql ? 'graphql' : 'core'], budget.endsAt);
  } finally {
    stats.end();
  }
}

/** What is to be known of a request when it arrives; its answer, where a limit holds that forbids it. */
function arrive({ violations, secondary, stats }, account, isGraphql, path) {
  const budget = isGraphql ? account.graphql : path === FREE_PATH ? undefined : account.core;
  violations.arrive(budget, stats.concurrent);
  return secondary.refusal();
}

function graphqlAnswered(simulator) {
  try {
    simulator.graphqlAnswered();
  } catch (error) {
    process.stderr.write(`simulator: a mutation failed: ${error.message}\n`);
  }
}

function budgetShown({ options }, isGraphql, account) {
  if (!options.rateLimit || !account) return undefined;
  return (isGraphql ? account.graphql : account.core).state();
}

/** @returns {answer, fault}; no answer means that the connection is to be closed */
async function chooseAnswer(simulator, account, { request, url, path, text, isGraphql, refusal }) {
  const { request: query, operation, problem } = isGraphql
    ? parseGraphql(text) : { operation: `REST ${request.method} ${path}` };
  count(simulator.stats, isGraphql, operation);
  if (refusal) return { answer: refusal };
  if (problem) return { answer: problem };
  if (isTooFast(simulator, isGraphql, account)) {
    simulator.secondary.hold(UNTOLD_PAUSE_SECONDS);
    return { answer: simulator.secondary.refusal() };
  }
  const fault = simulator.faults.next(operation) ?? (isGraphql ? simulator.seededFaults.next() : undefined);
  if (fault) simulator.stats.faults += 1;
  await simulator.clock.sleep(fault?.delay_ms ?? 0);
  if (fault?.drop === 'before') return { fault };
  const answer = fault?.status ? faultAnswer(fault)
    : isGraphql ? await answerGraphql(simulator, query, account, fault, request.headers.authorization)
      : answerRest(simulator, request, path, url, account, apiUrl(request, url));
  return { answer: { ...answer, forbidsUntil: forbid(simulator, answer, fault) }, fault };
}

/** Until when an answer that went wrong forbids to ask again; where it is GitHub's own doing, it is meant. */
function forbid({ secondary, clock }, answer, fault) {
  if (fault?.pause) return secondary.hold(fault.pause.seconds, fault.pause.isTold);
  return fault?.status ? forbiddenUntil(answer, clock.now()) : undefined;
}

function isTooFast({ options, stats, violations }, isGraphql, account) {
  if (!options.rateLimit) return false;
  if (options.maxConcurrent > 0 && stats.concurrent > options.maxConcurrent) return true;
  if (!isGraphql || options.pointsPerMinute === 0 || account.minute.points() < options.pointsPerMinute) return false;
  violations.begin(account.minute.points() + 1);
  return true;
}

function count(stats, isGraphql, operation) {
  if (isGraphql) stats.graphqlRequests += 1;
  else stats.restRequests += 1;
  stats.operation(operation);
}

function faultAnswer({ status, headers = {}, body = JSON.stringify({ message: `Simulated failure ${status}` }) }) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = text.trimStart().startsWith('{') ? 'application/json; charset=utf-8' : 'text/html; charset=utf-8';
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { status, text, headers: { 'content-type': type, ...Object.fromEntries(named) } };
}

function apiUrl(request, url) {
  const prefix = url.pathname.startsWith('/api/v3') ? '/api/v3' : '';
  return `http://${request.headers.host ?? 'localhost'}${prefix}`;
}
