import { streamOf, type Event, type SettingsEvent, type VerifyAddressReply } from '@holdpoint/contracts';
import type { Enrolment } from '@holdpoint/directory';
import { newId } from '@holdpoint/sealing';
import type { Capabilities, InboundItem, Outcome } from '../channels/channel.ts';
import { sameSecret } from '../channels/same-secret.ts';
import { enrolmentTokenOf, parseEnrolmentToken, verificationCodeOf } from '../handles.ts';
import type { Place, ReplyDeps } from './reply-deps.ts';
import { enrolmentWords, replyWordsIn } from './reply-words.ts';
import { told, wordsForMember } from './words-for.ts';

/** Wrong codes before an enrolment is over: six digits are a million, so five tries are one in 200 000. */
export const CODE_TRIES_MAX = 5;

type EnrolDeps = Pick<ReplyDeps, 'eventLog' | 'directory' | 'channels' | 'handleKey' | 'now'>;
type Refusal = Extract<VerifyAddressReply, { outcome: 'refused' }>;

/** The console, which asks too, is in English. */
const refusal = (code: Exclude<Refusal['code'], 'wrong_code'>): Refusal => ({
  outcome: 'refused',
  code,
  detail: replyWordsIn('en').enrolment.refusals[code],
});
const UNKNOWN = refusal('unknown_enrolment');
const EXPIRED = refusal('enrolment_expired');
const TOO_MANY = refusal('too_many_tries');
const TAKEN = refusal('address_taken');

/** One enrolment as its person's stream tells it. */
type Pending = { startedAt: string; expiresAt: string; failures: number } | null;

const evolvePending =
  (addressId: string) =>
  (pending: Pending, event: Event): Pending => {
    if (!('addressId' in event.data) || event.data.addressId !== addressId) return event.type === 'MemberRemoved' ? null : pending;
    switch (event.type) {
      case 'EnrolmentStarted':
        return { startedAt: event.data.at, expiresAt: event.data.expiresAt, failures: 0 };
      case 'EnrolmentFailed':
        return pending === null ? null : { ...pending, failures: pending.failures + 1 };
      case 'ChannelAddressVerified':
      case 'ChannelAddressDisabled':
        return null;
      default:
        return pending;
    }
  };

/** What a proof, right or wrong, does to an enrolment. Pure. @returns events to append, or the refusal that needs none */
export const decideProof = (
  { operatorId, addressId, channel, startedAt }: Pick<Enrolment, 'operatorId' | 'addressId' | 'channel' | 'startedAt'>,
  proof: { isRight: boolean; address: string; route: string | null },
  now: string,
  pending: Pending,
): SettingsEvent[] | Refusal => {
  // Started again meanwhile: what was proved is the older one.
  if (pending === null || pending.startedAt !== startedAt) return UNKNOWN;
  if (Date.parse(pending.expiresAt) <= Date.parse(now)) return EXPIRED;
  if (pending.failures >= CODE_TRIES_MAX) return TOO_MANY;
  if (!proof.isRight) return [{ type: 'EnrolmentFailed', data: { operatorId, addressId, at: now } }];
  const { address, route } = proof;
  return [
    {
      type: 'ChannelAddressAdded',
      data: { operatorId, addressId, channel, at: now, private: { address, ...(route === null ? {} : { route }) } },
    },
    { type: 'ChannelAddressVerified', data: { operatorId, addressId, at: now } },
  ];
};

/** Whether another person of the organisation has this address already: one account that answers for two people would count twice. */
const isTaken = ({ directory, channels }: EnrolDeps, { tenant, operatorId, channel }: Enrolment, address: string): boolean => {
  const canonical = (text: string) => channels.normalise(tenant, channel, text) ?? text;
  const wanted = canonical(address);
  return directory
    .list('operators', tenant)
    .some(
      other =>
        other.operatorId !== operatorId &&
        other.addresses.some(own => own.channel === channel && own.verified && canonical(own.address) === wanted),
    );
};

class ProofRefused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.code);
  }
}

