// What fake-gcs-server does not do as Google documents it, and the proxy in front of it does.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startGcs } from './lib/gcs.js';
import { SEED } from './lib/random.js';
import { objectPath, rawClient, related } from './lib/raw_storage.js';
import { crc32c } from './lib/storage_proxy/checksum.js';

const gcs = await startGcs();
after(async () => {
  const violations = await gcs.violations();
  await gcs.close();
  assert.deepEqual(violations, []);
});
const { newBucket, put, read, send } = rawClient(gcs.url);

const GRAIN = 262_144;
const statusOf = async (answer) => (await answer).status;

// --- Uploads

const UPLOADS = {
  media: (bucket, name, query) => send('POST', `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${name}${query}`, { body: 'x', type: 'text/plain' }),
  multipart: (bucket, name, query) => put(bucket, name, 'x', query),
  resumable: async (bucket, name, query) => {
    const { headers } = await send('POST', `/upload/storage/v1/b/${bucket}/o?uploadType=resumable&name=${name}${query}`, { body: {} });
    return send('PUT', headers.get('location'), { body: 'x' });
  },
};

for (const [kind, upload] of Object.entries(UPLOADS)) {
  test(`an upload of the kind ${kind} minds its preconditions`, async () => {
    const bucket = await newBucket();
    const first = await upload(bucket, 'a', '&ifGenerationMatch=0');
    assert.equal(first.status, 200);
    const refused = await upload(bucket, 'a', '&ifGenerationMatch=0');
    assert.deepEqual([refused.status, refused.json.error.errors[0].reason], [412, 'conditionNotMet']);
    assert.equal(await statusOf(upload(bucket, 'b', `&ifGenerationMatch=${first.json.generation}`)), 412);
    assert.equal(await statusOf(upload(bucket, 'a', `&ifGenerationNotMatch=${first.json.generation}`)), 412);
    assert.equal(await statusOf(upload(bucket, 'a', `&ifGenerationMatch=${first.json.generation}`)), 200);
    assert.equal(await statusOf(upload(bucket, 'a', `&ifGenerationMatch=${first.json.generation}`)), 412);
  });

  test(`of many uploads of the kind ${kind} with one precondition, one wins`, async () => {
    const bucket = await newBucket();
    const statuses = await Promise.all(Array.from({ length: 20 }, () => statusOf(upload(bucket, 'a', '&ifGenerationMatch=0'))));
    assert.deepEqual(statuses.sort(), [200, ...Array(19).fill(412)]);
  });
}

test('bytes that do not fit their checksum are refused', async () => {
  const bucket = await newBucket();
  for (const metadata of [{ crc32c: 'AAAAAA==' }, { md5Hash: '1B2M2Y8AsgTpgAmY7PhCfg==' }]) {
    assert.equal(await statusOf(put(bucket, 'a', 'hello', '', metadata)), 400);
  }
  assert.equal(await statusOf(read(bucket, 'a')), 404);
  assert.equal(await statusOf(put(bucket, 'a', 'hello', '', { crc32c: 'mnG7TA==', md5Hash: 'XUFAKrxLKna5cZ2REBfFkg==' })), 200);
});

test('no upload makes a bucket', async () => {
  for (const upload of Object.values(UPLOADS)) assert.equal(await statusOf(upload('no-such-bucket', 'a', '').catch(() => ({ status: 404 }))), 404);
  assert.equal(await statusOf(send('GET', '/storage/v1/b/no-such-bucket')), 404);
});

test('names that Google refuses are refused', async () => {
  const bucket = await newBucket();
  for (const name of ['', '.', '..', 'a\nb', 'x'.repeat(1025), '.well-known/acme-challenge/x']) assert.equal(await statusOf(put(bucket, name, 'x')), 400, name);
  assert.equal(await statusOf(put(bucket, 'é'.repeat(512), 'x')), 200);
});

test('what the emulator would lose is refused', async () => {
  assert.equal(await statusOf(put(await newBucket(), 'a', 'x', '', { temporaryHold: true })), 501);
});

