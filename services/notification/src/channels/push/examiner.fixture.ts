import { makeVapidKeys } from '@holdpoint/sealing';
import { over, type Examiner } from '../examiner.fixture.ts';
import type { PushPayload } from './payload.ts';

export const examiner: Examiner = {
  configs: [{ ...makeVapidKeys(), subject: 'mailto:ops@example.com' }],
  addresses: ['https://fcm.googleapis.com/fcm/send/abc'],
  examine: rendered => {
    const payload = rendered as PushPayload;
    return {
      shown: [payload.title, payload.body, ...payload.actions.map(({ label }) => label)],
      urls: [payload.url],
      handles: payload.actions.map(({ handle }) => handle),
      // Notifications show text as it is.
      alive: [],
      exceeded: over('payload', Buffer.byteLength(JSON.stringify(payload)), 3_993),
    };
  },
};
