import { isIP, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { EgressError, openEgress, type Egress, type EgressOptions } from './index.ts';

/** Stubs resolver and dialler: nothing here touches a network. What would have been dialled is recorded, and refuses. */
const guarded = (answers: string[] = ['93.184.215.14'], options: EgressOptions = {}) => {
  const dialled: string[] = [];
  const egress = openEgress({
    lookup: async () => answers.map(address => ({ address, family: isIP(address) })),
    connect: ({ addresses, port }) => {
      dialled.push(`${addresses.map(({ address }) => address).join('|')}:${port}`);
      return socketThat(socket => socket.destroy(Object.assign(new Error('stub'), { code: 'ECONNREFUSED' })));
    },
    ...options,
  });
  opened.push(egress);
  return { egress, dialled };
};

/** A socket that is connecting, and does as told in the next turn. */
const socketThat = (act: (socket: Socket) => void, remoteAddress = ''): Socket => {
  const socket = Object.assign(new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() }), { connecting: true, remoteAddress });
  for (const method of ['setNoDelay', 'setKeepAlive', 'setTimeout', 'ref', 'unref']) Object.assign(socket, { [method]: () => socket });
  setImmediate(() => act(socket as unknown as Socket));
  return socket as unknown as Socket;
};

const opened: Egress[] = [];
afterEach(() => {
  for (const egress of opened.splice(0)) egress.close();
});

const outcome = async (egress: Egress, url: string): Promise<string> =>
  egress.request({ method: 'POST', url, body: '{}' }).then(
    () => 'answered',
    (error: unknown) => (error instanceof EgressError ? error.errorClass : String(error)),
  );

const LITERALS = [
  // Loopback and this host
  '127.0.0.1',
  '127.0.0.2',
  '127.255.255.254',
  '127.1',
  '127.0.1',
  '2130706433',
  '0x7f000001',
  '0x7f.1',
  '0177.0.0.1',
  '017700000001',
  '127.0.0.1.',
  '0.0.0.0',
  '0',
  '0.1.2.3',
  // Private, carrier, link-local, metadata
  '10.0.0.1',
  '10.255.255.255',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '192.168.255.255',
  '100.64.0.1',
  '100.127.255.255',
  '169.254.0.1',
  '169.254.169.254',
  '169.254.170.2',
  '168.63.129.16',
  '100.100.100.200',
  '192.0.0.192',
  // Special purposes
  '192.0.0.8',
  '192.0.2.1',
  '192.31.196.1',
  '192.52.193.1',
  '192.88.99.1',
  '192.175.48.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.7',
  '203.0.113.9',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.254',
  '255.255.255.255',
  // IPv6
  '[::]',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:8.8.8.8]',
  '[::127.0.0.1]',
  '[::7f00:1]',
  '[::8.8.8.8]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b::808:808]',
  '[64:ff9b:1::1]',
  '[2002:7f00:1::]',
  '[2002:808:808::1]',
  '[2001::1]',
  '[2001:0:4136:e378:8000:63bf:3fff:fdd2]',
  '[2001:10::1]',
  '[2001:20::1]',
  '[2001:2::1]',
  '[2001:db8::1]',
  '[3fff::1]',
  '[3ffe::1]',
  '[5f00::1]',
  '[100::1]',
  '[fe80::1]',
  '[fec0::1]',
  '[fc00::1]',
  '[fd00::1]',
  '[fd00:ec2::254]',
  '[ff02::1]',
  '[2620:4f:8000::1]',
  '[4000::1]',
  '[0:0:0:0:0:0:0:1]',
];

