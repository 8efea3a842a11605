import { either, type Sentences } from './shape.ts';

export const FRENCH: Sentences = {
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
  call: {
    goodbye: 'Au revoir.',
    thanks: 'Merci.',
    nothingPressed: 'Aucune touche n’a été pressée.',
    cannotPassOn: 'Un appel ne peut pas le transmettre. Faites-le monter dans la console.',
    unknownKey: 'Cette touche ne sert à rien ici.',
    notTheCode: 'Rien n’a été décidé : ce n’était pas le code suivi d’une des touches.',
    received: 'C’est bien reçu. La console montre ce qu’il en est advenu.',
  },
  mail: {
    request: 'Demande',
    risk: { low: 'risque faible', medium: 'risque moyen', high: 'risque élevé', critical: 'risque critique' },
    decidesNothing: 'Ouvrir un lien ne décide rien.',
    notRead: 'Les réponses à ce message ne sont pas lues.',
  },
};
