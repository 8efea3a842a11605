import { either, type Sentences } from './shape.ts';

export const GERMAN: Sentences = {
  language: 'de',
  by: deadline => `Bis ${deadline}.`,
  replyEither: code => `Code ${code}. Antwort A + Code gibt frei, R + Code + Grund lehnt ab.`,
  replyReject: code => `Code ${code}. Antwort R + Code + Grund lehnt ab; freigeben in der Konsole.`,
  lookInConsole: 'Mehr in der Konsole.',
  calls: organization => `Holdpoint ruft für ${organization} an`,
  restInConsole: 'Der Rest steht in der Konsole.',
  key: {
    heard: 'Drücken Sie die 1, um zu bestätigen, dass Sie das gehört haben.',
    takeOn: 'Drücken Sie die 1, um es zu übernehmen.',
    again: 'Drücken Sie die 2, um es noch einmal zu hören.',
    reject: 'Drücken Sie die 4, um es abzulehnen.',
    decide: 'Drücken Sie die 4, um zu entscheiden.',
  },
  enterCode: (code, verbs) =>
    `Der Code ist ${code}. Geben Sie den Code ein und danach die ${either('1 zum Freigeben', '2 zum Ablehnen', ' oder die ', verbs)}. Noch einmal, der Code ist ${code}.`,
  call: {
    goodbye: 'Auf Wiederhören.',
    thanks: 'Danke.',
    nothingPressed: 'Es wurde keine Taste gedrückt.',
    cannotPassOn: 'Ein Anruf kann es nicht weitergeben. Eskalieren Sie es in der Konsole.',
    unknownKey: 'Diese Taste bedeutet hier nichts.',
    notTheCode: 'Es wurde nichts entschieden: Das war nicht der Code und eine der Tasten.',
    received: 'Es ist angekommen. In der Konsole steht, was daraus wurde.',
  },
  mail: {
    request: 'Anfrage',
    risk: { low: 'geringes Risiko', medium: 'mittleres Risiko', high: 'hohes Risiko', critical: 'kritisches Risiko' },
    decidesNothing: 'Einen Link zu öffnen entscheidet nichts.',
    notRead: 'Antworten auf diese Nachricht werden nicht gelesen.',
  },
};
