import { streamOf, type SettingsEvent } from '@holdpoint/contracts';
import type { Operator } from '@holdpoint/directory';
import { ProblemError } from '@holdpoint/service-kit';
import { changeSettings } from '../settings/change-settings.ts';
import { addressIdOf, memberWithEmail } from '../settings/people.ts';
import type { AccountDeps } from './account-deps.ts';
import { linkTo, mailLink } from './account-mail.ts';
import { tooMany } from './answer-sign-in.ts';
import { invitationFor } from './invitations.ts';
import { isProved } from './password-reset.ts';
import type { Person } from './person.ts';
import { hashOfToken, newSecretToken } from './secret-token.ts';

/** How long the link to the new address works, seconds. */
const EMAIL_LINK_SEC = 1_800;

/**
 * Mails a link to the address somebody wants to sign in with. Nothing changes until it is opened; asking again ends the link before.
 * @throws ProblemError 409 `email_taken`, 422 for the address one has already, 429, 503 `mail_not_sent`
 */
export const requestEmailChange =
  (deps: AccountDeps) =>
  async (by: Person, email: string): Promise<{ email: string; expiresAt: string }> => {
    const { mailLimit, now } = deps;
    const { operatorId, tenant, name } = by;
    if (email.toLowerCase() === by.email.toLowerCase()) throw refused(422, 'same_email', 'is the address you sign in with already');
    if (isTaken(deps, tenant, email)) throw taken();
    const who = `address of ${operatorId}`;
    const waitSec = mailLimit.waitSec(who, who);
    if (waitSec > 0) throw tooMany(waitSec);
    mailLimit.failed(who, who);
    const token = newSecretToken();
    const expiresAt = new Date(Date.parse(now()) + EMAIL_LINK_SEC * 1_000).toISOString();
    const link = linkTo(deps, 'confirm-email', token);
    // Mailed first: a link that was never sent must not stand as one that is under way.
    if (!(await mailLink(deps, { tenant, kind: 'emailChange', email, name, link, expiresAt }, operatorId)))
      throw new ProblemError('mail_not_sent', 503, 'No mail could be sent to this address: without it nobody knows that it is yours.');
    await changeSettings(deps, by, streamOf.operator(operatorId), (_events, at) => [
      { type: 'EmailChangeRequested', data: { operatorId, hash: hashOfToken(token), expiresAt, at, private: { email } } },
    ]);
    return { email, expiresAt };
  };

/**
 * Lets the person whose link this is sign in with the new address from now on. Alerts by mail go there too, the old address hears of it, and
 * sessions and second factors stay. A second try after one that broke off finishes it: the link is open until the change is on record.
 * @returns the address
 * @throws ProblemError 410 for a link that is over, 409 when the address became somebody else's in the meantime
 */
export const confirmEmail =
  (deps: AccountDeps) =>
  async (token: string): Promise<{ email: string }> => {
    const { directory, accounts } = deps;
    const wanted = directory.findEmailChange(hashOfToken(token));
    const before = wanted === null ? null : directory.operator(wanted.operatorId);
    if (wanted === null || before === null) throw linkOver();
    const { operatorId, tenant, email } = wanted;
    if (isTaken(deps, tenant, email) || !(await accounts.setEmail(operatorId, email))) throw taken();
    const changed = await changeSettings(deps, before, streamOf.operator(operatorId), (_events, at) =>
      directory.findEmailChange(wanted.hash) === null ? [] : changes(deps, before, email, at),
    );
    if (changed.length > 0 && isProved(before)) {
      const link = `${deps.consoleUrl}/`;
      const mail = { tenant, kind: 'emailChanged', email: before.email, name: before.name, link, expiresAt: null } as const;
      await mailLink(deps, mail, operatorId);
    }
    return { email };
  };

/** The new address takes the place of the old one: where alerts go, and in the person's own rules. */
const changes = (
  { directory }: Pick<AccountDeps, 'directory'>,
  { operatorId, email: old, addresses }: Operator,
  email: string,
  at: string,
) => {
  const byMail = addresses.filter(({ channel }) => channel === 'email');
  const own = byMail.find(({ address, verified }) => verified && address.toLowerCase() === email.toLowerCase());
  const addressId = own?.addressId ?? addressIdOf(operatorId, 'email', email);
  const left = byMail.filter(({ address }) => address.toLowerCase() === old.toLowerCase()).map(({ addressId: id }) => id);
  const rules = directory.notificationRules(operatorId);
  const events: SettingsEvent[] = [{ type: 'EmailChanged', data: { operatorId, at, private: { email } } }];
  if (own === undefined)
    events.push(
      { type: 'ChannelAddressAdded', data: { operatorId, addressId, channel: 'email', at, private: { address: email } } },
      { type: 'ChannelAddressVerified', data: { operatorId, addressId, at } },
    );
  if (rules?.some(rule => left.includes(rule.addressId)) === true) {
    const moved = rules.map(rule => (left.includes(rule.addressId) ? { ...rule, addressId } : rule));
    events.push({ type: 'NotificationRulesSet', data: { operatorId, rules: moved, at } });
  }
  for (const id of left) events.push({ type: 'ChannelAddressDisabled', data: { operatorId, addressId: id, reason: 'replaced', at } });
  return events;
};

const isTaken = ({ directory }: Pick<AccountDeps, 'directory'>, tenant: string, email: string): boolean =>
  memberWithEmail(directory, tenant, email) !== null || invitationFor(directory, tenant, email) !== null;

const taken = () => refused(409, 'email_taken', 'is a member’s already, or somebody is invited with it');

const refused = (status: number, code: string, detail: string) =>
  new ProblemError(code, status, `The address ${detail}.`, { errors: [{ pointer: '/email', detail }] });

const linkOver = () => new ProblemError('link_over', 410, 'This link was used already, or its time is over. Ask for the change once more.');