// --- Resumable sessions

async function begin(bucket, query = '', metadata = {}) {
  const { headers } = await send('POST', `/upload/storage/v1/b/${bucket}/o?uploadType=resumable${query}`, { body: { name: 'a', ...metadata } });
  const location = headers.get('location');
  assert.ok(location.startsWith(gcs.url), 'the session leads back through the proxy');
  const range = (text, body) => send('PUT', location, { body, headers: { 'content-range': `bytes ${text}` } });
  return { location, range };
}

const bytes = Buffer.alloc(2 * GRAIN + 5, 'abc');

test('a session tells how much it has, keeps that and ends with the object', async () => {
  const bucket = await newBucket();
  const { range, location } = await begin(bucket, '', { crc32c: crc32c(bytes) });
  const state = async () => {
    const { status, headers } = await range(`*/${bytes.length}`);
    return [status, headers.get('range')];
  };
  assert.deepEqual(await state(), [308, null]);
  assert.equal((await range(`0-${GRAIN - 1}/*`, bytes.subarray(0, GRAIN))).headers.get('range'), `bytes=0-${GRAIN - 1}`);
  assert.deepEqual(await state(), [308, `bytes=0-${GRAIN - 1}`]);
  // Sent twice counts once; a hole and a part off the grain are refused.
  assert.equal(await statusOf(range(`0-${2 * GRAIN - 1}/${bytes.length}`, bytes.subarray(0, 2 * GRAIN))), 308);
  assert.equal(await statusOf(range(`${2 * GRAIN + 1}-${bytes.length - 1}/${bytes.length}`, bytes.subarray(2 * GRAIN + 1))), 400);
  assert.equal(await statusOf(range(`${2 * GRAIN}-${2 * GRAIN + 1}/*`, bytes.subarray(2 * GRAIN, 2 * GRAIN + 2))), 400);
  assert.equal(await statusOf(read(bucket, 'a')), 404);
  const done = await range(`${2 * GRAIN}-${bytes.length - 1}/${bytes.length}`, bytes.subarray(2 * GRAIN));
  assert.deepEqual([done.status, done.json.size], [200, String(bytes.length)]);
  assert.ok((await read(bucket, 'a')).bytes.equals(bytes));
  // Asked again, a session that is done says so.
  assert.deepEqual((await range(`*/${bytes.length}`)).json, done.json);
  assert.deepEqual((await send('PUT', location, { body: bytes })).json.generation, done.json.generation);
});

test('a session checks the checksum that it began with, and whether its precondition holds at the end', async () => {
  const bucket = await newBucket();
  const wrong = await begin(bucket, '', { crc32c: 'AAAAAA==' });
  await wrong.range(`0-${GRAIN - 1}/*`, bytes.subarray(0, GRAIN));
  assert.equal(await statusOf(wrong.range(`${GRAIN}-${bytes.length - 1}/${bytes.length}`, bytes.subarray(GRAIN))), 400);
  const late = await begin(bucket, '&ifGenerationMatch=0');
  await put(bucket, 'a', 'x');
  assert.equal(await statusOf(late.range('0-1/2', 'ab')), 412);
});

test('a session that is cancelled or unknown is gone', async () => {
  const bucket = await newBucket();
  const { location, range } = await begin(bucket);
  assert.equal(await statusOf(send('DELETE', location)), 499);
  assert.equal(await statusOf(range('0-1/2', 'ab')), 410);
});

