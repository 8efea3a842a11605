import { isIP } from 'node:net';

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/;

/**
 * The name passkeys are made for: the console's host. Browsers make none for addresses in numbers (WebAuthn level 3 §5.1.3), so a console on this
 * machine is `localhost`.
 */
export const passkeyHostOf = (consoleUrl: string): string => {
  const { hostname } = new URL(consoleUrl);
  return LOOPBACK.test(hostname) ? 'localhost' : hostname;
};

/**
 * Origins a passkey's answer may come from: the console's own. On this machine also `localhost` with the port that was reached.
 * @param localPort port of this end of the connection, which no header can change
 */
export const passkeyOrigins = (consoleUrl: string, localPort: number | undefined): string[] => {
  const { origin } = new URL(consoleUrl);
  return passkeyHostOf(consoleUrl) === 'localhost' ? [origin, `http://localhost:${localPort ?? 0}`] : [origin];
};

/** Whether browsers make passkeys for a name at all. */
export const canHavePasskeys = (host: string): boolean => isIP(host.replace(/^\[|\]$/g, '')) === 0;
