// What a page of Markdown holds: fenced blocks, code spans, links, headings, tables. As much of CommonMark as these pages
// use; what is written in another way is not missed, but named (`indented`, `unresolved`).

const FENCE = /^( {0,9})(`{3,}|~{3,})\s*(.*)$/;
const LIST_ITEM = /^ {0,3}(?:[-*+]|\d+[.)])\s/;
const ESCAPED_BRACKET = /\\[[\]]/g;
const TABLE_ROW = /^\s*\|/;

/** Puts blanks where `pattern` matches, so that places stay the same. */
const blank = (text, pattern) => text.replace(pattern, (found) => found.replace(/[^\n]/g, ' '));

function fenceOf(info, line) {
  const [language = '', ...words] = info.split(/\s+/).filter(Boolean);
  const options = Object.fromEntries(words.map((word) => [word.split('=')[0], word.includes('=') ? word.slice(word.indexOf('=') + 1) : true]));
  return { language, options, line, lines: [] };
}

/** Takes the fences out of the lines: {fences, rest}, where rest has empty lines instead. */
function takeFences(lines) {
  const fences = [];
  let open;
  const rest = lines.map((text, i) => {
    const [, indent, marks, info] = FENCE.exec(text) ?? [];
    if (open) {
      if (marks && marks[0] === open.marks[0] && marks.length >= open.marks.length && !info) open = undefined;
      else open.fence.lines.push(text.startsWith(open.indent) ? text.slice(open.indent.length) : text);
      return '';
    }
    if (!marks) return text;
    open = { marks, indent, fence: fenceOf(info, i + 1) };
    fences.push(open.fence);
    return '';
  });
  if (open) open.fence.unclosed = true;
  return { rest, fences: fences.map(({ lines: body, ...fence }) => ({ ...fence, text: body.map((line) => `${line}\n`).join('') })) };
}

/** Numbers of the lines of code that is indented instead of fenced. */
function indentedCode(lines) {
  const found = [];
  let margin = '';
  lines.forEach((text, i) => {
    if (/^(?: {4}|\t)\S/.test(text)) {
      const begins = i === 0 || lines[i - 1].trim() === '';
      if (begins && !LIST_ITEM.test(margin)) found.push(i + 1);
    } else if (/^\S/.test(text)) {
      margin = text;
    }
  });
  return found;
}

/** Paragraphs, rows of tables and the like: {text, line}. */
function blocksOf(lines) {
  const blocks = [];
  let open;
  lines.forEach((text, i) => {
    const alone = TABLE_ROW.test(text);
    if (open && !alone && text.trim() && !LIST_ITEM.test(text) && !open.alone) open.text += `\n${text}`;
    else if (text.trim()) blocks.push(open = { text, line: i + 1, alone });
    if (!text.trim()) open = undefined;
  });
  return blocks;
}

const lineAt = (block, index) => block.line + block.text.slice(0, index).split('\n').length - 1;

const SPAN = /(?<!`)(`+)(?!`)([^]*?[^`])\1(?!`)/g;

function spansOf(block) {
  return [...block.text.matchAll(SPAN)].map(({ 2: code, index }) => ({
    code: code.replace(/\s*\n\s*/g, ' ').replaceAll('\\|', '|').trim(), line: lineAt(block, index) }));
}

const DEFINITION = /^ {0,3}\[([^\]]+)\]:\s*(\S+)/gm;
const INLINE_LINK = /\[(?:[^[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g;
const HTML_LINK = /<(?:a|img)\b[^>]*\b(?:href|src)="([^"]*)"/g;
const REFERENCE = /\[([^[\]]+)\](?:\[([^\]]*)\])?/g;

function linksOf(block, definitions) {
  const text = blank(blank(block.text, SPAN), ESCAPED_BRACKET);
  const at = (target, index) => ({ target, line: lineAt(block, index) });
  const links = [INLINE_LINK, HTML_LINK, DEFINITION].flatMap((pattern) =>
    [...text.matchAll(pattern)].map((found) => at(found[pattern === DEFINITION ? 2 : 1], found.index)));
  const others = blank(blank(text, DEFINITION), INLINE_LINK);
  const unresolved = [...others.matchAll(REFERENCE)].filter(({ 1: words, 2: name }) =>
    !definitions.has((name || words).toLowerCase()) && !/^[ x]$/.test(words))
    .map((found) => at(found[0], found.index));
  return { links, unresolved };
}

/** The anchor that GitHub gives to a heading. */
export function slugOf(heading) {
  return heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '').trim().toLowerCase()
    .replace(/[^\p{Letter}\p{Number}\p{Mark}_\- ]/gu, '').replaceAll(' ', '-');
}

function anchorsOf(lines) {
  const seen = new Map();
  const anchors = new Set();
  for (const text of lines) {
    for (const [, name] of text.matchAll(/<a\b[^>]*\b(?:id|name)="([^"]+)"/g)) anchors.add(name);
    const [, heading] = /^#{1,6}\s+(.*?)\s*#*$/.exec(text) ?? [];
    if (heading === undefined) continue;
    const slug = slugOf(heading);
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    anchors.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return anchors;
}

const cellsOf = (row) => row.trim().replace(/^\||\|$/g, '').split(/(?<!\\)\|/).map((cell) => cell.trim());

/** {line, head: cells, rows: [{line, cells}]} of each table. */
function tablesOf(lines) {
  const tables = [];
  lines.forEach((text, i) => {
    if (!TABLE_ROW.test(text)) return;
    if (i === 0 || !TABLE_ROW.test(lines[i - 1])) tables.push({ line: i + 1, head: cellsOf(text), rows: [] });
    else if (!/^[\s|:-]+$/.test(text)) tables.at(-1).rows.push({ line: i + 1, cells: cellsOf(text) });
  });
  return tables;
}

/**
 * @returns {fences, spans, links, unresolved, anchors, tables, indented}: fences {language, options, line, text, unclosed},
 *   of which options are the further words of the info string (`name` or `name=value`); spans {code, line}; links
 *   {target, line}; unresolved are those that name nothing; indented are numbers of lines
 */
export function parseMarkdown(text) {
  const { fences, rest } = takeFences(text.split('\n'));
  const blocks = blocksOf(rest);
  const definitions = new Set([...rest.join('\n').matchAll(DEFINITION)].map(([, name]) => name.toLowerCase()));
  const found = blocks.map((block) => linksOf(block, definitions));
  return {
    fences,
    spans: blocks.flatMap(spansOf),
    links: found.flatMap(({ links }) => links),
    unresolved: found.flatMap(({ unresolved }) => unresolved),
    anchors: anchorsOf(rest),
    tables: tablesOf(rest),
    indented: indentedCode(rest),
  };
}
