// Tools for data: DuckDB's client and jq for real where they can be, dbt by what it would read.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parse } from 'yaml';
import { DOCS_CLONE, DOCS_PATH, fullPath, readArguments, refuseUnless, run, textOf } from './arguments.js';

/** `duckdb [-readonly] FILE SQL` or `duckdb -c SQL`, by DuckDB's own package for Node. */
async function duckdb(args) {
  const { words: [file, ...statements], options } = readArguments(args, { '-readonly': false, '-c': true, '-json': false, '-csv': false });
  refuseUnless(file ? existsSync(file) : options['-c'], `there is no ${file}`);
  const require = createRequire(join(DOCS_CLONE, '.deps/duckdb/package.json'));
  const { DuckDBInstance } = require('@duckdb/node-api');
  const instance = await DuckDBInstance.create(file ? fullPath(file) : ':memory:', options['-readonly'] ? { access_mode: 'READ_ONLY' } : {});
  const connection = await instance.connect();
  for (const sql of [...statements, ...options['-c'] ?? []]) {
    const reader = await connection.runAndReadAll(sql);
    process.stdout.write(`${reader.columnNames().join('|')}\n${reader.getRows().map((row) => `${row.join('|')}\n`).join('')}`);
  }
  connection.closeSync();
  instance.closeSync();
}

async function standardInput() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const realJq = () => DOCS_PATH.split(':').map((folder) => join(folder, 'jq')).find(existsSync);

/** jq itself, or where there is none a path of names, such as `.totals.period`, on standard input. */
async function jq(args) {
  const real = realJq();
  const input = args.some((word) => existsSync(word)) ? undefined : await standardInput();
  if (real) {
    const { status, stdout, stderr } = spawnSync(real, args, { input });
    process.stdout.write(stdout);
    process.stderr.write(stderr);
    return status;
  }
  const [filter, file] = args.filter((word) => !word.startsWith('-'));
  refuseUnless(/^(?:\.[a-z_]*)+$/.test(filter ?? ''), 'there is no jq on this machine, and only paths of names can be done without it');
  const value = filter.split('.').filter(Boolean).reduce((at, name) => at?.[name], JSON.parse(input ?? textOf(file)));
  process.stdout.write(`${JSON.stringify(value ?? null, null, 2)}\n`);
  return args.includes('-e') && (value === undefined || value === null || value === false) ? 1 : 0;
}

/** `dbt test --select source:NAME --vars YAML`: of docs/dbt/sources.yml, with variables that it has. */
function dbt(args) {
  const { words, options } = readArguments(args, { '--select': true, '--vars': true });
  refuseUnless(words.length === 1 && ['test', 'parse', 'run'].includes(words[0]), 'takes test, parse or run');
  const text = textOf(join(DOCS_CLONE, 'docs/dbt/sources.yml'));
  const { sources } = parse(text);
  for (const select of options['--select'] ?? []) {
    refuseUnless(sources.some(({ name }) => select === `source:${name}`), `nothing is ${select}`);
  }
  for (const name of Object.keys(parse(options['--vars']?.[0] ?? '{}'))) refuseUnless(text.includes(`var('${name}'`), `sources.yml has no variable ${name}`);
}

/** Only to this machine: pages show how to ask a service that they have started. */
function curl(args) {
  const urls = args.filter((word) => /^https?:/.test(word));
  refuseUnless(urls.length > 0 && urls.every((url) => /^http:\/\/(?:127\.0\.0\.1|localhost)[:/]/.test(url)), 'asks other machines');
  return run('curl', args, { env: { PATH: DOCS_PATH } });
}

export const dataCommands = { duckdb, jq, dbt, curl, python3: (args) => run('python3', args, { env: { PATH: DOCS_PATH } }) };
