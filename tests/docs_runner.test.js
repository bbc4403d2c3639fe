// What docs.test.js is worth: pages that are wrong, each in one way, and what is found in them.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { mentionProblems, packagingCommands } from './lib/docs/comments.js';
import { messageProblems, unlikeLines } from './lib/docs/console.js';
import { readDocument, readDocuments } from './lib/docs/documents.js';
import { fenceProblems } from './lib/docs/fences.js';
import { completeCommands, inlineProblems } from './lib/docs/inline.js';
import { linkProblems, pathProblems } from './lib/docs/links.js';
import { parseMarkdown, slugOf } from './lib/docs/markdown.js';
import { runSteps, stepsOf } from './lib/docs/script.js';
import { substitute } from './lib/docs/substitutions.js';
import { makeWorld } from './lib/docs/world.js';
import { startSimulator } from './lib/simulator.js';

const simulator = await startSimulator(['--repositories', '2', '--pull-requests', '20', '--plain', '--points-per-hour', '1000000']);
after(() => simulator.close());

/** A repository of the given files: {path: text}. */
async function withPages(files, use) {
  const root = await mkdtemp(join(tmpdir(), 'github-stats-pages-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    }
    return await use((path) => readDocument(root, path), root);
  } finally {
    await rm(root, { recursive: true });
  }
}

const withPage = (text, use, more = {}) => withPages({ 'page.md': text, ...more }, (read) => use(read('page.md')));
const block = (info, text) => `\`\`\`${info}\n${text}\n\`\`\`\n`;

/** Each [text, pattern]: a check finds one problem that matches, or with null none. */
async function assertFound(check, cases, more) {
  for (const [text, pattern] of cases) {
    const problems = await withPage(text, check, more);
    if (pattern === null) assert.deepEqual(problems, [], text);
    else assert.ok(problems.length === 1 && pattern.test(problems[0]), `${text}\n${JSON.stringify(problems)}`);
  }
}

test('pages are found wherever they are, but not those of others', () => withPages(
  { 'README.md': '', 'docs/a/b.md': '', 'tests/node_modules/x/README.md': '', '.deps/y.md': '', 'build/z.md': '', 'notes.txt': '' },
  (read, root) => assert.deepEqual(readDocuments(root).map(({ path }) => path), ['README.md', 'docs/a/b.md'])));

test('a page is taken apart as GitHub does it', () => {
  const page = parseMarkdown(`# A \`b\` (c), d!\n# A \`b\` (c), d!\n1. item\n\n   ${'```'}sh cloud fails=2\n   make x\n   ${'```'}\n\n`
    + '| message | `a` |\n|---|---|\n| `x\\|y` | z |\n\nsee `two\nlines` and [a `link`](x.md#y "title") or [b][ref].\n\n[ref]: z.md\n');
  assert.deepEqual([...page.anchors], ['a-b-c-d', 'a-b-c-d-1']);
  assert.deepEqual(page.fences, [{ language: 'sh', options: { cloud: true, fails: '2' }, line: 5, text: 'make x\n' }]);
  assert.deepEqual(page.tables, [{ line: 9, head: ['message', '`a`'], rows: [{ line: 11, cells: ['`x\\|y`', 'z'] }] }]);
  assert.deepEqual(page.spans.map(({ code }) => code).slice(-3), ['x|y', 'two lines', 'link']);
  assert.deepEqual(page.links, [{ target: 'x.md#y', line: 14 }, { target: 'z.md', line: 16 }]);
  assert.deepEqual(page.unresolved, []);
  assert.equal(slugOf('When something is *wrong*: `x_y`?'), 'when-something-is-wrong-x_y');
});

test('blocks that nothing checks, or that are not what they say, are found', () => assertFound(fenceProblems, [
  [block('', 'x'), /page\.md:1: .*names no language/],
  [block('brainfuck', '+'), /is in brainfuck/],
  [block('sh clowd', 'true'), /the word clowd/],
  [block('sh', 'if true'), /is not shell/],
  [block('json', '{"a": 1,}'), /is not JSON/],
  [block('json', '{"a": 1}\n{"b": 2'), /is not JSON/],
  [block('json', '{"a": 1}\n{"b": 2}'), null],
  [block('yaml', 'a: 1\na: 2'), /is not YAML/],
  [block('python', 'def x(:'), /is not Python/],
  [block('env', 'export lower=1'), /NAME=VALUE/],
  [block('crontab', '0 * * * run'), /cron/],
  [block('text', '$ make build'), /belong into sh/],
  ['words\n\n    make build\n', /indented/],
  ['- item\n\n    more of the item\n', null],
  ['```sh\nmake', /does not end/],
]));

test('links, anchors and files that lead nowhere are found', () => assertFound((page) => [...linkProblems(page), ...pathProblems(page)], [
  ['[x](other.md)', null],
  ['[x](missing.md)', /missing\.md leads to nothing/],
  ['[x](other.md#there)', null],
  ['[x](other.md#nowhere)', /no heading of other\.md/],
  ['[x](#nowhere)', /no heading of page\.md/],
  ['[x](../../secret.md)', /out of the repository/],
  ['[x](http://plain.example)', /of a kind/],
  ['[x](https://example.org/whatever)', null],
  ['as [they say] it', /\[they say\] names no link/],
  ['<img src="no.png">', /no\.png leads to nothing/],
  ['`src/base/here.cc` and `base/here.cc`', null],
  ['`src/base/gone.cc`', /there is no src\/base\/gone\.cc/],
  ['`src/base/h*.cc`', null],
  ['`src/base/g*.cc`', /there is no/],
  ['`read/write`', null],
], { 'other.md': '# There\n', 'src/base/here.cc': '' }));

test('commands, flags, targets, variables and messages that do not exist are found', () => assertFound((page) => [...inlineProblems(page), ...messageProblems(page)], [
  ['`github-stats frobnicate`', /no command frobnicate/],
  ['`github-stats backfill --days 3`', null],
  ['`github-stats backfill --dayz 3`', /there is no --dayz/],
  ['`github-stats init --days 3`', /there is no --days/],
  ['`backfill [--days N\\|--hours N]`', /there is no --hours/],
  ['`--dayz N`', /no command has --dayz/],
  ['`make build`', null],
  ['`make bild`', /bild/],
  ['`node bench/metrics.js`', null],
  ['`node bench/none.js`', /there is no bench\/none\.js/],
  ['`MAX_WORKERS=3`', null],
  ['`MAX_WORKRES=3`', /nothing is called MAX_WORKRES/],
  ['| message | cure |\n|---|---|\n| `GitHub refused the token (401)` | |\n', null],
  ['| message | cure |\n|---|---|\n| `GitHub ate the token (401)` | |\n', /nothing says "GitHub ate the token"/],
]));

test('commands in sentences are run when they are whole', () => withPage(
  '`github-stats metrics` `github-stats resume --collection-id …` `github-stats load-gcs --repo R` `github-stats query "SELECT 1"` `metrics`',
  (page) => assert.deepEqual(completeCommands(page).map(({ code }) => code), ['github-stats metrics', 'github-stats query "SELECT 1"'])));

test('an output that is not what was printed is found', () => {
  const printed = 'table    rows\ncommits  1,234\n';
  assert.deepEqual(unlikeLines('table  rows\ncommits    7\n', printed), []);
  assert.deepEqual(unlikeLines('table  lines\ncommits    7\n', printed), ['table  lines']);
  assert.deepEqual(unlikeLines('^C\ninterrupted; go on with: github-stats resume --collection-id 20260131T101500Z\n', ''), []);
});

test('pages and headings that comments name and that are not there are found, and commands in comments', () => withPages({
  'docs/a.md': '# In Kubernetes\n', 'src/x.cc': '// see docs/a.md and docs/none.md\n',
  'packaging/y.yaml': '# See docs/a.md, "In Kubernetes", and\n# docs/a.md, "On Mars".\n#\n#   kubectl apply -f y.yaml\na: 1\n',
}, (read, root) => {
  assert.deepEqual(mentionProblems(root), ['packaging/y.yaml: docs/a.md has no heading "On Mars"', 'src/x.cc names docs/none.md, which is not there']);
  assert.deepEqual(packagingCommands(root), [{ path: 'packaging/y.yaml', steps: [{ line: 4, language: 'sh', options: {}, text: 'kubectl apply -f y.yaml\n' }] }]);
}));

test('what was typed in a session is run, and is no output', async () => {
  const session = block('console', '$ echo one \\\n  two\none two\n$ false');
  assert.match(await problemOf(session), /page\.md:1: the block failed \(1\)\n[^]*one two/);
  assert.deepEqual(unlikeLines('$ echo one \\\n  two\none two\nthree three three\n', 'one two\n'), ['three three three']);
});

test('placeholders are replaced, and nothing else', () => {
  const place = { root: '/R', folder: '/F' };
  const same = 'https://host/etc/x $HOME/opt/y a/srv/b github_stats';
  assert.equal(substitute(same, place), same);
  assert.equal(substitute('T=ghp_… cat /etc/x file:/var/y "/srv/z" /srv/github-stats/w', place), 'T=sim-token cat /R/etc/x file:/R/var/y "/R/srv/z" /F/w');
});

/** Runs a page in a world of its own: the problem, '' if there is none. */
async function problemOf(text, options = {}) {
  const world = await makeWorld(simulator, options);
  try {
    return await withPage(text, async (page) => (await runSteps(page.path, stepsOf(page), world)).problem);
  } finally {
    await world.remove();
  }
}

const SETTINGS = block('env', 'GITHUB_TOKEN=ghp_…\nGITHUB_ORG=acme');

const WRONG_STORIES = [
  ['a command that fails', block('sh', 'false'), /page\.md:1: the block failed \(1\)/],
  ['one in the middle', block('sh', 'true\nfalse | true\ntrue'), /failed with 1/],
  ['one that there is not', block('sh', 'frobnicate'), /frobnicate: command not found/],
  ['an unknown flag', block('sh', 'github-stats query --frobnicate'), /--frobnicate/],
  ['a program that is not installed yet', block('sh', 'github-stats init'), /is not installed/, { installed: false }],
  ['a variable that is not set', block('sh', 'echo $NO_SUCH'), /NO_SUCH: unbound/],
  ['a target that there is not', block('sh', 'make frobnicate'), /frobnicate/],
  ['SQL that is wrong', block('sh', 'github-stats init') + block('sql', 'SELECT no_such FROM pull_requests'), /page\.md:4: [^]*no_such/],
  ['a setting that there is not', block('env', 'MAX_WORKRES=3'), /MAX_WORKRES is no setting/],
  ['a setting that is not allowed', `${SETTINGS}${block('env', 'MAX_WORKERS=0')}`, /MAX_WORKERS/],
  ['a time that cron does not know', block('crontab', '0 25 * * * true'), /cron would not take/],
  ['a command of cron that fails', block('crontab', '0 5 * * * github-stats frobnicate'), /frobnicate/],
  ['an exit code that is not the one', block('sh fails=2', 'github-stats --version'), /0 instead of 2/],
  ['Python that raises', block('python', 'import json\njson.loads("{")'), /JSONDecodeError/],
  ['a gcloud command that is in no table', block('sh', 'gcloud frobnicate now'), /not in the table/],
  ['a flag that gcloud needs', block('sh', 'gcloud services enable bigquery.googleapis.com'), /--project is missing/],
  ['a flag that gcloud has not', block('sh', 'gcloud services enable bigquery.googleapis.com --project acme-data --force'), /no --force/],
  ['a role that there is not', block('sh', 'gcloud projects add-iam-policy-binding acme-data --role roles/bigquery.king --member user:a@b'), /--role can't be/],
  ['a unit that is not installed', block('sh', 'systemctl enable --now github-stats'), /not installed/],
  ['a user that there is not', block('sh', 'install -m 640 -g nobody-yet Makefile /etc/x'), /no user or group nobody-yet/],
  ['a manifest that there is not', block('sh', 'kubectl apply -f packaging/kubernetes/none.yaml'), /there is no packaging/],
  ['a manifest that is none', block('sh', 'kubectl apply -f docs/dbt/sources.yml'), /is no manifest/],
  ['a container that runs what is not', block('sh', 'docker run --rm github-stats backfill --dayz 3'), /--dayz/],
  ['a service of containers that there is not', block('sh', 'echo "services: {a: {image: x}}" > compose.yaml\ndocker compose run --rm b query throughput'), /no service b/],
  ['one that runs what is not', block('sh', 'echo "services: {a: {image: x}}" > compose.yaml\ndocker compose run --rm a querry throughput'), /no command querry/],
  ['a test that there is not', block('sh', 'node --test tests/none.test.js'), /there is no tests\/none/],
  ['a preset that there is not', block('sh', 'cmake --build --preset fast'), /no preset fast/],
  ['a label that no test has', block('sh', 'ctest --preset release -L quick'), /label quick/],
  ['a benchmark with too many words', block('sh', 'node bench/metrics.js 1 2 3'), /takes 2 arguments/],
  ['a service that does not start', `${SETTINGS}${block('sh', 'github-stats scheduled --interval 0')}`, /--interval/],
  ['a request to another machine', block('sh', 'curl https://example.org/'), /other machines/],
];

for (const [what, text, pattern, options] of WRONG_STORIES) {
  test(`a page with ${what} fails`, async () => assert.match(await problemOf(text, options), pattern));
}

test('where there is no jq, paths of names are done without it, and all else is refused', async () => {
  const without = { env: { DOCS_PATH: '/nowhere' } };
  assert.equal(await problemOf(block('sh', `[ "$(echo '{"a": {"b": 1}}' | jq .a.b)" = 1 ]`), without), '');
  assert.match(await problemOf(block('sh', `echo '{"a": {"b": 1}}' | jq '.a | length'`), without), /there is no jq/);
});

test('a page may install the package and go on with what it brings', async () => {
  const story = 'sudo apt-get install ./github-stats_*.deb\nsudo install -m 640 -g github-stats /etc/github-stats/env.example /etc/github-stats/env\n'
    + 'sudo systemctl enable --now github-stats\njournalctl -u github-stats\ngithub-stats --version';
  assert.match(await problemOf(block('sh', story), { installed: false }), /there is no/);
  assert.equal(await problemOf(block('sh', `touch github-stats_1_amd64.deb\n${story}`), { installed: false }), '');
});

test('a page that is right is run from its beginning to its end', async () => {
  const story = [
    block('sh', 'X=1\nexport GITHUB_TOKEN=ghp_…'),
    block('env', 'GITHUB_ORG=acme'),
    block('env apart', 'MAX_WORKERS=3'),
    block('text file=teams.txt', 'web: nobody'),
    block('sh', '[ "$X" = 1 ]\ngrep -q acme .env && ! grep -q MAX_WORKERS .env && test -f teams.txt\nmake install PREFIX=$HOME/.local\ngithub-stats init\ngithub-stats backfill --days 3000'),
    block('sql', 'SELECT CASE WHEN count(*) = 20 THEN 1 ELSE error(count(*)::text) END FROM pull_requests'),
    block('sh fails=2', 'github-stats wipe-gcs --all'),
    block('sh', 'github-stats scheduled --interval 6'),
    block('crontab', '0 */6 * * *  cd /srv/github-stats && github-stats collect --no-progress'),
    block('sh', 'kubectl apply -f packaging/kubernetes/cronjob.yaml\necho finished > /etc/finished\ncat /etc/finished'),
  ].join('\nwords\n\n');
  assert.equal(await problemOf(story, { installed: false }), '');
});
