// Signed in to Google over the wire: the program asks storage.googleapis.com, which a proxy and a private certificate
// authority make a server of this machine, and comes to its tokens by each kind of credentials.

import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { makeAuthority } from './lib/authority.js';
import { openGate } from './lib/gate.js';
import { startGcs } from './lib/gcs.js';
import { openProxy } from './lib/proxy.js';
import { findSecrets, forms, keyPieces } from './lib/secrets.js';
import { NOW, startSimulator } from './lib/simulator.js';
import { withWorkspace } from './lib/workspace.js';

const HOST = 'storage.googleapis.com';
const REPOSITORY = 'a.b_c-d';
const BACKFILL = ['backfill', '--days', '36500', '--repo', REPOSITORY, '--log-level', 'debug'];
const REFRESH_TOKEN = '1//distinctive-refresh-token-0123456789';
const CLIENT_SECRET = 'GOCSPX-distinctive-client-secret';
const SUBJECT_TOKEN = 'eyJ.distinctive-subject-token.0123456789';
const EMAIL = 'collector@acme-project.iam.gserviceaccount.com';

const key = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' } });

/** Those who give tokens: what they were asked, and what they have given. */
const identity = { asked: [], given: [], refusal: undefined };

async function readText(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const identityServer = createServer(async (request, response) => {
  const body = await readText(request);
  identity.asked.push({ path: request.url, body, authorization: request.headers.authorization });
  const answer = (status, json) => response.writeHead(status, { 'content-type': 'application/json', 'metadata-flavor': 'Google' })
    .end(JSON.stringify(json));
  if (identity.refusal) return answer(400, identity.refusal);
  const token = `ya29.distinctive-access-token-${identity.given.length}`;
  identity.given.push(token);
  return request.url.includes(':generateAccessToken')
    ? answer(200, { accessToken: token, expireTime: new Date(Date.now() + 3_600_000).toISOString() })
    : answer(200, { access_token: token, token_type: 'Bearer', expires_in: 3600, issued_token_type: 'urn:ietf:params:oauth:token-type:access_token' });
});
await new Promise((resolve) => { identityServer.listen(0, '127.0.0.1', resolve); });
const identityUrl = `http://127.0.0.1:${identityServer.address().port}`;

const gcs = await startGcs();
const simulator = await startSimulator(
  ['--now', NOW, '--repositories', '2', '--pull-requests', '20', '--points-per-hour', '100000']);
const authority = await makeAuthority([HOST]);
const unauthenticated = { status: 401, json: { error: { code: 401, message: 'Invalid Credentials', errors: [{ reason: 'authError' }] } } };
/** Only the token that was given last is good. */
const onlyTheLatest = ({ authorization }) =>
  (authorization === `Bearer ${identity.given.at(-1)}` ? undefined : { ...unauthenticated, headers: {} });
const google = await openGate(gcs.url, onlyTheLatest, authority.tls, ['authorization']);
const proxy = await openProxy(undefined, { [`${HOST}:443`]: new URL(google.url).host });
after(async () => {
  await Promise.all([google.close(), proxy.close(), gcs.close(), simulator.close()]);
  identityServer.close();
  identityServer.closeAllConnections();
  await authority.remove();
});
beforeEach(() => {
  Object.assign(identity, { asked: [], given: [], refusal: undefined });
  google.decide = onlyTheLatest;
});

const KINDS = {
  'a service account\'s key': { type: 'service_account', project_id: 'acme-project', private_key_id: 'k1', private_key: key.privateKey,
    client_email: EMAIL, token_uri: `${identityUrl}/token` },
  'a login of gcloud': { type: 'authorized_user', client_id: 'c.apps.example', client_secret: CLIENT_SECRET, refresh_token: REFRESH_TOKEN,
    token_uri: `${identityUrl}/token` },
  'a workload\'s identity that acts as a service account': { type: 'external_account', audience: '//iam.example/providers/p',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt', token_url: `${identityUrl}/sts`, credential_source: { file: 'subject.jwt' },
    service_account_impersonation_url: `${identityUrl}/v1/projects/-/serviceAccounts/${EMAIL}:generateAccessToken` },
};

const needles = () => ({
  'private key': keyPieces(key.privateKey),
  'refresh token': forms(REFRESH_TOKEN),
  'client secret': forms(CLIENT_SECRET),
  'subject token': forms(SUBJECT_TOKEN),
  'access token': ['ya29.', ...identity.given.flatMap(forms)],
});

/** Gives `use` a workspace that is signed in with `credentials`, and a way to run the program that finds no secret. */
function signedIn(credentials, env, use) {
  const settings = { STORAGE_EMULATOR_HOST: undefined, HTTPS_PROXY: `http://${proxy.host}`, SSL_CERT_FILE: authority.certificateFile,
    GOOGLE_APPLICATION_CREDENTIALS: 'credentials.json', BIGQUERY_LOCATION: 'EU', ...env };
  return withWorkspace(simulator, settings, async (workspace) => {
    const files = { 'credentials.json': JSON.stringify(credentials), 'subject.jwt': SUBJECT_TOKEN };
    for (const [name, text] of Object.entries(files)) await writeFile(join(workspace.directory, name), text);
    const run = async (code, args) => {
      const result = await workspace.expect(code, args);
      const own = Object.keys(files).map((name) => join(workspace.directory, name));
      assert.deepEqual(await findSecrets(needles(), { stdout: result.stdout, stderr: result.stderr }, workspace.directory, own), []);
      return result;
    };
    await use(workspace, run);
  }, { gcs });
}

async function createBucket(workspace) {
  await workspace.bucket.create();
}

for (const [kind, credentials] of Object.entries(KINDS)) {
  test(`${kind} leads into the bucket`, () => signedIn(credentials, {}, async (workspace, run) => {
    await createBucket(workspace);
    await run(0, BACKFILL);
    await workspace.assertTruth(simulator, { repo: REPOSITORY });
    await workspace.assertStoreInOrder();
    const perToken = kind.includes('acts as') ? 2 : 1;
    assert.equal(identity.asked.length, perToken, 'one token serves all threads');
    assert.ok(proxy.seen.every((line) => line === `CONNECT ${HOST}:443`), proxy.seen.join());
  }));

  test(`${kind}: a token that is refused in the middle is replaced`, () => signedIn(credentials, {}, async (workspace, run) => {
    await createBucket(workspace);
    let requests = 0;
    google.decide = (request) => {
      requests += 1;
      // As if it had been revoked: from then on nobody takes the first one.
      if (requests === 12) identity.given.push('ya29.another');
      return onlyTheLatest(request);
    };
    await run(0, BACKFILL);
    await workspace.assertTruth(simulator, { repo: REPOSITORY });
    await workspace.assertStoreInOrder();
    assert.ok(requests > 12, 'it came to that');
  }));

  test(`${kind} that is not good is explained`, () => signedIn(credentials, {}, async (workspace, run) => {
    await createBucket(workspace);
    identity.refusal = { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' };
    const { stderr } = await run(1, BACKFILL);
    assert.match(stderr, /no access token for the /);
    assert.match(stderr, /expired or revoked/);
    assert.deepEqual((await workspace.store()).chunks, []);
  }));
}

test('a service account proves who it is, and the project to create a bucket in is its own', () =>
  signedIn(KINDS['a service account\'s key'], {}, async (workspace, run) => {
    await run(0, ['init']);
    const [{ body }] = identity.asked;
    const form = new URLSearchParams(body);
    assert.equal(form.get('grant_type'), 'urn:ietf:params:oauth:grant-type:jwt-bearer');
    const [header, claims, signature] = form.get('assertion').split('.');
    assert.ok(verify('RSA-SHA256', Buffer.from(`${header}.${claims}`), createPublicKey(key.publicKey), Buffer.from(signature, 'base64url')));
    const { iss, aud, scope } = JSON.parse(Buffer.from(claims, 'base64url').toString());
    assert.deepEqual({ iss, aud, scope },
      { iss: EMAIL, aud: `${identityUrl}/token`, scope: 'https://www.googleapis.com/auth/cloud-platform' });
    assert.equal((await workspace.bucket.exists())[0], true);
  }));

test('a service account that may not write is told which role it lacks', () =>
  signedIn(KINDS['a service account\'s key'], {}, async (workspace, run) => {
    await createBucket(workspace);
    google.decide = (request) => onlyTheLatest(request) ?? (request.method === 'POST'
      ? { status: 403, json: { error: { code: 403, message: `${EMAIL} does not have storage.objects.create access to the object.`,
        errors: [{ reason: 'forbidden' }] } } } : undefined);
    const { stderr } = await run(1, BACKFILL);
    assert.match(stderr, /storage\.objects\.create/);
    assert.match(stderr, new RegExp(`give service account ${EMAIL}.* the role Storage Object Admin`));
  }));

for (const [kind, credentials] of Object.entries(KINDS)) {
  test(`${kind}: doctor names who is signed in, or why nobody is`, () => signedIn(credentials, {}, async (workspace, run) => {
    await createBucket(workspace);
    const examine = async () => {
      // Not 0: the simulated GitHub has another present.
      const { stdout } = await run(1, ['doctor', '--json']);
      return Object.fromEntries(JSON.parse(stdout).checks.map(({ id, ...finding }) => [id, finding]));
    };
    const well = await examine();
    assert.deepEqual(['google.sign_in', 'store', 'store.write', 'store.permission.storage.objects.create', 'clock.google'].map((id) => well[id].status),
      ['ok', 'ok', 'ok', 'ok', 'ok']);
    if (!kind.includes('gcloud')) assert.match(well['google.sign_in'].detail, new RegExp(EMAIL));
    identity.refusal = { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' };
    const refused = await examine();
    assert.equal(refused['google.sign_in'].status, 'fail');
    assert.match(refused['google.sign_in'].detail, /expired or revoked/);
    assert.deepEqual(['store', 'store.write'].map((id) => refused[id].status), ['skipped', 'skipped']);
    assert.deepEqual(await workspace.files(), []);
  }));
}
