import type { Examiner } from '../examiner.fixture.ts';

/** Nothing is sent. */
export const examiner: Examiner = {
  configs: [{}],
  addresses: ['opr_aaaaaaaaaaaaaaaaaaaaaaaaaa'],
  examine: () => ({ shown: [], urls: [], handles: [], alive: [], exceeded: [] }),
};
