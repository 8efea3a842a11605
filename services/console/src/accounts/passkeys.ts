import type { JsonObject } from '@holdpoint/contracts';
import type {
  AuthenticationResponseJSON,
  AuthenticatorTransportFuture,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import type { AccountDeps } from './account-deps.ts';
import { passkeyOrigins } from './passkey-host.ts';
import type { NewPasskey, Passkey } from './passkey-store.ts';

/** Loaded when the first passkey is: it brings an ASN.1 library, which an installation without passkeys does not have to keep in memory. */
const library = () => import('@simplewebauthn/server');

/** For whom a passkey is made, and where. */
type Site = Pick<AccountDeps, 'passkeyHost' | 'consoleUrl'>;
/** Port this end of the browser's connection has. */
export type Reached = { localPort: number | undefined };
const MADE_FOR_MS = 300_000;

const descriptorOf = ({ credentialId, transports }: Passkey) => ({
  id: credentialId,
  transports: transports as AuthenticatorTransportFuture[],
});

/**
 * What `navigator.credentials.create` is asked: a passkey that names its owner by itself (usernameless) and is unlocked by finger, face or PIN. No
 * attestation: any authenticator is taken.
 * @param owned passkeys the person has, so that one device does not make two
 */
export const creationOptions = async (
  { passkeyHost }: Site,
  person: { operatorId: string; email: string; name: string },
  owned: readonly Passkey[],
): Promise<PublicKeyCredentialCreationOptionsJSON> => {
  const { generateRegistrationOptions } = await library();
  return generateRegistrationOptions({
    rpName: 'Holdpoint',
    rpID: passkeyHost,
    userID: new Uint8Array(Buffer.from(person.operatorId)),
    userName: person.email,
    userDisplayName: person.name,
    attestationType: 'none',
    excludeCredentials: owned.map(descriptorOf),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    timeout: MADE_FOR_MS,
  });
};

/** Checks what was made (WebAuthn level 3 §7.1). @returns null for anything that was not made for this challenge, here, by a verified person */
export const checkCreated = async (
  site: Site,
  credential: JsonObject,
  challenge: string,
  { localPort }: Reached,
): Promise<Omit<NewPasskey, 'operatorId' | 'name'> | null> => {
  const { verifyRegistrationResponse } = await library();
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: credential as unknown as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: passkeyOrigins(site.consoleUrl, localPort),
      expectedRPID: site.passkeyHost,
      requireUserVerification: true,
    });
    if (!verified) return null;
    const { credential: made, credentialBackedUp } = registrationInfo;
    return {
      credentialId: made.id,
      publicKey: made.publicKey,
      counter: made.counter,
      transports: made.transports ?? [],
      backedUp: credentialBackedUp,
    };
  } catch {
    // The library throws for every single thing that does not fit; what exactly is for nobody but an attacker.
    return null;
  }
};

/**
 * What `navigator.credentials.get` is asked.
 * @param allowed the passkeys that may answer; none named: whichever the person chooses
 * @param challenge 32 bytes; random ones by default
 */
export const requestOptions = async (
  { passkeyHost }: Site,
  allowed: readonly Passkey[],
  challenge?: Uint8Array<ArrayBuffer>,
): Promise<PublicKeyCredentialRequestOptionsJSON> => {
  const { generateAuthenticationOptions } = await library();
  return generateAuthenticationOptions({
    rpID: passkeyHost,
    allowCredentials: allowed.map(descriptorOf),
    userVerification: 'required',
    ...(challenge === undefined ? {} : { challenge }),
    timeout: MADE_FOR_MS,
  });
};

/**
 * Checks an answer (WebAuthn level 3 §7.2) and takes it: a count that did not grow means a copied authenticator, and is refused.
 * @returns the passkey, or null
 */
export const takeAssertion = async (
  deps: Site & Pick<AccountDeps, 'accounts'>,
  credential: JsonObject,
  challenge: string,
  { localPort }: Reached,
): Promise<Passkey | null> => {
  const response = credential as unknown as AuthenticationResponseJSON;
  const passkey = typeof response.id === 'string' ? await deps.accounts.passkeys.find(response.id) : null;
  if (passkey === null) return null;
  const { verifyAuthenticationResponse } = await library();
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: passkeyOrigins(deps.consoleUrl, localPort),
      expectedRPID: deps.passkeyHost,
      credential: { ...descriptorOf(passkey), publicKey: passkey.publicKey, counter: passkey.counter },
      requireUserVerification: true,
    });
    const handle = response.response.userHandle;
    const mine = handle === undefined || Buffer.from(handle, 'base64url').toString() === passkey.operatorId;
    return verified && mine && (await deps.accounts.passkeys.use(passkey, authenticationInfo.newCounter)) ? passkey : null;
  } catch {
    return null;
  }
};
