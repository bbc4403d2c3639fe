// gcloud, bq and gsutil: the commands that pages use, with the flags that they need and take. Anything else is refused, so that
// whoever writes a new command into a page looks it up for this table.

import { existsSync } from 'node:fs';
import { readArguments, refuseUnless, textOf } from './arguments.js';

const ROLE = /^roles\/(?:bigquery\.(?:jobUser|dataEditor|dataViewer|user)|storage\.(?:admin|objectAdmin|objectViewer)|iam\.(?:serviceAccountTokenCreator|workloadIdentityUser)|secretmanager\.secretAccessor)$/;
const PROJECT = /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
const ACCOUNT = /^[a-z][a-z0-9-]{4,28}[a-z0-9]@[a-z][a-z0-9-]{4,28}[a-z0-9]\.iam\.gserviceaccount\.com$/;
const MEMBER = new RegExp(`^(?:serviceAccount:${ACCOUNT.source.slice(1, -1)}|(?:user|group):\\S+@\\S+|principal(?:Set)?://\\S+)$`);
const SERVICE = /^(?:bigquery|storage|iam|iamcredentials|sts|secretmanager|run|cloudscheduler)\.googleapis\.com$/;
const ACCOUNT_NAME = /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
const BUCKET = /^gs:\/\/[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/;
const LOCATION = /^[A-Za-z0-9-]+$/;

// What each command takes: words (a pattern for each that follows it; the last for all further ones), needs and may (a pattern
// for a flag's value; null for a switch).
const GCLOUD = {
  'services enable': { words: [SERVICE], needs: { '--project': PROJECT } },
  'iam service-accounts create': { words: [ACCOUNT_NAME], needs: { '--project': PROJECT }, may: { '--display-name': /./ } },
  'iam service-accounts keys create': { words: [/\.json$/], needs: { '--iam-account': ACCOUNT } },
  'iam service-accounts add-iam-policy-binding': { words: [ACCOUNT], needs: { '--role': ROLE, '--member': MEMBER }, may: { '--project': PROJECT } },
  'projects add-iam-policy-binding': { words: [PROJECT], needs: { '--role': ROLE, '--member': MEMBER }, may: { '--condition': /^None$/ } },
  'storage buckets add-iam-policy-binding': { words: [BUCKET], needs: { '--role': ROLE, '--member': MEMBER } },
  'storage buckets create': { words: [BUCKET], may: { '--location': LOCATION, '--project': PROJECT, '--uniform-bucket-level-access': null } },
  'storage buckets describe': { words: [BUCKET], may: { '--format': /./ } },
  'storage ls': { words: [/^gs:\/\//], may: { '--recursive': null, '--long': null, '-l': null, '-r': null } },
  'storage cat': { words: [/^gs:\/\//] },
  'storage cp': { words: [/./, /./], may: { '--recursive': null, '-r': null } },
  'storage rsync': { words: [/./, /./], may: { '--recursive': null, '-r': null } },
  'storage du': { words: [/^gs:\/\//], may: { '--summarize': null, '-s': null, '--readable-sizes': null } },
  'auth application-default login': { words: [] },
  'config set project': { words: [PROJECT] },
};

const BQ = {
  load: { words: [/^(?:[\w-]+:)?\w+\.\w+$/, /./], may: { '--replace': null, '--source_format': /^(?:PARQUET|NEWLINE_DELIMITED_JSON|CSV)$/, '--autodetect': null } },
  show: { words: [/^(?:[\w-]+:)?\w+(?:\.\w+)?$/], may: { '--format': /^(?:prettyjson|json|pretty)$/, '--location': LOCATION } },
  cp: { words: [/^(?:[\w-]+:)?\w+\.\w+(?:@-?\d+)?$/, /^(?:[\w-]+:)?\w+\.\w+$/], may: { '-f': null, '--clone': null, '--snapshot': null, '--no_clobber': null } },
};

function checkFlags(options, flags, needs) {
  for (const [name, values] of Object.entries(options)) {
    for (const value of values) refuseUnless(flags[name] === null || flags[name].test(value), `${name} can't be ${JSON.stringify(value)}`);
  }
  for (const name of Object.keys(needs)) refuseUnless(options[name], `${name} is missing`);
}

function check(commands, args) {
  const name = Object.keys(commands).filter((each) => `${args.join(' ')} `.startsWith(`${each} `)).sort((a, b) => b.length - a.length)[0];
  refuseUnless(name, 'is not in the table of tests/lib/docs/stand_ins/google.js');
  const { words: patterns, needs = {}, may = {} } = commands[name];
  const flags = { ...needs, ...may };
  const { words, options } = readArguments(args.slice(name.split(' ').length),
    Object.fromEntries(Object.entries(flags).map(([flag, pattern]) => [flag, pattern !== null])));
  checkFlags(options, flags, needs);
  refuseUnless(words.length >= patterns.length, `needs ${patterns.length} words after it`);
  refuseUnless(patterns.length > 0 || words.length === 0, 'takes no words after it');
  words.forEach((word, i) => {
    const pattern = patterns[Math.min(i, patterns.length - 1)];
    refuseUnless(pattern.test(word), `can't be of ${JSON.stringify(word)}`);
  });
  return { name, words };
}

export const cloudCommands = {
  gcloud: (args) => { check(GCLOUD, args); },
  bq: (args) => {
    const { name, words } = check(BQ, args);
    if (name === 'load') refuseUnless(words[1].startsWith('gs://') || existsSync(words[1]), `there is no ${words[1]}`);
    if (name === 'load' && words[2]) JSON.parse(textOf(words[2]));
  },
};
