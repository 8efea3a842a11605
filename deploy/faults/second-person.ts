import { joinByInvitation } from '@holdpoint/testing';
import type { FreeStack } from '../local/free-stack.ts';

/** Somebody who joined the bootstrap owner's organisation, with a token of their own. */
export type SecondPerson = { operatorId: string; name: string; token: string };

/** Somebody is invited and joins, signs in as that person, and takes an access token. */
export const addSecondPerson = async (stack: FreeStack, name: string, roles: readonly string[]): Promise<SecondPerson> => {
  const { operatorId, email, password } = await joinByInvitation({
    consoleUrl: stack.consoleUrl,
    token: stack.credentials.personalAccessToken,
    email: `${name.toLowerCase()}@example.com`,
    name,
    roles,
  });
  const signedIn = await fetch(`${stack.consoleUrl}/api/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  const cookie = signedIn.headers.get('set-cookie')?.split(';', 1)[0];
  if (!signedIn.ok || !cookie) throw new Error(`${name} could not sign in: ${signedIn.status} ${await signedIn.text()}`);
  const issued = await fetch(`${stack.consoleUrl}/api/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie, origin: stack.consoleUrl },
    body: '{}',
  });
  if (!issued.ok) throw new Error(`${name} got no token: ${issued.status} ${await issued.text()}`);
  return { operatorId, name, token: ((await issued.json()) as { token: string }).token };
};
