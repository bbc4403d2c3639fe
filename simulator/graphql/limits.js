// GitHub's limits on a query, worked out from its text and variables before it
// runs: page sizes, the node limit and the points it costs.
// https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api

import { getNamedType, isCompositeType, valueFromASTUntyped } from 'graphql';
import { gitHubError } from './errors.js';

const MAX_PAGE = 100;
const MAX_IDS = 100;
const MAX_NODES = 500_000;

/** Fields of a connection that need no page: `stargazers { totalCount }` is accepted. */
const UNPAGED_FIELDS = new Set(['totalCount', '__typename']);

export const isConnection = (type) => type.name.endsWith('Connection') && 'pageInfo' in type.getFields();

/**
 * Looks through an operation once.
 *
 * requests: how many times a connection would be read if every page were full;
 *           a connection below another is read once per node of that one.
 * nodes:    how many nodes all those pages could hold.
 * errors:   what GitHub would refuse it for, empty when it may run.
 */
export function measureQuery(schema, document, operation, variables) {
  const measure = new QueryMeasure(schema, document, variables);
  const root = schema.getRootType(operation.operation);
  measure.visit(operation.selectionSet, root, 1, []);
  if (measure.nodes > MAX_NODES && measure.errors.length === 0) {
    measure.errors.push(gitHubError('MAX_NODE_LIMIT_EXCEEDED',
      `This query requests up to ${measure.nodes.toLocaleString('en-US')} possible nodes ` +
      `which exceeds the maximum limit of ${MAX_NODES.toLocaleString('en-US')}.`));
  }
  const { requests, nodes, errors } = measure;
  return { requests, nodes, errors, cost: Math.max(1, Math.round(requests / 100)) };
}

class QueryMeasure {
  requests = 0;
  nodes = 0;
  errors = [];

  constructor(schema, document, variables) {
    this.schema = schema;
    this.variables = variables;
    this.fragments = new Map(document.definitions
      .filter((definition) => definition.kind === 'FragmentDefinition')
      .map((definition) => [definition.name.value, definition]));
  }

  /** @param parents how many objects of `type` this selection is read for */
  visit(selectionSet, type, parents, path) {
    for (const selection of selectionSet?.selections ?? []) {
      if (this.#isSkipped(selection)) continue;
      if (selection.kind === 'Field') {
        this.#visitField(selection, type, parents, path);
      } else {
        const fragment = selection.kind === 'InlineFragment'
          ? selection
          : this.fragments.get(selection.name.value);
        const condition = fragment.typeCondition?.name.value;
        this.visit(fragment.selectionSet, condition ? this.schema.getType(condition) : type, parents, path);
      }
    }
  }

  #visitField(field, parentType, parents, parentPath) {
    const definition = parentType.getFields?.()[field.name.value];
    const type = definition && getNamedType(definition.type);
    if (!type || !isCompositeType(type)) return;
    const path = [...parentPath, field.alias?.value ?? field.name.value];
    let children = parents;
    if (type.name.endsWith('Connection') && isConnection(type)) {
      this.requests += parents;
      children = parents * this.#pageSize(field, path);
      this.nodes += children;
    } else if (parentType === this.schema.getQueryType() && field.name.value === 'nodes') {
      children = this.#idCount(field, path);
      this.nodes += children;
    }
    this.visit(field.selectionSet, type, children, path);
  }

  #pageSize(field, path) {
    const name = field.name.value;
    const bound = ['first', 'last'].find((each) => this.#argument(field, each) != null);
    if (!bound) {
      if (!this.#isUnpaged(field.selectionSet)) {
        this.#refuse('MISSING_PAGINATION_BOUNDARIES', field, path,
          `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`);
      }
      return 0;
    }
    const size = this.#argument(field, bound);
    if (size > MAX_PAGE) {
      this.#refuse('EXCESSIVE_PAGINATION', field, path,
        `Requesting ${size} records on the \`${name}\` connection exceeds the \`${bound}\` limit of ${MAX_PAGE} records.`);
    } else if (size < 1) {
      this.#refuse('ARGUMENT_LIMIT', field, path,
        `\`${bound}\` on the \`${name}\` connection must be between 1 and ${MAX_PAGE}; you provided ${size}.`);
    }
    return Math.max(0, size);
  }

  #idCount(field, path) {
    const ids = this.#argument(field, 'ids');
    const count = Array.isArray(ids) ? ids.length : 1;
    if (count > MAX_IDS) {
      this.#refuse('ARGUMENT_LIMIT', field, path,
        `You may not provide more than ${MAX_IDS} node ids; you provided ${count}.`);
    }
    return count;
  }

  #isUnpaged(selectionSet) {
    return selectionSet.selections.every((selection) => {
      if (selection.kind === 'Field') return UNPAGED_FIELDS.has(selection.name.value);
      const fragment = selection.kind === 'InlineFragment'
        ? selection
        : this.fragments.get(selection.name.value);
      return this.#isUnpaged(fragment.selectionSet);
    });
  }

  #isSkipped(selection) {
    return selection.directives?.some((directive) => {
      const condition = this.#argument(directive, 'if');
      return directive.name.value === 'skip' ? condition === true
        : directive.name.value === 'include' && condition === false;
    });
  }

  #argument(node, name) {
    const argument = node.arguments?.find((each) => each.name.value === name);
    return argument && valueFromASTUntyped(argument.value, this.variables);
  }

  #refuse(type, field, path, message) {
    this.errors.push(gitHubError(type, message, { nodes: field, path }));
  }
}
