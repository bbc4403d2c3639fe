// Which fields a query asks for below a place of it.

import { getDirectiveValues, GraphQLIncludeDirective, GraphQLSkipDirective } from 'graphql';

function isLeftOut(selection, variables) {
  return getDirectiveValues(GraphQLSkipDirective, selection, variables)?.if === true
    || getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.if === false;
}

/** Whether one of the fields named is selected below the field that is being resolved, however deep. */
export function selectsAny({ fieldNodes, fragments, variableValues }, names) {
  const search = (selectionSet) => selectionSet?.selections.some((selection) => {
    if (isLeftOut(selection, variableValues)) return false;
    if (selection.kind === 'FragmentSpread') return search(fragments[selection.name.value].selectionSet);
    return (selection.kind === 'Field' && names.includes(selection.name.value)) || search(selection.selectionSet);
  }) ?? false;
  return fieldNodes.some((node) => search(node.selectionSet));
}