test('a session may forget, or keep only a part', async () => {
  const bucket = await newBucket();
  const partial = await begin(bucket);
  await gcs.faults({ seed: SEED, rates: { partial: 1 }, most_in_a_row: 1 });
  const { status, headers } = await partial.range(`0-${bytes.length - 1}/${bytes.length}`, bytes);
  const kept = Number(headers.get('range')?.match(/^bytes=0-(\d+)$/)[1] ?? -1) + 1;
  assert.ok(status === 308 && kept < bytes.length && kept % GRAIN === 0, `${status} ${kept}`);
  await gcs.faults({});
  assert.equal(await statusOf(partial.range(`${kept}-${bytes.length - 1}/${bytes.length}`, bytes.subarray(kept))), 200);
  assert.ok((await read(bucket, 'a')).bytes.equals(bytes));
  const forgotten = await begin(bucket);
  await gcs.faults({ seed: SEED, rates: { forgotten: 1 }, most_in_a_row: 1 });
  assert.equal(await statusOf(forgotten.range('0-1/2', 'ab')), 410);
  await gcs.faults({});
  assert.equal(await statusOf(forgotten.range('0-1/2', 'ab')), 410);
});

// --- Reads, removals, listings

test('reads and removals mind preconditions and generations', async () => {
  const bucket = await newBucket();
  const { json: { generation } } = await put(bucket, 'a', 'x');
  for (const method of ['GET', 'DELETE']) {
    const ask = (query) => statusOf(send(method, objectPath(bucket, 'a', query)));
    assert.equal(await ask('?ifGenerationMatch=5'), 412);
    assert.equal(await ask('?ifMetagenerationMatch=7'), 412);
    assert.equal(await ask('?generation=5'), 404);
    assert.equal(await ask(`?ifGenerationNotMatch=${generation}`), method === 'GET' ? 304 : 412);
  }
  assert.equal(await statusOf(send('DELETE', objectPath(bucket, 'a', `?ifGenerationMatch=${generation}`))), 204);
  assert.equal(await statusOf(send('DELETE', objectPath(bucket, 'a'))), 404);
});

test('a download tells its generation and checksums', async () => {
  const bucket = await newBucket();
  const { json } = await put(bucket, 'a', 'hello');
  const { headers, text } = await read(bucket, 'a');
  assert.equal(text, 'hello');
  assert.deepEqual([headers.get('x-goog-generation'), headers.get('x-goog-metageneration'), headers.get('x-goog-stored-content-length')],
    [json.generation, '1', '5']);
  assert.match(headers.get('x-goog-hash'), /crc32c=mnG7TA==/);
});

test('an etag stands for a generation, not for bytes', async () => {
  const bucket = await newBucket();
  assert.notEqual((await put(bucket, 'a', 'x')).json.etag, (await put(bucket, 'a', 'x')).json.etag);
});

test('lists are in the order of bytes, page by page, folders among the objects', async () => {
  const bucket = await newBucket();
  const names = ['Z', 'a-b/1', 'a/1', 'a/2', 'a0', 'b', 'é', '\u{1f600}', '\uffee'];
  for (const name of [...names].reverse()) await put(bucket, name, 'x');
  const byBytes = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const list = async (query) => {
    const entries = [];
    for (let token = ''; token !== undefined;) {
      const { json } = await send('GET', `/storage/v1/b/${bucket}/o?${query}${token && `&pageToken=${encodeURIComponent(token)}`}`);
      const page = [...(json.items ?? []).map(({ name }) => name), ...(json.prefixes ?? [])];
      assert.ok(page.length <= Number(new URLSearchParams(query).get('maxResults') ?? 1000));
      entries.push(...page);
      token = json.nextPageToken;
    }
    return entries;
  };
  assert.deepEqual(await list(''), byBytes);
  for (const size of [1, 2, 3]) assert.deepEqual(await list(`maxResults=${size}`), byBytes);
  assert.deepEqual(await list('maxResults=1&delimiter=/'), ['Z', 'a-b/', 'a/', 'a0', 'b', 'é', '\uffee', '\u{1f600}']);
  // A folder that begins before the offset is there for what lies behind it.
  assert.deepEqual(await list('delimiter=/&startOffset=a/2&endOffset=b'), ['a0', 'a/']);
  assert.deepEqual(await list('prefix=a/'), ['a/1', 'a/2']);
  assert.equal(await statusOf(send('GET', `/storage/v1/b/${bucket}/o?pageToken=x`)), 400);
  assert.equal(await statusOf(send('GET', '/storage/v1/b/no-such-bucket/o')), 404);
});

