import { describe, expect, it } from 'vitest';
import { openRefusals } from './refusals.ts';

const AT = Date.parse('2026-11-30T12:00:00.000Z');
const [ada, ben, cid] = ['ada', 'ben', 'cid'].map(name => `https://fcm.googleapis.com/fcm/send/${name}`) as [string, string, string];
const eve = 'https://updates.push.services.mozilla.com/wpush/v2/eve';

/** Refusals by the clock, a minute apart. */
const aChannel = () => {
  const { refused, taken } = openRefusals();
  let nowMs = AT;
  return { taken, refuses: (endpoint: string, ours = true) => refused(endpoint, ours, (nowMs += 60_000)) };
};

describe('whose fault a refusal of our key is', () => {
  it('is not clear at once, nor from what went out together', () => {
    const { refused } = openRefusals();
    expect([refused(ada, true, AT), refused(ada, true, AT + 999), refused(ada, true, AT + 1_000)]).toEqual([
      'unclear',
      'unclear',
      'subscription',
    ]);
  });

  it('is that of the only browser there is, however often it is refused', () => {
    const { refuses, taken } = aChannel();
    taken(ada);
    expect([refuses(ada), refuses(ada), refuses(ada)]).toEqual(['unclear', 'subscription', 'subscription']);
  });

  it('is that of the keys once the browser has subscribed anew and is refused there too', () => {
    const { refuses } = aChannel();
    expect([refuses(ada), refuses(ada)]).toEqual(['unclear', 'subscription']);
    expect([refuses(ben), refuses(ben)]).toEqual(['unclear', 'keys']);
  });

  it('is that of the keys where two are refused, by one push service or by two', () => {
    for (const other of [ben, eve]) {
      const { refuses } = aChannel();
      expect([refuses(ada), refuses(other), refuses(ada), refuses(other)]).toEqual(['unclear', 'unclear', 'keys', 'keys']);
    }
  });

  it('is that of each by itself where the push service takes another since', () => {
    const { refuses, taken } = aChannel();
    expect([refuses(ada), refuses(ben)]).toEqual(['unclear', 'unclear']);
    taken(cid);
    expect([refuses(ada), refuses(ben)]).toEqual(['subscription', 'subscription']);
    // Another service that takes our keys says nothing of what this one takes.
    const elsewhere = aChannel();
    expect([elsewhere.refuses(ada), elsewhere.refuses(ben)]).toEqual(['unclear', 'unclear']);
    elsewhere.taken(eve);
    expect(elsewhere.refuses(ada)).toBe('keys');
  });

  it('is never shown by one whose key nobody knows', () => {
    const { refuses } = aChannel();
    expect([refuses(ada), refuses(ben, false), refuses(ben, false), refuses(ada)]).toEqual([
      'unclear',
      'unclear',
      'subscription',
      'subscription',
    ]);
  });

  it('begins anew with whoever is taken again', () => {
    const { refuses, taken } = aChannel();
    expect([refuses(ada), refuses(ben)]).toEqual(['unclear', 'unclear']);
    taken(ada);
    expect([refuses(ada), refuses(ben)]).toEqual(['unclear', 'subscription']);
  });
});
