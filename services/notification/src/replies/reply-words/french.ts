import type { ReplyWords } from './shape.ts';

export const FRENCH: ReplyWords = {
  language: 'fr',
  refusals: {
    unknown_handle: 'Ceci n’est pas connu ici. La console montre ce qui vous attend.',
    not_yours: 'Ceci était adressé à quelqu’un d’autre, et seule cette personne peut y répondre. La console montre ce qui vous attend.',
    not_linked: 'Ce compte n’est pas lié à la personne interrogée. Ajoutez-le à vos adresses dans la console, puis répondez à nouveau.',
    stale_content: 'La demande a changé depuis ce message. Regardez-la telle qu’elle est maintenant et décidez dans la console.',
    expired: 'Le délai est passé, et la demande compte comme non approuvée. Il n’y a plus rien à décider.',
    already_used: 'Une réponse a déjà été donnée. La console montre où cela en est.',
    too_early: 'Cette adresse est nouvelle ici et ne peut pas encore approuver. Approuvez dans la console, ou refusez d’ici.',
    locked: 'Trop de codes faux sont venus d’ici : rien n’y est décidé pendant une heure. Décidez dans la console.',
    ambiguous: 'Ce code correspond à plusieurs demandes. Décidez dans la console.',
    not_allowed_here: 'Cela ne peut pas être décidé d’ici. Décidez dans la console.',
  },
  notTaken: 'Ceci n’a pas été pris en compte. La console montre où cela en est.',
  tooEarly: since =>
    `Cette adresse est nouvelle ici et pourra approuver à partir du ${since}. Approuvez dans la console, ou refusez d’ici.`,
  erased: 'L’objet de ce message a été effacé. Il n’y a plus rien à décider.',
  whyRejected: 'Pourquoi refuser ? L’agent en est informé.',
  tryAgain: 'Cela n’a pas pu être décidé à l’instant. Réessayez dans un moment, ou voyez dans la console si c’est fait.',
  taken: {
    claim: 'Vous vous en chargez maintenant ; les autres le voient. Décidez avant la fin du délai.',
    counts: {
      approve: 'Votre approbation compte. D’autres doivent encore répondre avant que ce soit décidé.',
      reject: 'Votre refus compte. D’autres doivent encore répondre avant que ce soit décidé.',
    },
    approved: 'Approuvé. L’agent peut continuer.',
    modified: 'Approuvé avec des modifications. L’agent peut continuer.',
    rejected: 'Refusé. L’agent ne peut pas le faire.',
    noted: { approve: 'Votre approbation a été enregistrée.', reject: 'Votre refus a été enregistré.' },
    ended: {
      approved: 'Finalement, la demande a été approuvée.',
      modified: 'Finalement, la demande a été approuvée avec des modifications.',
      rejected: 'Finalement, la demande a été refusée.',
      expired: 'Finalement, le délai est passé sans approbation.',
      withdrawn: 'Finalement, l’agent a retiré sa demande.',
    },
  },
  unclear: {
    no_code: 'Rien n’a été décidé. Écrivez A et le code pour approuver, ou R, le code et le motif pour refuser.',
    look_alike: 'Rien n’a été décidé. Les codes ne contiennent ni 0, O, 1, I ni L ; regardez le code à nouveau.',
    words_after_approve: 'Rien n’a été décidé. Une approbation ne prend pas d’autres mots ; pour modifier, ouvrez la console.',
  },
  wrongCode: 'Rien n’a été décidé. Ce n’est aucun de vos codes ouverts ; voyez le dernier message, ou décidez dans la console.',
  enrolment: {
    refusals: {
      unknown_enrolment: 'Ceci n’est pas connu ici : cela a déjà servi, ou a été remplacé par un plus récent. Recommencez dans la console.',
      enrolment_expired: 'C’est arrivé trop tard. Recommencez dans la console.',
      too_many_tries: 'Trop de codes faux. Recommencez dans la console ; elle en envoie un nouveau.',
      address_taken: 'Cette adresse appartient ici à quelqu’un d’autre. Une adresse, une personne : retirez-la d’abord là-bas.',
    },
    linked: name => `Ceci est maintenant lié à ${name}. Les demandes qui attendent cette personne arrivent ici.`,
  },
};
