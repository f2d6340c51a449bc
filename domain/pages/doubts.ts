/** What a page shows that speaks against what its data say: prices on request, prices of one piece of many, stock that can be bought. */
import { packCountOf } from '../matching/measures.ts';
import type { PageParts } from './page-parts.ts';
import type { PagePrice } from './page-reading.ts';
import { textOf } from './page-tree.ts';
import type { VisibleAmounts } from './visible-amounts.ts';
import type { TextRun } from './visible-text.ts';

const ON_REQUEST =
  /(?:prices?|pricing) (?:up)?on (?:request|application|enquiry|inquiry)|call for (?:price|pricing|a quote)|request a quote|contact us for (?:a )?(?:price|pricing|quote)|preise? auf anfrage|prix sur (?:demande|devis)|precio (?:a consultar|bajo (?:petición|demanda))|consultar precio|prezzo su richiesta|preço sob consulta|prijs op aanvraag|cena na (?:zapytanie|dotaz|vyžádanie)|pris på (?:förfrågan|forespørsel|forespørgsel)|hinta pyydettäessä|ár kérésre|preț la cerere|fiyat sorunuz|цена по запросу|ціна за запитом|価格(?:は)?(?:お問い合わせ|要相談)|价格面议/iu;
const LONGEST_SAID = 80;
/** Nobody rents for a month at so many times the price: `1 €` with a contract. */
const DOWN_PAYMENT = 5;

/** Why a price is not to be believed although nothing contradicts it; undefined where nothing speaks against it. */
export function doubtOf(
  price: PagePrice,
  title: string | undefined,
  runs: readonly TextRun[],
  visible: VisibleAmounts,
): string | undefined {
  const isShown = visible.prices.some(({ amount }) => amount === price.amount);
  if (!isShown) {
    const said = runs.find(({ zone, text }) => zone === 'main' && text.length <= LONGEST_SAID && ON_REQUEST.test(text));
    return said?.text;
  }
  if (visible.monthly.some((amount) => amount >= price.amount * DOWN_PAYMENT))
    return `${price.amount} is paid beside more each month`;
  const pieces = (title !== undefined && packCountOf(title)) || 1;
  const whole = visible.prices.some(({ amount, struck }) => !struck && amount === price.amount * pieces);
  return pieces > 1 && price.kind === 'exact' && whole ? `${price.amount} is asked for one of ${pieces}` : undefined;
}

const INTO_CART =
  /^(?:add (?:item |this )?to (?:my |your |the )?(?:shopping )?(?:cart|bag|basket|trolley)|in den (?:warenkorb|einkaufswagen)(?: legen)?|in die einkaufstasche|ajouter au panier|añadir (?:al carrito|a la (?:cesta|bolsa))|agregar al carr(?:o|ito)|aggiungi al carrello|adicionar ao carrinho|in (?:de |het )?winkel(?:wagen|mand)(?:je)?|(?:dodaj )?do koszyka|lägg (?:till )?i (?:varukorg(?:en)?|kundvagn)|læg i kurv|legg i handlekurv(?:en)?|lisää ostoskoriin|(?:vložit |přidat )?do košíku|kosárba(?: teszem)?|adaugă în coș|sepete ekle|(?:добавить )?в корзину|カートに入れる|カートに追加|加入购物车|加入購物車|장바구니(?: 담기)?|أضف إلى (?:السلة|عربة التسوق))$/iu;

/** Whether the main part has a button, not a dead one, that puts the product into the cart. */
export function canBeBought({ buttons }: PageParts, runs: readonly TextRun[]): boolean {
  const live = buttons.filter(
    ({ attribs: { disabled, class: classes = '', ...more } }) =>
      disabled === undefined &&
      more['aria-disabled'] !== 'true' &&
      !/disabled|sold-?out|hidden/i.test(classes.slice(0, 300)),
  );
  const texts = live.map((button) => textOf(button)).filter((text) => INTO_CART.test(text));
  const isMain = ({ zone, text }: TextRun) => zone === 'main' && text.length <= LONGEST_SAID;
  const shown = runs.filter(isMain).map(({ text }) => text);
  return [...new Set(texts)].some((said) => shown.some((text) => text.includes(said)));
}
