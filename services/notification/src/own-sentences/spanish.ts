import { either, type Sentences } from './shape.ts';

export const SPANISH: Sentences = {
  language: 'es',
  by: deadline => `Hasta ${deadline}.`,
  replyEither: code => `Clave ${code}. Responda A + clave para aprobar, R + clave + motivo para rechazar.`,
  replyReject: code => `Clave ${code}. Responda R + clave + motivo para rechazar; apruebe en la consola.`,
  lookInConsole: 'Vea la consola.',
  calls: organization => `Holdpoint le llama de parte de ${organization}`,
  restInConsole: 'El resto está en la consola.',
  key: {
    heard: 'Pulse 1 para confirmar que lo ha oído.',
    takeOn: 'Pulse 1 para encargarse de ello.',
    again: 'Pulse 2 para oírlo otra vez.',
    reject: 'Pulse 4 para rechazarlo.',
    decide: 'Pulse 4 para decidir.',
  },
  enterCode: (code, verbs) =>
    `La clave es ${code}. Marque la clave y después ${either('1 para aprobar', '2 para rechazar', ' o ', verbs)}. Repito, la clave es ${code}.`,
  call: {
    goodbye: 'Adiós.',
    thanks: 'Gracias.',
    nothingPressed: 'No se ha pulsado nada.',
    cannotPassOn: 'Una llamada no puede pasarlo a otros. Escálelo en la consola.',
    unknownKey: 'Esta tecla no sirve aquí.',
    notTheCode: 'No se ha decidido nada: no era la clave seguida de una de las teclas.',
    received: 'Se ha recibido. La consola muestra en qué ha quedado.',
  },
  mail: {
    request: 'Solicitud',
    risk: { low: 'riesgo bajo', medium: 'riesgo medio', high: 'riesgo alto', critical: 'riesgo crítico' },
    decidesNothing: 'Abrir un enlace no decide nada.',
    notRead: 'Las respuestas a este mensaje no se leen.',
  },
};
