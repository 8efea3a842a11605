import type { AccountMail, AlertChannel } from '@holdpoint/contracts';
import { accountWordsIn } from './account-words/account-words.ts';
import type { AccountKind } from './account-words/shape.ts';
import type { SendResult } from './channels/channel.ts';
import { composeMessage } from './compose-message.ts';
import type { Deps } from './deps.ts';
import { enrolmentTokenOf, verificationCodeOf } from './handles.ts';
import { newId } from '@holdpoint/sealing';
import { readerOf, type Reader } from './reader.ts';
import { sendOnce } from './send-once.ts';

/** How a person goes on who wants to be reached somewhere new. */
export type Begun =
  | { outcome: 'sent' }
  /** To be opened from the account that is to be proved, or to be sent from it. */
  | { outcome: 'link'; link: string; /** To be sent from there, where the link cannot carry it. */ paste?: string }
  | { outcome: 'refused'; detail: string };

type SendDeps = Pick<
  Deps,
  'channels' | 'directory' | 'pauses' | 'spending' | 'count' | 'handleKey' | 'publicUrl' | 'consoleUrl' | 'now' | 'eventLog' | 'logger'
>;

/**
 * Begins the proof of an address that a person named: sends a code or a link there, or gives them what to open from it. Which one is the channel's.
 * @returns `refused` in words that may be shown: unknown enrolment, channel not set up, or what the provider said
 * @throws LogUnavailable
 */
export const beginEnrolment = async (deps: SendDeps, tenant: string, addressId: string): Promise<Begun> => {
  const enrolment = deps.directory.enrolment(addressId);
  if (enrolment === null || enrolment.tenant !== tenant) return { outcome: 'refused', detail: 'Nothing is being verified under this id.' };
  const { channel, address, operatorId, expiresAt } = enrolment;
  const open = deps.channels.of(tenant, channel);
  if (open === null) return { outcome: 'refused', detail: 'An administrator has to set this channel up first.' };
  const { capabilities } = deps.channels.describe(channel);
  const token = enrolmentTokenOf(deps.handleKey, enrolment);
  if (capabilities.enrolment === 'link') {
    const link = await open.enrolmentLink?.(token).catch(() => null);
    const paste = open.pastesToken === true ? { paste: token } : {};
    return link ? { outcome: 'link', link, ...paste } : { outcome: 'refused', detail: 'The provider does not answer; try again.' };
  }
  if (address === null) return { outcome: 'refused', detail: 'An address is needed.' };
  const confirms = capabilities.enrolment === 'confirm';
  const notice = confirms ? '' : verificationCodeOf(deps.handleKey, enrolment);
  const url = confirms ? `${deps.publicUrl}/confirm/${token}` : `${deps.consoleUrl}/`;
  const say: Say = { kind: confirms ? 'confirm' : 'verify', notice, url, expiresAt, reader: readerOf(deps, tenant, operatorId) };
  return answerOf(await sendPlain(deps, { tenant, operatorId, channel, address, route: null }, say));
};

/**
 * Sends one test message to a person's own address on a channel.
 * @returns what the provider said, in words for administrators
 * @throws LogUnavailable
 */
export const sendTest = async (deps: SendDeps, tenant: string, channel: AlertChannel, operatorId: string): Promise<Begun> => {
  const open = deps.channels.of(tenant, channel);
  if (open === null) return { outcome: 'refused', detail: `The channel ${channel} is not set up.` };
  const fault = await open.healthCheck();
  if (fault !== null) return { outcome: 'refused', detail: fault };
  const own = deps.directory
    .operator(operatorId)
    ?.addresses.find(
      address => address.channel === channel && address.verified && deps.channels.normalise(tenant, channel, address.address),
    );
  if (own === undefined)
    return {
      outcome: 'refused',
      detail: `The settings are right. To get a test message, add and verify your own ${channel} address first.`,
    };
  const address = deps.channels.normalise(tenant, channel, own.address) ?? own.address;
  const say: Say = { kind: 'test', notice: '', url: `${deps.consoleUrl}/`, expiresAt: null, reader: readerOf(deps, tenant, operatorId) };
  return answerOf(await sendPlain(deps, { tenant, operatorId, channel, address, route: own.route }, say));
};

/**
 * Mails something about an account to an address that may be nobody's yet: an invitation, a new password, another address. Deadlines are told by
 * the reader's clock where the mail names it, else by the organisation's.
 * @returns `refused` where no mail is set up, the address cannot be one, or the mail server says no
 * @throws LogUnavailable
 */
export const sendAccountMail = async (deps: SendDeps, mail: AccountMail): Promise<Begun> => {
  const { tenant, kind, email, name, link, expiresAt, by } = mail;
  const address = deps.channels.normalise(tenant, 'email', email);
  if (address === null) return { outcome: 'refused', detail: 'No mail is set up, or this is no address.' };
  const to = { tenant, operatorId: '', name, channel: 'email' as const, address, route: null };
  const nobody = readerOf(deps, tenant, '');
  const reader = { language: mail.language ?? nobody.language, timeZone: mail.timeZone ?? nobody.timeZone };
  return answerOf(await sendPlain(deps, to, { kind, notice: by ?? '', url: link, expiresAt, reader }));
};

const answerOf = (result: SendResult): Begun =>
  result.outcome === 'accepted'
    ? { outcome: 'sent' }
    : { outcome: 'refused', detail: `${result.safeMessage} (${result.class}, ${result.code}).` };

/** `name`: how to address somebody who is no member yet. */
type Person = { name?: string; tenant: string; operatorId: string; channel: AlertChannel; address: string; route: string | null };
type Say = { kind: AccountKind; notice: string; url: string; expiresAt: string | null; reader: Reader };

/** A message that is about no request. */
const sendPlain = (deps: SendDeps, to: Person, { kind, notice, url, expiresAt, reader }: Say): Promise<SendResult> => {
  const { tenant, operatorId, channel } = to;
  const { link, ...words } = accountWordsIn(reader.language, kind);
  const message = composeMessage(
    {
      kind,
      approvalId: null,
      organization: deps.directory.organization(tenant)?.name ?? tenant,
      operatorName: to.name ?? deps.directory.operator(operatorId)?.name ?? operatorId,
      riskLevel: 'low',
      text: { actionName: '', proposedAction: '', entityId: '', contextSummary: '' },
      notice,
      expiresAt,
      escalateAt: null,
      at: deps.now(),
      link: { label: link, url },
    },
    {
      capabilities: deps.channels.describe(channel).capabilities,
      ...words,
      ...reader,
      actions: [],
      replyCode: null,
      secrets: [],
    },
  );
  return sendOnce(deps, tenant, to, message, { attemptId: newId('ntf'), correlation: null });
};
