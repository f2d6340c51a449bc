/** Lo que se dice a los clientes de un pedido que se cambió antes de enviarlo. */
import type { Words } from '../en/index.ts';

export const edits: Words['edits'] = {
  'order-edited': {
    subject: ({ number }) => `Su pedido ${number} se ha modificado`,
    preheader: ({ total }) => `Ahora asciende a ${total}.`,
    heading: 'Su pedido se ha modificado',
    text: ({ number }) => `Hemos modificado su pedido ${number}. Esto es lo que le enviaremos.`,
    refund: ({ amount }) =>
      `Ha pagado ${amount} de más. Se lo devolvemos a la tarjeta o cuenta con la que pagó; su banco lo mostrará en unos días.`,
    charged: ({ amount }) => `La diferencia de ${amount} está pagada.`,
    button: 'Ver su pedido',
    short: {
      title: 'Su pedido se ha modificado',
      body: ({ number, shop, total }) => `${shop}: su pedido ${number} se ha modificado. Ahora asciende a ${total}.`,
    },
  },
  'balance-due': {
    subject: ({ parent }) => `Pague la diferencia del pedido ${parent}`,
    preheader: ({ amount }) => `Quedan ${amount} por pagar; después haremos el cambio.`,
    heading: 'Queda una diferencia por pagar',
    text: ({ parent, amount }) =>
      `Con el cambio solicitado, el pedido ${parent} cuesta ${amount} más. En cuanto se pague, haremos el cambio y enviaremos el pedido.`,
    otherwise: 'Si no se paga a tiempo, el pedido queda como estaba.',
    button: 'Pagar la diferencia',
    short: {
      title: 'Queda una diferencia por pagar',
      body: ({ shop, parent, amount }) =>
        `${shop}: con el cambio, el pedido ${parent} sube ${amount}. Pague la diferencia y lo enviaremos.`,
    },
  },
};
