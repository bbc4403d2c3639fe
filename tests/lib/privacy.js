// What PRIVACY makes of rows, worked out anew from docs/privacy.md, and what must then be nowhere.

import { createHmac } from 'node:crypto';
import { TABLES } from './tables.js';

const BODIES = ['body', 'message', 'diff_hunk'];
const LOGINS = ['author', 'merged_by', 'committer', 'reviewer'];
const TYPES = { author: 'author_type', reviewer: 'reviewer_type' };

const lower = (text) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const unlessNull = (make) => (value) => (value === null ? null : make(value));

export class Hashes {
  /** @param bots logins that are no people's */
  constructor(key, bots = []) {
    this.key = key;
    this.bots = new Set(bots.map(lower));
  }

  #hash(kind, text) {
    return createHmac('sha256', this.key).update(`${kind}:${text}`).digest('hex').slice(0, 16);
  }

  person = (text) => `u_${this.#hash('person', lower(text))}`;

  branch = (name) => `b_${this.#hash('branch', name)}`;

  isBot = (login) => login.endsWith('[bot]') || this.bots.has(lower(login));

  login = (login) => (this.isBot(login) ? login : this.person(login));

  coAuthor = (trailer) => {
    const [, name, address] = /^(.*?)\s*<([^<]*)>$/s.exec(trailer) ?? [];
    return address === undefined ? this.person(trailer) : `${this.person(name)} <${this.person(address)}>`;
  };

  fork = (fullName, { org, repo }) => {
    const [owner, name] = fullName.split('/');
    if (lower(owner) === lower(org)) return fullName;
    return `${this.person(owner)}/${lower(name) === lower(repo) ? name : this.branch(name)}`;
  };
}

function withoutBodies(row) {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, BODIES.includes(column) ? null : value]));
}

function hashed(row, hashes) {
  const result = withoutBodies(row);
  const change = (column, make) => {
    if (column in row) result[column] = make(row[column], row);
  };
  for (const column of LOGINS) change(column, unlessNull(hashes.login));
  for (const column of ['author_name', 'author_email']) change(column, unlessNull(hashes.person));
  for (const column of ['base_ref', 'head_ref']) change(column, unlessNull(hashes.branch));
  change('assignees', (logins) => logins.map(hashes.login));
  change('requested_reviewers', (names) => names.map((name) => (name.includes('/') ? name : hashes.login(name))));
  change('co_authors', (trailers) => trailers.map(hashes.coAuthor));
  change('head_repo', (name) => (name === null ? null : hashes.fork(name, row)));
  change('title', () => null);
  change('url', (url) => (lower(new URL(url).pathname).startsWith(`/${lower(row.org)}/`) ? url : null));
  return result;
}

const mapTables = (tables, make) => Object.fromEntries(TABLES.map((table) => [table, tables[table].map(make)]));

/** The rows of the five tables as they are under `privacy`. */
export function treated(tables, privacy, hashes) {
  return mapTables(tables, (row) => (privacy === 'hashed' ? hashed(row, hashes) : withoutBodies(row)));
}

/** Logins that GitHub types as bots. */
export function botsOf(tables) {
  const rows = TABLES.flatMap((table) => tables[table]);
  return [...new Set(rows.flatMap((row) => Object.entries(TYPES)
    .filter(([login, type]) => row[type] === 'Bot' && row[login] !== undefined).map(([login]) => row[login])))];
}

/** The longest line of a text: as it stands in a file, whatever becomes of line ends. */
const longestLine = (text) => text.split(/[\r\n]+/).reduce((longest, line) => (line.length > longest.length ? line : longest), '');

const PIECE = 60;
const SHORTEST_PIECE = 12;

/** A piece of each text that people wrote; a shorter one may be anywhere by chance. */
export function writtenIn(tables) {
  const rows = TABLES.flatMap((table) => tables[table]);
  const pieces = rows.flatMap((row) => BODIES.map((column) => longestLine(row[column] ?? '').slice(0, PIECE)));
  return [...new Set(pieces)].filter((piece) => piece.length >= SHORTEST_PIECE);
}

/** Who is in the rows: {logins, names, addresses}, bots left out. */
export function peopleIn(tables, hashes) {
  const rows = TABLES.flatMap((table) => tables[table]);
  const all = (...columns) => [...new Set(rows.flatMap((row) => columns.flatMap((column) => row[column] ?? [])))];
  const requested = all('requested_reviewers').filter((name) => !name.includes('/'));
  return {
    logins: [...new Set([...all(...LOGINS, 'assignees'), ...requested])].filter((login) => !hashes.isBot(login)),
    names: all('author_name'),
    addresses: all('author_email'),
  };
}
