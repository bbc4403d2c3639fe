// Whoever reads the pages: what a reader has where a page begins.

import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeApp } from '../app.js';
import { startProgram } from '../program.js';
import { startSimulator } from '../simulator.js';
import { unlikeLines } from './console.js';
import { runSteps } from './script.js';
import { makeWorld } from './world.js';

const SIZE = ['--repositories', '3', '--pull-requests', '60', '--plain', '--points-per-hour', '1000000'];

/** Lines of a page's outputs that are not what was printed before them. */
function outputProblems(path, steps, outputs) {
  let before = '';
  return steps.flatMap((step) => {
    before += outputs.get(step.line) ?? '';
    return step.language === 'console'
      ? unlikeLines(step.text, before).map((line) => `${path}:${step.line}: nothing printed ${JSON.stringify(line)}`) : [];
  });
}

export class Reader {
  /**
   * @param settings lines of .env, besides the token
   * @param env more of the environment
   */
  static async create({ settings, env = {} }) {
    const app = await makeApp();
    const simulator = await startSimulator([...SIZE, ...app.option]);
    const settled = await mkdtemp(join(tmpdir(), 'github-stats-settled-'));
    await writeFile(join(settled, '.env'), ['GITHUB_TOKEN=sim-token', ...settings, ''].join('\n'));
    return new Reader(app, simulator, settled, { ...env, DOCS_APP_KEY: app.keyFile });
  }

  constructor(app, simulator, settled, env) {
    Object.assign(this, { app, simulator, settled, env });
  }

  /** Does what QUICKSTART.md says; pages in docs/ go on from what it leaves behind. */
  async settle() {
    for (const args of [['init'], ['backfill', '--days', '36500']]) {
      const { code, stderr } = await startProgram(args, { cwd: this.settled, env: { GITHUB_API_URL: this.simulator.url, ...this.env } }).result;
      if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`);
    }
  }

  /**
   * Runs a page's steps: one beside the sources' root begins in a fresh clone, one in docs/ where QUICKSTART.md ends, any other
   * in its folder of a clone.
   *
   * @param options as makeWorld takes them, where they differ
   * @returns what is wrong, '' if nothing is
   */
  async read(path, steps, options = {}) {
    const fresh = dirname(path) === '.';
    const at = fresh || path.startsWith('docs/') ? '' : dirname(path);
    const contents = fresh || at ? undefined : this.settled;
    const world = await makeWorld(this.simulator, { at, installed: !fresh, contents, env: this.env, ...options });
    try {
      await copyFile(this.app.keyFile, join(world.root, 'path/to/private-key.pem'));
      const { problem, outputs } = await runSteps(path, steps, world);
      return problem || outputProblems(path, steps, outputs).join('\n');
    } finally {
      await world.remove();
    }
  }

  async close() {
    await this.simulator.close();
    await this.app.remove();
    await rm(this.settled, { recursive: true });
  }
}
