// GitHub's published schema, with resolvers on it.

import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { resolveField, resolvers } from './resolvers.js';

/** Every field of a pull request can be the one that is too much. */
function guardPullRequests(schema) {
  for (const definition of Object.values(schema.getType('PullRequest').getFields())) {
    const { resolve = resolveField } = definition;
    definition.resolve = (pull, args, context, info) => {
      if (!context.trouble.poison.isEmpty) context.trouble.poison.checkField(pull, context, info);
      return resolve(pull, args, context, info);
    };
  }
}

function attach(schema) {
  for (const [typename, fields] of Object.entries(resolvers)) {
    const definitions = schema.getType(typename).getFields();
    for (const [name, resolve] of Object.entries(fields)) {
      if (!definitions[name]) throw new Error(`GitHub's schema has no ${typename}.${name}`);
      definitions[name].resolve = resolve;
    }
  }
  guardPullRequests(schema);
  return schema;
}

/** Built once for all: it takes a while and never changes. */
export const schema = attach(buildSchema(
  readFileSync(new URL('schema.graphql', import.meta.resolve('@octokit/graphql-schema')), 'utf8'),
  { assumeValid: true },
));
