/**
 * What channels add to a message in sentences of their own: how to answer, which keys there are. They are kept in the languages that organisations
 * write their words in most, so that nobody is told in one language and asked in another; elsewhere they are English.
 */
export type Sentences = {
  /** BCP 47 without a country: the language these are in. */
  language: string;
  /** Before when, in words. */
  by(deadline: string): string;
  /** How a text message is answered: `A` and the code, `R`, the code and a reason. */
  replyEither(code: string): string;
  replyReject(code: string): string;
  lookInConsole: string;
  /** How a call begins, and how a text ends that is too long to be said. */
  calls(organization: string): string;
  restInConsole: string;
  /** Keys of a call. */
  key: { heard: string; takeOn: string; again: string; reject: string; decide: string };
  /** @param code digit by digit */
  enterCode(code: string, verbs: { approve: boolean; reject: boolean }): string;
};

/** Of several ways those that are open, with a word between them. */
const either = (first: string, second: string, between: string, { approve, reject }: { approve: boolean; reject: boolean }): string =>
  [...(approve ? [first] : []), ...(reject ? [second] : [])].join(between);

const ENGLISH: Sentences = {
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
};

const GERMAN: Sentences = {
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
};

const FRENCH: Sentences = {
  language: 'fr',
  by: deadline => `Avant ${deadline}.`,
  replyEither: code => `Code ${code}. Répondez A + code pour approuver, R + code + motif pour refuser.`,
  replyReject: code => `Code ${code}. Répondez R + code + motif pour refuser ; approuver se fait dans la console.`,
  lookInConsole: 'Voir dans la console.',
  calls: organization => `Holdpoint vous appelle pour ${organization}`,
  restInConsole: 'La suite est dans la console.',
  key: {
    heard: 'Appuyez sur 1 pour confirmer que vous avez entendu.',
    takeOn: 'Appuyez sur 1 pour vous en charger.',
    again: 'Appuyez sur 2 pour réécouter.',
    reject: 'Appuyez sur 4 pour refuser.',
    decide: 'Appuyez sur 4 pour décider.',
  },
  enterCode: (code, verbs) =>
    `Le code est ${code}. Composez le code, puis ${either('1 pour approuver', '2 pour refuser', ' ou ', verbs)}. Je répète, le code est ${code}.`,
};

const SPANISH: Sentences = {
  language: 'es',
  by: deadline => `Hasta ${deadline}.`,
  replyEither: code => `Clave ${code}. Responda A + clave para aprobar, R + clave + motivo para rechazar.`,
  replyReject: code => `Clave ${code}. Responda R + clave + motivo para rechazar; apruebe en la consola.`,
  lookInConsole: 'Vea la consola.',
  calls: organization => `Holdpoint le llama de parte de ${organization}`,
  restInConsole: 'El resto está en la consola.',
  key: {
    heard: 'Pulse 1 para confirmar que lo ha oído.',
    takeOn: 'Pulse 1 para encargarse de ello.',
    again: 'Pulse 2 para oírlo otra vez.',
    reject: 'Pulse 4 para rechazarlo.',
    decide: 'Pulse 4 para decidir.',
  },
  enterCode: (code, verbs) =>
    `La clave es ${code}. Marque la clave y después ${either('1 para aprobar', '2 para rechazar', ' o ', verbs)}. Repito, la clave es ${code}.`,
};

const ITALIAN: Sentences = {
  language: 'it',
  by: deadline => `Entro ${deadline}.`,
  replyEither: code => `Codice ${code}. Rispondi A + codice per approvare, R + codice + motivo per rifiutare.`,
  replyReject: code => `Codice ${code}. Rispondi R + codice + motivo per rifiutare; approva nella console.`,
  lookInConsole: 'Vedi nella console.',
  calls: organization => `Holdpoint chiama per conto di ${organization}`,
  restInConsole: 'Il resto è nella console.',
  key: {
    heard: 'Premi 1 per confermare di aver sentito.',
    takeOn: 'Premi 1 per occupartene.',
    again: 'Premi 2 per riascoltare.',
    reject: 'Premi 4 per rifiutare.',
    decide: 'Premi 4 per decidere.',
  },
  enterCode: (code, verbs) =>
    `Il codice è ${code}. Digita il codice e poi ${either('1 per approvare', '2 per rifiutare', ' oppure ', verbs)}. Ripeto, il codice è ${code}.`,
};

const PORTUGUESE: Sentences = {
  language: 'pt',
  by: deadline => `Até ${deadline}.`,
  replyEither: code => `Chave ${code}. Responda A + chave para aprovar, R + chave + motivo para recusar.`,
  replyReject: code => `Chave ${code}. Responda R + chave + motivo para recusar; aprove na consola.`,
  lookInConsole: 'Veja na consola.',
  calls: organization => `Holdpoint liga em nome de ${organization}`,
  restInConsole: 'O resto está na consola.',
  key: {
    heard: 'Prima 1 para confirmar que ouviu.',
    takeOn: 'Prima 1 para tratar disto.',
    again: 'Prima 2 para ouvir outra vez.',
    reject: 'Prima 4 para recusar.',
    decide: 'Prima 4 para decidir.',
  },
  enterCode: (code, verbs) =>
    `A chave é ${code}. Marque a chave e depois ${either('1 para aprovar', '2 para recusar', ' ou ', verbs)}. Repito, a chave é ${code}.`,
};

const DUTCH: Sentences = {
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
};

const KNOWN = new Map([ENGLISH, GERMAN, FRENCH, SPANISH, ITALIAN, PORTUGUESE, DUTCH].map(sentences => [sentences.language, sentences]));

/** The sentences for a message whose words are in this language. @param language BCP 47 */
export const sentencesIn = (language: string): Sentences => KNOWN.get(language.split('-', 1)[0] ?? '') ?? ENGLISH;
/** Languages there are sentences in. */
export const SENTENCE_LANGUAGES: readonly string[] = [...KNOWN.keys()];
