import { RISK_LEVELS } from './ids.ts';
import { LIMITS } from './limits.ts';

/** The tool an agent calls to ask, as every framework is given it. */
export const GATE_TOOL_NAME = 'request_human_approval';
export const GATE_TOOL_TITLE = 'Request human approval';
export const GATE_TOOL_DESCRIPTION =
  'Ask a human operator before doing an irreversible, costly or sensitive action. Returns a decision. Treat anything except decision=approved or decision=modified as NOT approved. If modified, use exactly the returned approvedAction.';

/** The two shapes of the gate tool; same name. */
export const TOOL_VARIANTS = ['minimal', 'full'] as const;
export type ToolVariant = (typeof TOOL_VARIANTS)[number];

export type ToolProperty = { type: string | string[]; enum?: (string | null)[]; description: string };

const MINIMAL: Readonly<Record<string, ToolProperty>> = {
  context_summary: {
    type: 'string',
    description: `What led here and what the operator needs to know to decide. At most ${LIMITS.summaryCharsMax} characters.`,
  },
  proposed_action: {
    type: 'string',
    description: `What you want to do, concretely, with amounts and names. At most ${LIMITS.summaryCharsMax} characters.`,
  },
  entity_id: {
    type: 'string',
    description: `Id of what is acted on: an order, account, file or host. At most ${LIMITS.agentIdCharsMax} characters.`,
  },
  risk_level: {
    type: 'string',
    enum: [...RISK_LEVELS],
    description: 'How bad it is if this turns out wrong. When in doubt, the higher one.',
  },
};

const FULL: Readonly<Record<string, ToolProperty>> = {
  ...MINIMAL,
  action_name: { type: ['string', 'null'], description: 'Name of the tool you will call if approved.' },
  action_args_json: {
    type: ['string', 'null'],
    description: 'The exact JSON arguments of that call. They are bound: any other call is not approved.',
  },
  amount: { type: ['number', 'null'], description: 'Amount of money at stake, in units of the currency.' },
  currency: { type: ['string', 'null'], description: 'ISO 4217 code, for example USD.' },
  reversible: { type: ['boolean', 'null'], description: 'Whether it can be undone.' },
  urgency: { type: ['string', 'null'], enum: ['low', 'normal', 'high', null], description: 'How soon an answer is needed.' },
};

/**
 * The gate tool's parameters, as JSON Schema properties by their snake_case names. Limits stand in the descriptions, since the strict
 * modes of model providers know no `maxLength`.
 */
export const gateToolProperties = (variant: ToolVariant): Readonly<Record<string, ToolProperty>> => (variant === 'full' ? FULL : MINIMAL);
