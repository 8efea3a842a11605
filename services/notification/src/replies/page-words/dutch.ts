import type { PageWords } from './shape.ts';

export const DUTCH: PageWords = {
  language: 'nl',
  openConsole: 'De console openen',
  wholeInConsole: 'Alles in de console bekijken',
  agent: {
    heading: 'Geschreven door de agent, niet gecontroleerd',
    proposal: 'Voorstel',
    about: 'Betreft',
    summary: 'Samenvatting',
    cut: 'afgekort; alles staat in de console',
  },
  verbs: { approve: 'Goedkeuren', reject: 'Afwijzen', claim: 'Ik neem het op me' },
  reason: 'Reden, als u afwijst. De agent krijgt die te horen.',
  asks: {
    who: (name, organization) => `U beslist als ${name}, voor ${organization}. Als u dat niet bent, sluit dan deze pagina.`,
    until: (deadline, left) => `Beslis vóór ${deadline} (${left}); daarna geldt het als niet goedgekeurd.`,
    approveElsewhere: 'Open de console om goed te keuren: daarvoor is een link niet genoeg.',
  },
  openTooLong: 'De pagina stond te lang open; beslis opnieuw',
  unknown: {
    title: 'Deze link is niet bekend',
    line: 'Misschien is hij afgebroken, of hoort hij bij een andere installatie. In de console staat wat op u wacht.',
  },
  over: {
    title: 'Hier valt niets meer te beslissen',
    isOver: 'Het is voorbij',
    ended: {
      approved: 'Goedgekeurd',
      modified: 'Met wijzigingen goedgekeurd',
      rejected: 'Afgewezen',
      expired: 'Verlopen, niet goedgekeurd',
      withdrawn: 'Ingetrokken door de agent',
    },
    by: (how, name) => `${how} door ${name}`,
    nothingLeft: 'Er valt niets meer te beslissen.',
    addressGone: 'Deze link ging naar een adres dat niet meer in gebruik is.',
  },
  elses: {
    title: theirs => `Deze link is voor ${theirs}`,
    line: (yours, theirs) =>
      `U bent ${yours}, en met deze link kan alleen ${theirs} beslissen. Als u ook mag beslissen, doe dat dan in de console.`,
  },
  sent: {
    taken: 'Aangenomen',
    notTaken: 'Niet aangenomen',
    notLikeThat: {
      title: 'Zo kan dit niet worden beslist',
      line: 'Ga terug en kies een van de knoppen; een reden heeft hoogstens 4 000 tekens.',
    },
  },
  confirm: {
    title: name => `Is dit het adres van ${name}?`,
    wants: (name, organization) =>
      `${name} van ${organization} wil hier horen van verzoeken die op een beslissing wachten, en er vanaf hier op antwoorden.`,
    notYou: 'Als u die persoon niet bent, sluit dan deze pagina; er gebeurt dan niets.',
    yes: 'Ja, dit is mijn adres',
    done: { title: 'Het adres is bevestigd', line: 'Vanaf nu komen de verzoeken hier binnen.' },
    not: 'Het is niet bevestigd',
    over: {
      title: 'Deze link kan niet meer worden gebruikt',
      line: 'Hij is al gebruikt, vervangen door een nieuwere, of te oud. Voeg het adres opnieuw toe in de console; die stuurt een nieuwe link.',
    },
  },
};
