// The proxy that makes fake-gcs-server as strict as Cloud Storage: Google's own client gets along with
// it, it finds what is not as documented, fills the emulator's gaps, and fails on demand.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Storage } from '@google-cloud/storage';
import { startGcs } from './lib/gcs.js';
import { spawnChild } from './lib/program.js';
import { SEED } from './lib/random.js';
import { rawClient, related } from './lib/raw_storage.js';
import { crc32c } from './lib/storage_proxy/checksum.js';

const gcs = await startGcs();
after(() => gcs.close());
beforeEach(async () => {
  await gcs.faults({});
  await gcs.forgetViolations();
});
const { newBucket, put, read, send } = rawClient(gcs.url);
const problems = async () => (await gcs.violations()).map(({ problem }) => problem);

const LARGE = 3 * 262_144 + 5;

// --- Google's own client

const client = (retryOptions = { autoRetry: false }) => new Storage({ apiEndpoint: gcs.url, projectId: 'p', retryOptions });

async function useEverything(storage, name) {
  const [bucket] = await storage.createBucket(name, { location: 'europe-west3', iamConfiguration: { uniformBucketLevelAccess: { enabled: true } } });
  const large = Buffer.alloc(LARGE, 'large');
  await bucket.file('a/large').save(large, { resumable: true, chunkSize: 262_144, preconditionOpts: { ifGenerationMatch: 0 } });
  for (const key of ['a/1', 'a/2', 'b é']) await bucket.file(key).save(key, { resumable: false, preconditionOpts: { ifGenerationMatch: 0 } });
  const files = [];
  for (let query = { maxResults: 1 }; query;) {
    const [page, next] = await bucket.getFiles({ ...query, autoPaginate: false });
    files.push(...page);
    query = next;
  }
  assert.deepEqual(files.map((file) => file.name), ['a/1', 'a/2', 'a/large', 'b é']);
  assert.deepEqual((await bucket.file('a/large').download())[0], large);
  const [{ generation }] = await bucket.file('a/1').getMetadata();
  await bucket.file('a/1', { generation: Number(generation) }).delete({ ifGenerationMatch: Number(generation), ignoreNotFound: true });
  assert.deepEqual(await bucket.file('a/1').exists(), [false]);
  const [, , { prefixes }] = await bucket.getFiles({ delimiter: '/', autoPaginate: false });
  assert.deepEqual(prefixes, ['a/']);
}

test('Google\'s own client gets along', async () => {
  await useEverything(client(), 'with-client');
  const [{ location, iamConfiguration }] = await client().bucket('with-client').getMetadata();
  assert.deepEqual([location, iamConfiguration.uniformBucketLevelAccess.enabled], ['EUROPE-WEST3', true]);
  assert.deepEqual(await gcs.violations(), []);
});

test('Google\'s own client takes a fault for one of Google\'s', async () => {
  const bucket = client().bucket(await newBucket());
  await gcs.faults({ seed: SEED, rates: { status_before: 1 } });
  await assert.rejects(bucket.getMetadata(), (error) => [408, 429, 500, 502, 503, 504].includes(error.code));
});

test('an emulator ends with the process that started it, however that ends', async () => {
  const code = 'const { startEmulator } = await import(process.argv[1]); console.log((await startEmulator()).url); setInterval(() => {}, 1000);';
  const child = spawnChild(process.execPath, ['--input-type=module', '-e', code, new URL('./lib/gcs.js', import.meta.url).href]);
  const [line] = await once(child.stdout, 'data');
  const url = String(line).trim();
  assert.ok((await fetch(`${url}/_internal/healthcheck`)).ok);
  child.kill('SIGKILL');
  const answers = () => fetch(`${url}/_internal/healthcheck`).then(() => true, () => false);
  const deadline = Date.now() + 20_000;
  while (await answers()) assert.ok(Date.now() < deadline, 'it still answers');
});

/** Runs a line of a shell with a Cloud Storage of its own: {code, text}. */
async function withGcs(line, options = []) {
  const tool = fileURLToPath(new URL('./tools/with-gcs', import.meta.url));
  const child = spawnChild(tool, [...options, '--', 'sh', '-c', line]);
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
  const [code] = await once(child, 'close');
  return { code, text: Buffer.concat(output).toString() };
}

