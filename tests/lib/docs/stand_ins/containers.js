// kubectl and docker: files must be there and be what they should be; what a container is to run must be a command line of
// the program.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { commandLineProblems } from '../help.js';
import { DOCS_PROGRAM, readArguments, refuseUnless, textOf } from './arguments.js';

function manifests(file) {
  const documents = parseAllDocuments(textOf(file), { uniqueKeys: true });
  for (const each of documents) refuseUnless(each.errors.length === 0, `${file}: ${each.errors[0]?.message}`);
  return documents.map((each) => each.toJS());
}

const RESOURCES = /^(?:cronjobs?|jobs?|pods?|secrets?|configmaps?|deployments?|deploy|logs|svc|services?)(?:\/.+)?$/;

const KUBECTL = {
  apply(options) {
    refuseUnless(options['-f'], '-f is missing');
    for (const file of options['-f']) {
      for (const object of manifests(file)) refuseUnless(object?.apiVersion && object.kind && object.metadata?.name, `${file} is no manifest`);
    }
  },
  create(options, [what, kind, name, ...rest]) {
    if (what === 'secret') {
      refuseUnless(kind === 'generic' && name && rest.length === 0, 'takes: secret generic NAME');
      for (const each of options['--from-literal'] ?? []) refuseUnless(/^[A-Z][A-Z0-9_]*=./.test(each), `--from-literal ${each} has no NAME=VALUE`);
    } else {
      refuseUnless(what === 'job' && kind && options['--from']?.[0].startsWith('cronjob/'), 'takes: job NAME --from cronjob/NAME');
    }
  },
  get(options, [what]) { refuseUnless(RESOURCES.test(what ?? ''), 'takes a kind of resource'); },
  logs(options, [what]) { refuseUnless(what, 'takes a pod or job/NAME'); },
};

function kubectl(args) {
  const { words: [verb, ...rest], options } = readArguments(args, { '-f': true, '--from-literal': true, '--from-env-file': true, '--from': true, '-n': true,
    '--namespace': true, '-l': true });
  refuseUnless(Object.hasOwn(KUBECTL, verb ?? ''), `there is no ${verb} here`);
  KUBECTL[verb](options, rest);
}

const RUN_FLAGS = { '--rm': false, '-d': false, '-it': false, '-i': false, '-t': false, '--init': false, '--read-only': false, '--name': true, '-e': true,
  '--env': true, '--env-file': true, '-v': true, '--volume': true, '-w': true, '--workdir': true, '-u': true, '--user': true, '-p': true, '--publish': true,
  '--network': true, '--restart': true, '--stop-timeout': true, '--tmpfs': true, '--mount': true, '--entrypoint': true, '--memory': true };

/** What a container runs must be a command line of the program. */
function checkProgram(words) {
  const problems = commandLineProblems(words[0] === 'github-stats' ? words.slice(1) : words);
  refuseUnless(problems.length === 0, problems.join('; '));
}

const DOCKER = {
  build(args) {
    const { words, options } = readArguments(args, { '-t': true, '--tag': true, '-f': true, '--file': true, '--target': true, '--build-arg': true, '--platform': true });
    refuseUnless(words.length === 1 && existsSync(words[0]), 'needs a folder that there is');
    const file = options['-f']?.[0] ?? options['--file']?.[0] ?? ['Dockerfile', 'Containerfile'].map((name) => join(words[0], name)).find(existsSync);
    refuseUnless(file && /^FROM /m.test(textOf(file)), `there is no Dockerfile in ${words[0]}`);
  },
  run(args) {
    let image = 0;
    while (image < args.length && args[image].startsWith('-')) image += RUN_FLAGS[args[image]] ? 2 : 1;
    readArguments(args.slice(0, image), RUN_FLAGS);
    const [name, ...command] = args.slice(image);
    refuseUnless(name, 'needs an image');
    checkProgram(command);
  },
  compose(args) {
    const at = args.findIndex((word) => ['up', 'run', 'down', 'logs', 'pull', 'build', 'stop', 'ps', 'exec', 'config', 'kill'].includes(word));
    refuseUnless(at >= 0, 'needs a command of compose');
    const { options } = readArguments(args.slice(0, at), { '-f': true, '--file': true, '--env-file': true, '-p': true, '--profile': true });
    const file = options['-f']?.[0] ?? options['--file']?.[0] ?? ['compose.yaml', 'docker-compose.yml'].find(existsSync);
    refuseUnless(file, 'there is no compose.yaml');
    const [{ services } = {}] = manifests(file);
    refuseUnless(services && Object.keys(services).length > 0, `${file} has no services`);
    for (const { build } of Object.values(services)) {
      const context = typeof build === 'string' ? build : build?.context;
      if (context) refuseUnless(existsSync(join(dirname(file), context)), `${file} builds ${context}, which is not there`);
    }
    const known = args.slice(at + 1).filter((word) => !word.startsWith('-'));
    if (known[0]) refuseUnless(Object.hasOwn(services, known[0]), `${file} has no service ${known[0]}`);
    if (args[at] === 'run' || args[at] === 'exec') checkProgram(args.slice(args.indexOf(known[0], at) + 1));
  },
  volume(args) { refuseUnless(['create', 'inspect', 'rm', 'ls'].includes(args[0]), 'takes create, inspect, rm or ls'); },
  logs(args) { refuseUnless(args.length > 0, 'needs a container'); },
  stop(args) { refuseUnless(args.length > 0, 'needs a container'); },
  kill(args) { refuseUnless(args.length > 0, 'needs a container'); },
};

function docker([verb, ...args]) {
  refuseUnless(Object.hasOwn(DOCKER, verb ?? ''), `there is no ${verb} here`);
  refuseUnless(DOCS_PROGRAM, 'runs in a world only');
  return DOCKER[verb](args);
}

export const containerCommands = { kubectl, docker, podman: docker };
