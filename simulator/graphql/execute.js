// One GraphQL request from its text to its answer.

import { execute, getOperationAST, getVariableValues, parse, TypeInfo, validate, visit, visitWithTypeInfo } from 'graphql';
import { Access } from './access.js';
import { formatError, gitHubError } from './errors.js';
import { Lies } from './lies.js';
import { measureQuery } from './limits.js';
import { Poison } from './poison.js';
import { resolveField } from './resolvers.js';
import { schema } from './schema.js';

// Clients send the same few texts over and over.
const KNOWN_QUERIES = 500;
const known = new Map();

function prepare(text) {
  let prepared = known.get(text);
  if (!prepared) {
    try {
      const document = parse(text);
      prepared = { document, errors: validate(schema, document), fieldOfTeam: fieldOfTeam(document) };
    } catch (error) {
      prepared = { errors: [error] };
    }
    if (known.size >= KNOWN_QUERIES) known.delete(known.keys().next().value);
    known.set(text, prepared);
  }
  return prepared;
}

const noTrouble = { poison: new Poison(), lies: new Lies(), access: new Access() };
const refusal = (errors) => ({ body: { errors: errors.map(formatError) }, cost: 0, nodesServed: 0 });

/** The first field of a team that a document names; undefined without one. `__typename` is no field of its own. */
function fieldOfTeam(document) {
  const types = new TypeInfo(schema);
  let found;
  visit(document, visitWithTypeInfo(types, {
    Field({ name: { value } }) {
      if (types.getParentType()?.name === 'Team' && value !== '__typename') found ??= value;
    },
  }));
  return found;
}

/**
 * The name an operation goes by, for statistics and faults; empty when it has none
 * or its text cannot be read.
 */
export function operationName(text, requested) {
  if (requested) return requested;
  const { document } = prepare(text);
  return document?.definitions.find((each) => each.kind === 'OperationDefinition')?.name?.value ?? '';
}

/**
 * @param request {query, variables, operationName}
 * @param spend (cost) => {limit, remaining, used, resetAt} | null when there is no limit,
 *              or undefined when the points have run out
 * @param trouble what goes wrong within the data: {poison, lies, access}
 * @param refusalOfTeams (field) => why the token may not ask for that field of a team; undefined where it may
 * @returns {body, cost, nodesServed, hasChoked}; a query that is refused costs nothing
 */
export function runQuery(world, request, spend, trouble = noTrouble, refusalOfTeams = () => undefined) {
  const { document, errors, fieldOfTeam: named } = prepare(request.query);
  if (errors.length) return refusal(errors);
  const scopesMissing = named && refusalOfTeams(named);
  if (scopesMissing) return refusal([gitHubError('INSUFFICIENT_SCOPES', scopesMissing)]);
  const operation = getOperationAST(document, request.operationName);
  if (!operation) return refusal([new Error('An operation name is required.')]);
  const variables = getVariableValues(schema, operation.variableDefinitions ?? [], request.variables ?? {});
  if (variables.errors) return refusal(variables.errors);
  const measured = measureQuery(schema, document, operation, variables.coerced);
  if (measured.errors.length) return refusal(measured.errors);
  const budget = spend(measured.cost);
  if (budget === undefined) {
    return { cost: 0, nodesServed: 0, body: {
      errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded for user ID 1.' }] } };
  }
  const rateLimit = budget && { ...budget, cost: measured.cost, nodeCount: measured.nodes };
  const contextValue = { world, rateLimit, trouble, nodesServed: 0, hasChoked: false };
  const result = execute({ schema, document, contextValue, fieldResolver: resolveField, rootValue: {},
    variableValues: request.variables, operationName: request.operationName });
  const body = { data: result.data };
  if (result.errors) body.errors = result.errors.map(formatError);
  if (body.data === undefined) delete body.data;
  const { nodesServed, hasChoked } = contextValue;
  return { body, cost: measured.cost, nodesServed, hasChoked };
}
