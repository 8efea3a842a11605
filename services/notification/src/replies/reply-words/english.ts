import type { ReplyWords } from './shape.ts';

export const ENGLISH: ReplyWords = {
  language: 'en',
  refusals: {
    unknown_handle: 'This is not known here. Open the console to see what waits for you.',
    not_yours: 'This was put to somebody else, and only that person can answer from it. Open the console to see what waits for you.',
    not_linked: 'This account is not linked to the person who was asked. Add it to your addresses in the console, then answer again.',
    stale_content: 'What was asked has changed since this message. Look at it as it is now, and decide in the console.',
    expired: 'The time for this has passed, and it counts as not approved. There is nothing left to decide.',
    already_used: 'This was answered already. Open the console to see how it stands.',
    too_early: 'This address is new here and may not approve yet. Approve in the console, or reject from here.',
    locked: 'Too many wrong codes came from here, so nothing is decided from here for an hour. Decide in the console.',
    ambiguous: 'This code stands for more than one request. Decide in the console.',
    not_allowed_here: 'This cannot be decided from here. Decide in the console.',
  },
  notTaken: 'This was not taken. Open the console to see how it stands.',
  tooEarly: since => `This address is new here and may approve from ${since} on. Approve in the console, or reject from here.`,
  erased: 'What this was about has been erased. There is nothing left to decide.',
  whyRejected: 'Why is it rejected? The agent is told.',
  tryAgain: 'It could not be decided just now. Try again in a moment, or look in the console whether it was.',
  taken: {
    claim: 'You look after it now; the others see that. Decide before the time is over.',
    counts: {
      approve: 'Your approval counts. Others have to answer too before it is decided.',
      reject: 'Your rejection counts. Others have to answer too before it is decided.',
    },
    approved: 'Approved. The agent may go on.',
    modified: 'Approved with changes. The agent may go on.',
    rejected: 'Rejected. The agent may not do it.',
    noted: { approve: 'Your approval was taken.', reject: 'Your rejection was taken.' },
    ended: {
      approved: 'In the end it was approved.',
      modified: 'In the end it was approved with changes.',
      rejected: 'In the end it was rejected.',
      expired: 'In the end it expired, not approved.',
      withdrawn: 'In the end it was withdrawn by the agent.',
    },
  },
  unclear: {
    no_code: 'Nothing was decided. Write A and the code to approve, or R, the code and your reason to reject.',
    look_alike: 'Nothing was decided. Codes have no 0, O, 1, I or L in them; look at the code again.',
    words_after_approve: 'Nothing was decided. Approving takes no further words; to change something, open the console.',
  },
  wrongCode: 'Nothing was decided. This is none of your open codes; look at the newest message, or decide in the console.',
  enrolment: {
    refusals: {
      unknown_enrolment: 'This is not known here: it was used already, or replaced by a newer one. Start again in the console.',
      enrolment_expired: 'This came too late. Start again in the console.',
      too_many_tries: 'Too many wrong codes. Start again in the console; it sends a new one.',
      address_taken: 'This address belongs to somebody else here. One address is one person: remove it there first.',
    },
    linked: name => `This is linked to ${name} now. Requests that wait for that person are told here.`,
  },
};
