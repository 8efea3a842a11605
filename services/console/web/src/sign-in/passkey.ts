import type { JsonObject } from '@holdpoint/contracts';

/** The library is loaded when somebody uses a passkey. */
const library = () => import('@simplewebauthn/browser');

/** What the API gives for `navigator.credentials`, as JSON. */
export type PasskeyOptions = { flow: string; options: unknown };

/** Why a passkey was not used, in words for the person. */
export class PasskeyFailed extends Error {}

/** Whether this page can use passkeys: the browser knows them, and the page has the name they are made for. */
export const passkeysWork = (host: string): boolean =>
  window.isSecureContext &&
  'PublicKeyCredential' in window &&
  (window.location.hostname === host || window.location.hostname.endsWith(`.${host}`));

/** The same page under the name passkeys are made for. */
export const addressFor = (host: string): string => {
  const url = new URL(window.location.href);
  url.hostname = host;
  return url.href;
};

/** Asks the person for a passkey. @throws PasskeyFailed */
export const askForPasskey = async (options: unknown): Promise<JsonObject> => {
  const { startAuthentication } = await library();
  const optionsJSON = options as Parameters<typeof startAuthentication>[0]['optionsJSON'];
  return (await startAuthentication({ optionsJSON }).catch(refuse)) as unknown as JsonObject;
};

/** Lets the person make a passkey. @throws PasskeyFailed */
export const makePasskey = async (options: unknown): Promise<JsonObject> => {
  const { startRegistration } = await library();
  const optionsJSON = options as Parameters<typeof startRegistration>[0]['optionsJSON'];
  return (await startRegistration({ optionsJSON }).catch(refuse)) as unknown as JsonObject;
};

const WORDS: Readonly<Record<string, string>> = {
  NotAllowedError: 'The passkey was not used: it was cancelled, or took too long.',
  InvalidStateError: 'This device has a passkey for you already.',
  SecurityError: 'Passkeys do not work under this address.',
};
const refuse = (error: unknown): never => {
  throw new PasskeyFailed(WORDS[error instanceof Error ? error.name : ''] ?? 'The passkey could not be used here.');
};