/** A request as a line of a shell. */
const ask = (path) => `"${process.execPath}" -e 'fetch(process.env.STORAGE_EMULATOR_HOST + "${path}").then((a) => console.log("status", a.status))'`;

test('with-gcs gives a command a Cloud Storage and ends as it does', async () => {
  const { code, text } = await withGcs(`${ask('/storage/v1/b/none')}; [ "$STORAGE_EMULATOR_HOST" = "$GITHUB_STATS_STORAGE_PROXY" ] || exit 9; exit 3`);
  assert.equal(code, 3, text);
  assert.match(text, /status 404/);
  assert.equal((await withGcs(ask('/storage/v1/b/none'))).code, 0);
});

test('with-gcs fails when a request is a violation, and names it', async () => {
  const { code, text } = await withGcs(ask('/storage/v1/b/none/objects'));
  assert.equal(code, 1, text);
  assert.match(text, /violation: no method has the path GET \/storage\/v1\/b\/none\/objects/);
});

test('with-gcs injects faults when told so', async () => {
  const { code, text } = await withGcs(ask('/storage/v1/b/none'), ['--faults', '1', '--rate', '1']);
  assert.notEqual(code, 0);
  assert.match(text, /faults of seed 1: \{"reset_before":1\}/);
});

// --- Faults

const FAULTS_ON_A_PUT = {
  reset_before: { done: false, answer: 'none' },
  reset_after: { done: true, answer: 'none' },
  status_before: { done: false, answer: /^(408|429|50[0234])$/ },
  status_after: { done: true, answer: /^(408|429|50[0234])$/ },
  truncated: { done: true, answer: 'none' },
  short_page: { done: true, answer: /^200$/ },
  corrupted: { done: true, answer: /^200$/ },
};

for (const [kind, { done, answer }] of Object.entries(FAULTS_ON_A_PUT)) {
  test(`the fault ${kind}, at a put`, async () => {
    const bucket = await newBucket();
    await gcs.faults({ seed: SEED, rates: { [kind]: 1 } });
    const outcome = await put(bucket, 'a', 'bytes').then(({ status }) => String(status), () => 'none');
    assert.match(outcome, new RegExp(answer));
    await gcs.faults({});
    assert.equal((await read(bucket, 'a')).status, done ? 200 : 404);
  });
}

test('the fault slow holds the answer until the client hangs up', async () => {
  const bucket = await newBucket();
  await gcs.faults({ rates: { slow: 1 }, most_slow: 1 });
  const hangUp = new AbortController();
  const answer = send('POST', `/upload/storage/v1/b/${bucket}/o?uploadType=multipart`, { ...related({ name: 'a' }, 'x'), signal: hangUp.signal });
  let ended = false;
  answer.catch(() => {}).then(() => { ended = true; });
  while ((await read(bucket, 'a')).status !== 200) assert.ok(!ended, 'it was answered');
  assert.ok(!ended, 'it was answered');
  hangUp.abort();
  await assert.rejects(answer);
  assert.equal((await gcs.stats()).faults.slow, 1);
});

test('the fault corrupted changes one bit of a download, and its checksum tells', async () => {
  const bucket = await newBucket();
  await put(bucket, 'a', 'some bytes');
  await gcs.faults({ seed: SEED, rates: { corrupted: 1 } });
  const { bytes, headers, status } = await read(bucket, 'a');
  const flipped = [...bytes].map((byte, i) => byte ^ Buffer.from('some bytes')[i]).filter(Boolean);
  assert.deepEqual([status, bytes.length, flipped.length], [200, 10, 1]);
  assert.ok(headers.get('x-goog-hash').includes(`crc32c=${crc32c(Buffer.from('some bytes'))}`));
  assert.ok(!headers.get('x-goog-hash').includes(crc32c(bytes)));
});

test('the fault short_page leaves results for the next page', async () => {
  const bucket = await newBucket();
  for (const name of ['a', 'b', 'c']) await put(bucket, name, 'x');
  await gcs.faults({ seed: SEED, rates: { short_page: 1 }, most_in_a_row: 1000 });
  const names = [];
  let token;
  let pages = 0;
  do {
    const { json } = await send('GET', `/storage/v1/b/${bucket}/o${token ? `?pageToken=${encodeURIComponent(token)}` : ''}`);
    names.push(...(json.items ?? []).map(({ name }) => name));
    token = json.nextPageToken;
    pages += 1;
  } while (token && pages < 1000);
  assert.deepEqual(names, ['a', 'b', 'c']);
  assert.ok(pages >= 3);
});

