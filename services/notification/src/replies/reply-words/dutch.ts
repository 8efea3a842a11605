import type { ReplyWords } from './shape.ts';

export const DUTCH: ReplyWords = {
  language: 'nl',
  refusals: {
    unknown_handle: 'Dit is hier niet bekend. In de console staat wat op u wacht.',
    not_yours: 'Dit was aan iemand anders gevraagd, en alleen die persoon kan erop antwoorden. In de console staat wat op u wacht.',
    not_linked: 'Dit account hoort hier niet bij wie gevraagd werd. Voeg het in de console toe aan uw adressen en antwoord dan opnieuw.',
    stale_content: 'Wat gevraagd werd, is sinds dit bericht veranderd. Bekijk het zoals het nu is en beslis in de console.',
    expired: 'De tijd hiervoor is voorbij, en het geldt als niet goedgekeurd. Er valt niets meer te beslissen.',
    already_used: 'Hierop is al geantwoord. In de console staat hoe het ervoor staat.',
    too_early: 'Dit adres is hier nieuw en mag nog niet goedkeuren. Keur goed in de console, of wijs vanaf hier af.',
    locked: 'Er kwamen te veel verkeerde codes vanaf hier, dus een uur lang wordt hier niets beslist. Beslis in de console.',
    ambiguous: 'Deze code staat voor meer dan één verzoek. Beslis in de console.',
    not_allowed_here: 'Dit kan niet vanaf hier worden beslist. Beslis in de console.',
  },
  notTaken: 'Dit is niet aangenomen. In de console staat hoe het ervoor staat.',
  tooEarly: since => `Dit adres is hier nieuw en mag vanaf ${since} goedkeuren. Keur goed in de console, of wijs vanaf hier af.`,
  erased: 'Waar dit over ging, is gewist. Er valt niets meer te beslissen.',
  whyRejected: 'Waarom wordt het afgewezen? De agent krijgt het te horen.',
  tryAgain: 'Het kon nu niet worden beslist. Probeer het zo weer, of kijk in de console of het toch is gebeurd.',
  taken: {
    claim: 'U neemt het nu op u; de anderen zien dat. Beslis voordat de tijd om is.',
    counts: {
      approve: 'Uw goedkeuring telt. Ook anderen moeten antwoorden voordat het is beslist.',
      reject: 'Uw afwijzing telt. Ook anderen moeten antwoorden voordat het is beslist.',
    },
    approved: 'Goedgekeurd. De agent mag doorgaan.',
    modified: 'Met wijzigingen goedgekeurd. De agent mag doorgaan.',
    rejected: 'Afgewezen. De agent mag het niet doen.',
    noted: { approve: 'Uw goedkeuring is aangenomen.', reject: 'Uw afwijzing is aangenomen.' },
    ended: {
      approved: 'Uiteindelijk is het goedgekeurd.',
      modified: 'Uiteindelijk is het met wijzigingen goedgekeurd.',
      rejected: 'Uiteindelijk is het afgewezen.',
      expired: 'Uiteindelijk verliep de tijd zonder goedkeuring.',
      withdrawn: 'Uiteindelijk trok de agent het in.',
    },
  },
  unclear: {
    no_code: 'Er is niets beslist. Schrijf A en de code om goed te keuren, of R, de code en de reden om af te wijzen.',
    look_alike: 'Er is niets beslist. In codes komen 0, O, 1, I en L niet voor; bekijk de code nog eens.',
    words_after_approve: 'Er is niets beslist. Bij goedkeuren hoort verder geen woord; open de console om iets te wijzigen.',
  },
  wrongCode: 'Er is niets beslist. Dit is geen van uw open codes; kijk in het nieuwste bericht, of beslis in de console.',
  enrolment: {
    refusals: {
      unknown_enrolment: 'Dit is hier niet bekend: het is al gebruikt, of vervangen door iets nieuwers. Begin opnieuw in de console.',
      enrolment_expired: 'Dit kwam te laat. Begin opnieuw in de console.',
      too_many_tries: 'Te veel verkeerde codes. Begin opnieuw in de console; die stuurt een nieuwe.',
      address_taken: 'Dit adres is hier al van iemand anders. Eén adres is één persoon: verwijder het daar eerst.',
    },
    linked: name => `Dit hoort nu bij ${name}. Verzoeken die op die persoon wachten, komen hier.`,
  },
};
