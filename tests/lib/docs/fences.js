// The languages that a fenced block may be in, and what of it can be told without running it.
//
// A new language is a line in LANGUAGES. `steps` says that blocks of it are part of the page's story: script.js runs them.
//
// A drawing is `text`. An output is `console`: its lines must have been printed before, but for figures; what stands behind `$ `
// in it is run.
//
// Words after the language:
//   cloud        part of the story that needs a bucket and BigQuery
//   apart        env only: another way to write what stands elsewhere; accepted, and not kept
//   file=NAME    written to that file, where later commands find it
//   fails=CODE   sh only: ends with this exit code

import { spawnSync } from 'node:child_process';
import { parseAllDocuments } from 'yaml';

function jsonProblem(text) {
  try {
    JSON.parse(text);
    return '';
  } catch (error) {
    const lines = text.split('\n').filter((line) => line.trim());
    const wrong = lines.find((line) => !isJson(line));
    return wrong === undefined && lines.length > 1 ? '' : `is not JSON: ${error.message}`;
  }
}

function isJson(line) {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function yamlProblem(text) {
  const errors = parseAllDocuments(text, { strict: true, uniqueKeys: true }).flatMap((each) => each.errors ?? []);
  return errors.length > 0 ? `is not YAML: ${errors[0].message}` : '';
}

function checkedBy(command, text, what) {
  const { status, stderr, error } = spawnSync(command[0], command.slice(1), { input: text, encoding: 'utf8' });
  if (error) return `can't be checked: ${error.message}`;
  return status === 0 ? '' : `is not ${what}: ${stderr.trim().split('\n').at(-1)}`;
}

const shellProblem = (text) => checkedBy(['bash', '-n'], text, 'shell');
const pythonProblem = (text) => checkedBy(['python3', '-c', 'import sys; compile(sys.stdin.read(), "block", "exec")'], text, 'Python');
const tomlProblem = (text) => checkedBy(['python3', '-c', 'import sys, tomllib; tomllib.loads(sys.stdin.read())'], text, 'TOML');
const linesProblem = (pattern, what) => (text) => {
  const wrong = text.split('\n').find((line) => line.trim() && !pattern.test(line));
  return wrong === undefined ? '' : `is not ${what}: ${wrong}`;
};

// A drawing or an output holds no command that nobody runs.
const textProblem = (text) => (/^(?:\$ |github-stats |make )/m.test(text) ? 'has commands: they belong into sh' : '');

export const LANGUAGES = {
  sh: { problem: shellProblem, steps: true },
  sql: { problem: () => '', steps: true },
  env: { problem: linesProblem(/^(?:#|[A-Z][A-Z0-9_]*=)/, 'a line NAME=VALUE'), steps: true },
  crontab: { problem: linesProblem(/^(?:#|[A-Z_]+=|(?:\S+\s+){5}\S)/, "a line of cron's"), steps: true },
  python: { problem: pythonProblem, steps: true },
  toml: { problem: tomlProblem, steps: true },
  console: { problem: () => '', steps: true },
  json: { problem: jsonProblem },
  yaml: { problem: yamlProblem },
  ini: { problem: linesProblem(/^(?:[#;]|\[[\w.]+\]$|[\w.-]+ *=)/, 'a line of an INI file') },
  text: { problem: textProblem },
};

const OPTIONS = ['cloud', 'apart', 'file', 'fails'];

function problemOf(fence) {
  if (fence.unclosed) return 'does not end';
  if (!fence.language) return `names no language (one of ${Object.keys(LANGUAGES).join(', ')})`;
  if (!Object.hasOwn(LANGUAGES, fence.language)) return `is in ${fence.language}, which nothing checks (see tests/lib/docs/fences.js)`;
  const unknown = Object.keys(fence.options).find((option) => !OPTIONS.includes(option));
  if (unknown) return `has the word ${unknown}, which means nothing (see tests/lib/docs/fences.js)`;
  if (fence.text.trim() === '') return 'is empty';
  return LANGUAGES[fence.language].problem(fence.text);
}

export function fenceProblems(document) {
  return [
    ...document.fences.map((fence) => [fence.line, problemOf(fence)]).filter(([, problem]) => problem)
      .map(([line, problem]) => `${document.path}:${line}: the block ${problem}`),
    ...document.indented.map((line) => `${document.path}:${line}: code is indented instead of fenced`),
  ];
}
