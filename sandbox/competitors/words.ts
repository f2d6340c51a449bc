/** What shops say around a price, in their languages. */
export interface Words {
  buy: string;
  was: string;
  from: string;
  related: string;
  soldBy: string;
  tax: string;
  shipping: string;
  freeShipping: string;
  used: string;
  reviews: string;
  stock: Readonly<Record<'in_stock' | 'limited' | 'preorder' | 'out_of_stock' | 'discontinued', string>>;
}

const english: Words = {
  ...{
    buy: 'Add to cart',
    was: 'Was',
    from: 'From',
    related: 'You may also like',
    soldBy: 'Sold by',
    tax: 'incl. VAT',
  },
  ...{ shipping: 'Shipping', freeShipping: 'Free shipping', used: 'Used – very good', reviews: 'reviews' },
  stock: {
    ...{ in_stock: 'In stock', limited: 'Only 2 left', preorder: 'Pre-order now' },
    ...{ out_of_stock: 'Out of stock', discontinued: 'No longer available' },
  },
};

const byLanguage: Readonly<Record<string, Words>> = {
  en: english,
  de: {
    ...{ buy: 'In den Warenkorb', was: 'Statt', from: 'ab', related: 'Das könnte Ihnen auch gefallen' },
    ...{ soldBy: 'Verkauf durch', tax: 'inkl. MwSt.', shipping: 'Versand', freeShipping: 'Versandkostenfrei' },
    ...{ used: 'Gebraucht – sehr gut', reviews: 'Bewertungen' },
    stock: {
      ...{ in_stock: 'Auf Lager', limited: 'Nur noch 2 Stück', preorder: 'Jetzt vorbestellen' },
      ...{ out_of_stock: 'Ausverkauft', discontinued: 'Nicht mehr erhältlich' },
    },
  },
  fr: {
    ...{ buy: 'Ajouter au panier', was: 'Au lieu de', from: 'à partir de', related: 'Vous aimerez aussi' },
    ...{ soldBy: 'Vendu par', tax: 'TTC', shipping: 'Livraison', freeShipping: 'Livraison offerte' },
    ...{ used: 'Occasion – très bon état', reviews: 'avis' },
    stock: {
      ...{ in_stock: 'En stock', limited: 'Plus que 2', preorder: 'Précommander' },
      ...{ out_of_stock: 'Rupture de stock', discontinued: 'Produit arrêté' },
    },
  },
  ja: {
    ...{
      buy: 'カートに入れる',
      was: '通常価格',
      from: '最安',
      related: 'こちらもおすすめ',
      soldBy: '販売元',
      tax: '税込',
    },
    ...{ shipping: '送料', freeShipping: '送料無料', used: '中古 – 非常に良い', reviews: '件のレビュー' },
    stock: {
      ...{ in_stock: '在庫あり', limited: '残り2点', preorder: '予約受付中' },
      ...{ out_of_stock: '在庫切れ', discontinued: '販売終了' },
    },
  },
  sv: {
    ...{
      buy: 'Lägg i varukorgen',
      was: 'Ord. pris',
      from: 'från',
      related: 'Du kanske också gillar',
      soldBy: 'Säljs av',
    },
    ...{ tax: 'inkl. moms', shipping: 'Frakt', freeShipping: 'Fri frakt', used: 'Begagnad – mycket bra' },
    reviews: 'omdömen',
    stock: {
      ...{ in_stock: 'I lager', limited: 'Endast 2 kvar', preorder: 'Förbeställ' },
      ...{ out_of_stock: 'Slut i lager', discontinued: 'Utgått' },
    },
  },
};

export const wordsOf = (locale: string): Words => byLanguage[locale.slice(0, 2)] ?? english;
