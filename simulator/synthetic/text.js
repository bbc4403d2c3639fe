// Text that looks like what people write about code.

const WORDS = `the a this that when we should not also because cache retry worker token queue page cursor index
schema table merge branch commit review test flaky timeout metric counter handler client server request response
parser writer reader buffer thread lock race leak config default option flag value error message warning null empty
order window batch chunk stream upload load store bucket row column key id time zone clock limit budget point node
edge list map set string number integer float boolean type interface module package version release build lint
format docs example guide rename remove add fix move split extract inline simplify handle support avoid prevent
allow reject accept validate check assert cover reuse share copy drop keep before after while until into from with
without between same other first last next previous every only still already again now later slow fast small large
simple complex correct wrong missing stale fresh local remote public private internal external`.split(/\s+/);

const VERBS = ['Fix', 'Add', 'Remove', 'Refactor', 'Rename', 'Handle', 'Speed up', 'Document', 'Test', 'Bump',
  'Simplify', 'Support', 'Revert', 'Avoid', 'Split'];
const AREAS = ['api', 'web', 'auth', 'billing', 'search', 'ingest', 'ui', 'infra', 'docs', 'ci', 'core', 'store'];
const FOLDERS = ['src', 'lib', 'app', 'internal', 'pkg', 'test', 'docs', 'tools'];
const EXTENSIONS = ['cc', 'h', 'py', 'ts', 'go', 'md', 'yaml', 'sql'];
const CODE = ['if (page.empty()) return {};', 'const next = cursor ?? null;', 'retry(budget, [&] { return send(); });',
  'for row in rows:\n    yield row', 'SELECT count(*) FROM pull_requests WHERE merged_at IS NOT NULL;',
  'assert(limit <= 100);', 'return std::nullopt;', 'log.warn("slow page", { ms });'];
const SHORT = ['LGTM', 'LGTM :rocket:', 'nit: naming', 'Done.', 'Good catch, fixed.', 'Thanks!', '+1', 'Why not `const`?',
  'PTAL', 'Could you add a test for this?', 'I think this races with the other worker.', 'Rebased on main.', '👍'];

// Written in a browser's text box, where a line ends with CR LF.
const LINE = '\r\n';

function words(random, count) {
  let text = '';
  for (let i = 0; i < count; i += 1) text += (i ? ' ' : '') + random.pick(WORDS);
  return text;
}

export function sentence(random) {
  const text = words(random, random.integer(4, 14));
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}

export function subject(random) {
  return `${random.pick(AREAS)}: ${random.pick(VERBS)} ${words(random, random.integer(2, 6))}`;
}

export function filePath(random) {
  return `${random.pick(FOLDERS)}/${random.pick(AREAS)}/${words(random, 1)}_${words(random, 1)}.${random.pick(EXTENSIONS)}`;
}

export function branchName(random, login) {
  return `${login}/${words(random, random.integer(1, 3)).replaceAll(' ', '-')}-${random.integer(1, 999)}`;
}

function codeBlock(random) {
  return ['```' + random.pick(['', 'cpp', 'py', 'sql']), random.pick(CODE), '```'].join(LINE);
}

function paragraph(random) {
  const sentences = [];
  for (let i = random.integer(1, 4); i > 0; i -= 1) sentences.push(sentence(random));
  return sentences.join(' ');
}

/** The description of a pull request: a few paragraphs of markdown, seldom very long. */
export function description(random) {
  const parts = [];
  for (let i = 1 + random.count(1.2, 0.8, 30); i > 0; i -= 1) {
    const kind = random.next();
    if (kind < 0.6) parts.push(paragraph(random));
    else if (kind < 0.75) parts.push(['## ' + sentence(random), '', paragraph(random)].join(LINE));
    else if (kind < 0.9) parts.push(['- [x] ' + sentence(random), '- [ ] ' + sentence(random)].join(LINE));
    else parts.push(codeBlock(random));
  }
  return parts.join(LINE + LINE);
}

export function remark(random) {
  const kind = random.next();
  if (kind < 0.35) return random.pick(SHORT);
  if (kind < 0.85) return paragraph(random);
  return [paragraph(random), '', codeBlock(random)].join(LINE);
}

/** A hunk as GitHub shows it above a review comment. */
export function diffHunk(random, line) {
  const lines = [`@@ -${line},6 +${line},8 @@ ${words(random, 2)}`];
  for (let i = random.integer(2, 8); i > 0; i -= 1) {
    lines.push(random.pick([' ', '+', '-']) + '  ' + random.pick(CODE).split('\n')[0]);
  }
  return lines.join('\n');
}
