import { diffPolicies } from '@holdpoint/gate';
import { ACCESS_HELP, ACCESS_OPTIONS, accessOf } from '../api/access.ts';
import { operatorsApi } from '../api/operators-api.ts';
import { isSet, textOf, type Command, type Given } from '../command.ts';
import type { Io } from '../io.ts';
import { EXIT, usage } from '../stop.ts';
import { readPolicyFile, usablePolicy } from './policy-file.ts';
import { publishedVersion } from './published.ts';

/** `holdpoint policy diff`: what changes from one policy to another, in words. */
export const diffCommand: Command = {
  name: 'policy diff',
  takes: '<before> <after> | <after> --version <n|active>',
  summary: 'Say in words what changes between two policies',
  options: { ...ACCESS_OPTIONS, version: { type: 'string' }, policy: { type: 'string' } },
  help: {
    '<before> <after>': 'Two policy files.',
    '--version <n|active>': 'Compares a file with a published version instead.',
    '--policy <id>': 'Whose version, when several policies have it.',
    ...ACCESS_HELP,
  },
  run: async (given, io) => {
    const { before, after } = await sidesOf(given, io);
    const changes = diffPolicies(before.document, after.document);
    if (isSet(given, 'json')) io.out(JSON.stringify({ ok: true, before: before.name, after: after.name, changes }));
    else {
      for (const { words } of changes) io.out(words);
      io.err(
        changes.length === 0
          ? `${before.name} and ${after.name} say the same.`
          : `${changes.length} changes from ${before.name} to ${after.name}.`,
      );
    }
    return EXIT.done;
  },
};

const sidesOf = async (given: Given, io: Io) => {
  const version = textOf(given, 'version');
  const [first, second, ...rest] = given.words;
  if (first === undefined || rest.length > 0 || (version === undefined) === (second === undefined))
    throw usage('Give two policy files, or one file and --version <n|active>.');
  const document = (file: string) => ({ name: file, document: usablePolicy(readPolicyFile(file)) });
  if (version === undefined) return { before: document(first), after: document(second as string) };
  const published = await publishedVersion(operatorsApi(accessOf(given, io)), version, textOf(given, 'policy'));
  return { before: { name: `${published.id} ${published.version}`, document: published.document }, after: document(first) };
};
