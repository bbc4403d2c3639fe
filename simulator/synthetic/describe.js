import { awkwardCases, AWKWARD_REPOSITORY } from './awkward.js';
import { FIXED_REPOSITORIES, SAME_SECOND_REPOSITORY } from './world.js';

/** Where everything worth knowing is in a synthetic world, for `/_synthetic`. */
export function describeSynthetic({ mode, org, plain }) {
  if (mode !== 'synthetic') return { mode };
  const places = { mode, organisation: org, emptyOrganisation: 'empty-org', user: 'solo-user' };
  if (plain) return places;
  return {
    ...places,
    awkwardRepository: AWKWARD_REPOSITORY,
    awkwardCases: awkwardCases(),
    sameSecondRepository: SAME_SECOND_REPOSITORY,
    fixedRepositories: FIXED_REPOSITORIES,
  };
}
