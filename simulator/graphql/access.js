// Repositories that the token may not see: null wherever they are asked for, with an
// error that says why.
//
// A rule is {org?, repo, type, message?, after_requests?}; type is FORBIDDEN, NOT_FOUND, or
// BLOCKED, which is FORBIDDEN with the message of a repository that was taken down.

import { gitHubError } from './errors.js';

const SAML = 'Resource protected by organization SAML enforcement. You must grant your OAuth token access to this organization.';
const KINDS = {
  FORBIDDEN: { type: 'FORBIDDEN', message: () => SAML, status: 403 },
  NOT_FOUND: { type: 'NOT_FOUND', message: (id) => `Could not resolve to a node with the global id of '${id}'.`, status: 404 },
  BLOCKED: { type: 'FORBIDDEN', message: () => 'Repository access blocked', status: 403 },
};

export class Access {
  #rules;
  #answered;

  /**
   * @param answered () => GraphQL requests answered so far
   * @throws Error saying what there is not
   */
  constructor(list = [], world = undefined, answered = () => 0) {
    this.#answered = answered;
    this.#rules = new Map(list.map(({ org = world.mainLogin, repo, type, message, after_requests: after = 0 }) => {
      const repository = world.repository(org, repo ?? '');
      if (!repository) throw new Error(`no repository ${org}/${repo}`);
      if (!Object.hasOwn(KINDS, type)) throw new Error(`unknown type '${type}'; known: ${Object.keys(KINDS).join(', ')}`);
      return [repository.databaseId, { ...KINDS[type], ...(message && { message: () => message }), after }];
    }));
  }

  #rule(repositoryId) {
    const rule = this.#rules.size > 0 && this.#rules.get(repositoryId);
    return rule && this.#answered() >= rule.after ? rule : undefined;
  }

  /** The error in place of a repository, or of the part of it that has this node id; undefined where it may be seen. */
  denial(repositoryId, id) {
    const rule = this.#rule(repositoryId);
    if (!rule) return undefined;
    const message = rule.message(id);
    return gitHubError(rule.type, message, message.includes('SAML') ? { extensions: { saml_failure: true } } : {});
  }

  /** What REST answers of it: {status, message}, or undefined. */
  restDenial({ databaseId }) {
    const rule = this.#rule(databaseId);
    return rule && { status: rule.status, message: rule.status === 404 ? 'Not Found' : rule.message() };
  }
}
