import { either, type Sentences } from './shape.ts';

export const ITALIAN: Sentences = {
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
  call: {
    goodbye: 'Arrivederci.',
    thanks: 'Grazie.',
    nothingPressed: 'Non è stato premuto nulla.',
    cannotPassOn: 'Una chiamata non può passarlo ad altri. Fallo dalla console.',
    unknownKey: 'Questo tasto qui non serve.',
    notTheCode: 'Non è stato deciso nulla: non era il codice seguito da uno dei tasti.',
    received: 'È stato ricevuto. La console mostra com’è andata.',
  },
  mail: {
    request: 'Richiesta',
    risk: { low: 'rischio basso', medium: 'rischio medio', high: 'rischio alto', critical: 'rischio critico' },
    decidesNothing: 'Aprire un link non decide nulla.',
    notRead: 'Le risposte a questo messaggio non vengono lette.',
  },
};
