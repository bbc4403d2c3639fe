// Holds requests against Google's discovery document, which says what an API takes.

import { readFileSync } from 'node:fs';

// Formats of a text, and of a number. https://developers.google.com/discovery/v1/type-format
const TEXT = {
  int64: /^-?\d+$/,
  uint64: /^\d+$/,
  byte: /^[A-Za-z0-9+/_-]*={0,2}$/,
  date: /^\d{4}-\d\d-\d\d$/,
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
};
const PARAMETER = { integer: /^-?\d+$/, number: /^-?\d+(\.\d+)?$/, boolean: /^(true|false)$/ };

function* methodsBelow(resources = {}) {
  for (const { methods = {}, resources: inner } of Object.values(resources)) {
    yield* Object.values(methods);
    yield* methodsBelow(inner);
  }
}

/** `b/{bucket}/o/{+object}` as an expression: each placeholder is one segment, its "/" encoded. */
function templateOf(path) {
  const escaped = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\{(?:\\\+)?(\w+)\}/g, (_, name) => `(?<${name}>[^/]+)`)}$`);
}

/** Where a placeholder is a whole resource's name, "{+resource}:verb", the document has the path in full besides. */
const pathOf = ({ path, flatPath }) => (/\{\+resource\}/.test(path) ? flatPath ?? path : path);

function parameterProblem(name, value, { type, format, enum: allowed, pattern }) {
  const wrong = (what) => `the parameter ${name}=${value} ${what}`;
  if (allowed && !allowed.includes(value)) return wrong(`is none of ${allowed.join(', ')}`);
  if (PARAMETER[type] && !PARAMETER[type].test(value)) return wrong(`is no ${type}`);
  if (format === 'uint32' && Number(value) < 0) return wrong(`is no ${format}`);
  if (TEXT[format] && !TEXT[format].test(value)) return wrong(`is no ${format}`);
  if (pattern && !new RegExp(pattern).test(value)) return wrong(`does not match ${pattern}`);
  return undefined;
}

export class Contract {
  #document;
  #routes = [];

  #loose;

  /**
   * @param file a discovery document
   * @param loose texts, as "Schema.field", that may be given as numbers or booleans, as Google's own clients do
   */
  constructor(file, loose = []) {
    this.#loose = loose;
    this.#document = JSON.parse(readFileSync(file, 'utf8'));
    for (const method of methodsBelow(this.#document.resources)) {
      this.#route(method, this.#document.basePath + pathOf(method), 'plain');
      for (const [protocol, { path }] of Object.entries(method.mediaUpload?.protocols ?? {})) this.#route(method, path, protocol);
    }
  }

  #route(method, path, protocol) {
    this.#routes.push({ method, protocol, template: templateOf(path) });
  }

  /**
   * @param verb GET, POST, …
   * @param path as sent, still percent-encoded
   * @returns {method, protocol, names} of the method there, `protocol` being "plain", or "simple" or "resumable"
   *   for an upload's path, and `names` the decoded parts of the path; undefined when there is none
   */
  find(verb, path) {
    for (const { method, protocol, template } of this.#routes) {
      const match = method.httpMethod === verb && template.exec(path);
      if (match) {
        const names = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
        return { method, protocol, names: Object.fromEntries(names) };
      }
    }
    return undefined;
  }

  /** What is wrong with a method's parameters, those of the path left out: a list of texts. */
  parameterProblems(method, query) {
    const known = { ...this.#document.parameters, ...method.parameters };
    const problems = [];
    for (const name of new Set(query.keys())) {
      const wanted = known[name];
      const values = query.getAll(name);
      if (wanted?.location !== 'query') problems.push(`${method.id} has no parameter ${name}`);
      else if (values.length > 1 && !wanted.repeated) problems.push(`the parameter ${name} is given ${values.length} times`);
      else problems.push(...values.map((value) => parameterProblem(name, value, wanted)));
    }
    const missing = Object.entries(known)
      .filter(([name, { location, required }]) => location === 'query' && required && !query.has(name));
    return [...problems.filter(Boolean), ...missing.map(([name]) => `${method.id} needs the parameter ${name}`)];
  }

  /** What is wrong with a method's body, any JSON value or undefined: a list of texts. */
  bodyProblems(method, body) {
    if (body === undefined) return method.request && !method.mediaUpload ? [`${method.id} needs a body`] : [];
    if (!method.request) return [`${method.id} takes no body`];
    const schema = this.#document.schemas[method.request.$ref];
    const needed = Object.entries(schema.properties)
      .filter(([name, { annotations }]) => annotations?.required?.includes(method.id) && body?.[name] === undefined);
    return [...this.#valueProblems(body, schema, schema.id), ...needed.map(([name]) => `${method.id} needs ${schema.id}.${name}`)];
  }

  #valueProblems(value, given, place) {
    const schema = given.$ref ? this.#document.schemas[given.$ref] : given;
    // A patch removes a field by null.
    if (value === null || schema.type === 'any') return [];
    if (schema.type === 'object') return this.#objectProblems(value, schema, place);
    if (schema.type === 'array') {
      if (!Array.isArray(value)) return [`${place} is no array`];
      return value.flatMap((element, i) => this.#valueProblems(element, schema.items, `${place}[${i}]`));
    }
    if (schema.type === 'integer' ? !Number.isInteger(value) : typeof value !== schema.type) return [`${place} is no ${schema.type}`];
    if (schema.enum && !schema.enum.includes(value)) return [`${place} is none of ${schema.enum.join(', ')}`];
    return TEXT[schema.format] && !TEXT[schema.format].test(value) ? [`${place} is no ${schema.format}`] : [];
  }

  #objectProblems(value, { id, properties = {}, additionalProperties }, place) {
    if (typeof value !== 'object' || Array.isArray(value)) return [`${place} is no object`];
    return Object.entries(value).flatMap(([name, inner]) => {
      const schema = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
      if (this.#loose.includes(`${id}.${name}`) && typeof inner !== 'object') return [];
      if (schema?.readOnly) return [`the field ${place}.${name} is for output only`];
      return schema ? this.#valueProblems(inner, schema, `${place}.${name}`) : [`there is no field ${place}.${name}`];
    });
  }
}
