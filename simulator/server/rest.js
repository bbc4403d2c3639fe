// The few REST resources that a collector asks for.

import { Apps } from './apps.js';

const DOCUMENTATION = 'https://docs.github.com/rest';
const notFound = { status: 404, json: { message: 'Not Found', documentation_url: DOCUMENTATION, status: '404' } };

// Of the Enterprise Server that it is below `/api/v3`.
const ENTERPRISE_VERSION = '3.17.2';
const isEnterprise = (url) => url.pathname.startsWith('/api/v3/');

function restUser(actor) {
  if (!actor) return null;
  const isBot = actor.__typename === 'Bot';
  return { login: isBot ? `${actor.login}[bot]` : actor.login, id: actor.databaseId, node_id: actor.id, type: actor.__typename };
}

function restRepository(repository) {
  return {
    id: repository.databaseId, node_id: repository.id, name: repository.name, full_name: repository.nameWithOwner,
    owner: restUser(repository.owner), private: repository.isPrivate, fork: repository.isFork, archived: repository.isArchived,
    disabled: repository.isDisabled, html_url: repository.url, created_at: repository.createdAt, updated_at: repository.updatedAt,
    pushed_at: repository.pushedAt,
  };
}

function restReviewComment(comment, apiUrl) {
  const { pullRequestReview: review, pullRequest: pull } = comment;
  const base = `${apiUrl}/repos/${pull.repository.nameWithOwner}/pulls`;
  return {
    url: `${base}/comments/${comment.databaseId}`, pull_request_review_id: review.databaseId, id: comment.databaseId,
    node_id: comment.id, diff_hunk: comment.diffHunk, path: comment.path, commit_id: comment.commitOid,
    user: restUser(comment.author), body: comment.body, created_at: comment.createdAt, updated_at: comment.updatedAt,
    html_url: comment.url, pull_request_url: `${base}/${pull.number}`, author_association: comment.authorAssociation,
    start_line: comment.startLine, line: comment.line, original_line: comment.originalLine,
    position: comment.outdated ? null : 1, ...(comment.replyTo && { in_reply_to_id: comment.replyTo.databaseId }),
  };
}

const inPlaces = new WeakMap();

/**
 * Where every submitted review comment of a repository is, in ascending order of each
 * kind of time; worked out once, as it needs all details.
 */
function commentPlaces(world, repository, sort) {
  const entries = repository.entries();
  let orders = inPlaces.get(entries);
  if (!orders) {
    const places = [];
    for (const { number } of entries) {
      for (const review of world.pullRequest(repository, number).reviews) {
        if (review.submittedAt === null) continue;
        for (const { id, databaseId, createdAt, updatedAt } of review.comments) {
          places.push({ id, databaseId, created: createdAt, updated: updatedAt });
        }
      }
    }
    const by = (field) => (a, b) => (a[field] < b[field] ? -1 : a[field] > b[field] ? 1 : a.databaseId - b.databaseId);
    orders = { created: [...places].sort(by('created')), updated: [...places].sort(by('updated')) };
    // The list of entries is a new one after every change, which makes this one forgotten.
    inPlaces.set(entries, orders);
  }
  return orders[sort];
}

function positive(text, fallback, most = Infinity) {
  const number = Number.parseInt(text ?? '', 10);
  return number > 0 ? Math.min(number, most) : fallback;
}

function listReviewComments(world, repository, url, apiUrl) {
  const parameters = url.searchParams;
  const sort = parameters.get('sort') === 'updated' ? 'updated' : 'created';
  // GitHub's default: the newest first, but only when a sort was asked for.
  const direction = parameters.get('direction') ?? (parameters.has('sort') ? 'desc' : 'asc');
  const since = parameters.get('since');
  let places = commentPlaces(world, repository, sort);
  if (since !== null) {
    const from = Date.parse(since);
    // A quirk of GitHub's: a time in 1970 answers nothing.
    places = from < Date.parse('1971-01-01T00:00:00Z') ? [] : places.filter((each) => Date.parse(each.updated) >= from);
  }
  const sorted = direction === 'desc' ? [...places].reverse() : places;
  const perPage = positive(parameters.get('per_page'), 30, 100);
  const page = positive(parameters.get('page'), 1);
  const pages = Math.max(1, Math.ceil(sorted.length / perPage));
  const json = sorted.slice((page - 1) * perPage, page * perPage).map(({ id }) => restReviewComment(world.node(id), apiUrl));
  return { json, headers: linkHeader(url, apiUrl, page, pages) };
}

function linkHeader(url, apiUrl, page, pages) {
  const link = (number, relation) => {
    const target = new URL(apiUrl + url.pathname.replace(/^\/api\/v3/, '') + url.search);
    target.searchParams.set('page', number);
    return `<${target}>; rel="${relation}"`;
  };
  const links = [];
  if (page > 1) links.push(link(page - 1, 'prev'), link(1, 'first'));
  if (page < pages) links.push(link(page + 1, 'next'), link(pages, 'last'));
  return links.length ? { link: links.join(', ') } : {};
}

function rateLimits({ core, graphql }) {
  const show = (budget) => {
    const { limit, used, remaining, reset } = budget.state();
    return { limit, used, remaining, reset };
  };
  return { json: { resources: { core: show(core), graphql: show(graphql) }, rate: show(core) } };
}

/**
 * @param request its method and headers
 * @param url the requested URL, its path without `/api/v3`
 * @param account {core, graphql} budgets of the token
 * @param apiUrl what addresses in answers begin with
 */
export function answerRest(simulator, { method, headers }, path, url, account, apiUrl) {
  const { world, options, trouble, apps } = simulator;
  if (path === '/rate_limit') {
    return options.rateLimit ? rateLimits(account) : { status: 404, json: { message: 'Rate limiting is not enabled.' } };
  }
  if (options.rateLimit && !account.core.spend(1)) {
    return { status: 403, json: { message: 'API rate limit exceeded for user ID 1.', documentation_url: DOCUMENTATION } };
  }
  if (Apps.signs(method, path)) return apps.answer(world, method, path, headers.authorization);
  return method === 'GET' ? route(world, trouble, path, url, apiUrl) : notFound;
}

function route(world, trouble, path, url, apiUrl) {
  let parts;
  try {
    parts = path.slice(1).split('/').map(decodeURIComponent);
  } catch {
    return notFound;
  }
  if (path === '/meta') return { json: { verifiable_password_authentication: false, ...(isEnterprise(url) && { installed_version: ENTERPRISE_VERSION }) } };
  if (path === '/user') {
    return { json: restUser(world.viewer), headers: { 'x-accepted-oauth-scopes': '' } };
  }
  if (parts[0] === 'orgs' && parts.length === 2) {
    const owner = world.owner(parts[1]);
    return owner?.__typename === 'Organization' ? { json: restUser(owner) } : notFound;
  }
  const repository = parts[0] === 'repos' && parts.length >= 3 && world.repository(parts[1], parts[2]);
  if (!repository) return notFound;
  const denial = trouble.access.restDenial(repository);
  if (denial) return { status: denial.status, json: { message: denial.message, documentation_url: DOCUMENTATION, status: `${denial.status}` } };
  if (parts.length === 3) return { json: restRepository(repository) };
  if (parts.slice(3).join('/') === 'pulls/comments') return listReviewComments(world, repository, url, apiUrl);
  return notFound;
}
