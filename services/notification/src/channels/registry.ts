import { email } from './email/email.ts';
import { inbox } from './inbox/inbox.ts';
import { push } from './push/push.ts';
import { sms } from './sms/sms.ts';
import { telegram } from './telegram/telegram.ts';
import type { Channel } from './channel.ts';

/** Every channel there is. */
export const CHANNELS: readonly Channel[] = [inbox, email, push, sms, telegram];
