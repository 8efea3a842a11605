import { describe, expect, it } from 'vitest';
import { contextGroups, entryMatches } from './context-entries.ts';

const context = {
  instructions: 'Be careful with refunds.',
  messages: [
    { role: 'user', content: 'I was charged twice' },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'Let me look.' },
        { type: 'text', text: { value: 'Found it.', annotations: [] } },
      ],
    },
    { role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://evil.example/x.png' } }], name: 'Ann' },
  ],
  reasoningTrace: ['First, look up the order', { text: 'Then refund', confidence: 0.8 }],
  toolLog: [{ name: 'lookup_order', arguments: { order_id: '4711' }, output: { paid: true } }],
};

describe('the context', () => {
  it('keeps the order the agent saw, group by group', () => {
    expect(contextGroups(context).map(group => [group.name, group.entries.map(entry => entry.label)])).toEqual([
      ['Instruction', ['instruction']],
      ['Conversation', ['user', 'assistant', 'user']],
      ['Reasoning trace', ['step 1', 'step 2']],
      ['Tool log', ['lookup_order']],
    ]);
  });

  it('shows text parts as text and everything else as it came', () => {
    const [, assistant, image] = contextGroups(context)[1]?.entries ?? [];
    expect(assistant).toMatchObject({ text: 'Let me look.\nFound it.', rest: {} });
    expect(image).toMatchObject({ text: null, rest: { content: context.messages[2]?.content, name: 'Ann' } });
  });

  it('never hides a member it does not know', () => {
    expect(contextGroups(context)[2]?.entries[1]).toMatchObject({ text: 'Then refund', rest: { confidence: 0.8 } });
    const annotated = contextGroups({ messages: [{ role: 'a', content: [{ type: 'text', text: 'x', hidden: 'y' }] }] })[0]?.entries[0];
    expect(annotated).toMatchObject({ text: null, rest: { content: [{ type: 'text', text: 'x', hidden: 'y' }] } });
  });

  it('leaves out groups that were not sent', () => {
    expect(contextGroups({})).toEqual([]);
  });

  it('is searched in labels, texts and members', () => {
    const entry = contextGroups(context)[3]?.entries[0];
    expect(
      entry && [entryMatches(entry, '4711'), entryMatches(entry, 'lookup'), entryMatches(entry, 'order_id'), entryMatches(entry, 'zzz')],
    ).toEqual([true, true, true, false]);
  });
});
