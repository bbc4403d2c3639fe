// `Co-authored-by` trailers of a commit message, read as git-interpret-trailers reads them.

const TRAILER = /^([A-Za-z0-9][A-Za-z0-9-]*)[ \t]*:[ \t]*(.*)$/;

/**
 * The distinct co-authors in a message's trailer block, in order of first mention.
 * Only the last paragraph can be that block, and never the first one, which is the subject.
 */
export function coAuthors(message) {
  const paragraphs = message
    .replace(/\r\n?/g, '\n')
    .trim()
    .split(/\n(?:[ \t]*\n)+/);
  if (paragraphs.length < 2) return [];
  const people = new Set();
  for (const line of paragraphs.at(-1).split('\n')) {
    const match = TRAILER.exec(line);
    if (match && match[1].toLowerCase() === 'co-authored-by' && match[2].trim()) {
      people.add(match[2].trim());
    }
  }
  return [...people];
}
