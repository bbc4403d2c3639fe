// `timelineItems`: everything that happened on a pull request, in order of time.

import { Connection } from './connection.js';

/** READY_FOR_REVIEW_EVENT → ReadyForReviewEvent, ISSUE_COMMENT → IssueComment. */
function typenameOf(itemType) {
  return itemType.toLowerCase().replace(/(?:^|_)(\w)/g, (match, letter) => letter.toUpperCase());
}

function wholeTimeline(pull) {
  const timed = (time) => (item) => ({ time: time(item), item });
  return [
    ...pull.commits.map((commit) => ({ time: commit.committedDate, item: pullRequestCommit(commit, pull) })),
    ...pull.reviews.filter((review) => review.submittedAt).map(timed((review) => review.submittedAt)),
    ...pull.comments.map(timed((comment) => comment.createdAt)),
    ...pull.events.map(timed((event) => event.createdAt)),
  ].sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)).map(({ item }) => item);
}

export function pullRequestCommit(commit, pull) {
  return { __typename: 'PullRequestCommit', id: `PURC_${pull.id}_${commit.oid}`, commit, pullRequest: pull };
}

export function timelineItems(pull, args, context) {
  let items;
  if (args.itemTypes?.every((itemType) => itemType.endsWith('_EVENT'))) {
    // The usual question is about a few kinds of events; no need to line up the rest.
    const wanted = new Set(args.itemTypes.map(typenameOf));
    items = pull.events.filter((event) => wanted.has(event.__typename));
  } else {
    const wanted = args.itemTypes && new Set(args.itemTypes.map(typenameOf));
    items = wholeTimeline(pull).filter((item) => !wanted || wanted.has(item.__typename));
  }
  if (args.since) items = items.filter((item) => (item.createdAt ?? item.submittedAt ?? '9') >= args.since);
  if (args.skip) items = items.slice(args.skip);
  const connection = new Connection(items, args, context);
  return Object.defineProperties(connection, {
    filteredCount: { value: items.length },
    pageCount: { value: connection.nodes.length },
    updatedAt: { value: pull.updatedAt },
  });
}
