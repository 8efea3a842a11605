import type { ReplyWords } from './shape.ts';

export const GERMAN: ReplyWords = {
  language: 'de',
  refusals: {
    unknown_handle: 'Das ist hier nicht bekannt. In der Konsole steht, was auf Sie wartet.',
    not_yours: 'Das galt jemand anderem, und nur diese Person kann darauf antworten. In der Konsole steht, was auf Sie wartet.',
    not_linked:
      'Dieses Konto gehört hier nicht zu der gefragten Person. Fügen Sie es in der Konsole Ihren Adressen hinzu und antworten Sie dann noch einmal.',
    stale_content:
      'Was gefragt war, hat sich seit dieser Nachricht geändert. Sehen Sie es sich in der Konsole an und entscheiden Sie dort.',
    expired: 'Die Zeit dafür ist vorbei, und es gilt als nicht freigegeben. Es gibt nichts mehr zu entscheiden.',
    already_used: 'Darauf wurde schon geantwortet. Wie es steht, zeigt die Konsole.',
    too_early: 'Diese Adresse ist hier neu und darf noch nicht freigeben. Geben Sie in der Konsole frei, oder lehnen Sie von hier ab.',
    locked:
      'Von hier kamen zu viele falsche Codes, darum wird eine Stunde lang von hier nichts entschieden. Entscheiden Sie in der Konsole.',
    ambiguous: 'Dieser Code steht für mehr als eine Anfrage. Entscheiden Sie in der Konsole.',
    not_allowed_here: 'Das kann von hier aus nicht entschieden werden. Entscheiden Sie in der Konsole.',
  },
  notTaken: 'Das wurde nicht angenommen. Wie es steht, zeigt die Konsole.',
  tooEarly: since =>
    `Diese Adresse ist hier neu und darf ab ${since} freigeben. Geben Sie in der Konsole frei, oder lehnen Sie von hier ab.`,
  erased: 'Worum es hier ging, wurde gelöscht. Es gibt nichts mehr zu entscheiden.',
  whyRejected: 'Warum wird es abgelehnt? Der Agent erfährt es.',
  tryAgain:
    'Es konnte gerade nicht entschieden werden. Versuchen Sie es gleich noch einmal, oder sehen Sie in der Konsole nach, ob es doch geschah.',
  taken: {
    claim: 'Sie kümmern sich jetzt darum; die anderen sehen das. Entscheiden Sie, bevor die Zeit um ist.',
    counts: {
      approve: 'Ihre Freigabe zählt. Bevor es entschieden ist, müssen auch andere antworten.',
      reject: 'Ihre Ablehnung zählt. Bevor es entschieden ist, müssen auch andere antworten.',
    },
    approved: 'Freigegeben. Der Agent darf weitermachen.',
    modified: 'Mit Änderungen freigegeben. Der Agent darf weitermachen.',
    rejected: 'Abgelehnt. Der Agent darf es nicht tun.',
    noted: { approve: 'Ihre Freigabe wurde angenommen.', reject: 'Ihre Ablehnung wurde angenommen.' },
    ended: {
      approved: 'Am Ende wurde es freigegeben.',
      modified: 'Am Ende wurde es mit Änderungen freigegeben.',
      rejected: 'Am Ende wurde es abgelehnt.',
      expired: 'Am Ende lief die Zeit ab, und es ist nicht freigegeben.',
      withdrawn: 'Am Ende zog der Agent es zurück.',
    },
  },
  unclear: {
    no_code: 'Es wurde nichts entschieden. Schreiben Sie A und den Code zum Freigeben, oder R, den Code und den Grund zum Ablehnen.',
    look_alike: 'Es wurde nichts entschieden. In Codes kommen 0, O, 1, I und L nicht vor; sehen Sie sich den Code noch einmal an.',
    words_after_approve:
      'Es wurde nichts entschieden. Nach der Freigabe steht kein weiteres Wort; um etwas zu ändern, öffnen Sie die Konsole.',
  },
  wrongCode:
    'Es wurde nichts entschieden. Das ist keiner Ihrer offenen Codes; sehen Sie in die neueste Nachricht, oder entscheiden Sie in der Konsole.',
  enrolment: {
    refusals: {
      unknown_enrolment:
        'Das ist hier nicht bekannt: Es wurde schon benutzt oder durch ein neueres ersetzt. Beginnen Sie in der Konsole noch einmal.',
      enrolment_expired: 'Das kam zu spät. Beginnen Sie in der Konsole noch einmal.',
      too_many_tries: 'Zu viele falsche Codes. Beginnen Sie in der Konsole noch einmal; sie schickt einen neuen.',
      address_taken: 'Diese Adresse gehört hier schon jemand anderem. Eine Adresse ist eine Person: Entfernen Sie sie zuerst dort.',
    },
    linked: name => `Das gehört jetzt zu ${name}. Anfragen, die auf diese Person warten, kommen hierher.`,
  },
};
