import { streamOf, type AccountMail } from '@holdpoint/contracts';
import type { Operator } from '@holdpoint/directory';
import { ProblemError } from '@holdpoint/service-kit';
import { changeSettings } from '../settings/change-settings.ts';
import type { AccountDeps } from './account-deps.ts';
import { linkTo, mailLink } from './account-mail.ts';
import { recordOwn } from './begin-session.ts';
import { assertGoodPassword } from './new-password.ts';
import type { Person } from './person.ts';
import { RESET_LINK_SEC } from './reset-links.ts';

/** Whether the address somebody signs in with was proved to be theirs. A link must not go to any other. */
export const isProved = ({ email, addresses }: Operator): boolean =>
  addresses.some(({ channel, address, verified }) => channel === 'email' && verified && address.toLowerCase() === email.toLowerCase());

/**
 * Mails a link to whoever has an account under this address; nothing, where there is none. The caller learns neither which nor when: it is done
 * after the answer.
 */
export const requestPasswordReset =
  (deps: AccountDeps) =>
  async (email: string): Promise<void> => {
    const { directory } = deps;
    for (const { organizationId } of directory.organizations()) {
      const member = directory.list('operators', organizationId).find(operator => operator.email.toLowerCase() === email.toLowerCase());
      if (member === undefined || !isProved(member) || !(await mayHavePassword(deps, member))) continue;
      await mailLink(deps, await resetMail(deps, member), member.operatorId);
    }
  };

/** Only who signs in by password gets a new one; a link must not add a way in that was not there. */
const mayHavePassword = async ({ accounts, directory }: AccountDeps, { operatorId, tenant }: Operator): Promise<boolean> =>
  directory.signInPolicy(tenant).methods.includes('password') && (await accounts.hasPassword(operatorId));

const resetMail = async (
  deps: AccountDeps,
  { operatorId, tenant, email, name }: Operator,
): Promise<AccountMail & { expiresAt: string }> => ({
  tenant,
  kind: 'passwordReset',
  email,
  name,
  link: linkTo(deps, 'password-reset', await deps.accounts.resetLinks.make(operatorId)),
  expiresAt: new Date(Date.parse(deps.now()) + RESET_LINK_SEC * 1_000).toISOString(),
});

/**
 * Sets a new password by a link, and ends every session. Factors stay: whoever reads the mail still needs the code, or the passkey.
 * @throws ProblemError 410 for a link that is over, 422 for a weak password (the link still works), PasswordsBusy
 */
export const confirmPasswordReset =
  (deps: AccountDeps) =>
  async ({ token, password }: { token: string; password: string }): Promise<void> => {
    const { resetLinks } = deps.accounts;
    const operatorId = await resetLinks.look(token);
    const operator = operatorId === null ? null : deps.directory.operator(operatorId);
    if (operator === null) throw linkOver();
    // A weak password does not use the link up.
    assertGoodPassword(password, operator.email);
    if ((await resetLinks.take(token)) === null) throw linkOver();
    await deps.accounts.setPassword({ operatorId: operator.operatorId, email: operator.email, password });
    await recordOwn(deps, operator, at => [{ type: 'PasswordChanged', data: { operatorId: operator.operatorId, how: 'reset', at } }]);
  };

/**
 * Makes a link with which a member sets a new password, for where no mail is set up. It is an event; only an owner does it for an owner.
 * @returns the link, shown once
 * @throws ProblemError 404, 403
 */
export const issuePasswordReset =
  (deps: AccountDeps) =>
  async (by: Person, operatorId: string): Promise<{ link: string; expiresAt: string }> => {
    const operator = deps.directory.operator(operatorId);
    if (operator?.tenant !== by.tenant) throw new ProblemError('not_found', 404, 'There is no such member.');
    if (operator.roles.includes('owner') && !by.roles.includes('owner'))
      throw new ProblemError('role_required', 403, 'Only an owner may reset the password of an owner.');
    await changeSettings(deps, by, streamOf.operator(operatorId), (_events, at) => [
      { type: 'PasswordResetIssued', data: { operatorId, by: by.operatorId, at } },
    ]);
    const { link, expiresAt } = await resetMail(deps, operator);
    return { link, expiresAt };
  };

const linkOver = () => new ProblemError('link_over', 410, 'This link was used already, or its time is over. Ask for a new one.');
