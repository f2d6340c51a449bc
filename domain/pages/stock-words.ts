/** Whether a thing can be had, in the words that shops print beside the button. */
import type { Availability } from './page-reading.ts';

/** The first that fits counts: "not in stock" before "in stock". */
const WORDS: readonly (readonly [Availability, RegExp])[] = [
  [
    'discontinued',
    /discontinued|no longer (?:available|made|sold)|nicht mehr (?:lieferbar|erhältlich|verfügbar)|ausgelaufen|n'est plus (?:disponible|fabriqué)|descatalogado|fuori produzione|uit (?:het )?assortiment|wycofany|utgått|udgået|utgått|poistunut|ukončen|販売終了|生産終了|снят с производства/iu,
  ],
  [
    'preorder',
    /pre-?order|vorbestell|précommand|pr[eé]-?venta|preordin|voorbestel|przedsprzeda|förhandsbok|forudbestil|forhåndsbestill|ennakkotila|předobjedn|予約|предзаказ|pré-venda/iu,
  ],
  [
    'backorder',
    /back-?order|nachbestellt|auf bestellung|sur commande|bajo pedido|su ordinazione|op bestelling|na zamówienie|beställningsvara|bestillingsvare|tilaustuote|na objednávku|取り寄せ|под заказ|sob encomenda/iu,
  ],
  [
    'out_of_stock',
    /out of stock|sold out|not in stock|unavailable|not available|no stock|ausverkauft|nicht (?:auf lager|verfügbar|lieferbar|vorrätig)|vergriffen|rupture|épuisé|indisponible|non disponible|agotado|sin (?:stock|existencias)|no disponible|esaurit|non disponibile|uitverkocht|niet (?:op voorraad|leverbaar|beschikbaar)|niedostępn|wyprzedan|brak (?:towaru|w magazynie)|slut(?:såld| i lager)|ej i lager|tillfälligt slut|udsolgt|ikke på lager|utsolgt|loppu(?:nut|unmyyty)|ei (?:varastossa|saatavilla)|vyprodán|není skladem|nedostupn|elfogyott|nincs raktáron|stoc epuizat|indisponibil|tükendi|stokta yok|在庫切れ|品切れ|売り切れ|完売|在庫なし|缺货|售罄|품절|нет в наличии|распродан|немає в наявності|εξαντλ|esgotado|indisponível|sem estoque/iu,
  ],
  [
    'limited',
    /only \d+ left|few left|low stock|limited|nur noch|wenige|plus que|derniers? (?:articles?|exemplaires?)|últim[oa]s (?:unidades|piezas)|ultimi (?:pezzi|disponibili)|nog (?:maar )?\d+|laatste|ostatnie sztuki|få (?:kvar|i lager|tilbage|igjen)|vain \d+|poslední kus|残り|в наличии мало|últimas unidades|restam/iu,
  ],
  [
    'in_stock',
    /in stock|available|ready to ship|auf lager|lieferbar|verfügbar|vorrätig|sofort|en stock|disponible|disponibile|disponível|em estoque|in magazzino|op voorraad|leverbaar|beschikbaar|dostępn|w magazynie|i lager|finns|på lager|saatavilla|varastossa|skladem|dostupn|raktáron|készleten|în stoc|stokta|在庫あり|在庫有|有货|现货|재고 있|в наличии|в наявності|διαθέσιμο/iu,
  ],
];

/** `Tell me when it is available`, `If sold out, …` say nothing of now. */
const CONDITION =
  /(?<!\p{L})(?:if|when|once|until|notify|alert me|wenn|falls|sobald|benachrichtig\p{L}*|dès|lorsque|quand|cuando|avísame|quando|avvisami|avise-me|zodra|wanneer|gdy|kiedy|jeśli|powiadom\p{L}*|när|hvis|når|jos|jakmile|když|amikor|când|când|когда|если|сообщить|коли)(?!\p{L})/iu;

export function stockInWords(text: string): Availability | undefined {
  const said = text.slice(0, 300).replaceAll('’', "'");
  if (CONDITION.test(said)) return undefined;
  return WORDS.find(([, words]) => words.test(said))?.[0];
}
