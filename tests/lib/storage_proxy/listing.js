// Pages of a listing. https://cloud.google.com/storage/docs/json_api/v1/objects/list

import { Refusal } from '../google_proxy/answers.js';

const MOST_IN_A_PAGE = 1000;
const KNOWN = ['prefix', 'delimiter', 'startOffset', 'endOffset', 'includeTrailingDelimiter', 'maxResults', 'pageToken', 'projection',
  'fields', 'alt', 'prettyPrint', 'key', 'quotaUser', 'userProject'];

const byBytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

function readToken(token) {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith('after:')) throw new Refusal(400, 'Invalid value');
  return text.slice('after:'.length);
}

const makeToken = (last) => Buffer.from(`after:${last}`).toString('base64url');

/** The objects and folders there are: {name, item?} in the order of bytes; a folder stands where its name does. */
function entriesOf(objects, query) {
  const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter') ?? ''];
  const [start, end] = [query.get('startOffset'), query.get('endOffset')];
  const entries = new Map();
  for (const item of objects) {
    if ((start !== null && byBytes(item.name, start) < 0) || (end !== null && byBytes(item.name, end) >= 0)) continue;
    const at = delimiter ? item.name.indexOf(delimiter, prefix.length) : -1;
    if (at < 0) entries.set(item.name, { name: item.name, item });
    else {
      const folder = item.name.slice(0, at + delimiter.length);
      const trails = folder === item.name && query.get('includeTrailingDelimiter') === 'true';
      entries.set(folder, { name: folder, folder: true, item: trails ? item : entries.get(folder)?.item });
    }
  }
  return [...entries.values()].sort((a, b) => byBytes(a.name, b.name));
}

/**
 * @param objects all whose names begin with the prefix
 * @param most fewer results than asked for, as Google may give
 * @returns {items, prefixes, nextPageToken}
 */
export function pageOf(objects, query, most = Infinity) {
  const unknown = [...query.keys()].find((name) => !KNOWN.includes(name));
  if (unknown) throw new Refusal(501, `listing with ${unknown} is not covered here`);
  const after = query.has('pageToken') ? readToken(query.get('pageToken')) : null;
  const left = entriesOf(objects, query).filter(({ name }) => after === null || byBytes(name, after) > 0);
  const page = left.slice(0, Math.min(Number(query.get('maxResults')) || MOST_IN_A_PAGE, MOST_IN_A_PAGE, most));
  return {
    items: page.filter(({ item }) => item).map(({ item }) => item),
    prefixes: page.filter(({ folder }) => folder).map(({ name }) => name),
    nextPageToken: page.length < left.length ? makeToken(page.at(-1)?.name ?? after ?? '') : undefined,
  };
}
