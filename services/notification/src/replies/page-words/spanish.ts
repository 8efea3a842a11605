import type { PageWords } from './shape.ts';

export const SPANISH: PageWords = {
  language: 'es',
  openConsole: 'Abrir la consola',
  wholeInConsole: 'Verlo todo en la consola',
  agent: {
    heading: 'Escrito por el agente, sin verificar',
    proposal: 'Propuesta',
    about: 'Se refiere a',
    summary: 'Resumen',
    cut: 'cortado; todo está en la consola',
  },
  verbs: { approve: 'Aprobar', reject: 'Rechazar', claim: 'Me encargo yo' },
  reason: 'Motivo, si rechaza. El agente lo sabrá.',
  asks: {
    who: (name, organization) => `Usted decide como ${name}, para ${organization}. Si no es usted, cierre esta página.`,
    until: (deadline, left) => `Decida antes de ${deadline} (${left}); después cuenta como no aprobado.`,
    approveElsewhere: 'Para aprobar, abra la consola: un enlace no basta.',
  },
  openTooLong: 'La página estuvo abierta demasiado tiempo; decida otra vez',
  unknown: {
    title: 'Este enlace no se conoce',
    line: 'Quizá esté cortado, o sea de otra instalación. La consola muestra lo que le espera.',
  },
  over: {
    title: 'Aquí ya no se puede decidir nada',
    isOver: 'Ha terminado',
    ended: {
      approved: 'Solicitud aprobada',
      modified: 'Solicitud aprobada con cambios',
      rejected: 'Solicitud rechazada',
      expired: 'Plazo vencido sin aprobación',
      withdrawn: 'Solicitud retirada por el agente',
    },
    by: (how, name) => `${how} por ${name}`,
    nothingLeft: 'Ya no queda nada que decidir.',
    addressGone: 'Este enlace se envió a una dirección que ya no se usa.',
  },
  elses: {
    title: theirs => `Este enlace es para ${theirs}`,
    line: (yours, theirs) =>
      `Usted es ${yours}, y con este enlace solo puede decidir ${theirs}. Si usted también puede decidir, hágalo en la consola.`,
  },
  sent: {
    taken: 'Registrado',
    notTaken: 'No se ha aceptado',
    notLikeThat: {
      title: 'Así no se puede decidir',
      line: 'Vuelva atrás y elija uno de los botones; un motivo tiene 4 000 caracteres como máximo.',
    },
  },
  confirm: {
    title: name => `¿Es esta la dirección de ${name}?`,
    wants: (name, organization) =>
      `${name}, de ${organization}, quiere recibir aquí las solicitudes que esperan una decisión, y responderlas desde aquí.`,
    notYou: 'Si no es esa persona, cierre esta página; entonces no pasa nada.',
    yes: 'Sí, es mi dirección',
    done: { title: 'La dirección está confirmada', line: 'Desde ahora recibe las solicitudes aquí.' },
    not: 'No está confirmada',
    over: {
      title: 'Este enlace ya no se puede usar',
      line: 'Ya se usó, lo sustituyó otro más nuevo, o es demasiado antiguo. Añada otra vez la dirección en la consola; enviará un enlace nuevo.',
    },
  },
};
