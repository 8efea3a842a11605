import { describe, expect, it } from 'vitest';
import { gateToolArguments, TOOL_VARIANTS, type ToolVariant } from '@holdpoint/contracts';
import { TOOL_FORMATS, toolDefinition, type ToolFormat } from './tool-definition.ts';

type Schema = {
  required: string[];
  additionalProperties: boolean;
  properties: Record<string, { type: string | string[]; enum?: unknown[] }>;
};
const schemaOf = (format: ToolFormat, variant: ToolVariant): Schema => {
  const tool = toolDefinition(format, variant) as Record<string, Schema> & { function?: Record<string, Schema> };
  return (tool.function ?? tool)['parameters'] ?? tool['input_schema'] ?? (tool['inputSchema'] as Schema);
};
const nameOf = (format: ToolFormat, variant: ToolVariant) => {
  const tool = toolDefinition(format, variant) as { name?: string; function?: { name: string } };
  return tool.name ?? tool.function?.name;
};
const camel = (name: string): string => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

describe.each(TOOL_FORMATS)('the gate tool for %s', format => {
  it.each(TOOL_VARIANTS)('in its %s variant has the one name and is safe for strict modes', variant => {
    const { required, properties, additionalProperties } = schemaOf(format, variant);
    expect(nameOf(format, variant)).toBe('request_human_approval');
    expect(required).toEqual(Object.keys(properties));
    expect(additionalProperties).toBe(false);
    for (const { type, enum: values } of Object.values(properties))
      if (values !== undefined) expect(values.includes(null)).toBe(Array.isArray(type) && type.includes('null'));
  });

  it.each(TOOL_VARIANTS)('in its %s variant asks for what the API takes', variant => {
    const { properties } = schemaOf(format, variant);
    const example = (type: string | string[], values?: unknown[]) =>
      values?.[0] ?? (Array.isArray(type) ? null : type === 'string' ? 'x' : 0);
    const args = Object.fromEntries(
      Object.entries(properties).map(([name, { type, enum: values }]) => [camel(name), example(type, values)]),
    );
    expect(gateToolArguments.safeParse(args).error).toBeUndefined();
  });
});

it('is four parameters in the minimal variant, and all the API knows in the full one', () => {
  expect(Object.keys(schemaOf('mcp', 'minimal').properties)).toEqual(['context_summary', 'proposed_action', 'entity_id', 'risk_level']);
  expect(Object.keys(schemaOf('mcp', 'full').properties).map(camel).sort()).toEqual(Object.keys(gateToolArguments.shape).sort());
});
