// A page's blocks as one story: a script of the shell, which runs them in their order in one world.

import { spawnChild } from '../program.js';
import { LANGUAGES } from './fences.js';
import { substitute } from './substitutions.js';

const LONGEST_STORY_MS = 240_000;

const PRELUDE = `set -Eeuo pipefail
docs_step() { printf '\\n@@step %s\\n' "$1"; printf '\\n@@step %s\\n' "$1" >&2; }
trap 'printf "\\n@@failed with %s: %s\\n" "$?" "$BASH_COMMAND" >&2' ERR
# The last collection, for commands that name one.
docs_collection() {
  COLLECTION=$(find github-stats-data/*/_checkpoints -name '2*Z.json' 2>/dev/null | sort | tail -n 1 | sed 's|.*/||; s|\\.json||') || COLLECTION=
}
`;

const heredoc = (text, to) => `cat > ${to} <<'@@end'\n${text}@@end\n`;

/** A block that must fail with a certain code; bash forgets -e in a condition. */
const failing = (text, code) => `set +e; trap - ERR
( set -e
${text}
); docs_code=$?
set -e; [ "$docs_code" = ${code} ] || { printf '@@failed with %s instead of ${code}\\n' "$docs_code" >&2; exit 1; }\n`;

/** The lines of a session that somebody typed, behind `$ `, with those that a backslash joins to them. */
function commandsOf(session) {
  let joined = false;
  return session.split('\n').filter((line) => {
    const typed = joined || line.startsWith('$ ');
    joined = typed && line.endsWith('\\');
    return typed;
  }).map((line) => `${line.replace(/^[$>] /, '')}\n`).join('');
}

const BODIES = {
  sh: (text, { fails }) => (fails === undefined ? text : failing(text, Number(fails))),
  env: (text, { apart }) => `${heredoc(text, '"$DOCS_WORLD/block.env"')}docs-env "$DOCS_WORLD/block.env"${apart ? ' apart' : ''}\n`,
  sql: (text) => `${heredoc(text, '"$DOCS_WORLD/block.sql"')}github-stats query --file "$DOCS_WORLD/block.sql"\n`,
  crontab: (text) => `${heredoc(text, '"$DOCS_WORLD/block.cron"')}crontab "$DOCS_WORLD/block.cron"\n`,
  python: (text) => `${heredoc(text, '"$DOCS_WORLD/block.py"')}docs-python "$DOCS_WORLD/block.py"\n`,
  toml: (text) => `${heredoc(text, '"$DOCS_WORLD/block.toml"')}docs-toml "$DOCS_WORLD/block.toml"\n`,
  console: commandsOf,
};

/** The blocks that are part of a page's story, in the cloud or not. */
export function stepsOf(document, { cloud = false } = {}) {
  return document.fences.filter(({ language, options }) =>
    (LANGUAGES[language]?.steps || options.file) && (options.cloud === true) === cloud);
}

function bodyOf({ language, options, text }) {
  if (options.file) return heredoc(text, `"${options.file}"`);
  return BODIES[language](text, options);
}

function scriptOf(steps, world) {
  return PRELUDE + steps.map((step) =>
    `docs_step ${step.line}\ndocs_collection\n${bodyOf({ ...step, text: substitute(step.text, world) })}\n`).join('') + 'docs_step end\n';
}

/** What each step printed, by its line. */
function outputsOf(text) {
  const parts = text.split(/^@@step (\S+)\n/m);
  const outputs = new Map();
  for (let i = 1; i < parts.length; i += 2) outputs.set(parts[i], parts[i + 1]);
  return outputs;
}

async function runScript(script, world) {
  // A group of its own, so that what a step left running ends with it.
  const child = spawnChild('bash', ['-c', script], { cwd: world.folder, env: world.env, detached: true });
  const output = { stdout: [], stderr: [] };
  for (const name of ['stdout', 'stderr']) child[name].on('data', (chunk) => output[name].push(chunk));
  const end = () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch { /* it has ended */ }
  };
  const timer = setTimeout(end, LONGEST_STORY_MS);
  const code = await new Promise((resolve) => { child.once('exit', (status, signal) => resolve(status ?? signal)); });
  clearTimeout(timer);
  end();
  await new Promise((resolve) => { setImmediate(resolve); });
  return { code, stdout: Buffer.concat(output.stdout).toString(), stderr: Buffer.concat(output.stderr).toString() };
}

/**
 * Runs steps, fences as readDocument gives them, in a world.
 *
 * @returns {problem, outputs}: '' or what went wrong, with the step's line; outputs is a Map from a step's line to what
 *   it printed
 */
export async function runSteps(path, steps, world) {
  const { code, stdout, stderr } = await runScript(scriptOf(steps, world), world);
  const [out, err] = [outputsOf(stdout), outputsOf(stderr)];
  const outputs = new Map([...out].map(([line, text]) => [Number(line), text + (err.get(line) ?? '')]));
  if (code === 0 && out.has('end')) return { problem: '', outputs };
  const line = [...out.keys()].at(-1) ?? 0;
  return { problem: `${path}:${line}: the block failed (${code})\n${(out.get(line) ?? '').slice(-1500)}\n${(err.get(line) ?? stderr).slice(-3000)}`, outputs };
}
