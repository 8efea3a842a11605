import { BlockList, isIP } from 'node:net';

/** `public`: anybody's; `allowed`: private, but on the operator's allow-list; `denied`: never called. */
export type AddressVerdict = 'public' | 'allowed' | 'denied';
export type AddressRules = { verdict(address: string): AddressVerdict };

/**
 * IPv4 that is not globally reachable: the IANA special-purpose registry (RFC 6890 and successors), multicast, class E, and
 * Azure's wire server, which is a public-looking address that only answers inside Azure.
 */
const SPECIAL_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '168.63.129.16/32',
];

/** Special IPv6 inside 2000::/3: protocol assignments with Teredo and ORCHID, documentation, 6to4, 6bone, AS112. All else outside 2000::/3 is refused whole. */
const SPECIAL_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20', '3ffe::/16'];
const GLOBAL_V6 = ['2000::/3'];

/** Refused even when the allow-list covers them: cloud metadata, link-local, multicast, unspecified, and every IPv6 that embeds an IPv4. */
const NEVER = [
  '0.0.0.0/8',
  '169.254.0.0/16',
  '168.63.129.16/32',
  '100.100.100.200/32',
  '192.0.0.0/24',
  '224.0.0.0/4',
  '255.255.255.255/32',
  'fe80::/10',
  'ff00::/8',
  'fd00:ec2::/32',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '2001::/32',
  '2002::/16',
];

const listOf = (cidrs: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [net = '', bits = ''] = cidr.trim().split('/');
    const family = isIP(net);
    const prefix = bits === '' ? (family === 4 ? 32 : 128) : Number(bits);
    if (family === 0 || !Number.isInteger(prefix) || prefix < 0 || prefix > (family === 4 ? 32 : 128))
      throw new RangeError(`${cidr} is not a CIDR range such as 10.0.0.0/8 or ::1/128`);
    list.addSubnet(net, prefix, family === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
};

/** `::a.b.c.d` and `::ffff:a.b.c.d` reach an IPv4 host by another name, so they are refused outright; `::1` is the one exception an allow-list may name. */
const embedsV4 = (address: string): boolean => /^::(ffff:(0:)?)?[0-9a-f.:]*$/i.test(address) && address !== '::1';

/**
 * Builds the address rules.
 * @param allowCidrs ranges that may be called although they are not public, for example `127.0.0.0/8` on a developer's machine.
 * @param denyCidrs ranges that are never called, allow-listed or not: the cluster's own networks.
 * @throws RangeError for text that is not a CIDR range.
 */
export const addressRules = (allowCidrs: readonly string[] = [], denyCidrs: readonly string[] = []): AddressRules => {
  const [never, allowed, specialV4, specialV6, globalV6] = [[...NEVER, ...denyCidrs], allowCidrs, SPECIAL_V4, SPECIAL_V6, GLOBAL_V6].map(
    listOf,
  ) as [BlockList, BlockList, BlockList, BlockList, BlockList];
  return {
    verdict: address => {
      const family = isIP(address);
      if (family === 0 || address.includes('%')) return 'denied';
      if (family === 4) {
        if (never.check(address, 'ipv4')) return 'denied';
        if (allowed.check(address, 'ipv4')) return 'allowed';
        return specialV4.check(address, 'ipv4') ? 'denied' : 'public';
      }
      if (embedsV4(address) || never.check(address, 'ipv6')) return 'denied';
      if (allowed.check(address, 'ipv6')) return 'allowed';
      return globalV6.check(address, 'ipv6') && !specialV6.check(address, 'ipv6') ? 'public' : 'denied';
    },
  };
};
