import type { PageWords } from './shape.ts';

export const FRENCH: PageWords = {
  language: 'fr',
  openConsole: 'Ouvrir la console',
  wholeInConsole: 'Tout voir dans la console',
  agent: {
    heading: 'Écrit par l’agent, non vérifié',
    proposal: 'Proposition',
    about: 'Objet',
    summary: 'Résumé',
    cut: 'coupé ; tout est dans la console',
  },
  verbs: { approve: 'Approuver', reject: 'Refuser', claim: 'Je m’en charge' },
  reason: 'Motif, si vous refusez. L’agent en est informé.',
  asks: {
    who: (name, organization) => `Vous décidez en tant que ${name}, pour ${organization}. Si ce n’est pas vous, fermez cette page.`,
    until: (deadline, left) => `Décidez avant ${deadline} (${left}) ; ensuite, la demande compte comme non approuvée.`,
    approveElsewhere: 'Pour approuver, ouvrez la console : un lien n’y suffit pas.',
  },
  openTooLong: 'La page est restée ouverte trop longtemps ; décidez à nouveau',
  unknown: {
    title: 'Ce lien n’est pas connu',
    line: 'Il est peut-être coupé, ou vient d’une autre installation. La console montre ce qui vous attend.',
  },
  over: {
    title: 'Rien ne peut plus être décidé ici',
    isOver: 'C’est terminé',
    ended: {
      approved: 'Demande approuvée',
      modified: 'Demande approuvée avec des modifications',
      rejected: 'Demande refusée',
      expired: 'Délai passé sans approbation',
      withdrawn: 'Demande retirée par l’agent',
    },
    by: (how, name) => `${how} par ${name}`,
    nothingLeft: 'Il n’y a plus rien à décider.',
    addressGone: 'Ce lien a été envoyé à une adresse qui n’est plus utilisée.',
  },
  elses: {
    title: theirs => `Ce lien est pour ${theirs}`,
    line: (yours, theirs) =>
      `Vous êtes ${yours}, et seule cette autre personne, ${theirs}, peut décider avec ce lien. Si vous pouvez décider aussi, faites-le dans la console.`,
  },
  sent: {
    taken: 'C’est enregistré',
    notTaken: 'Ce n’est pas enregistré',
    notLikeThat: {
      title: 'Cela ne peut pas être décidé ainsi',
      line: 'Revenez en arrière et choisissez l’un des boutons ; un motif a 4 000 caractères au plus.',
    },
  },
  confirm: {
    title: name => `Est-ce l’adresse de ${name} ?`,
    wants: (name, organization) =>
      `${name}, de ${organization}, demande à recevoir ici les demandes qui attendent une décision, et à y répondre d’ici.`,
    notYou: 'Si vous n’êtes pas cette personne, fermez cette page ; il ne se passe alors rien.',
    yes: 'Oui, c’est mon adresse',
    done: { title: 'L’adresse est confirmée', line: 'Les demandes vous parviennent désormais ici.' },
    not: 'Elle n’est pas confirmée',
    over: {
      title: 'Ce lien ne peut plus être utilisé',
      line: 'Il a déjà servi, a été remplacé par un plus récent, ou est trop ancien. Ajoutez de nouveau l’adresse dans la console ; elle envoie un nouveau lien.',
    },
  },
};
