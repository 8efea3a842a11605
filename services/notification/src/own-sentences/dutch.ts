import { either, type Sentences } from './shape.ts';

export const DUTCH: Sentences = {
  language: 'nl',
  by: deadline => `Voor ${deadline}.`,
  replyEither: code => `Code ${code}. Antwoord A + code om goed te keuren, R + code + reden om af te wijzen.`,
  replyReject: code => `Code ${code}. Antwoord R + code + reden om af te wijzen; goedkeuren kan in de console.`,
  lookInConsole: 'Kijk in de console.',
  calls: organization => `Holdpoint belt namens ${organization}`,
  restInConsole: 'De rest staat in de console.',
  key: {
    heard: 'Druk op 1 om te bevestigen dat u dit gehoord hebt.',
    takeOn: 'Druk op 1 om het op u te nemen.',
    again: 'Druk op 2 om het nog eens te horen.',
    reject: 'Druk op 4 om het af te wijzen.',
    decide: 'Druk op 4 om te beslissen.',
  },
  enterCode: (code, verbs) =>
    `De code is ${code}. Toets de code in en daarna ${either('1 om goed te keuren', '2 om af te wijzen', ' of ', verbs)}. Nogmaals, de code is ${code}.`,
  call: {
    goodbye: 'Tot ziens.',
    thanks: 'Dank u.',
    nothingPressed: 'Er is niets ingedrukt.',
    cannotPassOn: 'Een oproep kan het niet doorgeven. Escaleer het in de console.',
    unknownKey: 'Deze toets betekent hier niets.',
    notTheCode: 'Er is niets beslist: dat was niet de code met een van de toetsen.',
    received: 'Het is ontvangen. De console toont wat ervan is geworden.',
  },
  mail: {
    request: 'Verzoek',
    risk: { low: 'laag risico', medium: 'gemiddeld risico', high: 'hoog risico', critical: 'kritiek risico' },
    decidesNothing: 'Een link openen beslist niets.',
    notRead: 'Antwoorden op dit bericht worden niet gelezen.',
  },
};
