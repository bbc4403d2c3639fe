// Runs `doctor` and reads what it found.

import assert from 'node:assert/strict';
import { describeRun } from './program.js';

/**
 * @param workspace where
 * @param code the exit code that it must have
 * @param options of the run: {env}
 * @returns findings by id: {status, title, detail, remedy}
 */
export async function examine(workspace, code, args = [], options = {}) {
  const command = ['doctor', '--json', ...args];
  const result = await workspace.expect(code, command, options);
  const { ok, checks, version, checked_at: checkedAt } = JSON.parse(result.stdout);
  assert.equal(ok, code === 0, describeRun(command, result));
  assert.match(version, /^\d+\.\d+\.\d+/);
  assert.ok(!Number.isNaN(Date.parse(checkedAt)));
  const byId = Object.fromEntries(checks.map(({ id, ...finding }) => [id, finding]));
  assert.equal(Object.keys(byId).length, checks.length, 'no id comes twice');
  for (const [id, { status, remedy }] of Object.entries(byId)) {
    assert.ok(['ok', 'warn', 'fail', 'skipped'].includes(status), id);
    assert.equal(remedy !== '', ['warn', 'fail'].includes(status), `${id} is ${status}; remedy: '${remedy}'`);
  }
  return byId;
}

/** The ids of the findings that have one of these statuses. */
export const idsOf = (findings, ...statuses) =>
  Object.keys(findings).filter((id) => statuses.includes(findings[id].status));

/** Insists that nothing but `expected`, {id: status}, is other than ok; how much is left on this machine's disks is no matter. */
export function assertOnly(findings, expected) {
  const others = Object.entries(findings).filter(([id, { status }]) => status !== 'ok' && !id.endsWith('.space'));
  const found = Object.fromEntries(others.map(([id, { status }]) => [id, status]));
  assert.deepEqual(found, expected, JSON.stringify(findings, null, 1));
}
