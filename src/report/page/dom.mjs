// Elements, made of text: nothing from the rows is ever read as HTML.

/**
 * @param attributes a function is a listener, "on" and the event's name; false and undefined leave one out
 * @param children elements and texts
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, '');
    else if (value !== false && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

/** Text from outside, which may run from right to left. */
export const foreign = (text) => element('bdi', {}, text);

/** What a section shows when there is nothing to show. */
export const emptyState = (text) => element('p', { class: 'empty' }, text);

/** A link to a page of the web, and to nothing else. */
export function link(url, ...children) {
  return /^https?:\/\//.test(url) ? element('a', { href: url, rel: 'noreferrer noopener' }, ...children)
    : element('span', {}, ...children);
}

let sections = 0;

/** A part of the page, with its heading. */
export function section(title, explanation, ...children) {
  const id = `section-${sections += 1}`;
  return element('section', { 'aria-labelledby': id },
    element('h2', { id }, title),
    explanation ? element('p', { class: 'explanation' }, explanation) : null,
    ...children);
}