test('answers have the fields that were asked for, and no ACL unasked', async () => {
  const bucket = await newBucket();
  await put(bucket, 'a/1', 'x', '', { metadata: { one: '1', two: '2' } });
  const ask = async (path, fields) => (await send('GET', `${path}${path.includes('?') ? '&' : '?'}fields=${fields}`)).json;
  const objects = `/storage/v1/b/${bucket}/o`;
  assert.deepEqual(await ask(objects, 'items(name,size),nextPageToken'), { items: [{ name: 'a/1', size: '1' }] });
  assert.deepEqual(await ask(objects, 'items/name'), { items: [{ name: 'a/1' }] });
  assert.deepEqual(await ask(`${objects}?delimiter=/`, 'prefixes'), { prefixes: ['a/'] });
  assert.deepEqual(await ask(objectPath(bucket, 'a/1'), 'metadata/one,name'), { name: 'a/1', metadata: { one: '1' } });
  assert.deepEqual((await put(bucket, 'b', 'x', '&fields=name')).json, { name: 'b' });
  assert.equal((await send('GET', objectPath(bucket, 'b'))).json.acl, undefined);
  assert.equal(await statusOf(send('GET', `${objects}?fields=items(name`)), 400);
});

// --- Buckets

test('a bucket keeps what it was made with', async () => {
  const bucket = await newBucket({ location: 'eu', labels: { a: 'b' }, iamConfiguration: { uniformBucketLevelAccess: { enabled: true } } });
  const { json } = await send('GET', `/storage/v1/b/${bucket}`);
  assert.deepEqual([json.location, json.locationType, json.labels, json.iamConfiguration.uniformBucketLevelAccess.enabled],
    ['EU', 'multi-region', { a: 'b' }, true]);
  assert.equal(await statusOf(send('POST', '/storage/v1/b?project=p', { body: { name: bucket } })), 409);
  for (const name of ['ab', 'A-bucket', '-ab', 'x'.repeat(64)]) {
    assert.equal(await statusOf(send('POST', '/storage/v1/b?project=p', { body: { name } })), 400, name);
  }
});

test('of many that make a bucket one does', async () => {
  const make = () => statusOf(send('POST', '/storage/v1/b?project=p', { body: { name: 'raced-for' } }));
  assert.deepEqual((await Promise.all(Array.from({ length: 10 }, make))).sort(), [200, ...Array(9).fill(409)]);
});

test('a patch changes a bucket if nobody else has', async () => {
  const bucket = await newBucket({ labels: { a: '1', b: '2' } });
  const patch = (query, body) => send('PATCH', `/storage/v1/b/${bucket}?${query}`, { body });
  const lifecycle = { rule: [{ action: { type: 'Delete' }, condition: { age: 30, matchesPrefix: ['x/'] } }] };
  const { json } = await patch('ifMetagenerationMatch=1', { lifecycle, labels: { a: null } });
  assert.deepEqual([json.lifecycle, json.labels, json.metageneration], [lifecycle, { b: '2' }, '2']);
  assert.equal(await statusOf(patch('ifMetagenerationMatch=1', { lifecycle: null })), 412);
  assert.deepEqual((await send('GET', `/storage/v1/b/${bucket}`)).json.lifecycle, lifecycle);
  assert.equal(await statusOf(patch('', { location: 'EU' })), 400);
  assert.equal(await statusOf(send('GET', `/storage/v1/b/${bucket}?ifMetagenerationMatch=1`)), 412);
});

test('a bucket goes when it is empty', async () => {
  const bucket = await newBucket();
  await put(bucket, 'a', 'x');
  assert.equal(await statusOf(send('DELETE', `/storage/v1/b/${bucket}`)), 409);
  await send('DELETE', objectPath(bucket, 'a'));
  assert.equal(await statusOf(send('DELETE', `/storage/v1/b/${bucket}`)), 204);
  assert.equal(await statusOf(put(bucket, 'a', 'x')), 404);
});