const MALFORMED = [
  'https://user@example.com/',
  'https://user:pw@example.com/',
  'https://@example.com/',
  'https://ok.test\\@127.0.0.1/',
  'https:\\\\127.0.0.1/',
  'https:///127.0.0.1/',
  'https:127.0.0.1/',
  'https:/example.com/',
  '//example.com/',
  'example.com',
  'https://example.com/#x',
  'https://example.com/#',
  ' https://example.com/',
  'https://example.com/ ',
  'https://exa\tmple.com/',
  'https://exa\nmple.com/',
  'https://example.com/\r\nx: y',
  'https://example.com/\u0000',
  'https://１２７.０.０.１/',
  'https://127。0。0。1/',
  'https://%31%32%37.0.0.1/',
  'https://exa%6dple.com/',
  'https://EXAMPLE..com/',
  'https://example.com../',
  'https://[::1%25eth0]/',
  'https://[fe80::1%eth0]/',
  'https://999.1.1.1/',
  'https://1.1.1.1.1/',
  'https://0x.0x.0x.0x/',
  'https://',
  'https:///',
  `https://example.com/${'a'.repeat(2_048)}`,
  `https://${'a.'.repeat(130)}com/`,
  'https://bücher.example/',
  'https://example.com:99999/',
  'https://example.com:0443/',
  'https://example.com:/',
  'ftp://example.com/',
  'file:///etc/passwd',
  'gopher://example.com/',
  'data:text/plain,x',
  'javascript:alert(1)',
  'ws://example.com/',
  'blob:https://example.com/x',
  'jar:https://example.com!/',
  'http+unix://%2fvar%2frun%2fdocker.sock/',
  '',
];

const NAMES = [
  'metadata',
  'metadata.google.internal',
  'METADATA.google.internal',
  'metadata.google.internal.',
  'metadata.goog',
  'instance-data',
  'instance-data.ec2.internal',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'nats.holdpoint.svc',
  'eventstore.holdpoint.svc.cluster.local',
];

const PORTS = [22, 25, 80, 465, 2113, 2375, 3306, 4222, 5432, 6222, 6379, 7070, 7071, 8080, 8222, 9200, 10_250, 11_211, 27_017, 1];

describe('a target that leads inside', () => {
  it.each(LITERALS)('is refused when it is the address %s', async host => {
    const { egress, dialled } = guarded();
    expect(['blocked', 'invalid_url']).toContain(await outcome(egress, `https://${host}/`));
    expect(dialled).toEqual([]);
  });

  it.each(LITERALS.filter(host => /^(\[[0-9a-f:.]+\]|\d+\.\d+\.\d+\.\d+)$/.test(host) && !/^0\d/.test(host)))(
    'is refused when its name resolves to %s',
    async host => {
      const { egress, dialled } = guarded([host.replace(/[[\]]/g, '')]);
      expect(await outcome(egress, 'https://rebound.example/')).toBe('blocked');
      expect(dialled).toEqual([]);
    },
  );

  it.each(MALFORMED)('is refused when it is written as %j', async url => {
    const { egress, dialled } = guarded();
    expect(await outcome(egress, url)).toBe('invalid_url');
    expect(dialled).toEqual([]);
  });

  it.each(NAMES)('is refused under the name %s', async name => {
    const { egress, dialled } = guarded();
    expect(['blocked', 'invalid_url']).toContain(await outcome(egress, `https://${name}/`));
    expect(dialled).toEqual([]);
  });

  it.each(PORTS)('is refused on port %i', async port => {
    const { egress, dialled } = guarded();
    expect(await outcome(egress, `https://93.184.215.14:${port}/`)).toBe('blocked');
    expect(dialled).toEqual([]);
  });

  it('is refused when one of several answers is private', async () => {
    const { egress, dialled } = guarded(['93.184.215.14', '10.0.0.7']);
    expect(await outcome(egress, 'https://mixed.example/')).toBe('blocked');
    expect(dialled).toEqual([]);
  });

  it('is refused over plain http even on a public address', async () => {
    const { egress, dialled } = guarded();
    expect(await outcome(egress, 'http://93.184.215.14/')).toBe('blocked');
    expect(dialled).toEqual([]);
  });

  it('is refused when the connection ends at another address than was checked', async () => {
    const { egress } = guarded(['93.184.215.14'], { connect: () => socketThat(socket => socket.emit('connect'), '10.0.0.7') });
    expect(await outcome(egress, 'https://example.com/')).toBe('blocked');
  });

  it('is refused when it is one of our own listeners or names, also where private ranges are allowed', async () => {
    const { egress, dialled } = guarded(['10.1.2.3'], {
      allowCidrs: ['10.0.0.0/8', '127.0.0.0/8'],
      denyPorts: [7999],
      denyHosts: ['approvals.example.com'],
      denyCidrs: ['10.96.0.0/12'],
    });
    expect(await outcome(egress, 'http://127.0.0.1:7999/')).toBe('blocked');
    expect(await outcome(egress, 'http://127.0.0.1:2113/')).toBe('blocked');
    expect(await outcome(egress, 'https://approvals.example.com/')).toBe('blocked');
    expect(await outcome(egress, 'http://10.96.0.1/')).toBe('blocked');
    expect(dialled).toEqual([]);
  });

  it.each(['169.254.169.254', '[::ffff:7f00:1]', '[fe80::1]', '[64:ff9b::a00:1]', '0.0.0.0', '168.63.129.16'])(
    'is refused when it is %s, whatever is allow-listed',
    async host => {
      const { egress, dialled } = guarded([], { allowCidrs: ['0.0.0.0/0', '::/0'] });
      expect(await outcome(egress, `https://${host}/`)).toBe('blocked');
      expect(dialled).toEqual([]);
    },
  );

  it('tells a tenant nothing that maps our network', async () => {
    const messages = new Set<string>();
    for (const egress of [guarded(['10.0.0.1']).egress, guarded().egress, guarded([]).egress])
      await egress.request({ method: 'GET', url: 'https://example.com/secret-path' }).catch((error: EgressError) => {
        messages.add(error.safeMessage);
        expect(error.message).not.toContain('secret-path');
      });
    expect(messages.size).toBe(1);
  });
});

