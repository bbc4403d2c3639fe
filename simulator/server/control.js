// The pages that tests use and GitHub does not have: `/_control`, `/_stats`, `/_mutations`, `/_truth`, `/_synthetic`.

import { Readable } from 'node:stream';
import { TABLE_NAMES, truthCounts, truthLine, truthRows } from '../model/truth.js';
import { describeSynthetic } from '../synthetic/describe.js';
import { readBody } from './http.js';

const LINES_PER_WRITE = 200;

function truthSelection(parameters) {
  const since = parameters.get('since') ?? undefined;
  if (since !== undefined && Number.isNaN(Date.parse(since))) throw new Error(`since is not a time: ${since}`);
  return {
    since,
    org: parameters.get('org') ?? undefined,
    repo: parameters.get('repo') ?? undefined,
    includeArchived: parameters.get('include_archived') === '1',
    includeForks: parameters.get('include_forks') === '1',
  };
}

function* truthText(rows) {
  let lines = [];
  for (const row of rows) {
    lines.push(truthLine(row));
    if (lines.length === LINES_PER_WRITE) {
      yield `${lines.join('\n')}\n`;
      lines = [];
    }
  }
  if (lines.length) yield `${lines.join('\n')}\n`;
}

function stats({ stats: counted, violations, seededFaults, faults, mutations }) {
  return { ...counted, violations: violations.counts(), recentViolations: violations.recent, seededFaults: seededFaults.counts,
    faultsPending: faults.pending(), mutationsPending: mutations };
}

/** Answers with a stream, or undefined for an unknown page. Throws on a request that makes no sense. */
export async function answerControl(simulator, request, url) {
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /_truth': {
      const table = url.searchParams.get('table');
      const selection = truthSelection(url.searchParams);
      if (table === null) return { json: truthCounts(simulator.world, selection) };
      if (!TABLE_NAMES.includes(table)) throw new Error(`unknown table '${table}'; known: ${TABLE_NAMES.join(', ')}`);
      return { stream: Readable.from(truthText(truthRows(simulator.world, table, selection))) };
    }
    case 'GET /_stats':
      return { json: stats(simulator) };
    case 'GET /_mutations':
      return { json: simulator.mutator.log };
    case 'GET /_synthetic':
      return { json: describeSynthetic(simulator.options) };
    case 'POST /_control':
      return { json: await simulator.control(JSON.parse(await readBody(request))) };
    default:
      return undefined;
  }
}
