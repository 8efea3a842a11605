import type { PageWords } from './shape.ts';

export const ITALIAN: PageWords = {
  language: 'it',
  openConsole: 'Apri la console',
  wholeInConsole: 'Guarda tutto nella console',
  agent: {
    heading: 'Scritto dall’agente, non verificato',
    proposal: 'Proposta',
    about: 'Riguarda',
    summary: 'Riassunto',
    cut: 'tagliato; tutto è nella console',
  },
  verbs: { approve: 'Approva', reject: 'Rifiuta', claim: 'Me ne occupo io' },
  reason: 'Motivo, se rifiuti. L’agente viene informato.',
  asks: {
    who: (name, organization) => `Decidi come ${name}, per ${organization}. Se non sei tu, chiudi questa pagina.`,
    until: (deadline, left) => `Decidi entro ${deadline} (${left}); dopo vale come non approvato.`,
    approveElsewhere: 'Per approvare apri la console: un link non basta.',
  },
  openTooLong: 'La pagina è rimasta aperta troppo a lungo; decidi di nuovo',
  unknown: {
    title: 'Questo link non è noto',
    line: 'Forse è tagliato, o viene da un’altra installazione. Nella console vedi che cosa ti aspetta.',
  },
  over: {
    title: 'Qui non si può più decidere nulla',
    isOver: 'È finita',
    ended: {
      approved: 'Richiesta approvata',
      modified: 'Richiesta approvata con modifiche',
      rejected: 'Richiesta rifiutata',
      expired: 'Tempo scaduto senza approvazione',
      withdrawn: 'Richiesta ritirata dall’agente',
    },
    by: (how, name) => `${how} da ${name}`,
    nothingLeft: 'Non c’è più nulla da decidere.',
    addressGone: 'Questo link è stato inviato a un indirizzo che non si usa più.',
  },
  elses: {
    title: theirs => `Questo link è per ${theirs}`,
    line: (yours, theirs) =>
      `Tu sei ${yours}, e con questo link può decidere solo ${theirs}. Se puoi decidere anche tu, fallo nella console.`,
  },
  sent: {
    taken: 'Registrato',
    notTaken: 'Non accettato',
    notLikeThat: {
      title: 'Così non si può decidere',
      line: 'Torna indietro e scegli uno dei pulsanti; un motivo ha al massimo 4 000 caratteri.',
    },
  },
  confirm: {
    title: name => `È questo l’indirizzo di ${name}?`,
    wants: (name, organization) =>
      `${name} di ${organization} vuole ricevere qui le richieste che aspettano una decisione, e rispondere da qui.`,
    notYou: 'Se non sei quella persona, chiudi questa pagina; allora non succede nulla.',
    yes: 'Sì, è il mio indirizzo',
    done: { title: 'L’indirizzo è confermato', line: 'D’ora in poi ricevi le richieste qui.' },
    not: 'Non è confermato',
    over: {
      title: 'Questo link non si può più usare',
      line: 'È già stato usato, sostituito da uno più recente, o è troppo vecchio. Aggiungi di nuovo l’indirizzo nella console; invia un nuovo link.',
    },
  },
};
