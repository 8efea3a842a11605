import { GATE_TOOL_DESCRIPTION, GATE_TOOL_NAME, GATE_TOOL_TITLE, gateToolProperties, type ToolVariant } from '@holdpoint/contracts';

export const TOOL_FORMATS = ['openai', 'openai-responses', 'anthropic', 'mcp'] as const;
export type ToolFormat = (typeof TOOL_FORMATS)[number];

/**
 * The gate tool as a model provider takes it. Safe for strict modes: every property is required, optional ones are nullable, nothing else
 * may be there.
 */
export const toolDefinition = (format: ToolFormat, variant: ToolVariant): Record<string, unknown> => {
  const properties = gateToolProperties(variant);
  const parameters = { type: 'object', additionalProperties: false, required: Object.keys(properties), properties };
  switch (format) {
    case 'openai':
      return { type: 'function', function: { name: GATE_TOOL_NAME, description: GATE_TOOL_DESCRIPTION, strict: true, parameters } };
    case 'openai-responses':
      return { type: 'function', name: GATE_TOOL_NAME, description: GATE_TOOL_DESCRIPTION, strict: true, parameters };
    case 'anthropic':
      return { name: GATE_TOOL_NAME, description: GATE_TOOL_DESCRIPTION, input_schema: parameters };
    case 'mcp':
      return {
        name: GATE_TOOL_NAME,
        title: GATE_TOOL_TITLE,
        description: GATE_TOOL_DESCRIPTION,
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
