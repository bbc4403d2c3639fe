// Where a page's links lead, and the files that it names.

import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { readDocument } from './documents.js';

const ELSEWHERE = /^(?:https:|mailto:)/;

function linkProblem(document, target) {
  if (ELSEWHERE.test(target)) return '';
  if (/^[a-z]+:/i.test(target)) return 'is of a kind that no page needs';
  const [path, anchor] = target.split('#');
  const to = path ? normalize(join(dirname(document.path), decodeURIComponent(path))) : document.path;
  if (to.startsWith('..')) return 'leads out of the repository';
  if (!existsSync(join(document.root, to))) return 'leads to nothing';
  if (!anchor) return '';
  const page = to === document.path ? document : readDocument(document.root, to);
  return page.anchors.has(anchor) ? '' : `leads to no heading of ${to}`;
}

export function linkProblems(document) {
  const wrong = document.links.map(({ target, line }) => ({ line, target, problem: linkProblem(document, target) }))
    .filter(({ problem }) => problem).map(({ line, target, problem }) => `${document.path}:${line}: the link ${target} ${problem}`);
  return [...wrong, ...document.unresolved.map(({ line, target }) => `${document.path}:${line}: ${target} names no link`)];
}

const escapeRegExp = (text) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');

/** Whether a path is there; `*` stands for any part of a name. */
function isThere(root, path) {
  if (!path.includes('*')) return existsSync(join(root, path));
  const folder = join(root, dirname(path));
  const name = new RegExp(`^${escapeRegExp(basename(path)).replaceAll('*', '.*')}$`);
  return !dirname(path).includes('*') && existsSync(folder) && readdirSync(folder).some((entry) => name.test(entry));
}

const PATH = /^(?:\.{1,2}\/)?[\w.-]+(?:\/[\w.*-]+)+\/?$/;
// What is made by building is not there before.
const MADE = /^(?:build|demo-data|\.deps|\.\/github-stats-data)(?:\/|$)/;

/** Paths in code spans that begin with a folder of the repository, of src/ or the page's own, and lead to nothing. */
export function pathProblems(document) {
  const { root, path: page } = document;
  const places = [root, join(root, 'src'), join(root, dirname(page))];
  return document.spans.filter(({ code }) => PATH.test(code) && !MADE.test(code)).filter(({ code }) => {
    const at = places.filter((place) => existsSync(join(place, code.split('/')[0])));
    return at.length > 0 && !at.some((place) => isThere(place, code));
  }).map(({ code, line }) => `${page}:${line}: there is no ${code}`);
}
