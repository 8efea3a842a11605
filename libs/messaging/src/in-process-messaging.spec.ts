import { describe, expect, it } from 'vitest';
import { connectMessaging } from './connect-messaging.ts';
import { createInProcessHub } from './in-process-messaging.ts';
import { batchOf, CONTRACT_LIMITS, describeMessaging } from './messaging.contract.ts';

describeMessaging('in process', async () => {
  const hub = createInProcessHub({ limits: CONTRACT_LIMITS });
  return { connect: async () => hub.connect(), close: async () => undefined };
});

describe('the in-process transport', () => {
  it('hands work over in a later turn of the loop, never inside the publish', async () => {
    const messaging = await connectMessaging({ transport: 'inProcess' });
    let handled = false;
    messaging.consumeWork('routing', async () => void (handled = true));
    const published = messaging.publishWork('routing', 'work', batchOf('later'));
    expect(handled).toBe(false);
    await published;
    await new Promise(resolve => setImmediate(resolve));
    expect(handled).toBe(true);
    await messaging.close();
  });

  it('refuses work when nobody has taken any for too long, instead of filling the memory', async () => {
    const messaging = await connectMessaging({ transport: 'inProcess' });
    const batch = batchOf('waiting');
    for (let index = 0; index < 10_000; index += 1) await messaging.publishWork('routing', 'work', batch);
    await expect(messaging.publishWork('routing', 'work', batch)).rejects.toMatchObject({ code: 'publish_failed' });
    await messaging.close();
  });
});
