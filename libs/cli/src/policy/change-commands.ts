import { parsePolicy, runCases } from '@holdpoint/gate';
import { ACCESS_HELP, ACCESS_OPTIONS, accessOf } from '../api/access.ts';
import { operatorsApi, type OperatorsApi } from '../api/operators-api.ts';
import { isSet, type Command, type Given } from '../command.ts';
import type { Io } from '../io.ts';
import { EXIT, Stop, usage, type Exit } from '../stop.ts';
import { readPolicyFile, usablePolicy } from './policy-file.ts';
import { publishedVersion } from './published.ts';

/** What the console answers to a change of a version's life. */
type Changed = { id?: string; version?: number; active?: boolean; warnings?: (string | { message: string })[] };

const VERSION_HELP = { '<policy> <version>': 'Id of the policy and number of the version, as `holdpoint policy publish` names them.' };
const lifeCommand = (verb: string, summary: string): Omit<Command, 'run'> => ({
  name: `policy ${verb}`,
  takes: '<policy> <version>',
  summary,
  options: { ...ACCESS_OPTIONS },
  help: { ...VERSION_HELP, ...ACCESS_HELP },
});

/** `holdpoint policy publish`: the next version of a policy, immutable from then on. */
export const publishCommand: Command = {
  name: 'policy publish',
  takes: '<file>',
  summary: 'Publish a policy file as the next version',
  options: { ...ACCESS_OPTIONS, activate: { type: 'boolean' } },
  help: {
    '<file>': 'YAML or JSON, without errors and with all its cases passing.',
    '--activate': 'Let it decide from now on.',
    ...ACCESS_HELP,
  },
  run: async (given, io) => {
    const [file, ...rest] = given.words;
    if (file === undefined || rest.length > 0) throw usage('Name one policy file: holdpoint policy publish policy.yaml');
    const { text } = assertPublishable(file);
    const api = operatorsApi(accessOf(given, io));
    const changed = await api.send<Changed>('POST', '/api/policies', { text, activate: isSet(given, 'activate') });
    const name = `${changed.id} ${changed.version}`;
    return said(given, io, changed, [
      `Published ${name}.`,
      ...(isSet(given, 'activate')
        ? [afterActivation(changed, name)]
        : [`Try it: holdpoint policy shadow ${name} · let it decide: holdpoint policy activate ${name}`]),
    ]);
  },
};

/** `holdpoint policy activate`: a version decides from now on, or is proposed to a second person. */
export const activateCommand: Command = {
  ...lifeCommand('activate', 'Let a published version decide; where a second person must agree, propose it or agree to it'),
  run: (given, io) => change(given, io, activateOrPropose, afterActivation),
};

/** `holdpoint policy shadow`: a version is evaluated beside the active one, without effect. */
export const shadowCommand: Command = {
  ...lifeCommand('shadow', 'Evaluate a published version beside the active one, without effect'),
  options: { ...ACCESS_OPTIONS, off: { type: 'boolean' } },
  help: { ...VERSION_HELP, '--off': 'Stop evaluating it.', ...ACCESS_HELP },
  run: (given, io) =>
    change(
      given,
      io,
      (api, path) => api.send('PUT', `${path}/shadow`, { on: !isSet(given, 'off') }),
      (_, name) => `${name} is ${isSet(given, 'off') ? 'no longer' : 'now'} evaluated beside the active version.`,
    ),
};

/** `holdpoint policy retire`: a version that will not decide any more. */
export const retireCommand: Command = {
  ...lifeCommand('retire', 'Retire a version: it can no longer become active'),
  run: (given, io) =>
    change(
      given,
      io,
      (api, path) => api.send('POST', `${path}/retire`, {}),
      (_, name) => `${name} is retired.`,
    ),
};

/** Where a second person must agree, the first who asks proposes. */
const activateOrPropose = async (api: OperatorsApi, path: string): Promise<Changed> => {
  try {
    return await api.send('POST', `${path}/activate`, {});
  } catch (error) {
    if (!(error instanceof Stop) || error.details['code'] !== 'not_proposed') throw error;
    return api.send('POST', `${path}/propose`, {});
  }
};

const afterActivation = (changed: Changed, name: string): string =>
  changed.active === true
    ? `${name} is active.`
    : `${name} is proposed. This organisation wants a second person to agree: somebody else runs \`holdpoint policy activate ${name}\`, or agrees in the console.`;

/** What may not be published is refused here, with the line, before anything is sent. */
const assertPublishable = (file: string): { text: string } => {
  const read = readPolicyFile(file);
  const failed = runCases(usablePolicy(read)).filter(({ ok }) => !ok);
  if (failed.length === 0) return read;
  const parsed = parsePolicy(read.text);
  const problems = failed.map(({ name, expected, said: { verdict, rule } }) => {
    const index = parsed.ok ? (parsed.document.cases ?? []).findIndex(one => one.name === name) : -1;
    const place = parsed.ok ? parsed.at(['cases', index]) : { line: 1, column: 1 };
    return { ...place, severity: 'error', message: `case "${name}" expects ${expected.verdict}, but ${rule} says ${verdict}` };
  });
  const lines = problems.map(({ line, column, message }) => `${file}:${line}:${column}: error: ${message}`);
  throw new Stop(EXIT.problems, [...lines, 'A policy is published only when its cases pass.'].join('\n'), { problems });
};

const change = async (
  given: Given,
  io: Io,
  send: (api: OperatorsApi, path: string) => Promise<Changed>,
  words: (changed: Changed, name: string) => string,
): Promise<Exit> => {
  const [policyId, version, ...rest] = given.words;
  if (policyId === undefined || version === undefined || rest.length > 0)
    throw usage('Name the policy and its version, for example: default 3');
  const api = operatorsApi(accessOf(given, io));
  const known = await publishedVersion(api, version, policyId);
  const changed = await send(api, `/api/policies/${encodeURIComponent(known.id)}/versions/${known.version}`);
  return said(given, io, { ...changed, id: known.id, version: known.version }, [words(changed, `${known.id} ${known.version}`)]);
};

const said = (given: Given, io: Io, changed: Changed, lines: readonly string[]): Exit => {
  if (isSet(given, 'json')) io.out(JSON.stringify({ ok: true, ...changed }));
  else {
    for (const line of lines) io.out(line);
    for (const warning of changed.warnings ?? []) io.err(`warning: ${typeof warning === 'string' ? warning : warning.message}`);
  }
  return EXIT.done;
};
