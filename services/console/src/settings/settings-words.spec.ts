import type { Event, RecordedEvent } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { settingsWords } from './settings-words.ts';

const at = '2026-11-22T10:00:00.000Z';
const by = 'opr_ada';
const words = (event: Event): string | null =>
  settingsWords(
    {
      ...event,
      stream: 's',
      revision: 0,
      id: 'e',
      metadata: { tenant: 't', actor: 'operator:opr_ada', schemaVersion: 1, recordedAt: at },
    } as RecordedEvent,
    id => (id === 'opr_ben' ? 'Ben' : id),
  );

describe('a change of settings in words', () => {
  it.each<[Event, string]>([
    [{ type: 'SoloModeSwitched', data: { on: true, by, at } }, 'Solo mode was switched on: an agent’s owner may decide what it asks.'],
    [{ type: 'ChannelDisconnected', data: { channel: 'push', by, at } }, 'Channel push was taken away.'],
    [
      { type: 'TemplatePublished', data: { channel: 'sms', language: 'de', kind: 'request', version: 2, document: null, by, at } },
      'The words of request by sms in de went back to the built-in ones.',
    ],
    [{ type: 'TeamMemberAdded', data: { teamId: 'finance', operatorId: 'opr_ben', by, at } }, 'Ben joined team finance.'],
    [
      { type: 'KillSwitchEngaged', data: { scope: { kind: 'agent', agentId: 'billing' }, reason: 'It loops.', by, at } },
      'The kill switch of agent billing was engaged: It loops.',
    ],
    [
      { type: 'GatePolicyShadowed', data: { policyId: 'refunds', version: 3, on: true, by, at } },
      'Policy refunds version 3 is tried out beside the active one.',
    ],
    [
      { type: 'GatePolicyActivationProposed', data: { policyId: 'refunds', version: 3, by, at } },
      'Policy refunds version 3 was proposed; another person must activate it.',
    ],
    [
      {
        type: 'BandReturnedToReview',
        data: { agentId: 'billing', tool: 'issue_refund', band: { from: 0, to: 10 }, sampled: 20, rejected: 6, at },
      },
      'issue_refund of billing (from 0 to below 10) went back to people: they rejected 6 of 20 samples.',
    ],
  ])('%#: %s', (event, sentence) => expect(words(event)).toBe(sentence));
  it('names whoever a schedule asks', () => {
    const document = {
      id: 'night',
      name: 'Night',
      timeZone: 'UTC',
      layers: [
        { name: 'all', priority: 0, startsOn: '2026-01-01', handoff: '09:00', turnDays: 7, turns: [['opr_ben'], ['opr_cleo', 'opr_ben']] },
      ],
      overrides: [],
    };
    expect(words({ type: 'ScheduleChanged', data: { scheduleId: 'night', version: 2, document, by, at } })).toBe(
      'Schedule night was saved as version 2, with Ben, opr_cleo.',
    );
  });
  it('has nothing to say about what is no setting', () => {
    expect(words({ type: 'LogProbed', data: {} })).toBeNull();
  });
});
