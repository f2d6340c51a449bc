/** Which parts of a page are not about its product, told by how shops name them in many languages. */
import type { PageElement } from './page-tree.ts';

const OTHERS =
  /(?:^|[\s_-])(?:related|relate[ds]?-?products?|recommend\w*|reco|similar|upsells?|up-sells?|cross-?sell\w*|also-?(?:bought|viewed|like)|recently-?viewed|last-?seen|you-?may\w*|suggest(?:ed|ions)|bestsellers?|best-sellers?|accessor(?:y|ies)|sponsored|alternatives?|frequently-?bought|bundles?|bundle-?items?|compl(?:e|é)mentaires?|similaires?|empfehlung\w*|aehnliche?|ähnliche?|zubehoer|relacionad[oa]s|correlati|powiazane|podobne|gerelateerd\w*|product-?(?:slider|carousel|grid|list|tile)s?|other-?(?:products|items|sellers)|recent(?:s|ly)?|product-?cards?|olp)(?:$|[\s_-])/i;
const OTHERS_JOINED =
  /relatedproducts?|recommendedproducts?|recommendations|crosssell|upsell|similarproducts?|recentlyviewed|alsobought|alsoviewed|youmayalso/i;

const FURNITURE =
  /(?:^|[\s_-])(?:mini-?(?:cart|basket)|cart-?(?:drawer|summary|popup|total)|basket|warenkorb|site-?(?:header|footer)|footer|navbar|nav|navigation|mega-?menu|breadcrumbs?|cookie\w*|consent|newsletter|ad-?banner|top-?bar|announcement-?bar|skip-?link)(?:$|[\s_-])/i;

const FURNITURE_TAGS = new Set(['nav', 'footer']);
const FURNITURE_ROLES = new Set(['navigation', 'contentinfo', 'banner', 'search']);

/** Longer values are no names that a person gave. */
const LONGEST = 300;

function names(element: PageElement): string {
  const { class: classes = '', id = '' } = element.attribs;
  return `${classes.slice(0, LONGEST)} ${id.slice(0, LONGEST)}`
    .replaceAll(/__+/g, ' ')
    .replaceAll(/([a-z])([A-Z])/g, '$1-$2');
}

export function isOfOthers(element: PageElement): boolean {
  if (element.name === 'body' || element.name === 'html' || element.name === 'main') return false;
  const own = names(element);
  return own.length > 1 && (OTHERS.test(own) || OTHERS_JOINED.test(own));
}

export function isFurniture(element: PageElement): boolean {
  if (FURNITURE_TAGS.has(element.name) || FURNITURE_ROLES.has(element.attribs.role ?? '')) return true;
  if (element.name === 'body' || element.name === 'html' || element.name === 'main') return false;
  const own = names(element);
  return own.length > 1 && FURNITURE.test(own);
}

const STRUCK =
  /(?:^|[\s_-])(?:old|was|strike\w*|struck|crossed(?:-out)?|line-through|regular-?price-?old|price-?(?:old|was|before|regular-was|strike\w*|crossed)|old-?price|was-?price|before-?price|list-?price|compare-?(?:at)?-?price|price-?compare|original-?price|price-?original|a-text-price|basis-price|uvp|rrp|msrp|statt|streichpreis|prix-?barre|precio-?anterior|prezzo-?pieno|cena-?stara|stara-?cena|ancien-?prix)(?:$|[\s_-])/i;

/** What was asked before, or is asked elsewhere. */
export function isStruck(element: PageElement): boolean {
  if (element.name === 'del' || element.name === 's' || element.name === 'strike') return true;
  const { style } = element.attribs;
  if (style !== undefined && /text-decoration[^;]{0,20}line-through/i.test(style)) return true;
  // `with-list-price` stands at the price that has one beside it.
  const own = names(element).replaceAll(/(?:^|[\s_-])(?:with|has|is|no|without|show|hide)-[\w-]{0,60}/gi, ' ');
  return own.length > 1 && STRUCK.test(own);
}

const OTHERS_HEADINGS =
  /related (?:products|items)|similar (?:products|items)|you (?:may|might) also|customers? (?:who|also)|also (?:bought|viewed)|recently viewed|recommended|(?:frequently|often) bought|buy together|zusammen kaufen|samen kopen|acheter ensemble|comprar juntos|spesso acquistati|kup w zestawie|köp tillsammans|people also|more from|accessories|goes well with|complete the look|ähnliche (?:produkte|artikel)|das könnte|auch (?:gekauft|interessieren|gefallen|angesehen)|empfehlung|empfohlen|zubehör|zuletzt (?:angesehen|gesehen)|passend dazu|weitere (?:produkte|artikel)|produits? (?:similaires|associés|complémentaires|liés)|vous aimerez|ont aussi|articles similaires|accessoires|vus récemment|productos (?:relacionados|similares)|también (?:te|compraron|vieron)|quizás te|recomendad[oa]s|accesorios|prodotti (?:correlati|simili)|potrebbe(?:ro)? (?:piacer|interess)|anche acquistato|accessori|gerelateerde|vergelijkbare|anderen (?:kochten|bekeken)|misschien ook|ook bekeken|aanbevolen|podobne|powiązane|polecane|inni (?:kupili|oglądali)|akcesoria|produtos (?:relacionados|semelhantes)|você também|também (?:compraram|viram)|relaterade|liknande|andra köpte|rekommender|lignende|relaterede|andre købte|andre har|tilbehør|tillbehör|samankaltais|muut ostivat|podobné|související|příslušenství|hasonló|kapcsolódó|ajánlott|produse (?:similare|recomandate)|s-ar putea|benzer ürünler|bunlar da|önerilen|похожие|вам (?:может|также)|рекомендуем|с этим товаром|схожі товари|σχετικά|παρόμοια|関連商品|おすすめ|この商品を|最近チェック|相关(?:商品|推荐)|相關商品|관련 상품|추천 상품|منتجات (?:مشابهة|ذات صلة)/i;

/** `Related products`, and what follows it. */
export function isOthersHeading(text: string): boolean {
  return text.length <= 120 && OTHERS_HEADINGS.test(text);
}
