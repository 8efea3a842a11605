import type { PageWords } from './shape.ts';

export const PORTUGUESE: PageWords = {
  language: 'pt',
  openConsole: 'Abrir a consola',
  wholeInConsole: 'Ver tudo na consola',
  agent: {
    heading: 'Escrito pelo agente, não verificado',
    proposal: 'Proposta',
    about: 'Diz respeito a',
    summary: 'Resumo',
    cut: 'cortado; está tudo na consola',
  },
  verbs: { approve: 'Aprovar', reject: 'Recusar', claim: 'Eu trato disto' },
  reason: 'Motivo, se recusar. O agente fica a saber.',
  asks: {
    who: (name, organization) => `Decide como ${name}, para ${organization}. Se não é essa pessoa, feche esta página.`,
    until: (deadline, left) => `Decida antes de ${deadline} (${left}); depois conta como não aprovado.`,
    approveElsewhere: 'Para aprovar, abra a consola: uma ligação não basta.',
  },
  openTooLong: 'A página esteve aberta demasiado tempo; decida outra vez',
  unknown: {
    title: 'Esta ligação não é conhecida',
    line: 'Talvez esteja cortada, ou seja de outra instalação. A consola mostra o que espera por si.',
  },
  over: {
    title: 'Aqui já não se pode decidir nada',
    isOver: 'Terminou',
    ended: {
      approved: 'Pedido aprovado',
      modified: 'Pedido aprovado com alterações',
      rejected: 'Pedido recusado',
      expired: 'Prazo esgotado sem aprovação',
      withdrawn: 'Pedido retirado pelo agente',
    },
    by: (how, name) => `${how} por ${name}`,
    nothingLeft: 'Já não há nada a decidir.',
    addressGone: 'Esta ligação foi enviada para um endereço que já não se usa.',
  },
  elses: {
    title: theirs => `Esta ligação é para ${theirs}`,
    line: (yours, theirs) =>
      `A sua sessão é de ${yours}, e com esta ligação só ${theirs} pode decidir. Se também pode decidir, faça-o na consola.`,
  },
  sent: {
    taken: 'Registado',
    notTaken: 'Não foi aceite',
    notLikeThat: {
      title: 'Assim não se pode decidir',
      line: 'Volte atrás e escolha um dos botões; um motivo tem no máximo 4 000 caracteres.',
    },
  },
  confirm: {
    title: name => `Este é o endereço de ${name}?`,
    wants: (name, organization) =>
      `${name}, de ${organization}, quer receber aqui os pedidos que esperam uma decisão, e responder-lhes daqui.`,
    notYou: 'Se não é essa pessoa, feche esta página; então nada acontece.',
    yes: 'Sim, este é o meu endereço',
    done: { title: 'O endereço está confirmado', line: 'A partir de agora recebe os pedidos aqui.' },
    not: 'Não está confirmado',
    over: {
      title: 'Esta ligação já não pode ser usada',
      line: 'Já foi usada, substituída por uma mais recente, ou é demasiado antiga. Junte o endereço outra vez na consola; ela envia uma nova ligação.',
    },
  },
};
