import { words, type AccountWords } from './shape.ts';

export const ITALIAN: AccountWords = {
  invitation: words(
    'Invito a {organization}',
    [
      '{notice} ti invita a decidere che cosa possono fare gli agenti presso {organization}.',
      'Il link funziona una volta, fino al {deadline}. Se non sai perché lo ricevi, non fare nulla.',
    ],
    'Accetta l’invito',
  ),
  passwordReset: words(
    'Una nuova password per {organization}',
    [
      'È stata chiesta una nuova password per questo indirizzo. Il link permette di impostarla, una volta, fino al {deadline}; il secondo fattore resta.',
      'Se non sei stato tu, non fare nulla: non è cambiato nulla.',
    ],
    'Imposta una nuova password',
  ),
  emailChange: words(
    'Conferma il tuo nuovo indirizzo per {organization}',
    [
      '{operator} vuole accedere a {organization} con questo indirizzo. Apri il link e confermalo, una volta, fino al {deadline}.',
      'Se non sei stato tu, non fare nulla: non è cambiato nulla.',
    ],
    'Conferma l’indirizzo',
  ),
  emailChanged: words(
    'Ora accedi a {organization} con un altro indirizzo',
    [
      'L’indirizzo del tuo account è stato cambiato: con questo non si accede più e qui non arrivano più avvisi.',
      'Se non sei stato tu, avvisa subito un amministratore.',
    ],
    'Apri la console',
  ),
  confirm: words(
    'Conferma questo indirizzo per {organization}',
    ['Apri il link e conferma che vuoi ricevere qui gli avvisi delle richieste. Se non l’hai chiesto tu, non fare nulla.'],
    'Conferma questo indirizzo',
  ),
  verify: words(
    'Il tuo codice: {notice}',
    ['Inserisci {notice} nella console per ricevere qui gli avvisi delle richieste. Se non l’hai chiesto tu, non fare nulla.'],
    'Apri la console',
  ),
  test: words('Una prova da {organization}', ['Questo canale funziona. Niente ti aspetta per questo messaggio.'], 'Apri la console'),
};
