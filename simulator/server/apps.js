// GitHub Apps: they prove by a signed JWT who they are, and are given tokens for their
// installations. Each App is installed for all who own repositories.

import { createPublicKey, createVerify, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

const DOCUMENTATION = 'https://docs.github.com/rest';
const MOST_SECONDS = 600;
const INSTALLATIONS_PER_APP = 1000;
const TOKEN_BYTES = 18;

const PERMISSIONS = { contents: 'read', issues: 'read', metadata: 'read', pull_requests: 'read' };
const refusal = (status, message) => ({ status, json: { message, documentation_url: DOCUMENTATION, status: String(status) } });
const notFound = refusal(404, 'Not Found');
const undecodable = refusal(401, 'A JSON web token could not be decoded');

const ACCESS_TOKENS = /^\/app\/installations\/(\d+)\/access_tokens$/;
const BY_ID = /^\/app\/installations\/(\d+)$/;
const INSTALLATION = /^\/(orgs|users)\/([^/]+)\/installation$/;

/** `ID:PUBLIC_KEY_FILE`. @throws Error that names the option and what is allowed */
export function parseApp(text) {
  const [, id, file] = /^([1-9]\d*):(.+)$/s.exec(text) ?? [];
  if (!id) throw new Error(`--app must be ID:PUBLIC_KEY_FILE; it is '${text}'`);
  try {
    return { id: Number(id), key: createPublicKey(readFileSync(file)) };
  } catch (error) {
    throw new Error(`--app must name a public key in PEM; '${file}': ${error.message}`);
  }
}

function parseJwt(authorization) {
  const [, header, claims, signature] = /^bearer +([\w-]+)\.([\w-]+)\.([\w-]+)$/i.exec(authorization ?? '') ?? [];
  if (!signature) return undefined;
  try {
    const [head, body] = [header, claims].map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
    return { head, claims: body, signed: `${header}.${claims}`, signature: Buffer.from(signature, 'base64url') };
  } catch {
    return undefined;
  }
}

function claimsProblem({ iat, exp }, now) {
  if (!Number.isInteger(exp) || exp <= now) {
    return "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires";
  }
  if (exp > now + MOST_SECONDS) return "'Expiration time' claim ('exp') is too far in the future";
  if (!Number.isInteger(iat) || iat > now) {
    return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
  }
  return undefined;
}

export class Apps {
  #apps;
  #tokenSeconds;
  #makeAccount;
  #clock;
  #accounts = new Map();
  #tokens = new Map();
  #permissions = PERMISSIONS;
  #suspendedAt = null;

  /**
   * @param apps as parseApp gives them
   * @param tokenSeconds how long an installation's tokens live
   * @param makeAccount () => budgets
   * @param clock () => milliseconds
   */
  constructor(apps, tokenSeconds, makeAccount, clock = Date.now) {
    this.#apps = new Map(apps.map((app) => [app.id, app]));
    this.#tokenSeconds = tokenSeconds;
    this.#makeAccount = makeAccount;
    this.#clock = clock;
  }

  /** Whether the request is one that an App signs itself. */
  static signs(method, path) {
    return method === 'POST' ? ACCESS_TOKENS.test(path)
      : method === 'GET' && (path === '/app' || BY_ID.test(path) || INSTALLATION.test(path));
  }

  /** The budgets behind an installation's token, which all tokens of the installation share; or undefined. */
  account(token) {
    const { installation, expiresAt } = this.#tokens.get(token) ?? {};
    return expiresAt > this.#clock() ? this.#accountOf(installation) : undefined;
  }

  /** The budgets for requests that Apps sign themselves. */
  signingAccount() {
    return this.#accountOf('apps');
  }

  #accountOf(name) {
    if (!this.#accounts.has(name)) this.#accounts.set(name, this.#makeAccount());
    return this.#accounts.get(name);
  }

  /** Changes what the organisations allow: {permissions, suspended_at}; what is not named stays. */
  change({ permissions = this.#permissions, suspended_at: suspendedAt = this.#suspendedAt }) {
    this.#permissions = permissions;
    this.#suspendedAt = suspendedAt;
  }

  answer(world, method, path, authorization) {
    const { app, problem } = this.#authenticate(authorization);
    if (problem) return problem;
    if (method === 'POST') return this.#giveToken(world, app, Number(ACCESS_TOKENS.exec(path)[1]));
    if (path === '/app') return { json: this.#describeApp(app) };
    if (BY_ID.test(path)) return this.#installation(world, app, Number(BY_ID.exec(path)[1]));
    const [, kind, login] = INSTALLATION.exec(path);
    const found = this.#installations(world, app).find(({ owner }) => owner === world.owner(decodeURIComponent(login)));
    const isWanted = found && (found.owner.__typename === 'Organization') === (kind === 'orgs');
    return isWanted ? { json: this.#describe(found, app) } : notFound;
  }

  #authenticate(authorization) {
    const jwt = parseJwt(authorization);
    if (jwt?.head.alg !== 'RS256') return { problem: undecodable };
    const app = this.#apps.get(Number(jwt.claims.iss));
    if (!app) return { problem: refusal(404, 'Integration not found') };
    const verified = createVerify('RSA-SHA256').update(jwt.signed).verify(app.key, jwt.signature);
    if (!verified) return { problem: undecodable };
    const message = claimsProblem(jwt.claims, Math.floor(this.#clock() / 1000));
    return message ? { problem: refusal(401, message) } : { app };
  }

  #installations(world, app) {
    return world.owners()
      .map((owner, i) => ({ id: app.id * INSTALLATIONS_PER_APP + i + 1, owner }))
      .filter(({ owner }) => owner.repositories.length > 0);
  }

  #describeApp({ id }) {
    return { id, slug: `app-${id}`, name: `App ${id}`, owner: { login: 'acme' }, permissions: this.#permissions, events: [] };
  }

  #installation(world, app, id) {
    const found = this.#installations(world, app).find((each) => each.id === id);
    return found ? { json: this.#describe(found, app) } : notFound;
  }

  #describe({ id, owner }, app) {
    return { id, app_id: app.id, account: { login: owner.login, type: owner.__typename }, target_type: owner.__typename,
      permissions: this.#permissions, repository_selection: 'all', suspended_at: this.#suspendedAt };
  }

  #giveToken(world, app, id) {
    if (!this.#installations(world, app).some((installation) => installation.id === id)) return notFound;
    if (this.#suspendedAt) return refusal(403, 'This installation has been suspended');
    // GitHub tells of whole seconds, and keeps to them.
    const expiresAt = Math.floor(this.#clock() / 1000 + this.#tokenSeconds) * 1000;
    const token = `ghs_${randomBytes(TOKEN_BYTES).toString('hex')}`;
    this.#tokens.set(token, { installation: id, expiresAt });
    return { status: 201, json: { token, expires_at: `${new Date(expiresAt).toISOString().slice(0, 19)}Z`,
      permissions: this.#permissions, repository_selection: 'all' } };
  }
}
