// What GitHub tells of the token that a request came with: the scopes of a classic one, and when it ends.
// https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps

const USUAL_SCOPES = ['repo', 'read:org'];
// These have permissions instead.
const WITHOUT_SCOPES = /^(github_pat_|ghs_|ghu_)/;
const TEAM_SCOPES = ['read:org', 'read:discussion'];
const INCLUDED = { 'admin:org': ['read:org'], 'write:org': ['read:org'], 'write:discussion': ['read:discussion'] };

const tokenIn = (authorization) => /^(?:bearer|token) +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';

/** "2026-01-31 23:59:59 UTC" */
const written = (time) => `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

export class Tokens {
  #described;

  /** @param list of {token, scopes: […], expires_at}: those that are not as usual */
  constructor(list = []) {
    for (const { token, scopes = [], expires_at: expiry } of list) {
      if (typeof token !== 'string' || !Array.isArray(scopes)) throw new Error('tokens are {token, scopes: […], expires_at}');
      if (expiry !== undefined && Number.isNaN(Date.parse(expiry))) throw new Error(`expires_at is no time: ${expiry}`);
    }
    this.#described = new Map(list.map((each) => [each.token, each]));
  }

  #scopes(authorization) {
    const token = tokenIn(authorization);
    return WITHOUT_SCOPES.test(token) ? undefined : this.#described.get(token)?.scopes ?? USUAL_SCOPES;
  }

  /** The headers that every answer to this token has. */
  headers(authorization) {
    const scopes = this.#scopes(authorization);
    const expiry = this.#described.get(tokenIn(authorization))?.expires_at;
    return { ...(scopes && { 'x-oauth-scopes': scopes.join(', ') }),
      ...(expiry && { 'github-authentication-token-expiration': written(expiry) }) };
  }

  /** GitHub's refusal of a query that names fields of teams without a scope for it: the message; or undefined. */
  refusalOfTeams(authorization, field) {
    const scopes = this.#scopes(authorization);
    const granted = scopes?.flatMap((scope) => [scope, ...INCLUDED[scope] ?? []]);
    if (!granted || TEAM_SCOPES.some((scope) => granted.includes(scope))) return undefined;
    const quoted = (list) => `[${list.map((each) => `'${each}'`).join(', ')}]`;
    return 'Your token has not been granted the required scopes to execute this query. '
      + `The '${field}' field requires one of the following scopes: ${quoted(TEAM_SCOPES)}, but your token has only been granted the: `
      + `${quoted(scopes)} scopes. Please modify your token's scopes at: https://github.com/settings/tokens.`;
  }
}
