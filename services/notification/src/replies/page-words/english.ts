import type { PageWords } from './shape.ts';

export const ENGLISH: PageWords = {
  language: 'en',
  openConsole: 'Open the console',
  wholeInConsole: 'Look at all of it in the console',
  agent: {
    heading: 'Written by the agent, unverified',
    proposal: 'Proposal',
    about: 'About',
    summary: 'Summary',
    cut: 'cut; all of it is in the console',
  },
  verbs: { approve: 'Approve', reject: 'Reject', claim: 'I look after it' },
  reason: 'Reason, if you reject. The agent is told.',
  asks: {
    who: (name, organization) => `You decide as ${name}, for ${organization}. If that is not you, close this page.`,
    until: (deadline, left) => `Decide before ${deadline} (${left}); after that it counts as not approved.`,
    approveElsewhere: 'To approve it, open the console: that takes more than a link.',
  },
  openTooLong: 'The page was open for too long; decide again',
  unknown: {
    title: 'This link is not known',
    line: 'It may be cut off, or from another installation. What waits for you is in the console.',
  },
  over: {
    title: 'Nothing can be decided here any more',
    isOver: 'It is over',
    ended: {
      approved: 'Approved',
      modified: 'Approved with changes',
      rejected: 'Rejected',
      expired: 'Expired, not approved',
      withdrawn: 'Withdrawn by the agent',
    },
    by: (how, name) => `${how} by ${name}`,
    nothingLeft: 'There is nothing left to decide.',
    addressGone: 'This link went to an address that is not in use any more.',
  },
  elses: {
    title: theirs => `This link is ${theirs}’s`,
    line: (yours, theirs) => `You are ${yours}, and only ${theirs} can decide from this link. If you may decide too, do it in the console.`,
  },
  sent: {
    taken: 'Taken',
    notTaken: 'Not taken',
    notLikeThat: {
      title: 'This cannot be decided like that',
      line: 'Go back and choose one of the buttons; a reason has up to 4 000 characters.',
    },
  },
  confirm: {
    title: name => `Is this ${name}’s address?`,
    wants: (name, organization) =>
      `${name} of ${organization} wants to be told here of requests that wait for a decision, and to answer them from here.`,
    notYou: 'If you are not that person, close this page; nothing happens then.',
    yes: 'Yes, this is my address',
    done: { title: 'The address is confirmed', line: 'You are told here from now on.' },
    not: 'It is not confirmed',
    over: {
      title: 'This link cannot be used any more',
      line: 'It was used already, replaced by a newer one, or is too old. Add the address again in the console; it sends a new link.',
    },
  },
};
