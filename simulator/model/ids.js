// Node ids that say where their object lives, so that `node(id)` needs no table
// of every object in an organisation of 100,000 pull requests.

/** The id of an object of pull request `number` in the repository `repositoryId`. */
export function makeNodeId(prefix, repositoryId, number, key = '') {
  return `${prefix}_${Buffer.from(`${repositoryId}:${number}:${key}`).toString('base64url')}`;
}

/** Where an id made by makeNodeId points: `{repositoryId, number}`, or null. */
export function parseNodeId(id) {
  const separator = id.indexOf('_');
  if (separator < 0) return null;
  const text = Buffer.from(id.slice(separator + 1), 'base64url').toString();
  const match = /^(\d+):(\d+):/.exec(text);
  return match && { repositoryId: Number(match[1]), number: Number(match[2]) };
}
