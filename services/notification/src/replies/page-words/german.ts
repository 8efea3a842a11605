import type { PageWords } from './shape.ts';

export const GERMAN: PageWords = {
  language: 'de',
  openConsole: 'Konsole öffnen',
  wholeInConsole: 'Alles in der Konsole ansehen',
  agent: {
    heading: 'Vom Agenten geschrieben, ungeprüft',
    proposal: 'Vorschlag',
    about: 'Betrifft',
    summary: 'Zusammenfassung',
    cut: 'gekürzt; alles steht in der Konsole',
  },
  verbs: { approve: 'Freigeben', reject: 'Ablehnen', claim: 'Ich kümmere mich darum' },
  reason: 'Grund, wenn Sie ablehnen. Der Agent erfährt ihn.',
  asks: {
    who: (name, organization) => `Sie entscheiden als ${name}, für ${organization}. Wenn Sie das nicht sind, schließen Sie diese Seite.`,
    until: (deadline, left) => `Entscheiden Sie bis ${deadline} (${left}); danach gilt es als nicht freigegeben.`,
    approveElsewhere: 'Zum Freigeben öffnen Sie die Konsole: Dafür reicht ein Link nicht.',
  },
  openTooLong: 'Die Seite war zu lange offen; entscheiden Sie noch einmal',
  unknown: {
    title: 'Dieser Link ist nicht bekannt',
    line: 'Vielleicht ist er abgeschnitten oder gehört zu einer anderen Installation. Was auf Sie wartet, steht in der Konsole.',
  },
  over: {
    title: 'Hier kann nichts mehr entschieden werden',
    isOver: 'Es ist vorbei',
    ended: {
      approved: 'Freigegeben',
      modified: 'Mit Änderungen freigegeben',
      rejected: 'Abgelehnt',
      expired: 'Abgelaufen, nicht freigegeben',
      withdrawn: 'Vom Agenten zurückgezogen',
    },
    by: (how, name) => `${how} von ${name}`,
    nothingLeft: 'Es gibt nichts mehr zu entscheiden.',
    addressGone: 'Dieser Link ging an eine Adresse, die nicht mehr benutzt wird.',
  },
  elses: {
    title: theirs => `Dieser Link ist für ${theirs}`,
    line: (yours, theirs) =>
      `Sie sind ${yours}, und mit diesem Link kann nur ${theirs} entscheiden. Wenn auch Sie entscheiden dürfen, tun Sie es in der Konsole.`,
  },
  sent: {
    taken: 'Angenommen',
    notTaken: 'Nicht angenommen',
    notLikeThat: {
      title: 'So kann das nicht entschieden werden',
      line: 'Gehen Sie zurück und wählen Sie eine der Schaltflächen; ein Grund hat höchstens 4 000 Zeichen.',
    },
  },
  confirm: {
    title: name => `Ist das die Adresse von ${name}?`,
    wants: (name, organization) =>
      `${name} von ${organization} möchte hier von Anfragen erfahren, die auf eine Entscheidung warten, und von hier darauf antworten.`,
    notYou: 'Wenn Sie diese Person nicht sind, schließen Sie diese Seite; dann geschieht nichts.',
    yes: 'Ja, das ist meine Adresse',
    done: { title: 'Die Adresse ist bestätigt', line: 'Von jetzt an kommen die Anfragen hierher.' },
    not: 'Sie ist nicht bestätigt',
    over: {
      title: 'Dieser Link gilt nicht mehr',
      line: 'Er wurde schon benutzt, durch einen neueren ersetzt oder ist zu alt. Fügen Sie die Adresse in der Konsole noch einmal hinzu; sie schickt einen neuen Link.',
    },
  },
};
