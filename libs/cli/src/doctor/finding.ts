/** What one check found. `doubtful` works but will surprise somebody; `bad` has to be put right. */
export type Finding = {
  check: string;
  state: 'good' | 'doubtful' | 'bad';
  /** What is so, in words. */
  says: string;
  /** What to do about it. */
  todo?: string;
};

export const good = (check: string, says: string): Finding => ({ check, state: 'good', says });
export const doubtful = (check: string, says: string, todo: string): Finding => ({ check, state: 'doubtful', says, todo });
export const bad = (check: string, says: string, todo: string): Finding => ({ check, state: 'bad', says, todo });
