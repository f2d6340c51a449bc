/** What customers are told of their subscriptions, in Spanish. */
import type { Words } from '../en/index.ts';
import { pluralOf } from '../plural.ts';

const count = pluralOf<'one' | 'many' | 'other'>('es');
/** A million of days is said with `de`, and nobody pays for it. */
const every = (n: number, one: string, other: string) => count(n, { one, many: other, other });

export const subscriptions: Words['subscriptions'] = {
  'subscription-started': {
    subject: ({ plan }) => `Su suscripción a «${plan}» ha comenzado`,
    preheader: ({ price }) => `${price}. Puede cambiarla o cancelarla en cualquier momento.`,
    heading: 'Su suscripción ha comenzado',
    text: ({ plan }) => `Gracias por suscribirse a «${plan}».`,
    short: {
      title: 'Su suscripción ha comenzado',
      body: ({ plan, shop }) => `${shop}: su plan "${plan}" ha comenzado. ¡Gracias!`,
    },
  },
  'subscription-renewed': {
    subject: ({ plan }) => `Su suscripción a «${plan}» se ha renovado`,
    preheader: ({ amount }) => `Hemos recibido ${amount}. Este es su recibo.`,
    heading: 'Su suscripción se ha renovado',
    text: ({ plan, amount }) => `Hemos recibido su pago de ${amount} por «${plan}». Este es su recibo.`,
    short: {
      title: 'Su suscripción se ha renovado',
      body: ({ plan, shop, amount }) => `${shop}: hemos renovado su plan "${plan}" por ${amount}.`,
    },
  },
  'subscription-payment-failed': {
    subject: ({ plan }) => `No se ha podido cobrar su suscripción a «${plan}»`,
    preheader: 'Revise su tarjeta para que su suscripción continúe.',
    heading: 'Su pago no se ha completado',
    text: ({ plan, amount }) => `El pago de ${amount} por «${plan}» no ha sido aceptado.`,
    reason: 'El motivo indicado',
    retry: ({ date }) => `Lo intentaremos de nuevo el ${date}. Hasta entonces puede pagar con otra tarjeta.`,
    button: 'Pagar ahora',
    short: {
      title: 'Su pago no se ha completado',
      body: ({ plan, shop, amount }) =>
        `${shop}: el pago de ${amount} por "${plan}" no ha sido aceptado. Revise su tarjeta, por favor.`,
    },
  },
  'subscription-payment-action': {
    subject: ({ plan }) => `Su banco le pide que confirme el pago de «${plan}»`,
    preheader: 'Falta un paso para que su suscripción continúe.',
    heading: 'Confirme su pago, por favor',
    text: ({ plan, amount }) =>
      `Su banco quiere que confirme el pago de ${amount} por «${plan}». Haremos el envío en cuanto lo haga.`,
    button: 'Confirmar el pago',
    short: {
      title: 'Confirme su pago, por favor',
      body: ({ plan, shop, amount }) => `${shop}: su banco le pide que confirme el pago de ${amount} por "${plan}".`,
    },
  },
  'subscription-goods-missing': {
    subject: ({ plan }) => `Falta algo de «${plan}»`,
    preheader: 'Lo que hacemos, tal como usted eligió.',
    heading: 'Hay un producto agotado',
    text: ({ plan }) => `Esta vez no tenemos todo lo de «${plan}». Tal como usted eligió, hacemos lo siguiente:`,
    outcomes: {
      waits: 'Esperamos a tenerlo y entonces lo enviamos todo',
      skipped: 'No se envía; su precio se descuenta del próximo pago',
      substituted: 'Sustituido, sin que cueste más',
      refunded: 'No se envía; le devolvemos su precio',
    },
    short: {
      title: 'Hay un producto agotado',
      body: ({ plan, shop }) => `${shop}: falta algo de "${plan}". Vea lo que hacemos.`,
    },
  },
  'subscription-ending': {
    subject: ({ plan }) => `Su suscripción a «${plan}» termina pronto`,
    preheader: 'Todavía puede conservarla.',
    heading: 'Su suscripción termina pronto',
    text: ({ plan, date }) =>
      date ? `Su suscripción a «${plan}» termina el ${date}.` : `Su suscripción a «${plan}» termina pronto.`,
    keep: 'Si desea conservarla, puede hacerlo hasta entonces.',
    button: 'Conservar la suscripción',
    short: {
      title: 'Su suscripción termina pronto',
      body: ({ plan, shop, date }) =>
        `${shop}: su plan "${plan}" termina ${date ? `el ${date}` : 'pronto'}. Si lo desea, puede conservarlo.`,
    },
  },
  'subscription-canceled': {
    subject: ({ plan }) => `Su suscripción a «${plan}» ha sido cancelada`,
    preheader: 'No se le cobrará nada más por ella.',
    heading: 'Su suscripción ha sido cancelada',
    text: ({ plan, date }) =>
      date
        ? `Su suscripción a «${plan}» ha sido cancelada. Puede usarla hasta el ${date}.`
        : `Su suscripción a «${plan}» ha sido cancelada.`,
    charged: 'No se le cobrará nada más por ella.',
    button: 'Ver la suscripción',
    short: {
      title: 'Su suscripción ha sido cancelada',
      body: ({ plan, shop }) => `${shop}: su plan "${plan}" ha sido cancelado. Ya no se le cobra nada por el plan.`,
    },
  },
  plan: 'Suscripción',
  price: 'Precio',
  nextPayment: 'Próximo pago',
  manage: 'Gestionar la suscripción',
  unnamed: 'su plan',
  priceEvery: ({ price, every }) => `${price} ${every}`,
  every: {
    day: (n) => every(n, 'al día', `cada ${n} días`),
    week: (n) => every(n, 'a la semana', `cada ${n} semanas`),
    month: (n) => every(n, 'al mes', `cada ${n} meses`),
    year: (n) => every(n, 'al año', `cada ${n} años`),
  },
};