describe('a target that is allowed', () => {
  it.each([
    ['https://93.184.215.14/hook', '93.184.215.14:443'],
    ['https://100.63.255.254/', '100.63.255.254:443'],
    ['https://100.128.0.1/', '100.128.0.1:443'],
    ['https://172.15.255.255/', '172.15.255.255:443'],
    ['https://172.32.0.1/', '172.32.0.1:443'],
    ['https://[2001:4860:4860::8888]/', '2001:4860:4860::8888:443'],
    ['https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/', '2606:2800:21f:cb07:6820:80da:af6b:8b2c:443'],
    ['https://example.com', '93.184.215.14:443'],
    ['https://EXAMPLE.com:443/a?b=c%20d', '93.184.215.14:443'],
    ['https://example.com./', '93.184.215.14:443'],
  ])('is dialled at the address that was checked: %s', async (url, dialledAs) => {
    const { egress, dialled } = guarded();
    expect(await outcome(egress, url)).toBe('refused');
    expect(dialled).toEqual([dialledAs]);
  });

  it('may be private and plain http where the operator allow-lists its range', async () => {
    const { egress, dialled } = guarded([], { allowCidrs: ['127.0.0.0/8', '::1/128'] });
    expect(await outcome(egress, 'http://127.0.0.1:3000/')).toBe('refused');
    expect(await outcome(egress, 'http://[::1]:3000/')).toBe('refused');
    expect(dialled).toEqual(['127.0.0.1:3000', '::1:3000']);
  });

  it('may be private where the operator allow-lists its name, and only under this name', async () => {
    const { egress, dialled } = guarded(['10.1.2.3'], { allowHosts: ['Hooks.internal.example'] });
    expect(await outcome(egress, 'https://hooks.internal.example/')).toBe('refused');
    expect(await outcome(egress, 'http://hooks.internal.example:8080/')).toBe('refused');
    expect(await outcome(egress, 'https://other.internal.example/')).toBe('blocked');
    expect(await outcome(egress, 'https://10.1.2.3/')).toBe('blocked');
    expect(await outcome(egress, 'https://hooks.internal.example:2113/')).toBe('blocked');
    expect(dialled).toEqual(['10.1.2.3:443', '10.1.2.3:8080']);
  });

  it.each(['169.254.169.254', '::ffff:7f00:1', '0.0.0.0', '10.96.0.1'])(
    'never leads to %s, also under an allow-listed name',
    async address => {
      const { egress, dialled } = guarded([address], { allowHosts: ['hooks.example'], denyCidrs: ['10.96.0.0/12'] });
      expect(await outcome(egress, 'https://hooks.example/')).toBe('blocked');
      expect(dialled).toEqual([]);
    },
  );

  it('keeps every answer of the resolver that was checked', async () => {
    const { egress, dialled } = guarded(['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c']);
    expect(await outcome(egress, 'https://example.com/')).toBe('refused');
    expect(dialled).toEqual(['93.184.215.14|2606:2800:21f:cb07:6820:80da:af6b:8b2c:443']);
  });
});

describe('the size of the hostile list', () => {
  it('is at least a hundred inputs, each refused above', () => {
    expect(new Set([...LITERALS, ...MALFORMED, ...NAMES, ...PORTS.map(String)]).size).toBeGreaterThanOrEqual(100);
  });
});
