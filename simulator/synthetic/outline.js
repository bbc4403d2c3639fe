// The bones of a made-up pull request: when it was opened, closed and last
// touched. They are made for every pull request at the start, for the index;
// the flesh (details.js) is made when someone asks and must fit them.

import { Random } from './random.js';

const SECOND = 1000;
const DAY = 24 * 3600 * SECOND;
export const HISTORY = 3 * 365 * DAY;

const wholeSecond = (time) => Math.floor(time / SECOND) * SECOND;

/** @returns an index entry with `closedAt` besides: {number, createdAt, updatedAt, closedAt, state} */
export function makeOutline({ seed, now }, repository, number, createdAt) {
  const random = new Random(seed, 'outline', repository, number);
  const lifetime = random.lognormal(1.2 * DAY, 1.6);
  let state = random.next() < 0.87 ? 'MERGED' : 'CLOSED';
  // A few are never closed, and the newest have not been closed yet.
  if (random.chance(0.02) || createdAt + lifetime > now) state = 'OPEN';
  const closedAt = state === 'OPEN' ? null : wholeSecond(createdAt + Math.max(30 * SECOND, lifetime));
  let updatedAt = closedAt ?? createdAt + random.next() * lifetime;
  // People go on talking after the merge.
  if (closedAt !== null && random.chance(0.2)) updatedAt += random.lognormal(2 * DAY, 1.2);
  updatedAt = Math.max(createdAt, closedAt ?? 0, Math.min(wholeSecond(updatedAt), wholeSecond(now)));
  return { number, createdAt, updatedAt, closedAt: closedAt && Math.min(closedAt, updatedAt), state };
}

/** The outlines of a repository: `count` pull requests over its history, numbers rising with gaps for issues. */
export function makeOutlines(options, repository, count) {
  const random = new Random(options.seed, 'index', repository);
  const start = options.now - HISTORY;
  const outlines = [];
  let number = 0;
  for (const createdAt of random.times(count, start, options.now - 60 * SECOND)) {
    number += random.chance(0.7) ? 1 : random.integer(2, 4);
    outlines.push(makeOutline(options, repository, number, createdAt));
  }
  return outlines;
}
