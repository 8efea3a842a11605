import { EventErased, EventUnreadable, type LoggedEvent } from '@holdpoint/event-log';
import type { PastEvent } from '@holdpoint/gate';
import { describe, expect, it } from 'vitest';
import { leaveOutErased } from './past-events.ts';

const event = (stream: string, type = 'ApprovalRequested'): LoggedEvent =>
  ({ stream, revision: 0, id: 'e', type, data: {}, metadata: {}, position: '1', createdMs: 0 }) as unknown as LoggedEvent;
const opened = { type: 'ApprovalRequested' } as PastEvent;
const gone = (stream: string) => (): PastEvent => {
  throw new EventErased(stream, 0, 'ApprovalRequested');
};

describe('what is erased', () => {
  it('is left out with all that follows in its stream, and counted once', () => {
    const { unlessErased, erased } = leaveOutErased();
    expect(unlessErased(event('approval-a'), gone('approval-a'))).toBeNull();
    expect(unlessErased(event('approval-a', 'ApprovalGranted'), () => opened)).toBeNull();
    expect(unlessErased(event('approval-b'), () => opened)).toBe(opened);
    expect(unlessErased(event('approval-a', 'ApprovalErased'), () => opened)).toBeNull();
    expect(erased()).toBe(1);
  });
  it('is told from what cannot be read, which ends the run', () => {
    const { unlessErased } = leaveOutErased();
    const broken = (): PastEvent => {
      throw new EventUnreadable('approval-a', 0, 'ApprovalRequested', 'its seal is broken');
    };
    expect(() => unlessErased(event('approval-a'), broken)).toThrow(/seal is broken/);
  });
});
