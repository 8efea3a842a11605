import type { DemoChannel } from './demo-channel.ts';
import { email } from './email.ts';
import { instagram, messenger } from './messaging.ts';
import { push } from './push.ts';
import { slack } from './slack.ts';
import { sms } from './sms.ts';
import { teams } from './teams.ts';
import { telegram } from './telegram.ts';
import { voice } from './voice.ts';
import { whatsapp } from './whatsapp.ts';

/** Every channel that the demo can show, by its id. */
export const DEMO_CHANNELS: Readonly<Record<string, DemoChannel>> = {
  telegram,
  slack,
  teams,
  email,
  sms,
  whatsapp,
  voice,
  push,
  messenger,
  instagram,
};
