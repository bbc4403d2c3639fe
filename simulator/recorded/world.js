// A world of recorded pull requests: their owners and repositories as the record names them.

import { parseNodeId } from '../model/ids.js';
import { Repository } from '../model/repository.js';
import { World } from '../model/world.js';
import { convertActor, convertPullRequest } from './convert.js';

function groupByRepository(records) {
  const groups = new Map();
  for (const record of records) {
    // By id: a record may know a repository by its names before and after a change.
    const { id } = record.pull.base.repo;
    if (!groups.has(id)) groups.set(id, []);
    groups.get(id).push(record);
  }
  return [...groups.values()];
}

function nodeIds(pull) {
  const items = [pull, ...pull.commits, ...pull.reviews, ...pull.comments, ...pull.events];
  for (const review of pull.reviews) items.push(...review.comments);
  return items.map((item) => item.id);
}

/** The repository as the newest of its pull requests saw it. */
function describeRepository(records, owner) {
  const newest = records.reduce((best, each) => (each.pull.updated_at > best.pull.updated_at ? each : best));
  const { repo } = newest.pull.base;
  return {
    id: repo.node_id, databaseId: repo.id, name: repo.name, owner, url: repo.html_url, description: repo.description ?? null,
    createdAt: repo.created_at ?? newest.pull.created_at, pushedAt: repo.pushed_at ?? newest.pull.updated_at,
    updatedAt: repo.updated_at ?? newest.pull.updated_at,
    isArchived: repo.archived ?? false, isFork: repo.fork ?? false, isPrivate: repo.private ?? false, isEmpty: false,
    isDisabled: repo.disabled ?? false,
  };
}

/** @param records from readRecords; @param options {now} */
export function makeRecordedWorld(records, { now }) {
  const places = new Map();
  const viewer = { __typename: 'User', id: 'U_viewer', databaseId: 1, login: 'sim-viewer', name: null };
  const mainLogin = records[0]?.pull.base.repo.owner.login ?? 'none';
  const world = new World({ now, viewer, mainLogin, locate: (id) => places.get(id) ?? parseNodeId(id) });
  for (const group of groupByRepository(records)) {
    const recorded = group[0].pull.base.repo.owner;
    const owner = world.owner(recorded.login)
      ?? world.addOwner({ ...convertActor({ type: 'Organization', ...recorded }), createdAt: null });
    const fields = describeRepository(group, owner);
    const pulls = new Map();
    for (const record of group) {
      const pull = convertPullRequest(record);
      pulls.set(pull.number, pull);
      for (const id of nodeIds(pull)) places.set(id, { repositoryId: fields.databaseId, number: pull.number });
    }
    const entries = [...pulls.values()].map((pull) => ({ number: pull.number, state: pull.state,
      createdAt: Date.parse(pull.createdAt), updatedAt: Date.parse(pull.updatedAt) }));
    world.addRepository(new Repository(fields, entries, (entry) => pulls.get(entry.number)));
  }
  return world;
}
