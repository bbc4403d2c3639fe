// Connections that do not show what there is, as GitHub's replicas sometimes do not.
//
// A lie is {org?, repo, number, stream, withhold?, total_count?}: the last `withhold` items of the
// pull request's stream are left out of its pages while `totalCount` still counts them, and
// `totalCount` is wrong by `total_count`. Review comments are those of a pull request's submitted
// reviews, in order. The stream `pull_requests` belongs to the repository and has no number; its
// last items are those of the order asked for.

import { submittedReviews } from '../model/pull_request.js';

const STREAMS = ['pull_requests', 'commits', 'reviews', 'review_comments', 'issue_comments'];

const keyOf = (repository, number, stream) => `${repository.databaseId}:${number ?? ''}:${stream}`;

/** The items of a stream of a pull request, whichever lists they are served in. */
const ITEMS = {
  commits: (pull) => pull.commits,
  reviews: submittedReviews,
  review_comments: (pull) => submittedReviews(pull).flatMap((review) => review.comments),
  issue_comments: (pull) => pull.comments,
};

function check({ number, stream, withhold = 0, total_count: difference = 0 }, repository) {
  if (!STREAMS.includes(stream)) throw new Error(`unknown stream '${stream}'; known: ${STREAMS.join(', ')}`);
  if (!Number.isSafeInteger(withhold) || withhold < 0) throw new Error(`withhold is a number of items; it is ${withhold}`);
  if (!Number.isSafeInteger(difference)) throw new Error(`total_count is a difference; it is ${difference}`);
  if (stream === 'pull_requests' ? number !== undefined : !repository.entry(number)) {
    throw new Error(`no stream ${stream} of pull request ${number} in ${repository.nameWithOwner}`);
  }
}

export class Lies {
  #lies;

  /** @throws Error saying what there is not */
  constructor(list = [], world = undefined) {
    this.#lies = new Map(list.map((lie) => {
      const { org = world.mainLogin, repo, number, stream } = lie;
      const repository = world.repository(org, repo ?? '');
      if (!repository) throw new Error(`no repository ${org}/${repo}`);
      check(lie, repository);
      return [keyOf(repository, number, stream), { withhold: lie.withhold ?? 0, difference: lie.total_count ?? 0 }];
    }));
  }

  /**
   * What a connection of a pull request is to show.
   * @param items of the connection, of which other streams or reviews may hold the rest
   * @returns {items, totalCount}
   */
  about(pull, stream, items) {
    const lie = this.#lies.size > 0 && this.#lies.get(keyOf(pull.repository, pull.number, stream));
    if (!lie) return { items, totalCount: items.length };
    const all = ITEMS[stream](pull);
    const withheld = new Set(lie.withhold > 0 ? all.slice(-lie.withhold) : []);
    // Where the items are in several lists, the count of the last is the wrong one.
    const isWrong = stream !== 'review_comments' || items.includes(all.at(-1));
    return { items: withheld.size > 0 ? items.filter((item) => !withheld.has(item)) : items,
      totalCount: Math.max(0, items.length + (isWrong ? lie.difference : 0)) };
  }

  aboutPullRequests(repository, entries) {
    const lie = this.#lies.size > 0 && this.#lies.get(keyOf(repository, undefined, 'pull_requests'));
    if (!lie) return { items: entries, totalCount: entries.length };
    return { items: entries.slice(0, Math.max(0, entries.length - lie.withhold)), totalCount: entries.length + lie.difference };
  }
}
