import type { ApprovalContext, Json, JsonObject } from '@holdpoint/contracts';

/** One thing the agent saw: who said it, its text if it is text, and every other member as it came. */
export type ContextEntry = { key: string; label: string; text: string | null; rest: JsonObject };
export type ContextGroup = { name: string; entries: ContextEntry[] };

const isRecord = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Text of a message part in the forms the agent frameworks use: `{type:'text', text}` and `{type:'text', text:{value}}`. */
const partText = (part: Json): string | null => {
  if (typeof part === 'string') return part;
  if (!isRecord(part) || Object.keys(part).some(name => name !== 'type' && name !== 'text' && name !== 'annotations')) return null;
  if (Array.isArray(part.annotations) && part.annotations.length > 0) return null;
  if (typeof part.text === 'string') return part.text;
  return isRecord(part.text) && typeof part.text.value === 'string' ? part.text.value : null;
};

const contentText = (content: Json | undefined): string | null => {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content) || content.length === 0) return null;
  const texts = content.map(partText);
  return texts.every(text => text !== null) ? texts.join('\n') : null;
};

const without = (value: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));

const messageEntry = (message: JsonObject, index: number): ContextEntry => {
  const text = contentText(message.content);
  const label = typeof message.role === 'string' ? message.role : 'message';
  return { key: `message${index}`, label, text, rest: without(message, text === null ? ['role'] : ['role', 'content']) };
};

const thoughtEntry = (thought: string | JsonObject, index: number): ContextEntry => {
  const key = `thought${index}`;
  if (typeof thought === 'string') return { key, label: `step ${index + 1}`, text: thought, rest: {} };
  const text = typeof thought.text === 'string' ? thought.text : null;
  return { key, label: `step ${index + 1}`, text, rest: text === null ? thought : without(thought, ['text']) };
};

const toolEntry = (call: JsonObject, index: number): ContextEntry => ({
  key: `tool${index}`,
  label: typeof call.name === 'string' ? call.name : 'tool',
  text: null,
  rest: without(call, ['name']),
});

/** The context in the order the agent saw it; groups that were not sent are absent. */
export const contextGroups = (context: ApprovalContext): ContextGroup[] => {
  const groups: ContextGroup[] = [
    {
      name: 'Instruction',
      entries: context.instructions ? [{ key: 'instruction', label: 'instruction', text: context.instructions, rest: {} }] : [],
    },
    { name: 'Conversation', entries: (context.messages ?? []).map((message, index) => messageEntry(message as JsonObject, index)) },
    { name: 'Reasoning trace', entries: (context.reasoningTrace ?? []).map(thoughtEntry) },
    { name: 'Tool log', entries: (context.toolLog ?? []).map((call, index) => toolEntry(call as JsonObject, index)) },
  ];
  return groups.filter(group => group.entries.length > 0);
};

/** Whether an entry holds the query (lower case) anywhere: label, text, names and values of the other members. */
export const entryMatches = (entry: ContextEntry, query: string): boolean =>
  `${entry.label}\n${entry.text ?? ''}\n${searchText(entry.rest)}`.toLowerCase().includes(query);

const searchText = (value: Json): string => {
  if (Array.isArray(value)) return value.map(searchText).join('\n');
  if (isRecord(value))
    return Object.entries(value)
      .map(([name, member]) => `${name}\n${searchText(member)}`)
      .join('\n');
  return String(value);
};
