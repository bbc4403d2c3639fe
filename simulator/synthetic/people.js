// Who works in the made-up organisation.

import { Random } from './random.js';

const GIVEN = ['Ada', 'Grace', 'Linus', 'Zoë', 'José', 'Nguyễn', 'Olu', 'Mei', 'Søren', 'Aarav', 'Fatima', 'Yuki', 'Ivan',
  'Chloé', 'Pedro', 'Anja', 'Kofi', 'Leila', 'Tomás', 'Hana', 'Björn', 'Siobhán', 'Ravi', 'Emeka'];
const FAMILY = ['Okafor', 'García', 'Lindqvist', 'Tanaka', 'Müller', 'Novák', "O'Brien", 'Haddad', 'Ito', 'Silva',
  'van den Berg', 'Kowalski', 'Nakamura', 'Smith', 'Rossi', 'Bakker', 'Şahin', 'Dubois'];

const plain = (name) => name.normalize('NFKD').replace(/[^A-Za-z]/g, '').toLowerCase() || 'x';

export function actor(__typename, login, databaseId, name = null) {
  return {
    __typename, login, databaseId, name,
    id: `${{ User: 'U', Bot: 'BOT', Organization: 'O', Mannequin: 'M', EnterpriseUserAccount: 'EUA' }[__typename]}_${databaseId}`,
    url: __typename === 'Bot' ? `https://github.com/apps/${login}` : `https://github.com/${login}`,
    email: `${databaseId}+${login}@users.noreply.github.com`,
  };
}

export function team(organisation, slug, databaseId) {
  return { __typename: 'Team', id: `T_${databaseId}`, databaseId, name: slug, slug, combinedSlug: `${organisation}/${slug}` };
}

/**
 * People in order of activity, bots apart. The number grows with the square root of the
 * work, as teams do: a dozen for a hundred pull requests, a few hundred for 100,000.
 */
export function makePeople(seed, organisation, pullRequests) {
  const random = new Random(seed, 'people');
  const count = Math.max(12, Math.round(1.2 * Math.sqrt(pullRequests)));
  const members = [];
  for (let i = 0; i < count; i += 1) {
    const given = random.pick(GIVEN);
    const family = random.pick(FAMILY);
    const person = actor('User', `${plain(given)}-${plain(family)}-${i}`, 1000 + i, `${given} ${family}`);
    // Some commit from a machine whose address is tied to no account.
    person.commitsWithoutAccount = random.chance(0.08);
    if (random.chance(0.7)) person.email = `${plain(given)}.${plain(family)}@example.com`;
    person.association = i < 2 ? 'OWNER' : random.chance(0.75) ? 'MEMBER' : random.pick(['COLLABORATOR', 'CONTRIBUTOR', 'NONE']);
    members.push(person);
  }
  const bots = ['dependabot', 'renovate', 'github-actions', 'coverage-bot']
    .map((login, i) => ({ ...actor('Bot', login, 900 + i), association: 'NONE' }));
  const teams = ['platform', 'web', 'security'].map((slug, i) => team(organisation, slug, 500 + i));
  return { members, bots, teams };
}
