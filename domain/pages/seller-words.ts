/** Who sells a thing and in which condition, in the words that marketplaces print beside the price. */
import type { Condition } from './page-reading.ts';

const SOLD_BY =
  /(?:sold(?: (?:and|&) (?:shipped|dispatched|delivered|fulfilled|sent))? by|ships from and sold by|seller ?:|verkauf(?: und versand)? durch|verkauft (?:und versendet )?(?:durch|von)|verkäufer ?:|vendu(?: et expédié)? par|vendeur ?:|vendido(?: (?:y|e) (?:enviado|entregue))? por|vendedor ?:|venduto(?: e spedito)? da|venditore ?:|verkocht(?: en verzonden)? door|verkoper ?:|sprzedawany przez|sprzedawca ?:|säljs av|säljare ?:|sælges af|sælger ?:|selges av|selger ?:|myyjä ?:|prodejce ?:|prodává ?:|販売元 ?[:：]|出品者 ?[:：]|продавец ?:)\s{0,3}(.{2,80})/iu;

const LONGEST_RUN = 200;

export function sellerInWords(text: string): string | undefined {
  if (text.length > LONGEST_RUN) return undefined;
  const [, said] = SOLD_BY.exec(text) ?? [];
  const name = said?.split(/(?: and | und | et | y | e | en | i | och | og |[.,;(|])/u, 1)[0]?.trim();
  return name === undefined || name.length < 2 || /^\d|%/.test(name) ? undefined : name;
}

const CONDITIONS: readonly (readonly [Condition, string])[] = [
  [
    'refurbished',
    'refurbished|renewed|reconditioned|generalüberholt|wiederaufbereitet|aufbereitet|reconditionnée?|reacondicionad[oa]|recondicionad[oa]|ricondizionat[oa]|odnowion[ya]|renoverad|istandsat|kunnostettu|repasovan[ýá]|felújított|整備済(?:み|品)?|восстановленн(?:ый|ая)',
  ],
  [
    'used',
    "used|second[- ]hand|pre-?owned|pre-?loved|gebraucht|occasion|d'occasion|usad[oa]|segunda mano|usat[oa]|tweedehands|gebruikt|używan[ya]|begagnad|brugt|brukt|käytetty|použit[ýá]|használt|中古(?:品)?|б/у",
  ],
  [
    'damaged',
    'damaged|b-ware|beschädigt|defekt|open[- ]box|tweede keus|endommagée?|dañad[oa]|danneggiat[oa]|uszkodzon[ya]',
  ],
];

const LABELS =
  '(?:(?:item )?condition|zustand|artikelzustand|état|estado|condizion[ei]|staat|conditie|stan|skick|stand|tilstand|kunto|stav|állapot|状態|состояние)';

const PATTERNS = CONDITIONS.map(
  ([condition, words]) =>
    [
      condition,
      new RegExp(`^(?:${LABELS}\\s{0,2}[:：]?\\s{0,2})?(?:${words})(?:\\s{0,2}[-–—:,(/].{0,60})?$`, 'iu'),
      new RegExp(
        `[(\\[【–—,-]\\s{0,2}(?:${words})\\s{0,2}[)\\]】]?$|^[【\\[(](?:${words})[】\\])]|^(?:${words}):`,
        'iu',
      ),
    ] as const,
);

/** Of a line by itself: `Used`, `Condition: used – very good`. */
export function conditionInWords(text: string): Condition | undefined {
  const said = text.trim();
  return said.length > 90 ? undefined : PATTERNS.find(([, line]) => line.test(said))?.[0];
}

/** Of a title, where it is added: `Lamp (refurbished)`. */
export function conditionInTitle(title: string): Condition | undefined {
  return PATTERNS.find(([, , added]) => added.test(title.trim()))?.[0];
}