test('no more faults in a row than told', async () => {
  const bucket = await newBucket();
  await gcs.faults({ seed: SEED, rates: { status_before: 1 }, most_in_a_row: 3 });
  const statuses = [];
  for (let i = 0; i < 8; i += 1) statuses.push((await put(bucket, 'a', 'x')).status === 200);
  assert.deepEqual(statuses, [false, false, false, true, false, false, false, true]);
});

test('the same seed does the same, whatever else is asked', async () => {
  const outcomesOf = async (seed, others) => {
    await gcs.faults({});
    const bucket = await newBucket();
    await gcs.faults({ seed, rate: 0.2 });
    const outcomes = [];
    for (let i = 0; i < 30; i += 1) {
      if (others) await put(bucket, `other-${i}`, 'x').catch(() => {});
      outcomes.push(await send('GET', `/storage/v1/b?project=p&prefix=${i}`).then(({ status }) => status, () => 'none'));
    }
    return outcomes;
  };
  assert.deepEqual(await outcomesOf(SEED, false), await outcomesOf(SEED, true));
  assert.notDeepEqual(await outcomesOf(SEED, false), await outcomesOf(SEED + 1, false));
});

test('a fault that there is none of is refused', async () => {
  await assert.rejects(gcs.faults({ rates: { earthquake: 1 } }), /earthquake/);
  await assert.rejects(gcs.faults({ most: 1 }), /most/);
});

// --- Violations

const J = 'application/json';
const VIOLATIONS = {
  'a path that is none': ['GET', '/storage/v1/b/bkt/objects', {}, /no method has the path/],
  'a method that is none': ['PUT', '/storage/v1/b', { body: {} }, /no method has the path/],
  'a name with its "/" unencoded': ['GET', '/storage/v1/b/bkt/o/a/b', {}, /no method has the path/],
  'an unknown parameter': ['GET', '/storage/v1/b/bkt/o?perPage=3', {}, /no parameter perPage/],
  'a parameter of another method': ['GET', '/storage/v1/b/bkt?maxResults=3', {}, /no parameter maxResults/],
  'a parameter of the path in the query': ['GET', '/storage/v1/b/bkt?bucket=bkt', {}, /no parameter bucket/],
  'a parameter that is no number': ['GET', '/storage/v1/b/bkt/o?maxResults=many', {}, /maxResults=many is no integer/],
  'a parameter that is no uint32': ['GET', '/storage/v1/b/bkt/o?maxResults=-1', {}, /uint32/],
  'a generation that is none': ['GET', '/storage/v1/b/bkt/o/a?ifGenerationMatch=x', {}, /ifGenerationMatch=x is no int64/],
  'a parameter that is no boolean': ['GET', '/storage/v1/b/bkt/o?versions=yes', {}, /versions=yes is no boolean/],
  'a value that is not listed': ['GET', '/storage/v1/b/bkt/o?projection=some', {}, /is none of full, noAcl/],
  'a parameter given twice': ['GET', '/storage/v1/b/bkt/o?prefix=a&prefix=b', {}, /prefix is given 2 times/],
  'a parameter that is missing': ['POST', '/storage/v1/b', { body: { name: 'bkt-x' } }, /needs the parameter project/],
  'a body that is missing': ['POST', '/storage/v1/b?project=p', {}, /needs a body/],
  'a body too many': ['DELETE', '/storage/v1/b/bkt', { body: {} }, /takes no body/],
  'a body that is no JSON': ['POST', '/storage/v1/b?project=p', { body: '{' }, /JSON/],
  'a body of another type': ['POST', '/storage/v1/b?project=p', { body: '{}', type: 'text/plain' }, /sent as text\/plain/],
  'a field that is missing': ['POST', '/storage/v1/b?project=p', { body: { location: 'EU' } }, /needs Bucket.name/],
  'an unknown field': ['POST', '/storage/v1/b?project=p', { body: { name: 'bkt-x', region: 'EU' } }, /no field Bucket.region/],
  'an unknown field far inside': ['POST', '/storage/v1/b?project=p',
    { body: { name: 'bkt-x', lifecycle: { rule: [{ action: { type: 'Delete' }, condition: { days: 3 } }] } } }, /no field Bucket.lifecycle.rule\[0\].condition.days/],
  'a field of another type': ['POST', '/storage/v1/b?project=p', { body: { name: 'bkt-x', lifecycle: { rule: [{ condition: { age: '3' } }] } } }, /age is no integer/],
  'a list that is none': ['POST', '/storage/v1/b?project=p', { body: { name: 'bkt-x', lifecycle: { rule: {} } } }, /rule is no array/],
  'an unknown field of an upload': ['POST', '/upload/storage/v1/b/bkt/o?uploadType=multipart', related({ name: 'a', checksum: 'x' }, 'x'), /no field Object.checksum/],
  'metadata that is no text': ['POST', '/upload/storage/v1/b/bkt/o?uploadType=multipart', related({ name: 'a', metadata: { a: 1 } }, 'x'), /metadata.a is no string/],
  'an upload that does not say how': ['POST', '/upload/storage/v1/b/bkt/o?name=a', { body: 'x' }, /uploadType=null is none of/],
  'an upload of a form': ['POST', '/upload/storage/v1/b/bkt/o?uploadType=multipart', { body: 'x' }, /not multipart\/related/],
  'an upload with one part': ['POST', '/upload/storage/v1/b/bkt/o?uploadType=multipart',
    { type: 'multipart/related; boundary=e', body: `--e\r\ncontent-type: ${J}\r\n\r\n{}\r\n--e--\r\n` }, /two parts/],
  'an upload without an end': ['POST', '/upload/storage/v1/b/bkt/o?uploadType=multipart',
    { type: 'multipart/related; boundary=e', body: `--e\r\ncontent-type: ${J}\r\n\r\n{}\r\n--e\r\n\r\nx` }, /an end/],
  credentials: ['GET', '/storage/v1/b/bkt', { headers: { authorization: 'Bearer x' } }, /credentials are sent/],
  'what nobody covers': ['POST', '/storage/v1/b/bkt/o/a/rewriteTo/b/bkt/o/b', { body: {} }, /objects.rewrite is covered neither/],
};

