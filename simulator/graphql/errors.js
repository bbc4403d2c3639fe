import { GraphQLError } from 'graphql';

/** An error of one of GitHub's types, which it puts at the top level of the error object. */
export function gitHubError(type, message, { nodes, path, extensions } = {}) {
  return new GraphQLError(message, { nodes, path, extensions: { type, ...extensions } });
}

/** An error as GitHub writes it: {type, path, locations, message}. */
export function formatError(error) {
  const { type, ...extensions } = error.extensions ?? {};
  const formatted = {};
  if (type) formatted.type = type;
  if (error.path) formatted.path = error.path;
  if (Object.keys(extensions).length) formatted.extensions = extensions;
  if (error.locations) formatted.locations = error.locations;
  formatted.message = error.message;
  return formatted;
}
