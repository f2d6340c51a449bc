/** Which parts of a page are not about its product, told by how shops name them in many languages. */
import { type PageElement, walk } from './page-tree.ts';

const OTHERS =
  /(?:^|[\s_-])(?:related|relate[ds]?-?products?|recommend\w*|reco|similar|upsells?|up-sells?|cross-?sell\w*|also-?(?:bought|viewed|like)|recently-?viewed|last-?seen|you-?may\w*|suggest(?:ed|ions)|bestsellers?|best-sellers?|accessor(?:y|ies)|sponsored|alternatives?|frequently-?bought|bundles?|bundle-?items?|compl(?:e|é)mentaires?|similaires?|empfehlung\w*|aehnliche?|ähnliche?|zubehoer|relacionad[oa]s|correlati|powiazane|podobne|gerelateerd\w*|product-?(?:slider|carousel|list|tile)s?|other-?(?:products|items|sellers)|recent(?:s|ly)?|product-?cards?|olp)(?:$|[\s_-])/i;
const OTHERS_JOINED =
  /relatedproducts?|recommendedproducts?|recommendations|crosssell|upsell|similarproducts?|recentlyviewed|alsobought|alsoviewed|youmayalso/i;

const FURNITURE =
  /(?:^|[\s_-])(?:(?:mini|side|header|top|off-?canvas|ajax|dropdown|flyout|shopping)-?(?:cart|basket|warenkorb)|cart-?(?:drawer|summary|popup|total|dropdown|preview|modal|notification|sidebar)|site-?(?:header|footer)|footer|navbar|nav|navigation|mega-?menu|breadcrumbs?|cookie\w*|consent|newsletter|ad-?banner|top-?bar|announcement-?bar|skip-?link)(?:$|[\s_-])/i;

const FURNITURE_TAGS = new Set(['nav', 'footer']);
const FURNITURE_ROLES = new Set(['navigation', 'contentinfo', 'banner', 'search']);

const STRUCK =
  /(?:^|[\s_-])(?:old|was|strike\w*|struck|crossed(?:-out)?|line-through|regular-?price-?old|price-?(?:old|was|before|regular-was|strike\w*|crossed)|old-?price|was-?price|before-?price|list-?price|compare-?(?:at)?-?price|price-?compare|original-?price|price-?original|a-text-price|basis-price|uvp|rrp|msrp|statt|streichpreis|prix-?barre|precio-?anterior|prezzo-?pieno|cena-?stara|stara-?cena|ancien-?prix)(?:$|[\s_-])/i;

/** Longer values are no names that a person gave. */
const LONGEST = 300;
const MOST_HEADINGS = 20;

export interface Zone {
  readonly isOfOthers: boolean;
  readonly isFurniture: boolean;
  /** What was asked before, or is asked elsewhere. */
  readonly isStruck: boolean;
}

const PLAIN: Zone = { isOfOthers: false, isFurniture: false, isStruck: false };

/** Every element is judged once, however many readers walk the page. */
export class PageZones {
  readonly #known = new WeakMap<PageElement, Zone>();
  /** What holds the page's heading is no corner of it, whatever it is called. */
  readonly #central = new Set<PageElement>();

  constructor(root: PageElement) {
    let headings = 0;
    walk(root, {
      enter: (element) => {
        if (element.name !== 'h1' || ++headings > MOST_HEADINGS) return element.name !== 'script';
        for (let up: PageElement | null = element; up && !this.#central.has(up); up = up.parent) this.#central.add(up);
        return false;
      },
    });
  }

  of(element: PageElement): Zone {
    const known = this.#known.get(element);
    if (known) return known;
    const zone = zoneOf(element, this.#central.has(element));
    this.#known.set(element, zone);
    return zone;
  }
}

function zoneOf({ name, attribs }: PageElement, isCentral: boolean): Zone {
  const { class: classes = '', id = '', role = '', style } = attribs;
  const isMarked = name === 'del' || name === 's' || name === 'strike';
  const isLined = style !== undefined && /text-decoration[^;]{0,20}line-through/i.test(style);
  const isOuter = isCentral || name === 'body' || name === 'html' || name === 'main';
  const isTagged = !isOuter && (FURNITURE_TAGS.has(name) || FURNITURE_ROLES.has(role));
  if (classes === '' && id === '')
    return isMarked || isLined || isTagged
      ? { isOfOthers: false, isFurniture: isTagged, isStruck: isMarked || isLined }
      : PLAIN;
  const names = `${classes.slice(0, LONGEST)} ${id.slice(0, LONGEST)}`
    .replaceAll(/__+/g, ' ')
    .replaceAll(/([a-z])([A-Z])/g, '$1-$2');
  // `with-list-price` stands at the price that has one beside it.
  const own = names.replaceAll(/(?:^|[\s_-])(?:with|has|is|no|without|show|hide)-[\w-]{0,60}/gi, ' ');
  return {
    isOfOthers: !isOuter && (OTHERS.test(names) || OTHERS_JOINED.test(names)),
    isFurniture: isTagged || (!isOuter && FURNITURE.test(names)),
    isStruck: isMarked || isLined || (!isOuter && STRUCK.test(own)),
  };
}

const OTHERS_HEADINGS =
  /related (?:products|items)|similar (?:products|items)|you (?:may|might) also|customers? (?:who|also)|also (?:bought|viewed)|recently viewed|recommended|(?:frequently|often) bought|buy together|zusammen kaufen|samen kopen|acheter ensemble|comprar juntos|spesso acquistati|kup w zestawie|köp tillsammans|people also|more from|accessories|goes well with|complete the look|ähnliche (?:produkte|artikel)|das könnte|auch (?:gekauft|interessieren|gefallen|angesehen)|empfehlung|empfohlen|zubehör|zuletzt (?:angesehen|gesehen)|passend dazu|weitere (?:produkte|artikel)|produits? (?:similaires|associés|complémentaires|liés)|vous aimerez|ont aussi|articles similaires|accessoires|vus récemment|productos (?:relacionados|similares)|también (?:te|compraron|vieron)|quizás te|recomendad[oa]s|accesorios|prodotti (?:correlati|simili)|potrebbe(?:ro)? (?:piacer|interess)|anche acquistato|accessori|gerelateerde|vergelijkbare|anderen (?:kochten|bekeken)|misschien ook|ook bekeken|aanbevolen|podobne|powiązane|polecane|inni (?:kupili|oglądali)|akcesoria|produtos (?:relacionados|semelhantes)|você também|também (?:compraram|viram)|relaterade|liknande|andra köpte|rekommender|lignende|relaterede|andre købte|andre har|tilbehør|tillbehör|samankaltais|muut ostivat|podobné|související|příslušenství|hasonló|kapcsolódó|ajánlott|produse (?:similare|recomandate)|s-ar putea|benzer ürünler|bunlar da|önerilen|похожие|вам (?:может|также)|рекомендуем|с этим товаром|схожі товари|σχετικά|παρόμοια|関連商品|おすすめ|この商品を|最近チェック|相关(?:商品|推荐)|相關商品|관련 상품|추천 상품|منتجات (?:مشابهة|ذات صلة)/i;

/** `Related products`, and what follows it. */
export function isOthersHeading(text: string): boolean {
  return text.length <= 120 && OTHERS_HEADINGS.test(text);
}
