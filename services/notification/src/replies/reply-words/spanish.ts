import type { ReplyWords } from './shape.ts';

export const SPANISH: ReplyWords = {
  language: 'es',
  refusals: {
    unknown_handle: 'Esto no se conoce aquí. La consola muestra lo que le espera.',
    not_yours: 'Esto se preguntó a otra persona, y solo ella puede responder. La consola muestra lo que le espera.',
    not_linked: 'Esta cuenta no está vinculada a la persona consultada. Añádala a sus direcciones en la consola y responda otra vez.',
    stale_content: 'Lo que se preguntaba ha cambiado desde este mensaje. Véalo como está ahora y decida en la consola.',
    expired: 'El plazo ha pasado, y cuenta como no aprobado. Ya no queda nada que decidir.',
    already_used: 'Esto ya se respondió. La consola muestra cómo está.',
    too_early: 'Esta dirección es nueva aquí y aún no puede aprobar. Apruebe en la consola, o rechace desde aquí.',
    locked: 'Desde aquí llegaron demasiadas claves erróneas, y durante una hora no se decide nada desde aquí. Decida en la consola.',
    ambiguous: 'Esta clave corresponde a más de una solicitud. Decida en la consola.',
    not_allowed_here: 'Esto no se puede decidir desde aquí. Decida en la consola.',
  },
  notTaken: 'Esto no se ha aceptado. La consola muestra cómo está.',
  tooEarly: since => `Esta dirección es nueva aquí y podrá aprobar desde el ${since}. Apruebe en la consola, o rechace desde aquí.`,
  erased: 'Lo que esto trataba se ha borrado. Ya no queda nada que decidir.',
  whyRejected: '¿Por qué se rechaza? El agente lo sabrá.',
  tryAgain: 'No se ha podido decidir ahora. Inténtelo otra vez en un momento, o mire en la consola si quedó decidido.',
  taken: {
    claim: 'Usted se encarga ahora; los demás lo ven. Decida antes de que acabe el plazo.',
    counts: {
      approve: 'Su aprobación cuenta. Otros también tienen que responder antes de que se decida.',
      reject: 'Su rechazo cuenta. Otros también tienen que responder antes de que se decida.',
    },
    approved: 'Aprobado. El agente puede seguir.',
    modified: 'Aprobado con cambios. El agente puede seguir.',
    rejected: 'Rechazado. El agente no puede hacerlo.',
    noted: { approve: 'Su aprobación se ha registrado.', reject: 'Su rechazo se ha registrado.' },
    ended: {
      approved: 'Al final se aprobó.',
      modified: 'Al final se aprobó con cambios.',
      rejected: 'Al final se rechazó.',
      expired: 'Al final pasó el plazo sin aprobarse.',
      withdrawn: 'Al final el agente lo retiró.',
    },
  },
  unclear: {
    no_code: 'No se ha decidido nada. Escriba A y la clave para aprobar, o R, la clave y el motivo para rechazar.',
    look_alike: 'No se ha decidido nada. Las claves no llevan 0, O, 1, I ni L; mire la clave otra vez.',
    words_after_approve: 'No se ha decidido nada. Para aprobar no se añade nada más; para cambiar algo, abra la consola.',
  },
  wrongCode: 'No se ha decidido nada. No es ninguna de sus claves abiertas; mire el mensaje más nuevo, o decida en la consola.',
  enrolment: {
    refusals: {
      unknown_enrolment: 'Esto no se conoce aquí: ya se usó, o lo sustituyó otro más nuevo. Empiece otra vez en la consola.',
      enrolment_expired: 'Esto llegó demasiado tarde. Empiece otra vez en la consola.',
      too_many_tries: 'Demasiadas claves erróneas. Empiece otra vez en la consola; enviará una nueva.',
      address_taken: 'Esta dirección es aquí de otra persona. Una dirección es una persona: quítela primero allí.',
    },
    linked: name => `Esto queda vinculado a ${name}. Las solicitudes que esperan a esa persona llegan aquí.`,
  },
};
