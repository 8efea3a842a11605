import { DEFAULT_CEILINGS } from '@holdpoint/contracts';
import { defineChannel } from '../channel.ts';
import { teamsAddress } from './address.ts';
import { openBot } from './bot.ts';
import { botActivity } from './card.ts';
import { teamsConfig, type TeamsConfig } from './config.ts';
import { openWorkflow } from './workflow.ts';

/** Microsoft Teams: a bot in whose cards people decide, or a flow that only tells. */
export const teams = defineChannel<TeamsConfig>({
  id: 'teams',
  displayName: 'Microsoft Teams',
  capabilities: {
    interactive: 'forms',
    actionsMax: 3,
    canEdit: true,
    receipts: 'accepted',
    identityStrength: 'strong',
    defaultCeiling: DEFAULT_CEILINGS.teams,
    contentLevel: 'summary',
    lockScreenVisible: true,
    textCharsMax: 1_200,
    needsOpenWindow: false,
    paid: false,
    enrolment: 'link',
  },
  config: teamsConfig,
  normaliseAddress: teamsAddress,
  render: botActivity,
  open: (config, options) => (config.mode === 'bot' ? openBot(config, options) : openWorkflow(config, options)),
});
