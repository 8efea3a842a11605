import { either, type Sentences } from './shape.ts';

export const ENGLISH: Sentences = {
  language: 'en',
  by: deadline => `By ${deadline}.`,
  replyEither: code => `Code ${code}. Reply A + code to approve, R + code + why to reject.`,
  replyReject: code => `Code ${code}. Reply R + code + why to reject; approve in the console.`,
  lookInConsole: 'Look in the console.',
  calls: organization => `Holdpoint calls for ${organization}`,
  restInConsole: 'The rest is in the console.',
  key: {
    heard: 'Press 1 to confirm that you heard this.',
    takeOn: 'Press 1 to take it on.',
    again: 'Press 2 to hear it again.',
    reject: 'Press 4 to reject it.',
    decide: 'Press 4 to decide.',
  },
  enterCode: (code, verbs) =>
    `The code is ${code}. Enter the code, and after it ${either('1 to approve', '2 to reject', ', or ', verbs)}. Once more, the code is ${code}.`,
  call: {
    goodbye: 'Goodbye.',
    thanks: 'Thank you.',
    nothingPressed: 'Nothing was pressed.',
    cannotPassOn: 'A call cannot pass it on. Escalate it in the console.',
    unknownKey: 'This key means nothing here.',
    notTheCode: 'Nothing was decided: that was not the code and one of the keys.',
    received: 'It was received. The console shows what became of it.',
  },
  mail: {
    request: 'Request',
    risk: { low: 'low risk', medium: 'medium risk', high: 'high risk', critical: 'critical risk' },
    decidesNothing: 'Opening a link decides nothing.',
    notRead: 'Replies to this message are not read.',
  },
};
