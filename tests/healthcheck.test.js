// `healthcheck`: what a container asks of the service in it.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, test } from 'node:test';
import { withWorkspace } from './lib/workspace.js';

let answer = { status: 200, body: 'ok\n' };
const asked = [];
const server = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  response.writeHead(answer.status).end(answer.body);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address();
after(() => server.close());

// Without credentials, as whoever asks does not collect; a proxy is not for the loopback.
const NOTHING = { GITHUB_TOKEN: undefined, http_proxy: 'http://127.0.0.1:1' };
const asks = (use) => withWorkspace({ url: 'http://127.0.0.1:1' }, NOTHING, use);

test('a service that is well is asked once, and is well', () => asks(async (workspace) => {
  asked.length = 0;
  for (const address of [`127.0.0.1:${port}`, `:${port}`, `0.0.0.0:${port}`]) {
    const { stdout, stderr } = await workspace.expect(0, ['healthcheck', address]);
    assert.equal(stdout, 'ok\n');
    assert.equal(stderr, '');
  }
  assert.deepEqual(asked, Array(3).fill('GET /healthz'));
  assert.equal((await workspace.expect(0, ['healthcheck', `:${port}`, '--quiet'])).stdout, '');
}));

test('one that is stuck says what is, without what a terminal would obey', () => asks(async (workspace) => {
  answer = { status: 503, body: 'stuck: no page for \x1b[31m30 minutes\n' };
  const { stderr } = await workspace.expect(1, ['healthcheck', `:${port}`]);
  assert.match(stderr, /not well \(503\): stuck: no page/);
  assert.ok(!stderr.includes('\x1b'), stderr);
}));

test('one that is not there is not well, and METRICS_ADDRESS is named', () => asks(async (workspace) => {
  const { stderr } = await workspace.expect(1, ['healthcheck', '127.0.0.1:1']);
  assert.match(stderr, /no answer from http:\/\/127\.0\.0\.1:1/);
  assert.match(stderr, /METRICS_ADDRESS/);
}));

test('what is no address is wrong usage', () => asks(async (workspace) => {
  assert.match((await workspace.expect(2, ['healthcheck', 'http://localhost:9464'])).stderr, /'http:\/\/localhost:9464' is no address/);
}));
