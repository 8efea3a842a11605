import type { ReplyWords } from './shape.ts';

export const ITALIAN: ReplyWords = {
  language: 'it',
  refusals: {
    unknown_handle: 'Questo qui non è noto. Nella console vedi che cosa ti aspetta.',
    not_yours: 'È stato chiesto a un’altra persona, e solo lei può rispondere. Nella console vedi che cosa ti aspetta.',
    not_linked:
      'Questo account non è collegato alla persona interpellata. Aggiungilo ai tuoi indirizzi nella console, poi rispondi di nuovo.',
    stale_content: 'La richiesta è cambiata dopo questo messaggio. Guardala com’è adesso e decidi nella console.',
    expired: 'Il tempo è scaduto, e vale come non approvato. Non c’è più nulla da decidere.',
    already_used: 'A questo è già stato risposto. Nella console vedi a che punto è.',
    too_early: 'Questo indirizzo è nuovo qui e non può ancora approvare. Approva nella console, o rifiuta da qui.',
    locked: 'Da qui sono arrivati troppi codici sbagliati: per un’ora da qui non si decide nulla. Decidi nella console.',
    ambiguous: 'Questo codice vale per più di una richiesta. Decidi nella console.',
    not_allowed_here: 'Questo non si può decidere da qui. Decidi nella console.',
  },
  notTaken: 'Non è stato accettato. Nella console vedi a che punto è.',
  tooEarly: since => `Questo indirizzo è nuovo qui e potrà approvare dal ${since}. Approva nella console, o rifiuta da qui.`,
  erased: 'Ciò di cui si trattava è stato cancellato. Non c’è più nulla da decidere.',
  whyRejected: 'Perché lo rifiuti? L’agente viene informato.',
  tryAgain: 'In questo momento non è stato possibile decidere. Riprova tra poco, o guarda nella console se è stato deciso.',
  taken: {
    claim: 'Ora te ne occupi tu; gli altri lo vedono. Decidi prima che scada il tempo.',
    counts: {
      approve: 'La tua approvazione vale. Prima che sia deciso devono rispondere anche altri.',
      reject: 'Il tuo rifiuto vale. Prima che sia deciso devono rispondere anche altri.',
    },
    approved: 'Approvato. L’agente può andare avanti.',
    modified: 'Approvato con modifiche. L’agente può andare avanti.',
    rejected: 'Rifiutato. L’agente non può farlo.',
    noted: { approve: 'La tua approvazione è stata registrata.', reject: 'Il tuo rifiuto è stato registrato.' },
    ended: {
      approved: 'Alla fine è stato approvato.',
      modified: 'Alla fine è stato approvato con modifiche.',
      rejected: 'Alla fine è stato rifiutato.',
      expired: 'Alla fine il tempo è scaduto senza approvazione.',
      withdrawn: 'Alla fine l’agente lo ha ritirato.',
    },
  },
  unclear: {
    no_code: 'Non è stato deciso nulla. Scrivi A e il codice per approvare, o R, il codice e il motivo per rifiutare.',
    look_alike: 'Non è stato deciso nulla. Nei codici non ci sono 0, O, 1, I e L; guarda di nuovo il codice.',
    words_after_approve: 'Non è stato deciso nulla. Per approvare non servono altre parole; per cambiare qualcosa apri la console.',
  },
  wrongCode: 'Non è stato deciso nulla. Non è uno dei tuoi codici aperti; guarda il messaggio più recente, o decidi nella console.',
  enrolment: {
    refusals: {
      unknown_enrolment: 'Questo qui non è noto: è già stato usato, o sostituito da uno più recente. Ricomincia nella console.',
      enrolment_expired: 'È arrivato troppo tardi. Ricomincia nella console.',
      too_many_tries: 'Troppi codici sbagliati. Ricomincia nella console; ne invia uno nuovo.',
      address_taken: 'Questo indirizzo qui è già di un’altra persona. Un indirizzo è una persona: toglilo prima lì.',
    },
    linked: name => `Ora questo è collegato a ${name}. Le richieste che aspettano quella persona arrivano qui.`,
  },
};