for (const [what, [method, path, request, expected]] of Object.entries(VIOLATIONS)) {
  test(`a violation: ${what}`, async () => {
    const { status } = await send(method, path, request);
    assert.match((await problems()).join('\n'), expected);
    assert.equal(status, what.startsWith('what nobody') ? 501 : 400);
  });
}

test('violations are kept until they are forgotten', async () => {
  await send('GET', '/storage/v1/x');
  assert.deepEqual(await gcs.violations(), [{ request: 'GET /storage/v1/x', problem: 'no method has the path GET /storage/v1/x' }]);
  assert.equal((await gcs.stats()).violations, 1);
  await gcs.forgetViolations();
  assert.deepEqual(await gcs.violations(), []);
});

test('a bucket that one may not use answers 403', async () => {
  const bucket = await newBucket();
  await gcs.deny([bucket]);
  const { status, json } = await send('GET', `/storage/v1/b/${bucket}`);
  assert.deepEqual([status, json.error.errors[0].reason], [403, 'forbidden']);
  await gcs.deny([]);
  assert.equal((await send('GET', `/storage/v1/b/${bucket}`)).status, 200);
});

test('a permission that is withheld is refused, and is not among those that are granted', async () => {
  const bucket = await newBucket();
  const tested = async () => (await send('GET',
    `/storage/v1/b/${bucket}/iam/testPermissions?permissions=storage.objects.get&permissions=storage.objects.list`)).json.permissions;
  assert.deepEqual(await tested(), ['storage.objects.get', 'storage.objects.list']);
  await put(bucket, 'a', 'x');
  await gcs.withhold(['storage.objects.get']);
  assert.deepEqual(await tested(), ['storage.objects.list']);
  const refused = await read(bucket, 'a');
  assert.deepEqual([refused.status, /storage\.objects\.get/.test(refused.text)], [403, true]);
  await gcs.withhold(['storage.objects.get', 'storage.objects.list']);
  assert.equal(await tested(), undefined);
  await gcs.withhold([]);
  assert.equal((await read(bucket, 'a')).text, 'x');
  await assert.rejects(gcs.withhold(['storage.everything']), /there is no permission/);
  assert.equal((await send('GET', '/storage/v1/b/no-such-bucket/iam/testPermissions?permissions=storage.objects.get')).status, 404);
  assert.deepEqual(await problems(), []);
});
