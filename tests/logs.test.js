// Logs: one event a line, and each line of a collection says which one it is of.

import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openGate } from './lib/gate.js';
import { until } from './lib/observe.js';
import { startSimulator } from './lib/simulator.js';
import { withWorkspace } from './lib/workspace.js';

const simulator = await startSimulator(['--repositories', '2', '--pull-requests', '20', '--points-per-hour', '1000000']);
const gate = await openGate(simulator.url);
after(async () => {
  await gate.close();
  await simulator.close();
});

// What reads a line: {event and fields as text, id: of the collection, if it names one}.
const FORMATS = {
  json: (line) => {
    const { event, collection_id: id, ...fields } = JSON.parse(line);
    assert.equal(line.split('"collection_id"').length, id === undefined ? 1 : 2, line);
    return { text: event, id, fields };
  },
  text: (line) => {
    assert.match(line, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (debug|info|warning|error) /);
    const ids = [...line.matchAll(/ collection_id=(\S*)/g)].map(([, id]) => id);
    assert.ok(ids.length <= 1, line);
    return { text: line, id: ids[0], fields: {} };
  },
};

for (const [format, read] of Object.entries(FORMATS)) {
  const flags = ['--log-format', format, '--log-level', 'debug', '--quiet'];
  const linesOf = (stderr) => stderr.split('\n').filter(Boolean).map(read);

  const story = (tell) => withWorkspace(gate, { DEFAULT_LOOKBACK_DAYS: '36500', MAX_WORKERS: '1' }, async (workspace) => {
    await simulator.control({ reset: true });
    await workspace.expect(0, ['init']);
    await tell(workspace);
    gate.decide = () => {};
  });

  test(`${format}: a collection is named from its beginning to its end, and when it is resumed`, () => story(async (workspace) => {
    // Trouble brings lines from deep below.
    await simulator.control({ faults: [{ times: 3, match: { nth: 4 }, action: { status: 502 } }] });
    const [args, from] = [['backfill', '--days', '36500', ...flags], gate.serial + 12];
    const first = workspace.start(args);
    await new Promise((resolve) => {
      gate.decide = ({ serial }) => {
        if (serial >= from) resolve();
        return serial >= from ? 'hold' : undefined;
      };
    });
    first.kill('SIGINT');
    const { code, stderr } = await first.result;
    gate.decide = () => {};
    assert.equal(code, 130, stderr);
    const lines = linesOf(stderr.replace(/^interrupted; .*\n/m, ''));
    const [{ collection_id: id }] = (await workspace.store()).checkpoints;
    const begun = lines.findIndex(({ text }) => text.includes('collection started'));
    assert.ok(begun >= 0 && lines.length > begun + 1, stderr);
    assert.ok(lines.slice(0, begun).every((line) => line.id === undefined), stderr);
    assert.ok(lines.slice(begun).every((line) => line.id === id), stderr);

    await simulator.control({ faults: [{ times: 2, action: { status: 502 } }] });
    const resumed = await workspace.expect(0, ['resume', '--collection-id', id, ...flags]);
    assert.ok(linesOf(resumed.stderr).length > 0);
    assert.ok(linesOf(resumed.stderr).every((line) => line.id === id), resumed.stderr);
  }));

  test(`${format}: it is named while it is loaded by a service, and not after`, () => story(async (workspace) => {
    const args = ['scheduled', ...flags];
    let held;
    const from = gate.serial + 6;
    const isHeld = new Promise((resolve) => {
      gate.decide = ({ serial }) => (serial >= from ? new Promise((release) => { held = release; resolve(); }) : undefined);
    });
    const service = workspace.start(args);
    await isHeld;
    // The warehouse was in order when the run began, and is not when rows are to be loaded.
    await rm(workspace.warehouseFile);
    await mkdir(workspace.warehouseFile);
    gate.decide = () => {};
    held();
    await until(() => /next run.*retry/.test(service.stderrSoFar()), () => service.stderrSoFar());
    service.kill('SIGTERM');
    const { stderr } = await service.result;
    const lines = linesOf(stderr);
    const [{ collection_id: id }] = (await workspace.store()).checkpoints;
    const at = (pattern) => lines.findIndex(({ text }) => pattern.test(text));
    const [begun, failed, ended] = [at(/collection started/), at(/\bfailed\b/), at(/run ended/)];
    assert.ok(begun > 0 && begun < failed && failed < ended, stderr);
    assert.ok(lines.slice(begun, ended + 1).every((line) => line.id === id), stderr);
    assert.ok(lines.length > ended + 1);
    assert.ok([...lines.slice(0, begun), ...lines.slice(ended + 1)].every((line) => line.id === undefined), stderr);
  }));
}

test('with JSON there is nothing else on standard error, whatever a run could not bring', () =>
  withWorkspace(gate, { MAX_WORKERS: '2' }, async (workspace) => {
    await simulator.control({ reset: true });
    await workspace.expect(0, ['init']);
    const flags = ['--days', '36500', '--log-format', 'json'];
    const eventsOf = ({ stderr }) => stderr.split('\n').filter(Boolean).map((line) => JSON.parse(line));
    assert.ok(eventsOf(await workspace.expect(0, ['backfill', ...flags])).some(({ event }) => event === 'collection ended'));

    // A chunk that is spoilt keeps its repository from being loaded.
    const { chunks } = await workspace.store();
    const { key } = chunks.find(({ stream }) => stream === 'commits');
    await writeFile(join(workspace.storeDirectory, key), 'no JSON\n');
    await rm(workspace.warehouseFile);
    await workspace.expect(0, ['init']);
    const spoilt = eventsOf(await workspace.run(['load-gcs', '--log-format', 'json'])).find(({ event }) => event === 'chunks are not loaded');
    assert.equal(`acme/${spoilt.repo}`, key.split('/commits/')[0]);

    gate.decide = () => ({ status: 401, json: { message: 'Bad credentials' } });
    const refused = eventsOf(await workspace.expect(1, ['backfill', ...flags])).at(-1);
    assert.deepEqual([refused.level, refused.event, refused.code], ['error', 'failed', 'unauthenticated']);
    gate.decide = () => {};
  }));
