/** What merchandisers are told of competitors' prices, in Spanish. */
import type { Words } from '../en/index.ts';

export const priceAlert: Words['shop']['price-alert'] = {
  rules: {
    undercut: {
      title: 'más barato que nosotros',
      why: ({ limit }) =>
        limit ? `Su precio está al menos ${limit} por debajo del nuestro.` : 'Su precio está por debajo del nuestro.',
    },
    price_drop: {
      title: 'el precio ha bajado',
      why: ({ limit }) => (limit ? `Su precio ha bajado al menos ${limit}.` : 'Su precio ha bajado.'),
    },
    price_rise: {
      title: 'el precio ha subido',
      why: ({ limit }) => (limit ? `Su precio ha subido al menos ${limit}.` : 'Su precio ha subido.'),
    },
    lowest_in_30_days: {
      title: 'el precio más bajo en 30 días',
      why: () => 'En los últimos 30 días no ha sido más barato.',
    },
    out_of_stock: { title: 'agotado', why: () => 'Antes lo tenían y ahora no.' },
    back_in_stock: { title: 'disponible de nuevo', why: () => 'Antes no lo tenían y ahora sí.' },
    map_violation: {
      title: 'por debajo del precio mínimo',
      why: () => 'Su precio está por debajo del precio mínimo acordado.',
    },
    position: {
      title: 'hemos perdido nuestro puesto',
      why: ({ limit }) => `Nuestro precio ya no está entre los ${limit} más bajos.`,
    },
  },
  subject: ({ competitor, product, title }) => `${product}: ${title} (${competitor})`,
  preheader: ({ ours, theirs }) =>
    [theirs && `Allí ${theirs}`, ours && `en nuestra tienda ${ours}`].filter(Boolean).join(', '),
  heading: ({ competitor, title }) => `${competitor}: ${title}`,
  both: ({ one, other }) => `${one} y ${other}`,
  escalated: 'Todavía nadie ha hecho nada al respecto.',
  theirs: 'Su precio',
  ours: 'Nuestro precio',
  difference: 'El suyo frente al nuestro',
  change: 'Cambio',
  before: 'Antes',
  lowest: 'Su mínimo en 30 días',
  median: 'Su mediana en 30 días',
  observed: 'Visto',
  why: 'Por qué se le avisa',
  article: 'Referencia',
  evidence: 'Lo que se vio',
  comparable: 'Su precio, calculado como el nuestro',
  incomparable: 'No se ha comparado: no hay tipo de cambio actual.',
  shipping: ({ amount }) => `con envío (${amount})`,
  shippingUnknown: 'gastos de envío desconocidos',
  pack: ({ count }) => `por uno de ${count}`,
  tax: ({ percent }) => `sin el ${percent} de impuestos`,
  exchange: ({ from, rate, date }) => `1 ${from} = ${rate} (${date})`,
  minimum: 'Precio mínimo anunciado',
  rank: 'Nuestro puesto',
  place: ({ rank, all }) => `${rank} de ${all}`,
  margin: 'Nuestro margen a su precio',
  marginNow: ({ percent }) => `ahora ${percent}`,
  match: 'El mismo producto',
  sure: ({ percent }) => `${percent} seguro`,
  matchedBy: {
    url: 'página indicada por ustedes',
    gtin: 'GTIN',
    mpn: 'marca y MPN',
    person: 'confirmado por ustedes',
  },
  stock: 'Disponibilidad',
  inStock: 'disponible',
  soldOut: 'agotado',
  chart: 'Su precio y el nuestro en los últimos 30 días',
  reprice: 'Ajustar el precio',
  page: 'Ver su página',
  mute: 'Silenciar una semana',
  wrongMatch: 'No es el mismo',
  eyebrow: 'Precios',
  short: ({ shop, product, competitor, theirs, ours, title }) =>
    theirs && ours
      ? `${shop}: ${product} cuesta ${theirs} en ${competitor} y ${ours} en nuestra tienda.`
      : `${shop}: ${product} en ${competitor}: ${title}.`,
};
