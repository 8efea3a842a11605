import { email } from './email/email.ts';
import { inbox } from './inbox/inbox.ts';
import { instagram } from './instagram/instagram.ts';
import { messenger } from './messenger/messenger.ts';
import { push } from './push/push.ts';
import { slack } from './slack/slack.ts';
import { sms } from './sms/sms.ts';
import { teams } from './teams/teams.ts';
import { telegram } from './telegram/telegram.ts';
import { voice } from './voice/voice.ts';
import { whatsapp } from './whatsapp/whatsapp.ts';
import type { Channel } from './channel.ts';

/** Every channel there is. */
export const CHANNELS: readonly Channel[] = [inbox, email, instagram, messenger, push, slack, sms, teams, telegram, voice, whatsapp];
