// Watches a program from outside, as Prometheus and Kubernetes do.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PROMTOOL = fileURLToPath(new URL('../../.deps/prometheus/promtool', import.meta.url));

// Far longer than anything here takes.
const LONGEST_WAIT_MS = 120_000;

/** Runs Prometheus's own checker and gives what it found wrong: nothing, for what is in order. */
export function promtool(args, input = '') {
  const { status, stdout, stderr, error } = spawnSync(PROMTOOL, args, { input, encoding: 'utf8' });
  assert.ifError(error);
  return status === 0 ? '' : `${stdout}${stderr}` || `exit code ${status}`;
}

/** Waits until `look()` gives something, and gives that. */
export async function until(look, describe = () => '') {
  for (const begun = Date.now(); Date.now() - begun < LONGEST_WAIT_MS;) {
    const found = await look();
    if (found) return found;
    await sleep(10);
  }
  return assert.fail(`waited in vain\n${describe()}`);
}

/** The events that a program with --log-format json has logged so far, whole lines only. */
export function eventsOf(text) {
  return text.slice(0, text.lastIndexOf('\n') + 1).split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
}

/** Waits until the program has logged what `wanted(events)` looks for, and gives that. */
export const logged = (program, wanted) =>
  until(() => wanted(eventsOf(program.stderrSoFar())), () => program.stderrSoFar().slice(-4000));

/** Where the program says it serves; it has to be told --metrics-address with port 0. */
export const addressOf = (program) => until(() => /serving metrics.*?address"?[=:]"?([^\s"]+)/.exec(program.stderrSoFar())?.[1],
  () => program.stderrSoFar());

const unescaped = (text) => text.replace(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : c));

/** The samples of a scrape, which must be in order: {name{label="…"}: number}, labels in alphabetical order. */
export function samplesOf(text) {
  assert.equal(promtool(['check', 'metrics'], text), '', text);
  const samples = {};
  for (const line of text.split('\n').filter((each) => each && !each.startsWith('#'))) {
    const [, name, labels = '', value] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line);
    const pairs = [...labels.matchAll(/([a-z]+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, of]) => `${label}="${unescaped(of)}"`).sort();
    const key = `${name.replace(/^github_stats_/, '')}${pairs.length ? `{${pairs.join(',')}}` : ''}`;
    assert.ok(!(key in samples), `twice: ${line}`);
    samples[key] = value === '+Inf' ? Infinity : Number(value);
  }
  return samples;
}

/** What is served at an address. */
export class Watcher {
  constructor(address) {
    this.url = `http://${address.replace('[::]', '127.0.0.1').replace('0.0.0.0', '127.0.0.1')}`;
  }

  static async of(program) {
    return new Watcher(await addressOf(program));
  }

  async get(path, options) {
    const response = await fetch(`${this.url}${path}`, options);
    return { status: response.status, text: await response.text(), headers: response.headers };
  }

  /** A scrape's text. */
  async scrape() {
    const { status, text, headers } = await this.get('/metrics');
    assert.equal(status, 200);
    assert.match(headers.get('content-type'), /^text\/plain; version=0\.0\.4/);
    return text;
  }

  async samples() {
    return samplesOf(await this.scrape());
  }
}
