// Partial answers: the parameter `fields`, "items(name,size),nextPageToken" for one.
// https://cloud.google.com/storage/docs/json_api#partial-response

import { Refusal } from './answers.js';

/** @returns the selection as a tree of Maps, {items: {name, size}, …}; throws where it can't be read */
function parse(text) {
  const tokens = text.match(/[^,()/\s]+|[,()/]/g) ?? [];
  const take = (token) => tokens[0] === token && tokens.shift();
  const list = () => {
    const chosen = new Map();
    do {
      const name = tokens.shift();
      if (name === undefined || /[,()/]/.test(name)) throw new Refusal(400, `Invalid field selection ${text}`);
      let inner;
      if (take('/')) inner = single();
      else if (take('(')) {
        inner = list();
        if (!take(')')) throw new Refusal(400, `Invalid field selection ${text}`);
      }
      chosen.set(name, inner);
    } while (take(','));
    return chosen;
  };
  const single = () => {
    const name = tokens.shift();
    return new Map([[name, take('/') ? single() : undefined]]);
  };
  const chosen = list();
  if (tokens.length) throw new Refusal(400, `Invalid field selection ${text}`);
  return chosen;
}

function choose(value, chosen) {
  if (!chosen || chosen.has('*')) return value;
  if (Array.isArray(value)) return value.map((element) => choose(element, chosen));
  return Object.fromEntries(Object.entries(value).filter(([name]) => chosen.has(name))
    .map(([name, inner]) => [name, inner !== null && typeof inner === 'object' ? choose(inner, chosen.get(name)) : inner]));
}

/** What `fields` leaves of an answer; all without it. */
export function chooseFields(value, fields) {
  return fields === null ? value : choose(value, parse(fields));
}
