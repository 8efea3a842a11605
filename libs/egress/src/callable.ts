import type { AddressRules } from './address.ts';
import { EgressError } from './egress-error.ts';
import type { Target } from './target.ts';

export type CallRules = {
  /** Which addresses a name may lead to. */
  addressesFor(hostname: string): AddressRules;
  /** Ports that may be called on public addresses. */
  publicPorts: ReadonlySet<number>;
  /** Our own listeners. */
  denyPorts: ReadonlySet<number>;
};

/**
 * Never called on any address: remote shell and mail, stores, brokers and kubelet, and Holdpoint's own default ports. Reaching one of
 * them by HTTP is an attack, not an integration.
 */
const NEVER_PORTS = new Set([
  21, 22, 23, 25, 53, 110, 143, 389, 445, 465, 587, 636, 993, 995, 1433, 2049, 2113, 2375, 2376, 2379, 2380, 3306, 3389, 4222, 5432, 5672,
  6222, 6379, 6443, 7070, 7071, 7072, 7073, 7074, 7075, 7076, 7077, 8222, 9092, 9200, 9300, 10250, 10255, 11211, 27017,
]);

/**
 * Decides whether `address` may be called for `target`: public addresses over https on the public ports, allow-listed ones also over
 * http and on any port that is neither ours nor one of the never-called.
 * @throws EgressError `blocked`, naming the rule for the administrator.
 */
export const callerMayUse = (rules: CallRules, target: Target, address: string): void => {
  const { hostname, port, tls } = target;
  const verdict = rules.addressesFor(hostname).verdict(address);
  if (verdict === 'denied') throw new EgressError('blocked', `${hostname} leads to an address that is not public`);
  if (NEVER_PORTS.has(port) || rules.denyPorts.has(port)) throw new EgressError('blocked', `port ${port} is never called`);
  if (verdict === 'allowed') return;
  if (!tls) throw new EgressError('blocked', `${hostname} must be called over https`);
  if (!rules.publicPorts.has(port)) throw new EgressError('blocked', `port ${port} is not on the list of public ports`);
};