/** @throws LogUnavailable */
const prove = async (
  deps: EnrolDeps,
  enrolment: Enrolment,
  proof: { isRight: boolean; address: string; route: string | null },
): Promise<VerifyAddressReply> => {
  const { operatorId, tenant, addressId } = enrolment;
  if (proof.isRight && isTaken(deps, enrolment, proof.address)) return TAKEN;
  const at = deps.now();
  try {
    const { events, position, state } = await deps.eventLog.handle<Pending, null, Event>(
      {
        initial: null,
        evolve: evolvePending(addressId),
        decide: (_command, pending) => {
          const decided = decideProof(enrolment, proof, at, pending);
          if ('outcome' in decided) throw new ProofRefused(decided);
          return decided;
        },
      },
      streamOf.operator(operatorId),
      null,
      { commandId: newId('cmd'), tenant, actor: `operator:${operatorId}`, recordedAt: at },
    );
    if (position !== null) await deps.directory.atLeast(position);
    if (events.some(({ type }) => type === 'ChannelAddressVerified')) return { outcome: 'verified', operatorId, addressId };
    const triesLeft = CODE_TRIES_MAX - (state?.failures ?? CODE_TRIES_MAX);
    return triesLeft <= 0
      ? TOO_MANY
      : { outcome: 'refused', code: 'wrong_code', detail: `That is not the code. ${triesLeft} more ${triesLeft === 1 ? 'try' : 'tries'}.` };
  } catch (error) {
    if (error instanceof ProofRefused) return error.refusal;
    throw error;
  }
};

/**
 * How an enrolment is proved. A token that the console shows proves an account only when it comes back from there, and a code only where one was
 * sent: neither may be used in another way than its channel's own.
 */
const provedBy = ({ channels }: EnrolDeps, { tenant, channel }: Enrolment): Capabilities['enrolment'] =>
  channels.of(tenant, channel)?.enrolment ?? channels.describe(channel).capabilities.enrolment;

/**
 * A code that was sent to an address was typed into the console by its person.
 * @returns `refused` in words that may be shown; a wrong code is on record, and the fifth ends the enrolment
 * @throws LogUnavailable
 */
export const verifyAddress = async (
  deps: EnrolDeps,
  { tenant, operatorId, addressId, code }: { tenant: string; operatorId: string; addressId: string; code: string },
): Promise<VerifyAddressReply> => {
  const enrolment = deps.directory.enrolment(addressId);
  if (enrolment === null || enrolment.tenant !== tenant || enrolment.operatorId !== operatorId || enrolment.address === null)
    return UNKNOWN;
  if (provedBy(deps, enrolment) !== 'code') return UNKNOWN;
  const isRight = sameSecret(code.replace(/\s/g, ''), verificationCodeOf(deps.handleKey, enrolment));
  return prove(deps, enrolment, { isRight, address: enrolment.address, route: null });
};

/** The enrolment a token is for; null for one that is unknown, used, of another organisation or forged. */
export const enrolmentOfToken = ({ directory, handleKey }: EnrolDeps, token: string): Enrolment | null => {
  const parsed = parseEnrolmentToken(token);
  const enrolment = parsed === null ? null : directory.enrolment(parsed.addressId);
  return enrolment !== null && sameSecret(token, enrolmentTokenOf(handleKey, enrolment)) ? enrolment : null;
};

/**
 * A token that the console showed came back from the account that is to be proved.
 * @throws LogUnavailable
 */
export const takeEnrolment = async (
  deps: EnrolDeps,
  { tenant, channel }: Place,
  { token, address, route }: Pick<Extract<InboundItem, { kind: 'enrol' }>, 'token' | 'address' | 'route'>,
): Promise<Outcome> => {
  const named = enrolmentOfToken(deps, token);
  const enrolment = named?.tenant === tenant && named.channel === channel ? named : null;
  const reply = enrolment === null ? UNKNOWN : await prove(deps, enrolment, { isRight: true, address, route });
  const words = wordsForMember(deps, { tenant, channel }, enrolment?.operatorId ?? '');
  if (reply.outcome === 'refused') return told(words, 'refused', enrolmentWords(words, reply));
  return told(words, 'done', words.enrolment.linked(deps.directory.operator(reply.operatorId)?.name ?? reply.operatorId));
};

/** The link in a mail was confirmed: the address is the one that the mail went to. @throws LogUnavailable */
export const confirmAddress = async (deps: EnrolDeps, token: string): Promise<VerifyAddressReply> => {
  const enrolment = enrolmentOfToken(deps, token);
  if (enrolment === null || enrolment.address === null || provedBy(deps, enrolment) !== 'confirm') return UNKNOWN;
  return prove(deps, enrolment, { isRight: true, address: enrolment.address, route: null });
};
