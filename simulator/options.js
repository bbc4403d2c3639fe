// The command line.

import { parseArgs } from 'node:util';
import { parseApp } from './server/apps.js';

export const HELP = `usage: node main.js [options]

A GitHub to try things on. Prints one line when it is ready: listening on http://HOST:PORT

  --port N               port, 0 for any free one (0)
  --host ADDRESS         address to listen on (127.0.0.1)
  --mode MODE            synthetic or recorded (synthetic)
  --recorded FILE        recorded pull requests, .ndjson or .ndjson.xz (means --mode recorded)
  --org LOGIN            the made-up organisation (acme)
  --seed N               same seed, same data (1)
  --repositories N       ordinary repositories, besides the fixed ones (40)
  --pull-requests N      pull requests in them together (5000)
  --plain                none of the fixed repositories
  --now TIME             the simulated present, ISO 8601 (the real time)
  --token TOKEN          accepted token with a budget of its own; may be repeated (sim-token)
  --time-scale K         GitHub's clock runs K times as fast as real time (1)
  --clock-skew-seconds N GitHub's clock is N seconds ahead of this machine's, or behind (0)
  --app ID:PUBLIC_KEY_FILE  a GitHub App that may sign in; may be repeated
  --app-token-seconds N  how long the tokens of Apps live (3600)
  --latency-ms N         wait before each answer (0)
  --latency-per-node-us N  and besides for each node returned (0)
  --timeout-ms N         a query that takes longer answers 502, 0 for no limit (0)
  --node-budget N        a query that returns more nodes exceeds resource limits, 0 for no limit (0)
  --fault-rate P         part of the GraphQL answers that go wrong, 0 to 1 (0)
  --fault-seed N         same seed, same faults (1)
  --points-per-hour N    GraphQL points in a window (5000)
  --rest-per-hour N      REST requests in a window (5000)
  --points-per-minute N  GraphQL points in a minute, GitHub's secondary limit, 0 for none (0)
  --max-concurrent N     requests under way at once, likewise, 0 for no limit (0)
  --rate-window-seconds N  length of the window, on that clock (3600)
  --no-rate-limit        no limits and no headers about them, as GitHub Enterprise Server
  --help                 this text
`;

const FLAGS = {
  port: { type: 'string', default: '0' },
  host: { type: 'string', default: '127.0.0.1' },
  mode: { type: 'string' },
  recorded: { type: 'string' },
  org: { type: 'string', default: 'acme' },
  seed: { type: 'string', default: '1' },
  repositories: { type: 'string', default: '40' },
  'pull-requests': { type: 'string', default: '5000' },
  plain: { type: 'boolean', default: false },
  now: { type: 'string' },
  token: { type: 'string', multiple: true, default: ['sim-token'] },
  'time-scale': { type: 'string', default: '1' },
  'clock-skew-seconds': { type: 'string', default: '0' },
  app: { type: 'string', multiple: true, default: [] },
  'app-token-seconds': { type: 'string', default: '3600' },
  'latency-ms': { type: 'string', default: '0' },
  'latency-per-node-us': { type: 'string', default: '0' },
  'timeout-ms': { type: 'string', default: '0' },
  'node-budget': { type: 'string', default: '0' },
  'fault-rate': { type: 'string', default: '0' },
  'fault-seed': { type: 'string', default: '1' },
  'points-per-hour': { type: 'string', default: '5000' },
  'rest-per-hour': { type: 'string', default: '5000' },
  'rate-window-seconds': { type: 'string', default: '3600' },
  'points-per-minute': { type: 'string', default: '0' },
  'max-concurrent': { type: 'string', default: '0' },
  'no-rate-limit': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};

function wholeNumber(values, flag, least = 0) {
  const number = Number(values[flag]);
  if (!Number.isSafeInteger(number) || number < least) {
    throw new Error(`--${flag} must be a whole number from ${least}; it is '${values[flag]}'`);
  }
  return number;
}

function number(values, flag, isAllowed, allowed) {
  const value = Number(values[flag]);
  if (values[flag].trim() === '' || !isAllowed(value)) throw new Error(`--${flag} must be ${allowed}; it is '${values[flag]}'`);
  return value;
}

/** `--flag -5` as `--flag=-5`, which parseArgs insists on. */
function joinNegative(args) {
  const joined = [];
  for (const arg of args) {
    if (/^-\d/.test(arg) && /^--[a-z-]+$/.test(joined.at(-1) ?? '')) joined.push(`${joined.pop()}=${arg}`);
    else joined.push(arg);
  }
  return joined;
}

/** GitHub's present: the given or the real time, on a clock that may be wrong. */
function present(values) {
  const now = values.now === undefined ? Date.now() : Date.parse(values.now);
  if (Number.isNaN(now)) throw new Error(`--now must be a time such as 2026-01-31T23:59:59Z; it is '${values.now}'`);
  return now + 1000 * number(values, 'clock-skew-seconds', Number.isSafeInteger, 'a whole number');
}

/** @throws Error that names the option, the value and what is allowed */
export function parseOptions(args) {
  const startedAt = performance.now();
  const { values } = parseArgs({ args: joinNegative(args), options: FLAGS, allowPositionals: false });
  if (values.help) return { help: true };
  const mode = values.mode ?? (values.recorded ? 'recorded' : 'synthetic');
  if (!['synthetic', 'recorded'].includes(mode)) throw new Error(`--mode must be synthetic or recorded; it is '${mode}'`);
  if (mode === 'recorded' && !values.recorded) throw new Error('--mode recorded needs --recorded FILE');
  return {
    mode, startedAt,
    now: present(values),
    timeScale: number(values, 'time-scale', (scale) => scale > 0 && scale < Infinity, 'a number above 0'),
    port: wholeNumber(values, 'port'),
    host: values.host,
    recorded: values.recorded,
    org: values.org,
    seed: values.seed,
    repositories: wholeNumber(values, 'repositories', 1),
    pullRequests: wholeNumber(values, 'pull-requests'),
    plain: values.plain,
    tokens: values.token,
    apps: values.app.map(parseApp),
    appTokenSeconds: wholeNumber(values, 'app-token-seconds', 1),
    latencyMs: wholeNumber(values, 'latency-ms'),
    latencyPerNodeUs: wholeNumber(values, 'latency-per-node-us'),
    timeoutMs: wholeNumber(values, 'timeout-ms'),
    nodeBudget: wholeNumber(values, 'node-budget'),
    faultRate: number(values, 'fault-rate', (rate) => rate >= 0 && rate <= 1, 'a number from 0 to 1'),
    faultSeed: values['fault-seed'],
    pointsPerHour: wholeNumber(values, 'points-per-hour', 1),
    restPerHour: wholeNumber(values, 'rest-per-hour', 1),
    rateWindowSeconds: wholeNumber(values, 'rate-window-seconds', 1),
    pointsPerMinute: wholeNumber(values, 'points-per-minute'),
    maxConcurrent: wholeNumber(values, 'max-concurrent'),
    rateLimit: !values['no-rate-limit'],
  };
}
