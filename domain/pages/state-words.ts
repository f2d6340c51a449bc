/** What shop systems call a product's name, prices and numbers in their data, without case and separators. */

export const NAMES = [
  'name',
  'title',
  'productname',
  'producttitle',
  'itemname',
  'displayname',
  'titles',
  'producttitlename',
];
export const NOW = [
  'saleprice',
  'finalprice',
  'currentprice',
  'sellingprice',
  'discountedprice',
  'specialprice',
  'actualprice',
  'offerprice',
  'price',
  'prices',
  'pricing',
  'priceinfo',
  'pricerange',
  'productprice',
  'priceamount',
  'pricewithtax',
  'grossprice',
  'unitprice',
];
/** Within an object of prices. */
export const VALUE = [
  'final',
  'current',
  'now',
  'sale',
  'special',
  'discounted',
  'selling',
  'finalprice',
  'saleprice',
  'currentprice',
  'sellingprice',
  'price',
  'amount',
  'value',
  'decimalvalue',
  'gross',
  'centamount',
  'minorunits',
  'unitamount',
  'withtax',
  'incltax',
  'raw',
  'minimumprice',
  'min',
];
export const BEFORE = [
  'compareatprice',
  'listprice',
  'oldprice',
  'regularprice',
  'originalprice',
  'wasprice',
  'baseprice',
  'fullprice',
  'mrp',
  'rrp',
  'msrp',
  'uvp',
  'strikeprice',
  'strikethroughprice',
  'beforeprice',
  'recommendedprice',
  'ordinaryprice',
  'ordinary',
  'old',
  'was',
  'list',
  'regular',
  'original',
  'before',
];
export const CURRENCY = ['currency', 'currencycode', 'pricecurrency', 'currencyiso', 'currencyisocode'];
export const MINOR = /cents?$|centamount|minorunits|incents|unitamount/;

/** Parts of the state that are about other products, or about what somebody put into a basket. */
export const ELSEWHERE =
  /related|recommend|similar|upsell|cross-?sell|ads?$|^ads|sponsored|cart|basket|wishlist|recently|bought|accessor|bestsell|impressions|view_item_list|itemlist|search|results|listing|category|collection|menu|navigation|banner|bundle|suggest|alternativ|compare$|history|carousel|promo/i;

export const LABELS: Readonly<Record<string, readonly string[]>> = {
  sku: ['sku', 'itemid', 'productcode', 'articlenumber', 'itemnumber', 'partnumber', 'id', 'productid'],
  gtin: ['gtin', 'ean', 'gtin13', 'barcode', 'upc', 'isbn', 'eancode'],
  brand: ['brand', 'vendor', 'manufacturer', 'brandname', 'itembrand'],
  mpn: ['mpn', 'manufacturerpartnumber', 'modelnumber'],
  url: ['url', 'canonicalurl', 'producturl'],
};

/** Of an offer. */
export const OFFER_LABELS: Readonly<Record<string, readonly string[]>> = {
  itemCondition: ['condition', 'itemcondition', 'productcondition'],
  seller: ['seller', 'sellername', 'soldby', 'merchant', 'merchantname'],
};
