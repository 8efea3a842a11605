import { streamOf, type AlertChannel, type Event, type SettingsEvent } from '@holdpoint/contracts';
import type { Operator } from '@holdpoint/directory';
import { newId } from '@holdpoint/sealing';
import { composeMessage } from '../compose-message.ts';
import { readerOf } from '../reader.ts';
import { reachOf } from '../recipients.ts';
import { sendOnce } from '../send-once.ts';
import type { Place, ReplyDeps } from './reply-deps.ts';

/** Wrong codes within a day before a person's channel is locked, and for how long. A code has 25 bits: five tries find one of a hundred open ones once in 57 000. */
export const WRONG_CODES_MAX = 5;
const COUNTED_MS = 86_400_000;
const LOCK_MS = 3_600_000;

/** Wrong codes of one person on one channel since the last lock: when they came. */
type Wrong = readonly string[];

export const evolveWrong =
  (channel: AlertChannel) =>
  (wrong: Wrong, event: Event): Wrong => {
    if (event.type === 'ReplyCodeRefused' && event.data.channel === channel) return [...wrong, event.data.at];
    return event.type === 'ReplyCodesLocked' && event.data.channel === channel ? [] : wrong;
  };

/** One more wrong code, and a lock where it is the last one that is borne with. */
export const decideWrong = (operatorId: string, channel: AlertChannel, now: string, wrong: Wrong): SettingsEvent[] => {
  const nowMs = Date.parse(now);
  const refused: SettingsEvent = { type: 'ReplyCodeRefused', data: { operatorId, channel, at: now } };
  const recent = wrong.filter(at => Date.parse(at) > nowMs - COUNTED_MS).length + 1;
  if (recent < WRONG_CODES_MAX) return [refused];
  const until = new Date(nowMs + LOCK_MS).toISOString();
  return [refused, { type: 'ReplyCodesLocked', data: { operatorId, channel, until, at: now } }];
};

/**
 * Records a wrong code of a person, once for each thing that came in. At the last one the channel is locked for that person, who is told elsewhere:
 * somebody else may be trying.
 * @returns whether it is locked now
 * @throws LogUnavailable
 */
export const takeWrongCode = async (
  deps: ReplyDeps,
  { tenant, channel }: Place,
  operator: Operator,
  inboundId: string,
): Promise<boolean> => {
  const { operatorId } = operator;
  const at = deps.now();
  const { events, position } = await deps.eventLog.handle<Wrong, null, Event>(
    { initial: [], evolve: evolveWrong(channel), decide: (_command, wrong) => decideWrong(operatorId, channel, at, wrong) },
    streamOf.operator(operatorId),
    null,
    { commandId: `wrong code/${channel}/${inboundId}`, tenant, actor: 'service:notification', recordedAt: at },
  );
  if (position !== null) await deps.directory.atLeast(position);
  const isLocked = events.some(({ type }) => type === 'ReplyCodesLocked');
  if (isLocked && position !== null) await tellElsewhere(deps, { tenant, channel }, operator);
  return isLocked;
};

const tellElsewhere = async (deps: ReplyDeps, { tenant, channel }: Place, operator: Operator): Promise<void> => {
  const name = deps.channels.describe(channel).displayName;
  const addresses = operator.addresses.filter(address => address.channel !== channel);
  const reach = reachOf([{ ...operator, addresses }], deps.channels.normalise).filter(to => to.channel !== 'inbox');
  await Promise.all(
    reach.map(to => {
      const { language, timeZone } = readerOf(deps, tenant, operator.operatorId);
      const message = composeMessage(
        {
          kind: 'addressLost',
          approvalId: null,
          organization: deps.directory.organization(tenant)?.name ?? tenant,
          operatorName: operator.name,
          riskLevel: 'low',
          text: { actionName: name, proposedAction: '', entityId: '', contextSummary: '' },
          notice: `Several wrong codes came from your address there, so nothing is decided from it for an hour. If that was not you, remove the address in the console.`,
          expiresAt: null,
          escalateAt: null,
          at: deps.now(),
          link: { label: 'Open the console', url: `${deps.consoleUrl}/` },
        },
        {
          capabilities: deps.channels.describe(to.channel).capabilities,
          template: { title: `Answers by ${name} are locked`, lines: ['{notice}'] },
          language,
          timeZone,
          wordsIn: 'en',
          actions: [],
          replyCode: null,
          secrets: [],
        },
      );
      return sendOnce(deps, tenant, to, message, { attemptId: newId('ntf'), correlation: null });
    }),
  );
};
