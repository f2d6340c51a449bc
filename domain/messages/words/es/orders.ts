/** What customers are told of an order's payment and way, in Spanish. Short forms do without letters that an SMS has no room for. */
import type { Words } from '../en/index.ts';

export const orders: Words['orders'] = {
  'order-confirmation': {
    subject: ({ number }) => `Su pedido ${number} está confirmado`,
    preheader: ({ items, total }) =>
      `${items === 1 ? '1 artículo' : `${items} artículos`}, ${total}. Este es su recibo.`,
    heading: 'Gracias por su pedido',
    text: ({ number }) => `Hemos recibido su pago del pedido ${number}. Este es su recibo.`,
    short: {
      title: 'Su pedido está confirmado',
      body: ({ number, shop, amount }) => `${shop}: ¡gracias! Su pedido ${number} (${amount}) queda confirmado.`,
    },
  },
  'payment-failed': {
    subject: ({ number }) => `No se ha podido cobrar su pedido ${number}`,
    preheader: 'Guardamos sus artículos por poco tiempo. Puede volver a pagar.',
    heading: 'Su pago no se ha completado',
    text: ({ number, amount }) => `El pago de ${amount} del pedido ${number} no ha sido aceptado.`,
    reason: 'El motivo indicado',
    again: 'Guardamos sus artículos por poco tiempo. Puede volver a pagar, con la misma tarjeta o con otra.',
    button: 'Volver a pagar',
    short: {
      title: 'Su pago no se ha completado',
      body: ({ number, shop, amount }) =>
        `${shop}: el pago de ${amount} del pedido ${number} no ha sido aceptado. Guardamos sus productos por poco tiempo: pague de nuevo.`,
    },
  },
  'payment-action-required': {
    subject: ({ number }) => `Confirme el pago de su pedido ${number}`,
    preheader: 'Su banco espera su confirmación.',
    heading: 'Su banco le pide que confirme el pago',
    text: ({ number, amount }) => `Su banco le pide que confirme el pago de ${amount} del pedido ${number}.`,
    button: 'Confirmar el pago',
    short: {
      title: 'Confirme su pago',
      body: ({ number, shop, amount }) =>
        `${shop}: su banco le pide que confirme el pago de ${amount} del pedido ${number}.`,
    },
  },
  shipped: {
    subject: ({ number }) => `Su pedido ${number} va en camino`,
    preheader: ({ carrier }) => (carrier ? `Hemos entregado su paquete a ${carrier}.` : 'Hemos enviado su paquete.'),
    heading: 'Su pedido va en camino',
    text: ({ number, carrier }) =>
      carrier
        ? `Hemos entregado a ${carrier} el paquete de su pedido ${number}.`
        : `Hemos enviado el paquete de su pedido ${number}.`,
    button: 'Seguir el paquete',
    short: {
      title: 'Su pedido va en camino',
      body: ({ number, shop, carrier, tracking }) =>
        `${shop}: su pedido ${number} va en camino${carrier ? ` con ${carrier}` : ''}.${tracking ? ` Seguimiento: ${tracking}` : ''}`,
    },
  },
  delivered: {
    subject: ({ number }) => `Su pedido ${number} ha sido entregado`,
    preheader: 'Esperamos que lo disfrute.',
    heading: 'Su pedido ha sido entregado',
    text: ({ number }) => `El paquete de su pedido ${number} ha llegado. Esperamos que disfrute de lo que contiene.`,
    button: 'Ver el pedido',
    short: {
      title: 'Su pedido ha sido entregado',
      body: ({ number, shop }) => `${shop}: su pedido ${number} ha sido entregado. ¡Que lo disfrute!`,
    },
  },
  canceled: {
    subject: ({ number }) => `Su pedido ${number} ha sido cancelado`,
    preheader: 'Le devolvemos todo lo que haya pagado.',
    heading: 'Su pedido ha sido cancelado',
    text: ({ number }) => `El pedido ${number} ha sido cancelado.`,
    reason: 'Motivo',
    reasons: {
      expired: 'No se pagó a tiempo.',
      payment_canceled: 'El pago fue cancelado.',
      authorization_expired: 'El pago no se cobró a tiempo; su banco ha liberado el importe.',
    },
    money: 'Le devolvemos todo lo que haya pagado por él; le escribiremos cuando el dinero esté en camino.',
    button: 'Ver el pedido',
    short: {
      title: 'Su pedido ha sido cancelado',
      body: ({ number, shop }) =>
        `${shop}: su pedido ${number} ha sido cancelado. Le devolvemos todo lo que haya pagado.`,
    },
  },
  refunded: {
    subject: ({ number }) => `Su reembolso del pedido ${number}`,
    preheader: 'Su banco lo mostrará en unos días.',
    heading: 'Su dinero va de vuelta',
    amount: 'Reembolsado',
    text: ({ number, amount }) =>
      amount
        ? `Le hemos reembolsado ${amount} del pedido ${number}.`
        : `Le hemos reembolsado el pago del pedido ${number}.`,
    for: 'Por qué concepto',
    shipping: 'Envío',
    when: 'Su banco lo mostrará en unos días, en la tarjeta o la cuenta con la que pagó.',
    button: 'Ver el pedido',
    short: {
      title: 'Su reembolso va en camino',
      body: ({ number, shop, amount }) =>
        `${shop}: le hemos reembolsado ${amount || 'el pago'} del pedido ${number}. Su banco lo muestra en breve.`,
    },
  },
  'out-of-stock': {
    subject: ({ number }) => `No hemos podido aceptar su pedido ${number}`,
    preheader: 'Alguien ha sido más rápido. No se le ha cobrado nada.',
    heading: 'Lo sentimos, está agotado',
    text: ({ number }) => `Alguien ha sido más rápido: no nos queda lo suficiente para el pedido ${number}.`,
    shortage: ({ requested, available }) => `pedidos: ${requested}, quedan: ${available}`,
    charged: 'No se le ha cobrado nada.',
    short: {
      title: 'Lo sentimos, está agotado',
      body: ({ number, shop }) =>
        `${shop}: lo sentimos, no nos queda lo suficiente para su pedido ${number}. No se le ha cobrado nada.`,
    },
  },
  declines: {
    declined: 'Su tarjeta ha sido rechazada.',
    funds: 'Su tarjeta no tiene fondos suficientes.',
    expired: 'Su tarjeta ha caducado.',
    cvc: 'El código de seguridad de su tarjeta es incorrecto.',
    number: 'El número de su tarjeta es incorrecto.',
    often: 'Su tarjeta ha sido rechazada por demasiados intentos en poco tiempo.',
    authentication: 'Su tarjeta ha sido rechazada: este pago necesita su confirmación.',
    processing: 'Se ha producido un error al procesar su tarjeta. Inténtelo de nuevo en un momento.',
    unsupported: 'Su tarjeta no admite este tipo de compra.',
  },
  receipt: {
    subtotal: 'Subtotal',
    shipping: 'Envío',
    free: 'Gratis',
    tax: 'Impuestos',
    total: 'Total',
    charged: 'Cobrado',
    shipsTo: 'Dirección de envío',
    billedTo: 'Dirección de facturación',
    button: 'Ver el pedido',
    carrier: 'Transportista',
    trackingNumber: 'Número de seguimiento',
  },
  eyebrow: ({ number, date }) => `Pedido ${number}${date ? ` · ${date}` : ''}`,
  hello: ({ name }) => (name ? `Hola, ${name}:` : 'Hola:'),
};
