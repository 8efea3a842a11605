import type { CaughtMail } from './fakes/smtp-catcher.ts';

/** Somebody who joined, with what they sign in by. */
export type Joined = { operatorId: string; name: string; email: string; password: string };

type Invited = {
  /** The console's base URL, and an administrator's access token for it. */
  consoleUrl: string;
  token: string;
  email: string;
  name: string;
  roles: readonly string[];
  /** Where the installation's mails arrive: the mailed link is opened then, which proves the address. */
  mail?: { messages: readonly CaughtMail[] };
};

/** Long enough for every console, and told by nobody. */
const PASSWORD = 'seven quiet herons';

/**
 * Somebody is invited and accepts, as two people do it.
 * @throws Error with the answer, unless it is 2xx
 */
export const joinByInvitation = async ({ consoleUrl, token, email, name, roles, mail }: Invited): Promise<Joined> => {
  const post = async <T>(path: string, body: object, headers: Record<string, string> = {}): Promise<T> => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
    const reply = await fetch(`${consoleUrl}${path}`, init);
    if (!reply.ok) throw new Error(`POST ${path}: ${reply.status} ${await reply.text()}`);
    return (await reply.json()) as T;
  };
  const shown = await post<{ link: string }>('/api/members', { email, name, roles }, { authorization: `Bearer ${token}` });
  const link = mail === undefined ? shown.link : newestLink(mail.messages, email, 'invitation');
  if (link === null) throw new Error(`no invitation was mailed to ${email}`);
  const accepted = { token: link.slice(link.indexOf('#') + 1), password: PASSWORD };
  const { operatorId } = await post<{ operatorId: string }>('/api/invitations/accept', accepted);
  return { operatorId, name, email, password: PASSWORD };
};

/** The newest link to a page of the console that was mailed to an address, with the secret behind its `#`; null for none so far. */
export const newestLink = (messages: readonly CaughtMail[], email: string, page: string): string | null => {
  const mail = messages.findLast(({ to, raw }) => to.includes(email) && raw.includes(`/${page}#`));
  // Quoted-printable breaks long lines with a `=` at their end (RFC 2045 §6.7).
  return mail?.raw.replaceAll('=\r\n', '').match(new RegExp(`https?://[^\\s"]*/${page}#[\\w-]{43}`))?.[0] ?? null;
};
