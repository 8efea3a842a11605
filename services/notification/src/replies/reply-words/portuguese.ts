import type { ReplyWords } from './shape.ts';

export const PORTUGUESE: ReplyWords = {
  language: 'pt',
  refusals: {
    unknown_handle: 'Isto não é conhecido aqui. A consola mostra o que espera por si.',
    not_yours: 'Isto foi perguntado a outra pessoa, e só ela pode responder. A consola mostra o que espera por si.',
    not_linked: 'Esta conta não está ligada à pessoa consultada. Junte-a aos seus endereços na consola e responda outra vez.',
    stale_content: 'O que se perguntava mudou desde esta mensagem. Veja como está agora e decida na consola.',
    expired: 'O prazo passou, e conta como não aprovado. Já não há nada a decidir.',
    already_used: 'Isto já foi respondido. A consola mostra como está.',
    too_early: 'Este endereço é novo aqui e ainda não pode aprovar. Aprove na consola, ou recuse daqui.',
    locked: 'Daqui vieram demasiadas chaves erradas, e durante uma hora nada se decide daqui. Decida na consola.',
    ambiguous: 'Esta chave corresponde a mais de um pedido. Decida na consola.',
    not_allowed_here: 'Isto não se pode decidir daqui. Decida na consola.',
  },
  notTaken: 'Isto não foi aceite. A consola mostra como está.',
  tooEarly: since => `Este endereço é novo aqui e pode aprovar a partir de ${since}. Aprove na consola, ou recuse daqui.`,
  erased: 'Aquilo de que se tratava foi apagado. Já não há nada a decidir.',
  whyRejected: 'Porque é recusado? O agente fica a saber.',
  tryAgain: 'Não foi possível decidir agora. Tente outra vez daqui a pouco, ou veja na consola se ficou decidido.',
  taken: {
    claim: 'Agora trata disto; os outros veem. Decida antes que o prazo acabe.',
    counts: {
      approve: 'A sua aprovação conta. Outros também têm de responder antes de ficar decidido.',
      reject: 'A sua recusa conta. Outros também têm de responder antes de ficar decidido.',
    },
    approved: 'Aprovado. O agente pode continuar.',
    modified: 'Aprovado com alterações. O agente pode continuar.',
    rejected: 'Recusado. O agente não o pode fazer.',
    noted: { approve: 'A sua aprovação foi registada.', reject: 'A sua recusa foi registada.' },
    ended: {
      approved: 'No fim foi aprovado.',
      modified: 'No fim foi aprovado com alterações.',
      rejected: 'No fim foi recusado.',
      expired: 'No fim o prazo passou sem aprovação.',
      withdrawn: 'No fim o agente retirou o pedido.',
    },
  },
  unclear: {
    no_code: 'Nada foi decidido. Escreva A e a chave para aprovar, ou R, a chave e o motivo para recusar.',
    look_alike: 'Nada foi decidido. As chaves não têm 0, O, 1, I nem L; veja a chave outra vez.',
    words_after_approve: 'Nada foi decidido. Para aprovar não se escreve mais nada; para mudar algo, abra a consola.',
  },
  wrongCode: 'Nada foi decidido. Não é nenhuma das suas chaves abertas; veja a mensagem mais recente, ou decida na consola.',
  enrolment: {
    refusals: {
      unknown_enrolment: 'Isto não é conhecido aqui: já foi usado, ou substituído por um mais recente. Comece outra vez na consola.',
      enrolment_expired: 'Isto chegou demasiado tarde. Comece outra vez na consola.',
      too_many_tries: 'Demasiadas chaves erradas. Comece outra vez na consola; ela envia uma nova.',
      address_taken: 'Este endereço já é de outra pessoa aqui. Um endereço é uma pessoa: retire-o primeiro lá.',
    },
    linked: name => `Isto está agora ligado a ${name}. Os pedidos que esperam por essa pessoa chegam aqui.`,
  },
};
