import { LIMITS, RISK_LEVELS } from '@holdpoint/contracts';

/** The two shapes of the gate tool; same name. */
export const TOOL_VARIANTS = ['minimal', 'full'] as const;
export type ToolVariant = (typeof TOOL_VARIANTS)[number];
export const TOOL_FORMATS = ['openai', 'openai-responses', 'anthropic', 'mcp'] as const;
export type ToolFormat = (typeof TOOL_FORMATS)[number];

const NAME = 'request_human_approval';
const DESCRIPTION =
  'Ask a human operator before doing an irreversible, costly or sensitive action. Returns a decision. Treat anything except decision=approved or decision=modified as NOT approved. If modified, use exactly the returned approvedAction.';

type Property = { type: string | string[]; enum?: (string | null)[]; description: string };

const MINIMAL: Record<string, Property> = {
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

const FULL: Record<string, Property> = {
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
 * The gate tool as a model provider takes it. Safe for strict modes: every property is required, optional ones are nullable, nothing else
 * may be there, and limits stand in the descriptions, since strict modes know no `maxLength`.
 */
export const toolDefinition = (format: ToolFormat, variant: ToolVariant): Record<string, unknown> => {
  const properties = variant === 'full' ? FULL : MINIMAL;
  const parameters = { type: 'object', additionalProperties: false, required: Object.keys(properties), properties };
  switch (format) {
    case 'openai':
      return { type: 'function', function: { name: NAME, description: DESCRIPTION, strict: true, parameters } };
    case 'openai-responses':
      return { type: 'function', name: NAME, description: DESCRIPTION, strict: true, parameters };
    case 'anthropic':
      return { name: NAME, description: DESCRIPTION, input_schema: parameters };
    case 'mcp':
      return {
        name: NAME,
        title: 'Request human approval',
        description: DESCRIPTION,
        inputSchema: parameters,
        annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
      };
    default:
      return never(format);
  }
};

const never = (format: never): never => {
  throw new TypeError(`unknown format ${String(format)}`);
};
