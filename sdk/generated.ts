/** Made from the OpenAPI document by `npm run sdk:generate`: changes belong into the API's routes. */
import { type Call, type RawBody, type RequestOptions, segment } from './call.ts';

/**
 * Either all that failed, or every event of a time that the filter (by default the endpoint’s own) takes
 */
export type WebhookReplay =
  | {
      failed: true;
    }
  | {
      since: string;
      until?: string;
      /**
       * `*`, topics such as `order.*`, and single types
       *
       * @minItems 1
       * @maxItems 50
       */
      event_types?: string[];
    };

export interface NewOrder {
  customer: {
    /**
     * A known customer (with a secret key); see /v1/customers
     */
    id?: string;
    email: string;
    name?: string;
    phone?: string;
    /**
     * The buyer's IP address, from a server with a secret key; kept as evidence for disputes, never shown
     */
    ip?: string;
  };
  /**
   * @minItems 1
   * @maxItems 100
   */
  lines: {
    sku: string;
    quantity: number;
  }[];
  /**
   * ISO 4217 code
   */
  currency: string;
  shipping_address: Address;
  billing_address?: Address;
  shipping_method?: string;
  metadata?: Metadata;
  /**
   * What the customer is written to in; without it the first language of `Accept-Language` that messages are written in
   */
  locale?: string;
  payment?: {
    payment_method?: string;
    confirm?: boolean;
    /**
     * automatic: taken at once · manual: held until `POST …/capture` · at_shipment: held until the parcels are about to be labeled
     */
    capture_method?: 'automatic' | 'manual' | 'at_shipment';
    /**
     * Keep the method for the customer's later orders (with a secret key)
     */
    save_method?: boolean;
    /**
     * Charge a saved method now, the customer not being there; when their bank wants them, they are told by mail
     */
    off_session?: boolean;
  };
}
export interface Address {
  name?: string;
  line1: string;
  line2?: string;
  city: string;
  state?: string;
  postal_code?: string;
  country: string;
  phone?: string;
}
/**
 * Up to 50 members, names to 40 and values to 500 characters
 */
export interface Metadata {
  [k: string]: string;
}
export interface PayOrder {
  payment_method: string;
}
export interface CancelOrder {
  reason?: string;
}
export interface SetOrderStatus {
  status:
    | 'pending'
    | 'awaiting_payment'
    | 'authorized'
    | 'paid'
    | 'shipped'
    | 'delivered'
    | 'rejected'
    | 'canceled'
    | 'expired';
  reason?: string;
}
export interface NewOrderEdit {
  /**
   * At today's price
   *
   * @maxItems 100
   */
  add?: {
    sku: string;
    quantity: number;
  }[];
  /**
   * To this quantity, at the price it was sold at; never below what was refunded
   *
   * @maxItems 100
   */
  change?: {
    line_id?: string;
    sku?: string;
    quantity: number;
  }[];
  /**
   * @maxItems 100
   */
  remove?: {
    line_id?: string;
    sku?: string;
  }[];
  shipping_address?: Address;
  shipping_method?: string;
  /**
   * How long a balance may wait for its payment; the edit is canceled then
   */
  pay_within_seconds?: number;
  /**
   * Why, for the people of the shop
   */
  note?: string;
}
export interface NewCapture {
  /**
   * Minor units of the order's currency; all that is authorized when it is left out
   */
  amount?: number | Money;
}
export interface Money {
  /**
   * Integer in the currency's minor units
   */
  amount: number;
  currency: string;
}
export interface NewCustomer {
  email: string;
  /**
   * The shop's own id of the customer
   */
  external_id?: string;
  name?: string;
  phone?: string;
}
export interface NewSubscription {
  customer: {
    /**
     * A known customer; see /v1/customers
     */
    id?: string;
    email?: string;
    name?: string;
    phone?: string;
  };
  /**
   * @minItems 1
   * @maxItems 18
   */
  lines: {
    sku: string;
    quantity: number;
    /**
     * What is done with a line of which there is not enough when its turn comes: wait for stock · skip it, its price taken off the next invoice · send the substitute · refund it
     */
    out_of_stock?: 'wait' | 'skip' | 'substitute' | 'refund';
    substitute_sku?: string;
  }[];
  /**
   * ISO 4217 code
   */
  currency: string;
  interval: 'day' | 'week' | 'month' | 'year';
  interval_count?: number;
  shipping_address: Address;
  billing_address?: Address;
  shipping_method?: string;
  /**
   * What is done with a line of which there is not enough when its turn comes: wait for stock · skip it, its price taken off the next invoice · send the substitute · refund it
   */
  out_of_stock?: 'wait' | 'skip' | 'substitute' | 'refund';
  /**
   * A saved method of the customer's, or `default` for theirs: charged at once, the customer not being there. Without it the first payment waits for the storefront to confirm it with `payment.client_secret`, and the method is kept
   */
  payment_method?: 'default' | string;
  /**
   * A coupon at Stripe
   */
  coupon?: string;
  trial_days?: number;
  /**
   * Not before this is it billed first
   */
  start_at?: string;
  /**
   * What the customer is written to in
   */
  locale?: string;
  metadata?: Metadata;
}
export interface SubscriptionChangeRequest {
  /**
   * All of its goods, as they shall be; priced by the catalogue as it is now
   *
   * @minItems 1
   * @maxItems 18
   */
  lines?: {
    sku: string;
    quantity: number;
    /**
     * What is done with a line of which there is not enough when its turn comes: wait for stock · skip it, its price taken off the next invoice · send the substitute · refund it
     */
    out_of_stock?: 'wait' | 'skip' | 'substitute' | 'refund';
    substitute_sku?: string;
  }[];
  interval?: 'day' | 'week' | 'month' | 'year';
  interval_count?: number;
  shipping_address?: Address1;
  shipping_method?: string;
  /**
   * What is done with a line of which there is not enough when its turn comes: wait for stock · skip it, its price taken off the next invoice · send the substitute · refund it
   */
  out_of_stock?: 'wait' | 'skip' | 'substitute' | 'refund';
  /**
   * null: none any more
   */
  coupon?: string | null;
  /**
   * Where the difference for the rest of the period goes: onto the next invoice, onto one of its own at once, or nowhere
   */
  proration?: 'create_prorations' | 'always_invoice' | 'none';
}
/**
 * Of the next orders; shipping and tax follow it
 */
export interface Address1 {
  name?: string;
  line1: string;
  line2?: string;
  city: string;
  state?: string;
  postal_code?: string;
  country: string;
  phone?: string;
}
export interface PauseSubscription {
  /**
   * It goes on by itself then
   */
  until?: string;
}
export interface ResumeSubscription {
  /**
   * It goes on in its old rhythm, or a new one begins with a period that is billed at once
   */
  bill?: 'next_period' | 'now';
}
export interface CancelSubscription {
  at?: 'now' | 'period_end';
  reason?: string;
}
export interface SubscriptionPaymentMethod {
  payment_method: string;
}
/**
 * Without lines, amount and shipping: all that is left
 */
export interface NewRefund {
  /**
   * What came back; worth its price and its share of the tax unless `amount` says otherwise
   *
   * @minItems 1
   * @maxItems 100
   */
  lines?: {
    line_id?: string;
    sku?: string;
    quantity: number;
  }[];
  /**
   * Minor units of the order's currency
   */
  amount?: number | Money;
  /**
   * Give the shipping back too
   */
  shipping?: boolean;
  reason?: 'duplicate' | 'fraudulent' | 'requested_by_customer';
  /**
   * The units of `lines` are back on the shelf
   */
  restock?: boolean;
  note?: string;
}
export interface NewReturn {
  /**
   * @minItems 1
   * @maxItems 100
   */
  lines: {
    line_id?: string;
    sku?: string;
    quantity: number;
    /**
     * defective, damaged, wrong_item and not_as_described are the shop’s fault: no fee, and the shop pays the way back
     */
    reason:
      | 'unwanted'
      | 'does_not_fit'
      | 'ordered_by_mistake'
      | 'arrived_late'
      | 'defective'
      | 'damaged'
      | 'wrong_item'
      | 'not_as_described'
      | 'other';
    note?: string;
  }[];
  resolution?: 'refund' | 'exchange';
  /**
   * What is wanted instead, with `resolution: exchange`
   *
   * @minItems 1
   * @maxItems 100
   */
  exchange_lines?: {
    sku: string;
    quantity: number;
  }[];
  /**
   * label: we send one · own: the customer sends the goods by a carrier of their choice
   */
  way?: 'label' | 'own';
  note?: string;
  /**
   * Take the goods although the policy refuses them (secret keys only)
   */
  override?: boolean;
}
export interface ReturnApproval {
  /**
   * What may come back, where that is less than was asked for; lines that are not named are refused
   *
   * @minItems 1
   * @maxItems 100
   */
  lines?: {
    line_id?: string;
    sku?: string;
    quantity: number;
  }[];
  way?: 'label' | 'own';
  send_by?: string;
  note?: string;
}
export interface ReturnRefusal {
  /**
   * too_late, worn, not_returnable, not_ours, or words for the customer
   */
  reason: string;
}
export interface ReturnEnding {
  reason?: string;
}
export interface NewReturnLabel {}
export interface NewReturnParcel {
  carrier: string;
  tracking_number: string;
}
export interface ReturnReceipt {
  /**
   * Which parcel was counted; counting it again replaces its counts, so a repeated receipt does no harm
   */
  parcel?: number;
  /**
   * @minItems 1
   * @maxItems 100
   */
  lines: {
    line_id?: string;
    sku?: string;
    good?: number;
    damaged?: number;
    /**
     * Something else lay in its place
     */
    wrong?: number;
    missing?: number;
    note?: string;
  }[];
  /**
   * Nothing more is expected: the rest is missing
   */
  complete?: boolean;
  /**
   * The place whose stock the goods become; each unit goes to the place that sent it when none is named
   */
  location?: string;
}
export interface ReturnSettlement {
  /**
   * Minor units, instead of what was computed; no more than the goods and the delivery are worth
   */
  amount?: number;
}
export interface NewReturnPolicy {
  name: string;
  /**
   * Holds for what no other policy is for; one is
   */
  is_default?: boolean;
  /**
   * Days from the delivery, or from the dispatch where nobody knows of a delivery
   */
  window_days?: number;
  /**
   * Comes back only when it is our fault
   */
  final_sale?: boolean;
  auto_approve?: boolean;
  /**
   * Those that are taken; null: all
   */
  reasons?:
    | (
        | 'unwanted'
        | 'does_not_fit'
        | 'ordered_by_mistake'
        | 'arrived_late'
        | 'defective'
        | 'damaged'
        | 'wrong_item'
        | 'not_as_described'
        | 'other'
      )[]
    | null;
  /**
   * Of what the goods are worth; no fee is taken when it is our fault
   */
  fee_percent?: number;
  /**
   * Once per return, minor units by currency
   */
  fee_amounts?: {
    [k: string]: number;
  };
  good_percent?: number;
  damaged_percent?: number;
  /**
   * Who pays it
   */
  way_back?: 'shop' | 'customer';
  /**
   * What our label costs who pays the way back
   */
  label_amounts?: {
    [k: string]: number;
  };
  /**
   * all_returned: when all of the order came back, or it is our fault
   */
  shipping_refund?: 'never' | 'our_fault' | 'all_returned';
  /**
   * How long the customer has to send the goods
   */
  send_days?: number;
  /**
   * Where goods go; null: the place that sent them
   */
  address?: {
    [k: string]: string;
  } | null;
  /**
   * By their slugs
   *
   * @maxItems 10000
   */
  products?: string[];
  /**
   * By their slugs; with what is below them
   *
   * @maxItems 10000
   */
  categories?: string[];
}
export interface NewClaim {
  /**
   * lost: never came · damaged · missing: was not in its parcel
   */
  kind: 'lost' | 'damaged' | 'missing';
  /**
   * @minItems 1
   * @maxItems 100
   */
  lines: {
    line_id?: string;
    sku?: string;
    quantity: number;
  }[];
  /**
   * The parcel that it is about
   */
  shipment_id?: string;
  /**
   * What the customer would like
   */
  wish?: 'reship' | 'refund';
  note?: string;
  /**
   * Secret keys only: after the time for claims too
   */
  override?: boolean;
}
export interface ClaimReshipment {
  shipping_address?: Address2;
  shipping_method?: string;
  note?: string;
}
/**
 * The order's own when it is left out
 */
export interface Address2 {
  name?: string;
  line1: string;
  line2?: string;
  city: string;
  state?: string;
  postal_code?: string;
  country: string;
  phone?: string;
}
export interface ClaimRefund {
  /**
   * Instead of what the goods were sold for with their tax; minor units
   */
  amount?: number | Money;
  /**
   * Give the delivery back; when it is left out: where all of the order is claimed
   */
  shipping?: boolean;
  note?: string;
}
export interface ClaimReason {
  reason: string;
}
export interface ClaimEnding {
  reason?: string;
}
export interface CarrierClaim {
  reference?: string;
  /**
   * What the carrier paid, in minor units
   */
  amount?: number;
}
export interface SubmitEvidence {
  texts?: EvidenceTexts;
}
/**
 * Stripe's text fields; what is not given comes from the evidence pack
 */
export interface EvidenceTexts {
  access_activity_log?: string;
  billing_address?: string;
  cancellation_policy_disclosure?: string;
  cancellation_rebuttal?: string;
  customer_email_address?: string;
  customer_name?: string;
  customer_purchase_ip?: string;
  duplicate_charge_explanation?: string;
  duplicate_charge_id?: string;
  product_description?: string;
  refund_policy_disclosure?: string;
  refund_refusal_explanation?: string;
  service_date?: string;
  shipping_address?: string;
  shipping_carrier?: string;
  shipping_date?: string;
  shipping_tracking_number?: string;
  uncategorized_text?: string;
}
export interface ReleaseHold {
  reason?: string;
}
export interface ImagesByUrl {
  /**
   * @minItems 1
   * @maxItems 100
   */
  images: {
    /**
     * http or https, without credentials
     */
    url: string;
    /**
     * What the picture shows, for who cannot see it
     */
    alt?: string | '';
    /**
     * It stands before what has this position by then; default: last
     */
    position?: number;
    /**
     * The one to show first; default: the first that is ready
     */
    primary?: boolean;
  }[];
}
export interface ImageForm {
  alt?: string;
  position?: string;
  primary?: 'true' | 'false';
  /**
   * alt, position and primary are said before the file that they belong to
   */
  files: string[];
}
export interface ImageOrder {
  /**
   * Ids of all the product's images, in their new order
   *
   * @maxItems 500
   */
  images: string[];
}
export interface ImageUploadsInput {
  /**
   * @minItems 1
   * @maxItems 100
   */
  images: {
    content_type: 'image/jpeg' | 'image/png' | 'image/webp' | 'image/avif' | 'image/gif';
    /**
     * Exactly as many are then uploaded
     */
    bytes: number;
    /**
     * What the picture shows, for who cannot see it
     */
    alt?: string | '';
    /**
     * It stands before what has this position by then; default: last
     */
    position?: number;
    /**
     * The one to show first; default: the first that is ready
     */
    primary?: boolean;
  }[];
}
export interface ImagePatch {
  /**
   * What the picture shows, for who cannot see it
   */
  alt?: string | '';
  /**
   * It stands before what has this position by then; default: last
   */
  position?: number;
  /**
   * The one to show first; default: the first that is ready
   */
  primary?: boolean;
}
export interface ProductInput {
  name: string;
  /**
   * Made from the name when absent
   */
  slug?: string;
  description?: string;
  status?: 'draft' | 'active' | 'archived';
  /**
   * The product's images by URL, in order; those not named go, uploaded ones stay
   *
   * @maxItems 100
   */
  images?: ImageByUrl[];
  attributes?: {
    [k: string]: string | number | boolean | string[];
  };
  seo?: {
    title?: string;
    description?: string;
  };
  metadata?: Metadata;
  /**
   * Slugs of categories
   *
   * @maxItems 50
   */
  categories?: string[];
  /**
   * @maxItems 100
   */
  variants?: ProductVariantInput[];
  /**
   * Of a new product: who sells it. It stays; a vendor's key makes its own
   */
  vendor_id?: string;
}
export interface ImageByUrl {
  /**
   * http or https, without credentials
   */
  url: string;
  /**
   * What the picture shows, for who cannot see it
   */
  alt?: string | '';
}
export interface ProductVariantInput {
  sku: string;
  name?: string | '';
  barcode?: string | null;
  attributes?: {
    [k: string]: string | number | boolean | string[];
  };
  metadata?: Metadata;
  weight_grams?: number | null;
  length_mm?: number | null;
  width_mm?: number | null;
  height_mm?: number | null;
  /**
   * Operations are told (`stock.low`) when no more than this is free to sell over all locations; null: never
   */
  low_stock_threshold?: number | null;
  /**
   * @maxItems 50
   */
  prices?: PriceInput[];
}
export interface PriceInput {
  /**
   * ISO 4217 code
   */
  currency: string;
  /**
   * Integer in the currency's minor units
   */
  amount: number;
  compare_at_amount?: number | null;
  /**
   * Never shown to publishable keys
   */
  cost_amount?: number | null;
}
export interface ProductApproval {
  approval: 'approved' | 'refused';
  reason?: string;
}
export interface VariantInput {
  product_slug?: string;
  product?: ProductPatch;
  name?: string | '';
  barcode?: string | null;
  attributes?: {
    [k: string]: string | number | boolean | string[];
  };
  metadata?: Metadata;
  weight_grams?: number | null;
  length_mm?: number | null;
  width_mm?: number | null;
  height_mm?: number | null;
  /**
   * Operations are told (`stock.low`) when no more than this is free to sell over all locations; null: never
   */
  low_stock_threshold?: number | null;
  /**
   * @maxItems 50
   */
  prices?: PriceInput[];
}
export interface ProductPatch {
  name?: string;
  /**
   * Made from the name when absent
   */
  slug?: string;
  description?: string;
  status?: 'draft' | 'active' | 'archived';
  /**
   * The product's images by URL, in order; those not named go, uploaded ones stay
   *
   * @maxItems 100
   */
  images?: ImageByUrl[];
  attributes?: {
    [k: string]: string | number | boolean | string[];
  };
  seo?: {
    title?: string;
    description?: string;
  };
  metadata?: Metadata;
  /**
   * Slugs of categories
   *
   * @maxItems 50
   */
  categories?: string[];
}
export interface CategoryInput {
  name: string;
  /**
   * Made from the name when absent
   */
  slug?: string;
  /**
   * Slug of the parent; null for a root
   */
  parent?: string | null;
  position?: number;
}
export interface LocationInput {
  code: string;
  name: string;
  country: string;
  /**
   * Stock is taken from the lowest first
   */
  position?: number;
  vendor_id?: string;
}
export interface LocationMembers {
  name: string;
  country: string;
  /**
   * Stock is taken from the lowest first
   */
  position?: number;
}
export interface StockAdjustment {
  sku: string;
  /**
   * Default: main, or the only one there is
   */
  location?: string;
  change?: number;
  /**
   * The count found
   */
  set_to?: number;
  reason: string;
  kind?: 'received' | 'adjusted' | 'returned';
}
export interface ExceptionResolution {
  resolution: string;
}
export interface NewRecipient {
  audience: 'customer' | 'operations' | 'finance' | 'merchandisers';
  locale?: string | null;
  /**
   * Of the time zone database
   */
  time_zone?: string;
  /**
   * Local times between which nothing is sent that can wait; null: none
   */
  quiet_hours?: {
    from: string;
    to: string;
  } | null;
  /**
   * All of them, instead of those before; where nothing is said of a topic and channel, the route decides
   *
   * @maxItems 100
   */
  preferences?: MessagePreference[];
  name?: string | null;
  /**
   * E-mail address
   */
  email?: string | null;
  /**
   * E.164
   */
  phone?: string | null;
  /**
   * An incoming webhook of a chat, as Slack's
   */
  chat_url?: string | null;
}
export interface MessagePreference {
  topic:
    | 'order'
    | 'payment'
    | 'shipment'
    | 'refund'
    | 'return'
    | 'subscription'
    | 'account'
    | 'dispute'
    | 'stock'
    | 'finance'
    | 'price_alert'
    | 'image'
    | 'operations'
    | 'vendor';
  channel: 'email' | 'sms' | 'web_push' | 'chat';
  /**
   * off: none · immediate: each by itself · hourly, daily: together. Of orders: immediate
   */
  delivery: 'off' | 'immediate' | 'hourly' | 'daily';
  /**
   * Of the recipient's day, for daily
   */
  hour?: number;
}
export interface RecipientChanges {
  locale?: string | null;
  /**
   * Of the time zone database
   */
  time_zone?: string;
  /**
   * Local times between which nothing is sent that can wait; null: none
   */
  quiet_hours?: {
    from: string;
    to: string;
  } | null;
  /**
   * All of them, instead of those before; where nothing is said of a topic and channel, the route decides
   *
   * @maxItems 100
   */
  preferences?: MessagePreference[];
  name?: string | null;
  /**
   * E-mail address
   */
  email?: string | null;
  /**
   * E.164
   */
  phone?: string | null;
  /**
   * An incoming webhook of a chat, as Slack's
   */
  chat_url?: string | null;
}
export interface OrderRecipientChanges {
  locale?: string | null;
  /**
   * Of the time zone database
   */
  time_zone?: string;
  /**
   * Local times between which nothing is sent that can wait; null: none
   */
  quiet_hours?: {
    from: string;
    to: string;
  } | null;
  /**
   * All of them, instead of those before; where nothing is said of a topic and channel, the route decides
   *
   * @maxItems 100
   */
  preferences?: MessagePreference[];
}
/**
 * As `PushSubscription.toJSON()` of a browser gives it
 */
export interface NewPushSubscription {
  endpoint: string;
  expirationTime?: number | null;
  keys: {
    p256dh: string;
    auth: string;
  };
}
export interface MessageRouteChange {
  enabled: boolean;
  /**
   * now: waits for no quiet hours, digest or cap
   */
  urgency?: 'now' | 'normal' | 'low';
}
export interface NewSuppression {
  channel: 'email' | 'sms' | 'web_push' | 'chat';
  address: string;
  /**
   * Only this topic; it must be one that can be done without
   */
  topic?: string;
  detail?: string;
}
export interface NewAlertRule {
  name: string;
  /**
   * What it watches; a category with all below it, a tag of the listing's or its site's
   */
  scope?: {
    type: 'all' | 'competitor' | 'product' | 'variant' | 'category' | 'tag' | 'listing';
    /**
     * The id, or the tag; null for all
     */
    value?: string | null;
  };
  /**
   * Both thresholds, where both are given, must be reached
   */
  percent?: number | null;
  /**
   * In minor units: of our price (undercut, map_violation, position), of theirs (price_drop, price_rise)
   */
  amount?: number | null;
  /**
   * position: the place among all prices that ours is to have at least
   */
  rank?: number | null;
  /**
   * digest: once a day with others; a recipient may want less by their preferences
   */
  delivery?: 'immediate' | 'digest';
  /**
   * What has ended by no more than this has not ended
   */
  hysteresis_percent?: number;
  /**
   * The rule fires once in this time for a page
   */
  cool_down_hours?: number;
  /**
   * Mails by themselves in an hour; what is beyond is told together
   */
  cap?: number;
  /**
   * Told again, urgently, when nobody has done anything by then
   */
  escalate_after_hours?: number | null;
  /**
   * What is sold out undercuts nobody
   */
  only_in_stock?: boolean;
  enabled?: boolean;
  /**
   * undercut, map_violation, position: last, and are told when they begin · price_drop, price_rise: from the price that was last told or accepted, so that small steps add up · lowest_in_30_days · out_of_stock, back_in_stock
   */
  kind:
    | 'undercut'
    | 'price_drop'
    | 'price_rise'
    | 'lowest_in_30_days'
    | 'out_of_stock'
    | 'back_in_stock'
    | 'map_violation'
    | 'position';
}
export interface AlertRuleChanges {
  name?: string;
  /**
   * What it watches; a category with all below it, a tag of the listing's or its site's
   */
  scope?: {
    type: 'all' | 'competitor' | 'product' | 'variant' | 'category' | 'tag' | 'listing';
    /**
     * The id, or the tag; null for all
     */
    value?: string | null;
  };
  /**
   * Both thresholds, where both are given, must be reached
   */
  percent?: number | null;
  /**
   * In minor units: of our price (undercut, map_violation, position), of theirs (price_drop, price_rise)
   */
  amount?: number | null;
  /**
   * position: the place among all prices that ours is to have at least
   */
  rank?: number | null;
  /**
   * digest: once a day with others; a recipient may want less by their preferences
   */
  delivery?: 'immediate' | 'digest';
  /**
   * What has ended by no more than this has not ended
   */
  hysteresis_percent?: number;
  /**
   * The rule fires once in this time for a page
   */
  cool_down_hours?: number;
  /**
   * Mails by themselves in an hour; what is beyond is told together
   */
  cap?: number;
  /**
   * Told again, urgently, when nobody has done anything by then
   */
  escalate_after_hours?: number | null;
  /**
   * What is sold out undercuts nobody
   */
  only_in_stock?: boolean;
  enabled?: boolean;
}
export interface PriceAlertDecision {
  note?: string;
}
export interface NewPriceMute {
  scope: {
    type: 'competitor' | 'product' | 'variant' | 'tag' | 'listing';
    /**
     * The id, or the tag
     */
    value: string;
  };
  /**
   * One rule alone; otherwise all
   */
  rule_id?: string | null;
  /**
   * It ends by itself
   */
  hours?: number;
  reason?: string;
}
export interface MinimumAdvertisedPrice {
  sku: string;
  /**
   * ISO 4217 code
   */
  currency: string;
  amount: number | null;
}
export interface WebhookEndpointInput {
  /**
   * https, on the public Internet
   */
  url: string;
  /**
   * `*`, topics such as `order.*`, and single types
   *
   * @minItems 1
   * @maxItems 50
   */
  event_types: string[];
  description?: string;
  /**
   * So many webhooks begin in a second at most; null: as fast as it answers, eight at a time
   */
  max_per_second?: number | null;
  /**
   * It is told of what names this vendor, and of nothing else
   */
  vendor_id?: string;
}
export interface WebhookEndpointChange {
  /**
   * https, on the public Internet
   */
  url?: string;
  /**
   * `*`, topics such as `order.*`, and single types
   *
   * @minItems 1
   * @maxItems 50
   */
  event_types?: string[];
  description?: string;
  /**
   * So many webhooks begin in a second at most; null: as fast as it answers, eight at a time
   */
  max_per_second?: number | null;
}
/**
 * How long the old secret signs beside the new one
 */
export interface WebhookSecretRotation {
  overlap_seconds?: number;
}
export interface CompetitorInput {
  name: string;
  /**
   * The site's host, without www.; pages of hosts below it are its own too. An address of a page does as well
   */
  domain: string;
  /**
   * ISO 4217 code
   */
  currency: string;
  /**
   * BCP 47
   */
  locale: string;
  tax_included?: boolean;
  tax_percent?: number | null;
  /**
   * What it asks for shipping where a page does not say, in minor units of its currency
   */
  shipping_amount?: number | null;
  source?: 'built_in' | 'firecrawl';
  requests_per_minute?: number;
  /**
   * Minutes from one look to the next: 5 to 43200 (30 days)
   */
  interval_minutes?: number;
  /**
   * Names besides its own under which it sells itself
   *
   * @maxItems 20
   */
  seller_names?: string[];
  search_url?: string | null;
  selectors?: Selectors;
  /**
   * Up to 50 words to find it by
   *
   * @maxItems 50
   */
  tags?: string[];
  owner?: string | null;
  metadata?: Metadata;
}
/**
 * Where on its pages a value stands, as CSS selectors, by price, listPrice, unitPrice, availability, condition, seller, shipping, rating, ratingCount, title, brand, gtin, mpn, sku, images, description, packCount
 */
export interface Selectors {
  [k: string]: string;
}
export interface CompetitorChanges {
  name?: string;
  /**
   * The site's host, without www.; pages of hosts below it are its own too. An address of a page does as well
   */
  domain?: string;
  /**
   * ISO 4217 code
   */
  currency?: string;
  /**
   * BCP 47
   */
  locale?: string;
  tax_included?: boolean;
  tax_percent?: number | null;
  /**
   * What it asks for shipping where a page does not say, in minor units of its currency
   */
  shipping_amount?: number | null;
  source?: 'built_in' | 'firecrawl';
  requests_per_minute?: number;
  /**
   * Minutes from one look to the next: 5 to 43200 (30 days)
   */
  interval_minutes?: number;
  /**
   * Names besides its own under which it sells itself
   *
   * @maxItems 20
   */
  seller_names?: string[];
  search_url?: string | null;
  selectors?: Selectors;
  /**
   * Up to 50 words to find it by
   *
   * @maxItems 50
   */
  tags?: string[];
  owner?: string | null;
  metadata?: Metadata;
}
export interface ListingInput {
  competitor_id?: string;
  /**
   * Its domain, instead of competitor_id
   */
  competitor?: string;
  variant_id?: string | null;
  /**
   * Of our variant, instead of variant_id
   */
  sku?: string | null;
  /**
   * A page of the competitor, at its domain or below it; kept without fragment and tracking parameters
   */
  url?: string;
  /**
   * What to look for on its site, as long as there is no page yet
   */
  search?: string;
  /**
   * Looked at before those with less when there is much to do
   */
  priority?: number;
  interval_minutes?: number | null;
  /**
   * How many of ours are in one of theirs; null: not known, taken for one
   */
  pack_count?: number | null;
  /**
   * Up to 50 words to find it by
   *
   * @maxItems 50
   */
  tags?: string[];
  owner?: string | null;
  metadata?: Metadata;
}
export interface ListingChanges {
  variant_id?: string | null;
  /**
   * Of our variant, instead of variant_id
   */
  sku?: string | null;
  url?: string | null;
  search?: string | null;
  /**
   * Looked at before those with less when there is much to do
   */
  priority?: number;
  interval_minutes?: number | null;
  /**
   * How many of ours are in one of theirs; null: not known, taken for one
   */
  pack_count?: number | null;
  /**
   * Up to 50 words to find it by
   *
   * @maxItems 50
   */
  tags?: string[];
  owner?: string | null;
  metadata?: Metadata;
}
export interface NewReprice {
  /**
   * Id or SKU
   */
  variant: string;
  /**
   * Which of our prices; default: the one that theirs is compared with
   */
  currency?: string;
  /**
   * Whose price is followed; default: the cheapest in stock
   */
  listing_id?: string;
  rule?: RepriceRule;
  /**
   * A price by hand, instead of a rule
   */
  to_amount?: number;
  alert_id?: string;
  expires_in_hours?: number;
}
export interface RepriceRule {
  kind?: 'match' | 'beat';
  /**
   * beat: by so much, in minor units of our currency
   */
  amount?: number;
  /**
   * beat: by so much of theirs
   */
  percent?: number;
  /**
   * What the price ends in; in currencies without decimals its hundreds (¥1,999 · ¥1,995 · ¥2,000)
   */
  ending?: 'none' | '.99' | '.95' | '.00';
  /**
   * Of the price, what must be left above our cost; never below cost where that is known
   */
  min_margin_percent?: number;
  /**
   * Never below
   */
  min_amount?: number;
  max_change_percent?: number;
}
export interface ExchangeRatesInput {
  /**
   * @minItems 1
   * @maxItems 500
   */
  rates: ExchangeRateInput[];
}
export interface ExchangeRateInput {
  /**
   * ISO 4217 code
   */
  base: string;
  /**
   * ISO 4217 code
   */
  quote: string;
  /**
   * How much of `quote` one unit of `base` is worth
   */
  rate: string | number;
  /**
   * Of when the rate is; an older one replaces none that is newer
   */
  as_of: string;
}
export interface ApiKeyInput {
  name: string;
  kind: 'publishable' | 'secret';
  mode?: 'test' | 'live';
  /**
   * @maxItems 20
   */
  scopes?: string[];
}
export interface ApiKeyRotation {
  overlap_seconds?: number;
}
export interface NewVendor {
  name: string;
  /**
   * Made from the name when absent
   */
  slug?: string;
  email: string;
  country: string;
  /**
   * ISO 4217 code
   */
  currency: string;
  profile?: VendorProfile;
  settings?: VendorSettings;
}
/**
 * What everybody may see
 */
export interface VendorProfile {
  description?: string;
  logo_url?: string;
  website?: string;
}
export interface VendorSettings {
  return_address?: VendorAddress;
  lead_time_days?: number;
  /**
   * Where it is told of its orders; without any: its own address
   *
   * @minItems 1
   * @maxItems 10
   */
  notification_emails?: string[];
  /**
   * BCP 47
   */
  locale?: string;
}
export interface VendorAddress {
  name: string;
  line1: string;
  line2?: string;
  city: string;
  postal_code: string;
  state?: string;
  country: string;
}
export interface VendorChange {
  name?: string;
  email?: string;
  profile?: VendorProfile;
  settings?: VendorSettings;
  /**
   * Of each sale, in hundredths of a percent; null: the category's, else 2.5 %. The shop's to say
   */
  commission_bps?: number | null;
  /**
   * Whether it sees customers' e-mail addresses and telephone numbers. The shop's to say
   */
  sees_contacts?: boolean;
  /**
   * Whether products that it makes wait for the shop; null: as configured. The shop's to say
   */
  must_be_approved?: boolean | null;
}
export interface VendorVerification {
  legal_name: string;
  registration_number?: string;
  tax_id: string;
  address: VendorAddress;
  representative: {
    name: string;
    email: string;
  };
  /**
   * @maxItems 10
   */
  document_urls?: string[];
}
export interface VendorRefusal {
  /**
   * @minItems 1
   * @maxItems 20
   */
  reasons: {
    field: string;
    reason: string;
  }[];
}
export interface VendorReason {
  reason: string;
}
export interface OnboardingLinkInput {
  return_url: string;
  refresh_url: string;
}
export interface VendorKeyInput {
  name: string;
  mode?: 'test' | 'live';
  /**
   * @minItems 1
   */
  scopes: (
    | 'catalogue:read'
    | 'catalogue:write'
    | 'stock:read'
    | 'stock:write'
    | 'vendors:read'
    | 'vendors:write'
    | 'keys:write'
  )[];
}
export interface VendorOrderProblemReport {
  reason: 'out_of_stock' | 'damaged' | 'cannot_ship' | 'delayed' | 'other';
  note?: string;
}
export interface VendorOrderProblemSettlement {
  resolution: string;
}
/**
 * Thin on purpose: read what it names to see how it stands now
 */
export interface WebhookPayload {
  type: string;
  timestamp: string;
  data: WebhookData;
}
export interface WebhookData {
  /**
   * What it happened to: order, refund, shipment, image …
   */
  object: string;
  id: string;
  order_id: string | null;
  /**
   * The event's number within its order (or object): 1, 2, 3 …
   */
  sequence: number;
}
export interface Order {
  id: string;
  number: string;
  /**
   * sale · recurring: of an invoice of a subscription · exchange · replacement · balance: without goods, it takes what an edit has added to the price of its parent
   */
  kind: 'sale' | 'recurring' | 'exchange' | 'replacement' | 'balance';
  /**
   * The order that an exchange, a replacement or a balance belongs to
   */
  parent_id: string | null;
  /**
   * Raised by each edit; see /v1/orders/{id}/edits
   */
  revision: number;
  status:
    | 'pending'
    | 'awaiting_payment'
    | 'authorized'
    | 'paid'
    | 'shipped'
    | 'delivered'
    | 'rejected'
    | 'canceled'
    | 'expired';
  payment_status:
    | 'pending'
    | 'requires_payment_method'
    | 'requires_confirmation'
    | 'requires_action'
    | 'processing'
    | 'authorized'
    | 'partially_captured'
    | 'paid'
    | 'refund_pending'
    | 'partially_refunded'
    | 'refunded'
    | 'canceled';
  fulfillment_status: 'unfulfilled' | 'processing' | 'partially_shipped' | 'shipped' | 'delivered' | 'canceled';
  status_reason: string | null;
  /**
   * What the disputes of its payment come to; null when there was none
   */
  dispute_status: ('inquiry' | 'open' | 'won' | 'lost' | 'closed') | null;
  /**
   * Why nothing of it is sent for now
   */
  hold_reason: ('dispute' | 'early_fraud_warning' | 'refunded' | 'partially_captured' | 'out_of_stock') | null;
  shortages:
    | {
        sku: string;
        requested: number;
        available: number;
      }[]
    | null;
  currency: string;
  totals: {
    subtotal: MoneyOutput;
    shipping: MoneyOutput;
    tax: MoneyOutput;
    adjustment: MoneyOutput1;
    total: MoneyOutput;
    credit: MoneyOutput2;
  };
  customer: {
    /**
     * Of a known customer; null for a guest
     */
    id: string | null;
    email: string;
    name: string | null;
    phone: string | null;
  };
  lines: {
    id: string;
    sku: string;
    name: string;
    quantity: number;
    unit_amount: number;
    total_amount: number;
  }[];
  shipping_address: {
    [k: string]: string;
  };
  billing_address: {
    [k: string]: string;
  } | null;
  shipping_method: string;
  metadata: {
    [k: string]: string;
  };
  /**
   * What the customer is written to in; null: the shop's
   */
  locale: string | null;
  payment: {
    id: string;
    /**
     * The PaymentIntent
     */
    provider_id: string | null;
    /**
     * The PaymentIntent's status; pending until it exists
     */
    status: string;
    /**
     * automatic: taken at once · manual: held until `POST …/capture` · at_shipment: held until the parcels are about to be labeled
     */
    capture_method: 'automatic' | 'manual' | 'at_shipment';
    /**
     * Until when an authorization may be captured
     */
    capture_before: string | null;
    client_secret: string | null;
    next_action_url: string | null;
    captured: MoneyOutput;
    capturable: MoneyOutput3;
    uncaptured: MoneyOutput4;
    refunded: MoneyOutput;
    credited: MoneyOutput5;
    disputed: MoneyOutput6;
    refundable: MoneyOutput7;
    last_error: {
      code: string;
      decline_code?: string | null;
      message: string;
    } | null;
  };
  shipments: {
    id: string;
    status: string;
    location: string;
    carrier: string | null;
    tracking_number: string | null;
    tracking_url: string | null;
    shipped_at: string | null;
    delivered_at: string | null;
  }[];
  refunds: {
    id: string;
    status: string;
    cause: string;
    amount: MoneyOutput;
  }[];
  /**
   * Goods that come back; GET /v1/returns/{id} has more
   */
  returns: {
    id: string;
    number: string;
    status: string;
    resolution: string;
  }[];
  /**
   * Reads this order with a publishable key, in the header Order-Token
   */
  order_token: string;
  livemode: boolean;
  expires_at: string;
  created_at: string;
  updated_at: string;
  version: number;
}
export interface MoneyOutput {
  /**
   * Integer in the currency's minor units
   */
  amount: number;
  currency: string;
}
/**
 * Beside the goods' prices: discounts, a balance; negative when it lowers the total
 */
export interface MoneyOutput1 {
  /**
   * Integer in the currency's minor units
   */
  amount: number;
  currency: string;
}
/**
 * Of the total, what money of other orders pays; the rest is the payment’s
 */
export interface MoneyOutput2 {
  /**
   * Integer in the currency's minor units
   */
  amount: number;
  currency: string;
}
/**
 * Authorized, and still to be captured
 */
export interface MoneyOutput3 {
  /**
   * Integer in the currency's minor units
   */
  amount: number;
  currency: string;
}
/**
 * What a capture of a part has left and released
 */
export interface MoneyOutput4 {
  /**
   * Integer in the currency's minor units
   */
  amount: number;
  currency: string;
}
/**
 * Of what was captured, what pays for other orders
 */
export interface MoneyOutput5 {
  /**
   * Integer in the currency's minor units
   */
  amount: number;
  currency: string;
}
/**
 * What disputes hold or have taken
 */
export interface MoneyOutput6 {
  /**
   * Integer in the currency's minor units
   */
  amount: number;
  currency: string;
}
/**
 * Captured or credited, less what was refunded, is being refunded, is disputed or pays for other orders
 */
export interface MoneyOutput7 {
  /**
   * Integer in the currency's minor units
   */
  amount: number;
  currency: string;
}
/**
 * RFC 9457 problem details
 */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  errors?: {
    pointer: string;
    code: string;
    message: string;
  }[];
  request_id?: string;
  retryable: boolean;
}
export interface OrderList {
  data: Order[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface OrderHistory {
  order_id: string;
  data: HistoryEntry[];
}
export interface HistoryEntry {
  at: string;
  kind:
    | 'event'
    | 'job'
    | 'job_attempt'
    | 'payment_attempt'
    | 'capture'
    | 'refund'
    | 'dispute'
    | 'fraud_warning'
    | 'ledger'
    | 'stock'
    | 'provider_event'
    | 'notification'
    | 'message_attempt'
    | 'message_event'
    | 'tracking'
    | 'exception';
  what: string;
  detail: {
    [k: string]: unknown;
  };
  /**
   * Where operations can look at it
   */
  url?: string;
}
export interface OrderEdit {
  /**
   * Null for a preview
   */
  id: string | null;
  order_id: string;
  /**
   * The order's revision that it made; null while it is not applied
   */
  revision: number | null;
  /**
   * pending: Stripe is asked to change the intent's amount · awaiting_payment: `balance_order_id` takes what is due · refused, canceled: the order is as it was
   */
  status: 'preview' | 'pending' | 'awaiting_payment' | 'applied' | 'refused' | 'canceled';
  /**
   * none: the total is the same · intent: not paid yet, its intent takes the new total · authorization: more or less of it is captured · refund: what was paid too much goes back · balance: an order of its own takes what is due
   */
  settlement: 'none' | 'intent' | 'authorization' | 'refund' | 'balance';
  difference: MoneyOutput8;
  before: OrderSnapshot;
  after: OrderSnapshot;
  balance_order_id: string | null;
  /**
   * Opens the balance with a publishable key: its `payment.client_secret` is what the customer pays with
   */
  balance_order_token: string | null;
  refund_id: string | null;
  /**
   * The API key that asked for it, or `customer`
   */
  actor: string;
  note: string | null;
  error: {
    code: string;
    message?: string;
  } | null;
  created_at: string | null;
  updated_at: string | null;
}
/**
 * The new total less the old one
 */
export interface MoneyOutput8 {
  /**
   * Integer in the currency's minor units
   */
  amount: number;
  currency: string;
}
export interface OrderSnapshot {
  lines: {
    id: string;
    sku: string;
    name: string;
    quantity: number;
    unit_amount: number;
    total_amount: number;
  }[];
  shipping_address: {
    [k: string]: string;
  };
  shipping_method: string;
  totals: {
    subtotal: MoneyOutput;
    shipping: MoneyOutput;
    tax: MoneyOutput;
    adjustment: MoneyOutput;
    total: MoneyOutput;
  };
}
export interface OrderEditList {
  revision: number;
  /**
   * ISO 4217 code
   */
  currency: {
    [k: string]: unknown;
  };
  data: OrderEdit[];
}
export interface Customer {
  id: string;
  email: string;
  external_id: string | null;
  name: string | null;
  phone: string | null;
  default_payment_method: string | null;
  livemode: boolean;
  created_at: string;
  updated_at: string;
}
export interface SavedPaymentMethodList {
  data: SavedPaymentMethod[];
}
export interface SavedPaymentMethod {
  id: string;
  type: string;
  brand: string | null;
  last4: string | null;
  exp_month: number | null;
  exp_year: number | null;
  is_default: boolean;
}
export interface Subscription {
  id: string;
  number: string;
  /**
   * pending: not at Stripe yet · rejected: Stripe refused it · all others are Stripe's words
   */
  status:
    | 'pending'
    | 'incomplete'
    | 'trialing'
    | 'active'
    | 'past_due'
    | 'unpaid'
    | 'paused'
    | 'incomplete_expired'
    | 'canceled'
    | 'rejected';
  /**
   * Stripe's id of it
   */
  provider_id: string | null;
  customer: {
    id: string;
    email: string;
    name: string | null;
    phone: string | null;
  };
  currency: string;
  interval: 'day' | 'week' | 'month' | 'year';
  interval_count: number;
  shipping_method: string;
  lines: {
    id: string;
    sku: string;
    name: string;
    quantity: number;
    unit_amount: number;
    total_amount: number;
    /**
     * null: the subscription's
     */
    out_of_stock: ('wait' | 'skip' | 'substitute' | 'refund') | null;
    substitute_sku: string | null;
  }[];
  totals: {
    subtotal: MoneyOutput;
    shipping: MoneyOutput;
    tax: MoneyOutput;
    total: MoneyOutput;
  };
  /**
   * What is done with a line of which there is not enough when its turn comes: wait for stock · skip it, its price taken off the next invoice · send the substitute · refund it
   */
  out_of_stock: 'wait' | 'skip' | 'substitute' | 'refund';
  shipping_address: {
    [k: string]: string;
  };
  billing_address: {
    [k: string]: string;
  } | null;
  coupon: string | null;
  payment: {
    payment_method: string | null;
    /**
     * What the storefront confirms with, while something is to be confirmed
     */
    client_secret: string | null;
    /**
     * Of a PaymentIntent, or of a SetupIntent before a trial
     */
    client_secret_kind: ('payment' | 'setup') | null;
  };
  trial_end: string | null;
  current_period: {
    start: string;
    end: string;
  } | null;
  /**
   * null while nothing is to be billed
   */
  next_payment_at: string | null;
  /**
   * What would be billed before then is skipped
   */
  skip_until: string | null;
  paused_at: string | null;
  /**
   * It goes on by itself then; null: when somebody resumes it
   */
  paused_until: string | null;
  cancel_at_period_end: boolean;
  cancel_reason: string | null;
  canceled_at: string | null;
  ended_at: string | null;
  /**
   * What was asked and is on its way to Stripe, in the order in which it is made
   */
  pending_changes: {
    id: string;
    kind: 'create' | 'plan' | 'pause' | 'resume' | 'skip' | 'unskip' | 'cancel' | 'reactivate' | 'payment_method';
    /**
     * What it will be, of a change of the plan
     */
    plan: {
      interval: 'day' | 'week' | 'month' | 'year';
      interval_count: number;
      shipping_method: string;
      lines: {
        id: string;
        sku: string;
        name: string;
        quantity: number;
        unit_amount: number;
        total_amount: number;
        /**
         * null: the subscription's
         */
        out_of_stock: ('wait' | 'skip' | 'substitute' | 'refund') | null;
        substitute_sku: string | null;
      }[];
      totals: {
        subtotal: MoneyOutput;
        shipping: MoneyOutput;
        tax: MoneyOutput;
        total: MoneyOutput;
      };
    } | null;
    created_at: string;
  }[];
  /**
   * The last change that could not be made, and why
   */
  last_refusal: {
    change_id: string;
    kind: 'create' | 'plan' | 'pause' | 'resume' | 'skip' | 'unskip' | 'cancel' | 'reactivate' | 'payment_method';
    code: string;
    message: string;
    at: string;
  } | null;
  /**
   * Opens this subscription with a publishable key, in the header Subscription-Token
   */
  subscription_token: string;
  metadata: {
    [k: string]: string;
  };
  locale: string | null;
  livemode: boolean;
  created_at: string;
  updated_at: string;
  version: number;
}
export interface SubscriptionList {
  data: Subscription[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface SubscriptionEventList {
  data: SubscriptionEvent[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface SubscriptionEvent {
  sequence: number;
  type: string;
  /**
   * `customer`, `schedule`, `stripe` or `api_key/<id>`
   */
  actor: string;
  data: {
    [k: string]: unknown;
  };
  created_at: string;
}
export interface SubscriptionPreview {
  /**
   * What each period is and costs from then on, coupons aside
   */
  plan: {
    interval: 'day' | 'week' | 'month' | 'year';
    interval_count: number;
    shipping_method: string;
    lines: {
      id: string;
      sku: string;
      name: string;
      quantity: number;
      unit_amount: number;
      total_amount: number;
      /**
       * null: the subscription's
       */
      out_of_stock: ('wait' | 'skip' | 'substitute' | 'refund') | null;
      substitute_sku: string | null;
    }[];
    totals: {
      subtotal: MoneyOutput;
      shipping: MoneyOutput;
      tax: MoneyOutput;
      total: MoneyOutput;
    };
  };
  /**
   * The next invoice, as Stripe would make it
   */
  invoice: {
    /**
     * When it would be made
     */
    at: string;
    subtotal: MoneyOutput;
    discount: MoneyOutput;
    total: MoneyOutput;
    amount_due: MoneyOutput9;
    lines: {
      line_id: string | null;
      description: string | null;
      quantity: number | null;
      amount: number;
      is_proration: boolean;
      period: {
        start: string;
        end: string;
      };
    }[];
  };
}
/**
 * After the customer's balance
 */
export interface MoneyOutput9 {
  /**
   * Integer in the currency's minor units
   */
  amount: number;
  currency: string;
}
export interface SubscriptionInvoiceList {
  data: SubscriptionInvoice[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface SubscriptionInvoice {
  id: string;
  stripe_invoice: string;
  number: string | null;
  status: 'draft' | 'open' | 'paid' | 'void' | 'uncollectible';
  /**
   * Stripe's `billing_reason`
   */
  reason: string | null;
  total: MoneyOutput10;
  discount: MoneyOutput;
  amount_due: MoneyOutput;
  from_balance: MoneyOutput11;
  captured: MoneyOutput12;
  period_start: string | null;
  period_end: string | null;
  /**
   * How often Stripe has tried to charge it
   */
  attempt_count: number;
  next_attempt_at: string | null;
  /**
   * Where the customer pays it, as long as it is open
   */
  pay_url: string | null;
  lines: {
    description: string | null;
    quantity: number;
    /**
     * Minor units, before discounts; negative for what is taken off
     */
    amount: number;
    /**
     * What coupons take off it
     */
    discount: number;
    /**
     * For a part of a period, because something was changed in between
     */
    proration: boolean;
  }[];
  order: {
    id: string;
    number: string;
    status: string;
  } | null;
  /**
   * trial: nothing is delivered yet · several_payments: a person looks at it
   */
  no_order_because: ('trial' | 'several_payments') | null;
  created_at: string;
  paid_at: string | null;
}
/**
 * May be negative: it is then left on the balance that the customer has at Stripe
 */
export interface MoneyOutput10 {
  /**
   * Integer in the currency's minor units
   */
  amount: number;
  currency: string;
}
/**
 * What the customer's balance at Stripe paid
 */
export interface MoneyOutput11 {
  /**
   * Integer in the currency's minor units
   */
  amount: number;
  currency: string;
}
/**
 * What was charged for it
 */
export interface MoneyOutput12 {
  /**
   * Integer in the currency's minor units
   */
  amount: number;
  currency: string;
}
export interface Refund {
  id: string;
  order_id: string;
  /**
   * pending: decided · requested: at Stripe · requires_action: the bank asks the customer · succeeded · failed · canceled. What succeeded may still fail.
   */
  status: 'pending' | 'requested' | 'requires_action' | 'succeeded' | 'failed' | 'canceled';
  amount: MoneyOutput;
  shipping: MoneyOutput13;
  cause: string;
  reason: string | null;
  note: string | null;
  /**
   * Stripe's id of it
   */
  provider_id: string | null;
  error: {
    code: string;
    message?: string;
  } | null;
  /**
   * It gives back what the customer is owed: a price that was lowered, or money that had paid for another order
   */
  is_owed: boolean;
  /**
   * The credit that it gives back, on the order whose money it was
   */
  credit_id: string | null;
  /**
   * The refund that was sent instead of this failed one
   */
  retried_by: string | null;
  lines: {
    line_id: string;
    sku: string;
    quantity: number;
    amount: number;
    restocked: number;
  }[];
  created_at: string;
  updated_at: string;
}
/**
 * The part of the amount that is for shipping
 */
export interface MoneyOutput13 {
  /**
   * Integer in the currency's minor units
   */
  amount: number;
  currency: string;
}
export interface RefundList {
  data: Refund[];
}
export interface Return {
  id: string;
  number: string;
  order_id: string;
  order_number: string;
  /**
   * requested → approved | refused | canceled; approved → label_sent → in_transit → arrived → received → refunded | exchanged | closed; lapsed: nothing was sent in time
   */
  status:
    | 'requested'
    | 'approved'
    | 'label_sent'
    | 'in_transit'
    | 'arrived'
    | 'received'
    | 'refunded'
    | 'exchanged'
    | 'closed'
    | 'refused'
    | 'canceled'
    | 'lapsed';
  resolution: 'refund' | 'exchange';
  /**
   * What is wanted instead, at the prices of the day it was asked for
   */
  exchange: {
    lines: {
      sku: string;
      name: string;
      quantity: number;
      unit_price: MoneyOutput;
    }[];
    tax: MoneyOutput;
    total: MoneyOutput;
  } | null;
  asked_by: 'customer' | 'shop';
  note: string | null;
  /**
   * Why it was refused, canceled or closed
   */
  reason: string | null;
  way: 'label' | 'own';
  way_back: 'shop' | 'customer';
  /**
   * Where the goods go
   */
  address: {
    [k: string]: unknown;
  } | null;
  location: string;
  send_by: string | null;
  lines: {
    line_id: string;
    sku: string;
    name: string;
    quantity: number;
    approved_quantity: number | null;
    /**
     * defective, damaged, wrong_item and not_as_described are the shop’s fault: no fee, and the shop pays the way back
     */
    reason:
      | 'unwanted'
      | 'does_not_fit'
      | 'ordered_by_mistake'
      | 'arrived_late'
      | 'defective'
      | 'damaged'
      | 'wrong_item'
      | 'not_as_described'
      | 'other';
    note: string | null;
    terms: ReturnTerms;
    received: {
      good: number;
      damaged: number;
      wrong: number;
      missing: number;
    };
    amount: MoneyOutput | null;
    restocked: number;
    written_off: number;
  }[];
  parcels: {
    id: string;
    kind: 'label' | 'own';
    status: string;
    carrier: string | null;
    tracking_number: string | null;
    tracking_url: string | null;
    label_url: string | null;
    shipped_at: string | null;
    arrived_at: string | null;
  }[];
  /**
   * What it was settled at; null before
   */
  amounts: {
    goods: MoneyOutput;
    kept: MoneyOutput;
    shipping: MoneyOutput;
    total: MoneyOutput;
  } | null;
  refund: {
    id: string;
    status: string;
    amount: MoneyOutput;
  } | null;
  exchange_order_id: string | null;
  version: number;
  approved_at: string | null;
  received_at: string | null;
  settled_at: string | null;
  created_at: string;
  updated_at: string;
}
export interface ReturnTerms {
  /**
   * Its name
   */
  policy: string;
  window_days: number;
  final_sale: boolean;
  reasons:
    | (
        | 'unwanted'
        | 'does_not_fit'
        | 'ordered_by_mistake'
        | 'arrived_late'
        | 'defective'
        | 'damaged'
        | 'wrong_item'
        | 'not_as_described'
        | 'other'
      )[]
    | null;
  fee_percent: number;
  fee: MoneyOutput | null;
  good_percent: number;
  damaged_percent: number;
  /**
   * Who pays it
   */
  way_back: 'shop' | 'customer';
  /**
   * What our label costs a customer who pays the way back
   */
  label: MoneyOutput | null;
  shipping_refund: 'never' | 'our_fault' | 'all_returned';
}
export interface OrderReturns {
  data: Return[];
}
export interface ReturnableLines {
  data: {
    line_id: string;
    sku: string;
    name: string;
    /**
     * Units that may still come back
     */
    quantity: number;
    /**
     * null: it has not left yet
     */
    until: string | null;
    terms: ReturnTerms;
  }[];
}
export interface ReturnList {
  data: Return[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface ReturnHistory {
  data: {
    at: string;
    type: string;
    actor: string;
    data: {
      [k: string]: unknown;
    };
  }[];
}
export interface ReturnValue {
  goods: MoneyOutput14;
  kept: MoneyOutput15;
  shipping: MoneyOutput;
  total: MoneyOutput;
  refundable: MoneyOutput16;
  is_covered: boolean;
  lines: {
    line_id: string;
    quantity: number;
    amount: MoneyOutput;
  }[];
}
/**
 * The price of what came back, with its share of the tax
 */
export interface MoneyOutput14 {
  /**
   * Integer in the currency's minor units
   */
  amount: number;
  currency: string;
}
/**
 * For its condition, as fees and for our label
 */
export interface MoneyOutput15 {
  /**
   * Integer in the currency's minor units
   */
  amount: number;
  currency: string;
}
/**
 * What the payment still has
 */
export interface MoneyOutput16 {
  /**
   * Integer in the currency's minor units
   */
  amount: number;
  currency: string;
}
export interface ReturnPolicyList {
  data: ReturnPolicy[];
}
export interface ReturnPolicy {
  name: string;
  /**
   * Holds for what no other policy is for; one is
   */
  is_default: boolean;
  /**
   * Days from the delivery, or from the dispatch where nobody knows of a delivery
   */
  window_days: number;
  /**
   * Comes back only when it is our fault
   */
  final_sale: boolean;
  auto_approve: boolean;
  /**
   * Those that are taken; null: all
   */
  reasons:
    | (
        | 'unwanted'
        | 'does_not_fit'
        | 'ordered_by_mistake'
        | 'arrived_late'
        | 'defective'
        | 'damaged'
        | 'wrong_item'
        | 'not_as_described'
        | 'other'
      )[]
    | null;
  /**
   * Of what the goods are worth; no fee is taken when it is our fault
   */
  fee_percent: number;
  /**
   * Once per return, minor units by currency
   */
  fee_amounts: {
    [k: string]: number;
  };
  good_percent: number;
  damaged_percent: number;
  /**
   * Who pays it
   */
  way_back: 'shop' | 'customer';
  /**
   * What our label costs who pays the way back
   */
  label_amounts: {
    [k: string]: number;
  };
  /**
   * all_returned: when all of the order came back, or it is our fault
   */
  shipping_refund: 'never' | 'our_fault' | 'all_returned';
  /**
   * How long the customer has to send the goods
   */
  send_days: number;
  /**
   * Where goods go; null: the place that sent them
   */
  address: {
    [k: string]: string;
  } | null;
  /**
   * By their slugs
   *
   * @maxItems 10000
   */
  products: string[];
  /**
   * By their slugs; with what is below them
   *
   * @maxItems 10000
   */
  categories: string[];
  id: string;
  version: number;
  created_at: string;
  updated_at: string;
}
export interface Claim {
  id: string;
  number: string;
  order_id: string;
  order_number: string;
  shipment_id: string | null;
  tracking_number: string | null;
  kind: 'lost' | 'damaged' | 'missing';
  /**
   * requested · reshipped: the goods are sent once more · refunded (also where they could not be sent) · refused · canceled
   */
  status: 'requested' | 'reshipped' | 'refunded' | 'refused' | 'canceled';
  wish: 'reship' | 'refund';
  asked_by: 'customer' | 'shop';
  note: string | null;
  reason: string | null;
  lines: {
    line_id: string;
    sku: string;
    name: string;
    quantity: number;
    amount: MoneyOutput | null;
  }[];
  /**
   * The order that brings the goods once more
   */
  replacement: {
    id: string;
    number: string;
    status: string;
  } | null;
  refund: {
    id: string;
    status: string;
    amount: MoneyOutput;
  } | null;
  carrier: {
    reference: string | null;
    amount: MoneyOutput | null;
  };
  version: number;
  decided_at: string | null;
  created_at: string;
  updated_at: string;
}
export interface OrderClaims {
  data: Claim[];
}
export interface ClaimList {
  data: Claim[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface ClaimHistory {
  data: {
    at: string;
    type: string;
    actor: string;
    data: {
      [k: string]: unknown;
    };
  }[];
}
export interface DisputeList {
  data: Dispute[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface Dispute {
  id: string;
  order_id: string;
  order_number: string;
  provider_id: string;
  charge_id: string | null;
  /**
   * Stripe's word; `warning_…` is an inquiry, for which nothing is withdrawn
   */
  status:
    | 'warning_needs_response'
    | 'warning_under_review'
    | 'warning_closed'
    | 'needs_response'
    | 'under_review'
    | 'won'
    | 'lost'
    | 'appeal_needs_response'
    | 'appeal_under_review'
    | 'prevented';
  reason: string;
  amount: MoneyOutput;
  is_charge_refundable: boolean;
  evidence_due_by: string | null;
  evidence_status: ('queued' | 'submitted' | 'failed') | null;
  evidence_error: {
    code: string;
    message: string;
  } | null;
  submitted_at: string | null;
  /**
   * What Stripe took and gave back, in the currency it settles in
   */
  movements: {
    provider_id: string;
    kind: 'withdrawal' | 'reinstatement';
    amount: number;
    fee_amount: number;
    net_amount: number;
    currency: string;
    occurred_at: string;
  }[];
  opened_at: string;
  closed_at: string | null;
  created_at: string;
  updated_at: string;
}
export interface EvidencePack {
  texts: {
    [k: string]: string;
  };
  [k: string]: unknown;
}
export interface ImportReport {
  summary: {
    lines: number;
    created: number;
    updated: number;
    unchanged: number;
    failed: number;
    dry_run: boolean;
  };
  lines: ImportLineReport[];
}
export interface ImportLineReport {
  /**
   * Line of the body, from 1
   */
  line: number;
  sku: string | null;
  result: 'created' | 'updated' | 'unchanged' | 'failed';
  errors?: {
    pointer: string;
    code: string;
    message: string;
  }[];
}
export interface AddedImages {
  data: {
    /**
     * Missing when the file was refused at the door
     */
    id?: string;
    file?: string;
    url?: string;
    status: 'awaiting_upload' | 'queued' | 'ready' | 'rejected' | 'failed';
    problem?: {
      code: string;
      message: string;
    };
  }[];
}
export interface ImageList {
  data: Image[];
}
export interface Image {
  id: string;
  product_id: string;
  status: 'awaiting_upload' | 'queued' | 'ready' | 'rejected' | 'failed';
  alt: string;
  primary: boolean;
  position: number;
  /**
   * For browsers that know none of the sources
   */
  src: string | null;
  /**
   * Of the picture itself, upright
   */
  width: number | null;
  height: number | null;
  /**
   * Base64; see https://evanw.github.io/thumbhash/
   */
  thumbhash: string | null;
  dominant_color: string | null;
  /**
   * For <picture>, the best format first; set `sizes` to what fits your page
   */
  sources: {
    type: string;
    srcset: string;
    sizes: string;
  }[];
  thumbnails: {
    preset: string;
    width: number;
    height: number;
    src: string;
    sources: {
      type: string;
      srcset: string;
    }[];
  }[];
  /**
   * More sizes, made when first asked for
   */
  on_demand: {
    preset: string;
    type: string;
    url: string;
  }[];
  version: number;
  /**
   * This and what follows: secret keys only
   */
  source?: 'upload' | 'url' | 'presigned';
  source_url?: string | null;
  /**
   * Why it was rejected or has failed
   */
  problem?: {
    code: string;
    message: string;
  } | null;
  /**
   * Of the original bytes
   */
  sha256?: string | null;
  bytes?: number | null;
  format?: string | null;
  expires_at?: string | null;
  /**
   * Images of the same product that show the same; for all products see its duplicates
   */
  looks_like?: string[];
  created_at?: string;
  updated_at?: string;
}
export interface ImageUploads {
  data: {
    id: string;
    status: 'awaiting_upload' | 'queued' | 'ready' | 'rejected' | 'failed';
    upload: {
      url: string;
      method: string;
      headers: {
        [k: string]: string;
      };
      expires_at: string;
    };
  }[];
}
export interface ImageRebuild {
  id: string;
  status: 'running' | 'done' | 'canceled';
  /**
   * What it leads to; null until it has been taken up
   */
  recipe: string | null;
  /**
   * Pictures that were to be rebuilt
   */
  total: number | null;
  /**
   * Those that still are, the failed ones among them
   */
  remaining: number | null;
  /**
   * Pictures that could not be rebuilt: they are shown as before
   */
  failed: number;
  created_at: string;
  finished_at: string | null;
}
export interface ImagePage {
  data: Image[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface ImageProgress {
  awaiting_upload: number;
  queued: number;
  ready: number;
  rejected: number;
  failed: number;
  pictures: {
    /**
     * Contents; product images may share one
     */
    total: number;
    /**
     * Ready as the present settings have it
     */
    current: number;
    /**
     * Ready as earlier settings had it: what a rebuild is for
     */
    outdated: number;
    /**
     * Of the current ones, those whose late formats are still to come
     */
    late: number;
  };
  recipe: string;
}
export interface ImageDuplicates {
  data: {
    /**
     * How many of 64 bits differ
     */
    distance: number;
    /**
     * The very same file
     */
    same_bytes: boolean;
    image: Image;
  }[];
}
export interface Product {
  id: string;
  slug: string;
  name: string;
  description: string;
  status: 'draft' | 'active' | 'archived';
  /**
   * Publishable keys see what is ready
   */
  images: Image[];
  attributes: {
    [k: string]: unknown;
  };
  seo: {
    title?: string;
    description?: string;
  };
  metadata: {
    [k: string]: string;
  };
  categories: string[];
  variants: ProductVariant[];
  /**
   * Who sells it; null: the shop itself
   */
  vendor_id: string | null;
  /**
   * The shop's word on a vendor's product; secret keys only
   */
  approval?: ('pending' | 'approved' | 'refused') | null;
  approval_reason?: string | null;
  /**
   * Not for sale, whatever its status: its vendor is not, or it is not approved; secret keys only
   */
  withheld?: boolean;
  version: number;
  created_at: string;
  updated_at: string;
}
export interface ProductVariant {
  id: string;
  sku: string;
  name: string;
  barcode: string | null;
  attributes: {
    [k: string]: unknown;
  };
  metadata: {
    [k: string]: string;
  };
  weight_grams: number | null;
  length_mm: number | null;
  width_mm: number | null;
  height_mm: number | null;
  /**
   * Secret keys only
   */
  low_stock_threshold?: number | null;
  version: number;
  prices: {
    currency: string;
    amount: number;
    compare_at_amount: number | null;
    /**
     * Secret keys only
     */
    cost_amount?: number | null;
  }[];
  /**
   * Units free to sell, over all locations
   */
  available: number;
}
export interface ProductList {
  data: Product[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface Variant {
  id: string;
  sku: string;
  name: string;
  barcode: string | null;
  attributes: {
    [k: string]: unknown;
  };
  metadata: {
    [k: string]: string;
  };
  weight_grams: number | null;
  length_mm: number | null;
  width_mm: number | null;
  height_mm: number | null;
  /**
   * Secret keys only
   */
  low_stock_threshold?: number | null;
  version: number;
  prices: {
    currency: string;
    amount: number;
    compare_at_amount: number | null;
    /**
     * Secret keys only
     */
    cost_amount?: number | null;
  }[];
  /**
   * Units free to sell, over all locations
   */
  available: number;
  product_id: string;
  product_slug: string;
  created_at: string;
  updated_at: string;
}
export interface Category {
  id: string;
  slug: string;
  name: string;
  parent: string | null;
  position: number;
  version: number;
  created_at: string;
  updated_at: string;
}
export interface CategoryTree {
  data: CategoryNode[];
}
export interface CategoryNode {
  id: string;
  slug: string;
  name: string;
  parent: string | null;
  position: number;
  version: number;
  created_at: string;
  updated_at: string;
  children: CategoryNode[];
}
export interface Location {
  id: string;
  code: string;
  name: string;
  country: string;
  position: number;
  /**
   * Whose goods lie there; null: the shop's own
   */
  vendor_id: string | null;
  created_at: string;
}
export interface StockLevelList {
  data: StockLevel[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface StockLevel {
  sku: string;
  location: string;
  on_hand: number;
  reserved: number;
  available: number;
  updated_at: string;
}
export interface StockMovementList {
  data: StockMovement[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface StockMovement {
  id: number;
  sku: string;
  location: string;
  kind: string;
  on_hand_change: number;
  reserved_change: number;
  order_id: string | null;
  reason: string | null;
  actor: string | null;
  created_at: string;
}
export interface AdjustedStock {
  sku: string;
  location: string;
  on_hand: number;
  reserved: number;
  available: number;
  change: number;
  kind: string;
  reason: string;
}
export interface SkuStock {
  sku: string;
  on_hand: number;
  reserved: number;
  available: number;
  locations: {
    location: string;
    on_hand: number;
    reserved: number;
    available: number;
    updated_at: string;
  }[];
}
export interface LedgerAccounts {
  date: string;
  data: {
    code: string;
    name: string;
    type: string;
    description: string;
    /**
     * By currency: debits less credits
     */
    balances: MoneyOutput[];
  }[];
}
/**
 * The balance of each account as a debit or a credit; both sums are equal
 */
export interface TrialBalance {
  date: string;
  currencies: {
    currency: string;
    debit: number;
    credit: number;
    balanced: boolean;
    accounts: {
      code: string;
      name: string;
      type: string;
      debit: number;
      credit: number;
    }[];
  }[];
}
export interface LedgerTransactionList {
  data: LedgerTransaction[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface LedgerTransaction {
  id: number;
  cause: {
    kind:
      | 'capture'
      | 'fee'
      | 'refund'
      | 'refund_failure'
      | 'dispute'
      | 'dispute_won'
      | 'dispute_lost'
      | 'exchange'
      | 'payout'
      | 'payout_failure'
      | 'balance_transaction'
      | 'correction'
      | 'credit'
      | 'credit_return'
      | 'edit'
      | 'vendor_share'
      | 'transfer'
      | 'transfer_reversal';
    id: string;
  };
  order_id: string | null;
  booked_on: string;
  occurred_at: string;
  created_at: string;
  description: string | null;
  /**
   * The transaction that this one takes back
   */
  reverses: number | null;
  reversed_by: number | null;
  /**
   * Debits are positive; they sum to zero in each currency
   */
  entries: {
    account: string;
    currency: string;
    amount: number;
  }[];
}
export interface LedgerDayList {
  data: {
    day: string;
    closed_at: string | null;
  }[];
  has_more: boolean;
  next_cursor: string | null;
}
/**
 * closing = opening + debit − credit; each column of a currency sums, debit and credit alike
 */
export interface LedgerDay {
  day: string;
  closed_at: string | null;
  currencies: {
    currency: string;
    lines: {
      account: string;
      name: string;
      opening: number;
      debit: number;
      credit: number;
      closing: number;
    }[];
  }[];
}
export interface ReconciliationRun {
  id: string;
  kind: 'events' | 'orders' | 'objects' | 'balance' | 'payouts';
  status: 'queued' | 'running' | 'done' | 'failed';
  dry_run: boolean;
  since: string;
  progress: {
    done: number;
    total: number | null;
  };
  /**
   * Differences found, without those that are only told
   */
  findings: number;
  counters: {
    [k: string]: number;
  };
  /**
   * The first findings of a dry run
   */
  sample: {
    [k: string]: unknown;
  }[];
  error: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
}
export interface ReconciliationRunList {
  data: ReconciliationRun[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface FindingList {
  data: Finding[];
  has_more: boolean;
  next_cursor: string | null;
}
/**
 * A difference between our side and Stripe's
 */
export interface Finding {
  id: string;
  code:
    | 'event_missed'
    | 'order_behind_intent'
    | 'intent_missing'
    | 'intent_amount_differs'
    | 'intent_doubled'
    | 'charge_foreign'
    | 'charge_doubled'
    | 'charge_unplaced'
    | 'charge_missing'
    | 'fee_unknown'
    | 'fee_differs'
    | 'fee_unexpected'
    | 'amount_differs'
    | 'currency_differs'
    | 'net_inconsistent'
    | 'refund_not_recorded'
    | 'refund_behind'
    | 'refund_missing'
    | 'refund_amount_differs'
    | 'dispute_not_recorded'
    | 'dispute_not_booked'
    | 'dispute_behind'
    | 'dispute_missing'
    | 'dispute_fee_differs'
    | 'dispute_amount_differs'
    | 'dispute_not_reinstated'
    | 'transfer_foreign'
    | 'transfer_doubled'
    | 'transfer_behind'
    | 'transfer_missing'
    | 'transfer_amount_differs'
    | 'transfer_ledger_differs'
    | 'vendor_transfer_not_received'
    | 'vendor_transfer_differs'
    | 'vendor_movement_unexplained'
    | 'vendor_payout_sum_differs'
    | 'vendor_payout_failed'
    | 'vendor_balance_differs'
    | 'vendor_account_lost'
    | 'subscription_behind'
    | 'invoice_behind'
    | 'movement_unexplained'
    | 'ledger_missing'
    | 'ledger_differs'
    | 'payout_sum_differs'
    | 'payout_ledger_differs'
    | 'payout_failed'
    | 'payout_exchanged'
    | 'payout_manual';
  /**
   * An id of Stripe's, or ours when Stripe has none
   */
  subject: string;
  kind: 'events' | 'orders' | 'objects' | 'balance' | 'payouts';
  order_id: string | null;
  owner: 'finance' | 'operations' | 'engineering';
  status: 'open' | 'repaired' | 'accepted' | 'corrected' | 'resolved';
  our_amount: MoneyOutput | null;
  stripe_amount: MoneyOutput | null;
  ours: {
    [k: string]: unknown;
  };
  stripe: {
    [k: string]: unknown;
  };
  explanation: string;
  repair: string;
  occurred_at: string;
  found_at: string;
  seen_at: string;
  age_seconds: number;
  run_id: string;
  decided_by: string | null;
  decided_at: string | null;
  note: string | null;
  /**
   * How often it was corrected in the ledger
   */
  corrections: number;
}
/**
 * What a correction books in the ledger, each transaction into the open day
 */
export interface Correction {
  dry_run: boolean;
  finding: Finding;
  transactions: {
    cause: string;
    /**
     * The cause of the transaction that is taken back
     */
    reverses: string | null;
    entries: {
      account:
        | 'stripe_balance'
        | 'bank'
        | 'customer_receivable'
        | 'disputes'
        | 'vendor_payable'
        | 'tax_payable'
        | 'revenue'
        | 'shipping_revenue'
        | 'commission'
        | 'refunds'
        | 'stripe_fees'
        | 'dispute_fees'
        | 'dispute_losses'
        | 'fx'
        | 'suspense';
      amount: MoneyOutput17;
    }[];
  }[];
  /**
   * The ledger books by itself what our rows say, and it lacks
   */
  posts_rows: boolean;
}
/**
 * Debits are positive
 */
export interface MoneyOutput17 {
  /**
   * Integer in the currency's minor units
   */
  amount: number;
  currency: string;
}
export interface ExceptionList {
  data: Exception[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface Exception {
  id: string;
  order_id: string | null;
  /**
   * What happened; docs/operations.md says what to do
   */
  code: string;
  /**
   * What it is about: an order, a refund, an object at Stripe
   */
  subject: string;
  detail: {
    [k: string]: unknown;
  };
  opened_at: string;
  resolved_at: string | null;
  resolution: string | null;
}
export interface NotificationList {
  data: Notification[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface Notification {
  id: string;
  order_id: string | null;
  order_number: string | null;
  /**
   * What it tells of, once per channel and recipient
   */
  cause: string;
  channel: 'email' | 'sms' | 'web_push' | 'chat';
  template: string;
  topic: string;
  urgency: string;
  /**
   * E-mail address or telephone number; of a chat or a browser the host alone, since its address is a secret
   */
  recipient: string;
  recipient_id: string | null;
  /**
   * null: the order’s, else the shop’s
   */
  locale: string | null;
  /**
   * `uncertain`: nobody knows whether the provider took it; `suppressed`: the recipient does not want it, or cannot be reached; `held`: waits for a digest; `digested`: was told by one
   */
  status:
    | 'queued'
    | 'sending'
    | 'accepted'
    | 'delivered'
    | 'bounced'
    | 'dropped'
    | 'failed'
    | 'uncertain'
    | 'suppressed'
    | 'held'
    | 'digested';
  /**
   * What took it last
   */
  provider: string | null;
  provider_message_id: string | null;
  template_version: number | null;
  subject: string | null;
  error: {
    code: string;
    message?: string;
  } | null;
  tries: number;
  /**
   * Whether the text that was sent can be read
   */
  text_kept: boolean;
  /**
   * When it is to be told, of one that is held
   */
  due_at: string | null;
  /**
   * The message that told of this one
   */
  digest_id: string | null;
  created_at: string;
  updated_at: string;
}
export interface NotificationTimeline {
  id: string;
  order_id: string | null;
  order_number: string | null;
  /**
   * What it tells of, once per channel and recipient
   */
  cause: string;
  channel: 'email' | 'sms' | 'web_push' | 'chat';
  template: string;
  topic: string;
  urgency: string;
  /**
   * E-mail address or telephone number; of a chat or a browser the host alone, since its address is a secret
   */
  recipient: string;
  recipient_id: string | null;
  /**
   * null: the order’s, else the shop’s
   */
  locale: string | null;
  /**
   * `uncertain`: nobody knows whether the provider took it; `suppressed`: the recipient does not want it, or cannot be reached; `held`: waits for a digest; `digested`: was told by one
   */
  status:
    | 'queued'
    | 'sending'
    | 'accepted'
    | 'delivered'
    | 'bounced'
    | 'dropped'
    | 'failed'
    | 'uncertain'
    | 'suppressed'
    | 'held'
    | 'digested';
  /**
   * What took it last
   */
  provider: string | null;
  provider_message_id: string | null;
  template_version: number | null;
  subject: string | null;
  error: {
    code: string;
    message?: string;
  } | null;
  tries: number;
  /**
   * Whether the text that was sent can be read
   */
  text_kept: boolean;
  /**
   * When it is to be told, of one that is held
   */
  due_at: string | null;
  /**
   * The message that told of this one
   */
  digest_id: string | null;
  created_at: string;
  updated_at: string;
  /**
   * Each try, oldest first: `number`, `provider`, `started_at`, `ended_at`, `outcome` and the provider’s words
   */
  attempts: {
    [k: string]: unknown;
  }[];
  /**
   * What the provider told of it: `type`, `at`, `provider` and its reason
   */
  events: {
    [k: string]: unknown;
  }[];
  /**
   * What was sent, without the HTML, which says the same; what could be a secret in its links is `…`. null: not sent, or older than `STOCKROOM_MESSAGE_RETENTION_DAYS`
   */
  content: {
    subject: string;
    text: string;
    rendered_at: string;
  } | null;
}
export interface Recipient {
  id: string;
  audience: 'customer' | 'operations' | 'finance' | 'merchandisers';
  name: string | null;
  email: string | null;
  phone: string | null;
  chat_url: string | null;
  locale: string | null;
  time_zone: string;
  quiet_hours: {
    from: string;
    to: string;
  } | null;
  preferences: MessagePreferenceOutput[];
  push_subscriptions: {
    id: string;
    /**
     * A secret: its host alone is shown
     */
    endpoint: string;
  }[];
  version: number;
  created_at: string;
  updated_at: string;
}
export interface MessagePreferenceOutput {
  topic:
    | 'order'
    | 'payment'
    | 'shipment'
    | 'refund'
    | 'return'
    | 'subscription'
    | 'account'
    | 'dispute'
    | 'stock'
    | 'finance'
    | 'price_alert'
    | 'image'
    | 'operations'
    | 'vendor';
  channel: 'email' | 'sms' | 'web_push' | 'chat';
  /**
   * off: none · immediate: each by itself · hourly, daily: together. Of orders: immediate
   */
  delivery: 'off' | 'immediate' | 'hourly' | 'daily';
  /**
   * Of the recipient's day, for daily
   */
  hour: number;
}
export interface RecipientList {
  data: Recipient[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface OrderRecipient {
  locale: string | null;
  time_zone: string;
  quiet_hours: {
    from: string;
    to: string;
  } | null;
  preferences: MessagePreferenceOutput[];
  push_subscriptions: {
    id: string;
    /**
     * A secret: its host alone is shown
     */
    endpoint: string;
  }[];
  version: number;
}
export interface PushSubscription {
  id: string;
  /**
   * A secret: its host alone is shown
   */
  endpoint: string;
}
export interface PushKey {
  public_key: string | null;
}
export interface MessageRouteList {
  data: MessageRoute[];
}
export interface MessageRoute {
  event: string;
  audience: 'customer' | 'operations' | 'finance' | 'merchandisers';
  channel: 'email' | 'sms' | 'web_push' | 'chat';
  enabled: boolean;
  /**
   * now: waits for no quiet hours, digest or cap
   */
  urgency: 'now' | 'normal' | 'low';
  template: string;
  topic: string;
  /**
   * Whether the shop said so, or nobody did
   */
  source: 'default' | 'shop';
  /**
   * Belongs to what was bought: it cannot be switched off
   */
  required: boolean;
}
export interface SuppressionList {
  data: Suppression[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface Suppression {
  id: string;
  channel: 'email' | 'sms' | 'web_push' | 'chat';
  /**
   * Of a chat or a browser the host alone, since its address is a secret
   */
  address: string;
  /**
   * null: all topics
   */
  topic: string | null;
  /**
   * bounce, gone and manual cover every message to the address; complaint and unsubscribe what can be done without
   */
  reason: 'bounce' | 'gone' | 'complaint' | 'unsubscribe' | 'manual';
  detail: string | null;
  /**
   * The message that led to it
   */
  notification_id: string | null;
  created_at: string;
}
export interface AlertRule {
  id: string;
  /**
   * undercut, map_violation, position: last, and are told when they begin · price_drop, price_rise: from the price that was last told or accepted, so that small steps add up · lowest_in_30_days · out_of_stock, back_in_stock
   */
  kind:
    | 'undercut'
    | 'price_drop'
    | 'price_rise'
    | 'lowest_in_30_days'
    | 'out_of_stock'
    | 'back_in_stock'
    | 'map_violation'
    | 'position';
  name: string;
  /**
   * What it watches; a category with all below it, a tag of the listing's or its site's
   */
  scope: {
    type: 'all' | 'competitor' | 'product' | 'variant' | 'category' | 'tag' | 'listing';
    /**
     * The id, or the tag; null for all
     */
    value: string | null;
  };
  /**
   * Both thresholds, where both are given, must be reached
   */
  percent: number | null;
  /**
   * In minor units: of our price (undercut, map_violation, position), of theirs (price_drop, price_rise)
   */
  amount: number | null;
  /**
   * position: the place among all prices that ours is to have at least
   */
  rank: number | null;
  /**
   * digest: once a day with others; a recipient may want less by their preferences
   */
  delivery: 'immediate' | 'digest';
  /**
   * What has ended by no more than this has not ended
   */
  hysteresis_percent: number;
  /**
   * The rule fires once in this time for a page
   */
  cool_down_hours: number;
  /**
   * Mails by themselves in an hour; what is beyond is told together
   */
  cap: number;
  /**
   * Told again, urgently, when nobody has done anything by then
   */
  escalate_after_hours: number | null;
  /**
   * What is sold out undercuts nobody
   */
  only_in_stock: boolean;
  enabled: boolean;
  version: number;
  created_at: string;
  updated_at: string;
}
export interface AlertRuleList {
  data: AlertRule[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface PriceAlertList {
  data: PriceAlert[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface PriceAlert {
  id: string;
  status: 'held' | 'open' | 'escalated' | 'resolved' | 'dismissed';
  kind:
    | 'undercut'
    | 'price_drop'
    | 'price_rise'
    | 'lowest_in_30_days'
    | 'out_of_stock'
    | 'back_in_stock'
    | 'map_violation'
    | 'position';
  rule_id: string | null;
  rule: {
    name: string;
    percent: number | null;
    amount: number | null;
    rank: number | null;
    [k: string]: unknown;
  };
  listing_id: string | null;
  competitor_id: string | null;
  variant_id: string | null;
  observation_id: string;
  observed_at: string;
  facts: PriceAlertFacts;
  /**
   * Why it was looked at again before anybody heard of it
   */
  held_reasons: (
    | 'first_price'
    | 'large_change'
    | 'currency_changed'
    | 'layer_changed'
    | 'after_a_gap'
    | 'many_at_once'
    | 'shape_unconfirmed'
    | 'low_confidence'
    | 'match_contradicted'
  )[];
  delivery: string | null;
  opened_at: string | null;
  escalate_at: string | null;
  escalated_at: string | null;
  resolved_at: string | null;
  resolution:
    | (
        | 'over'
        | 'superseded'
        | 'aged'
        | 'not_confirmed'
        | 'rule_off'
        | 'unlinked'
        | 'repriced'
        | 'accepted'
        | 'dismissed'
        | 'wrong_match'
        | 'muted'
      )
    | null;
  version: number;
  created_at: string;
  updated_at: string;
}
export interface PriceAlertFacts {
  product: string;
  sku: string;
  competitor: string;
  url: string;
  title: string | null;
  theirs: MoneyOutput | null;
  /**
   * Their price as the page has it, word for word
   */
  snippet: string | null;
  observed_at: string;
  in_stock: boolean | null;
  /**
   * What was believed before; of a fall or rise, what was last told or accepted
   */
  previous: MoneyOutput | null;
  previous_at: string | null;
  ours: MoneyOutput | null;
  /**
   * Theirs in our currency, tax and quantity
   */
  comparable: MoneyOutput | null;
  /**
   * What was done to compare it
   */
  notes: {
    kind: string;
    [k: string]: unknown;
  }[];
  incomparable: string | null;
  minimum_advertised: MoneyOutput | null;
  /**
   * Of our price among all, the lowest first
   */
  rank: number | null;
  competitors: number;
  cost: MoneyOutput | null;
  margin_percent: number | null;
  /**
   * What would be left if we asked what they ask
   */
  margin_after_percent: number | null;
  lowest_30_days: MoneyOutput | null;
  median_30_days: MoneyOutput | null;
  days_known: number;
  /**
   * Of the page, where the price was read
   */
  layer: string | null;
  confidence: number | null;
  match: {
    by: string | null;
    confidence: number | null;
    reasons: string[];
  };
  has_evidence: boolean;
  has_screenshot: boolean;
}
export interface PriceAlertDetail {
  id: string;
  status: 'held' | 'open' | 'escalated' | 'resolved' | 'dismissed';
  kind:
    | 'undercut'
    | 'price_drop'
    | 'price_rise'
    | 'lowest_in_30_days'
    | 'out_of_stock'
    | 'back_in_stock'
    | 'map_violation'
    | 'position';
  rule_id: string | null;
  rule: {
    name: string;
    percent: number | null;
    amount: number | null;
    rank: number | null;
    [k: string]: unknown;
  };
  listing_id: string | null;
  competitor_id: string | null;
  variant_id: string | null;
  observation_id: string;
  observed_at: string;
  facts: PriceAlertFacts;
  /**
   * Why it was looked at again before anybody heard of it
   */
  held_reasons: (
    | 'first_price'
    | 'large_change'
    | 'currency_changed'
    | 'layer_changed'
    | 'after_a_gap'
    | 'many_at_once'
    | 'shape_unconfirmed'
    | 'low_confidence'
    | 'match_contradicted'
  )[];
  delivery: string | null;
  opened_at: string | null;
  escalate_at: string | null;
  escalated_at: string | null;
  resolved_at: string | null;
  resolution:
    | (
        | 'over'
        | 'superseded'
        | 'aged'
        | 'not_confirmed'
        | 'rule_off'
        | 'unlinked'
        | 'repriced'
        | 'accepted'
        | 'dismissed'
        | 'wrong_match'
        | 'muted'
      )
    | null;
  version: number;
  created_at: string;
  updated_at: string;
  events: {
    sequence: number;
    type: string;
    data: {
      [k: string]: unknown;
    };
    actor: string | null;
    created_at: string;
  }[];
  links: {
    observation: string;
    evidence: string;
    history: string | null;
    listing: string | null;
    reprices: string;
    /**
     * Causes of the messages that told of it, for GET /v1/notifications
     */
    messages: string[];
  };
}
export interface PriceMute {
  id: string;
  scope: {
    type: 'competitor' | 'product' | 'variant' | 'tag' | 'listing';
    /**
     * The id, or the tag
     */
    value: string;
  };
  rule_id: string | null;
  reason: string | null;
  actor: string | null;
  ends_at: string;
  created_at: string;
}
export interface PriceMuteList {
  data: PriceMute[];
  has_more: boolean;
  next_cursor: string | null;
}
/**
 * In the terms of our own prices
 */
export interface MinimumAdvertisedPrices {
  sku: string;
  prices: MoneyOutput[];
}
export interface WebhookEventTypeList {
  data: {
    type: string;
    description: string;
  }[];
}
export interface WebhookEndpointWithSecret {
  id: string;
  vendor_id: string | null;
  url: string;
  description: string;
  event_types: string[];
  max_per_second: number | null;
  /**
   * paused: what happens is kept and told on resume; disabled (it answered 410): nothing is kept
   */
  status: 'active' | 'paused' | 'disabled';
  status_reason: string | null;
  failing_since: string | null;
  /**
   * It failed several times in a row and is left alone until then
   */
  rests_until: string | null;
  last_success_at: string | null;
  last_failure_at: string | null;
  last_error: {
    code: string;
    message: string;
  } | null;
  secrets: {
    id: string;
    hint: string;
    created_at: string;
    expires_at: string | null;
  }[];
  created_at: string;
  updated_at: string;
  /**
   * whsec_…; shown this once, and not in a replayed answer
   */
  secret?: string;
}
export interface WebhookEndpointList {
  data: WebhookEndpoint[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface WebhookEndpoint {
  id: string;
  vendor_id: string | null;
  url: string;
  description: string;
  event_types: string[];
  max_per_second: number | null;
  /**
   * paused: what happens is kept and told on resume; disabled (it answered 410): nothing is kept
   */
  status: 'active' | 'paused' | 'disabled';
  status_reason: string | null;
  failing_since: string | null;
  /**
   * It failed several times in a row and is left alone until then
   */
  rests_until: string | null;
  last_success_at: string | null;
  last_failure_at: string | null;
  last_error: {
    code: string;
    message: string;
  } | null;
  secrets: {
    id: string;
    hint: string;
    created_at: string;
    expires_at: string | null;
  }[];
  created_at: string;
  updated_at: string;
}
export interface WebhookDelivery {
  id: string;
  endpoint_id: string;
  /**
   * The webhook-id header: the same in every attempt
   */
  event_id: string;
  type: string;
  order_id: string | null;
  status: 'waiting' | 'delivered' | 'failed';
  attempts: number;
  next_attempt_at: string | null;
  delivered_at: string | null;
  response_status: number | null;
  duration_ms: number | null;
  error: {
    code: string;
    message: string;
  } | null;
  payload: WebhookPayloadOutput;
  created_at: string;
}
/**
 * Thin on purpose: read what it names to see how it stands now
 */
export interface WebhookPayloadOutput {
  type: string;
  timestamp: string;
  data: WebhookDataOutput;
}
export interface WebhookDataOutput {
  /**
   * What it happened to: order, refund, shipment, image …
   */
  object: string;
  id: string;
  order_id: string | null;
  /**
   * The event's number within its order (or object): 1, 2, 3 …
   */
  sequence: number;
}
export interface WebhookDeliveryList {
  data: WebhookDelivery[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface WebhookReplayed {
  replayed: number;
  /**
   * Ask again for the rest
   */
  has_more: boolean;
}
export interface WebhookDeliveryWithAttempts {
  id: string;
  endpoint_id: string;
  /**
   * The webhook-id header: the same in every attempt
   */
  event_id: string;
  type: string;
  order_id: string | null;
  status: 'waiting' | 'delivered' | 'failed';
  attempts: number;
  next_attempt_at: string | null;
  delivered_at: string | null;
  response_status: number | null;
  duration_ms: number | null;
  error: {
    code: string;
    message: string;
  } | null;
  payload: WebhookPayloadOutput;
  created_at: string;
  failed_attempts: {
    number: number;
    response_status: number | null;
    error: {
      code: string;
      message: string;
    };
    /**
     * The first 500 characters
     */
    response_body: string | null;
    duration_ms: number;
    created_at: string;
  }[];
}
export interface TableImportReport {
  summary: {
    lines: number;
    created: number;
    updated: number;
    unchanged: number;
    failed: number;
    dry_run: boolean;
  };
  failed: {
    /**
     * Line of the body, from 1
     */
    line: number;
    errors: {
      pointer: string;
      code: string;
      message: string;
    }[];
  }[];
  /**
   * Lines that were wrong beyond those named; as NDJSON all are
   */
  failed_left_out: number;
}
export interface Competitor {
  id: string;
  name: string;
  domain: string;
  currency: string;
  locale: string;
  tax_included: boolean;
  tax_percent: number | null;
  shipping_amount: number | null;
  source: string;
  requests_per_minute: number;
  interval_minutes: number;
  seller_names: string[];
  search_url: string | null;
  selectors: {
    [k: string]: string;
  };
  tags: string[];
  owner: string | null;
  metadata: {
    [k: string]: string;
  };
  /**
   * held: its pages are not understood as before, and wait for a person
   */
  status: 'active' | 'paused' | 'held';
  status_reason: string | null;
  version: number;
  created_at: string;
  updated_at: string;
}
export interface CompetitorList {
  data: Competitor[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface Listing {
  id: string;
  competitor: {
    id: string;
    name: string;
    domain: string;
  };
  /**
   * Ours; null: not known yet, so nobody is told about its price
   */
  variant: {
    id: string;
    sku: string;
    name: string;
    product_name: string;
  } | null;
  /**
   * What ties them: a person's url, an identifier on the page (gtin, mpn), or a person's decision
   */
  linked_by: ('url' | 'gtin' | 'mpn' | 'person') | null;
  url: string | null;
  /**
   * Looked for on the competitor's site, where its search has an address; pages that are found are suggested
   */
  search: string | null;
  /**
   * gone: the page is there no more
   */
  status: 'active' | 'paused' | 'gone';
  status_reason: string | null;
  priority: number;
  interval_minutes: number | null;
  pack_count: number | null;
  tags: string[];
  owner: string | null;
  metadata: {
    [k: string]: string;
  };
  due_at: string;
  version: number;
  created_at: string;
  updated_at: string;
}
export interface ListingList {
  data: Listing[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface ObservationList {
  data: Observation[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface Observation {
  id: string;
  observed_at: string;
  listing_id: string;
  competitor: {
    id: string;
    name: string;
  };
  /**
   * What the listing was tied to then
   */
  variant_id: string | null;
  outcome: 'observed' | 'none';
  /**
   * Why nothing is known; neither price nor stock: captcha, consent_wall, login_wall, soft_not_found, not_a_product, several_products, not_understood, price_unsure, wrong_currency, too_large, not_html, not_found, gone, blocked, robots_forbidden, robots_unreachable, not_on_allowlist, redirected_away, unreachable, server_error, timed_out, source_failed, no_credits
   */
  reason: string | null;
  detail: string | null;
  price: MoneyOutput | null;
  price_kind: ('exact' | 'from' | 'range') | null;
  /**
   * Of a range, its end
   */
  upper_price: MoneyOutput | null;
  list_price: MoneyOutput | null;
  shipping: MoneyOutput | null;
  availability: ('in_stock' | 'limited' | 'preorder' | 'backorder' | 'out_of_stock' | 'discontinued') | null;
  condition: ('new' | 'refurbished' | 'used' | 'damaged') | null;
  seller: string | null;
  title: string | null;
  brand: string | null;
  gtin: string | null;
  mpn: string | null;
  sku: string | null;
  /**
   * Of the competitor’s customers; kept, never published by itself
   */
  rating: number | null;
  rating_count: number | null;
  /**
   * Where on the page the price came from
   */
  layer: string | null;
  confidence: number | null;
  /**
   * How the page was understood
   */
  shape: string | null;
  /**
   * How it was matched with the variant, and how surely
   */
  match: {
    [k: string]: unknown;
  };
  url: string;
  /**
   * What was kept of the page; see /evidence
   */
  evidence: {
    sha256: string;
    has_screenshot: boolean;
    has_model_output: boolean;
  } | null;
  source: string;
  /**
   * The line of robots.txt by which it was asked for
   */
  rule: string | null;
}
export interface ObservationDetail {
  id: string;
  observed_at: string;
  listing_id: string;
  competitor: {
    id: string;
    name: string;
  };
  /**
   * What the listing was tied to then
   */
  variant_id: string | null;
  outcome: 'observed' | 'none';
  /**
   * Why nothing is known; neither price nor stock: captcha, consent_wall, login_wall, soft_not_found, not_a_product, several_products, not_understood, price_unsure, wrong_currency, too_large, not_html, not_found, gone, blocked, robots_forbidden, robots_unreachable, not_on_allowlist, redirected_away, unreachable, server_error, timed_out, source_failed, no_credits
   */
  reason: string | null;
  detail: string | null;
  price: MoneyOutput | null;
  price_kind: ('exact' | 'from' | 'range') | null;
  /**
   * Of a range, its end
   */
  upper_price: MoneyOutput | null;
  list_price: MoneyOutput | null;
  shipping: MoneyOutput | null;
  availability: ('in_stock' | 'limited' | 'preorder' | 'backorder' | 'out_of_stock' | 'discontinued') | null;
  condition: ('new' | 'refurbished' | 'used' | 'damaged') | null;
  seller: string | null;
  title: string | null;
  brand: string | null;
  gtin: string | null;
  mpn: string | null;
  sku: string | null;
  /**
   * Of the competitor’s customers; kept, never published by itself
   */
  rating: number | null;
  rating_count: number | null;
  /**
   * Where on the page the price came from
   */
  layer: string | null;
  confidence: number | null;
  /**
   * How the page was understood
   */
  shape: string | null;
  /**
   * How it was matched with the variant, and how surely
   */
  match: {
    [k: string]: unknown;
  };
  url: string;
  /**
   * What was kept of the page; see /evidence
   */
  evidence: {
    sha256: string;
    has_screenshot: boolean;
    has_model_output: boolean;
  } | null;
  source: string;
  /**
   * The line of robots.txt by which it was asked for
   */
  rule: string | null;
  /**
   * All values with layer, path, confidence and what other layers said
   */
  reading: {
    [k: string]: unknown;
  };
}
export interface Evidence {
  observation: ObservationDetail;
  sha256: string | null;
  is_kept: boolean;
  model_output: unknown;
  links: {
    html: string;
    source: string;
    screenshot: string | null;
  };
}
export interface ListingPriceHistory {
  listing_id: string;
  last_price: {
    observation_id: string;
    price: MoneyOutput;
    observed_at: string;
    age_seconds: number;
    availability: ('in_stock' | 'limited' | 'preorder' | 'backorder' | 'out_of_stock' | 'discontinued') | null;
  } | null;
  last_look: {
    observation_id: string;
    observed_at: string;
    outcome: 'observed' | 'none';
    reason: string | null;
  } | null;
  since: string;
  until: string;
  period: 'day' | 'month';
  /**
   * Every day or month (UTC) of the span; without prices where nothing is known
   */
  periods: {
    starts_at: string;
    looks: number;
    unknown: number;
    prices: PriceSummary[];
  }[];
  last_30_days: PriceSummary[];
  last_90_days: PriceSummary[];
}
/**
 * Over all looks that found a price
 */
export interface PriceSummary {
  currency: string;
  looks: number;
  min: MoneyOutput;
  max: MoneyOutput;
  average: MoneyOutput;
  median: MoneyOutput;
}
export interface VariantPriceHistory {
  variant_id: string;
  listings: {
    listing_id: string;
    competitor_name: string;
    url: string | null;
    status: string;
    last_price: {
      observation_id: string;
      price: MoneyOutput;
      observed_at: string;
      age_seconds: number;
      availability: ('in_stock' | 'limited' | 'preorder' | 'backorder' | 'out_of_stock' | 'discontinued') | null;
    } | null;
  }[];
  /**
   * The newest 500 changes of the span
   */
  ours: {
    from: MoneyOutput | null;
    to: MoneyOutput | null;
    reprice_id: string | null;
    changed_at: string;
  }[];
  since: string;
  until: string;
  period: 'day' | 'month';
  /**
   * Every day or month (UTC) of the span; without prices where nothing is known
   */
  periods: {
    starts_at: string;
    looks: number;
    unknown: number;
    prices: PriceSummary[];
  }[];
  last_30_days: PriceSummary[];
  last_90_days: PriceSummary[];
}
export interface Reprice {
  id: string;
  variant_id: string;
  sku: string;
  product_name: string;
  from: MoneyOutput18;
  to: MoneyOutput;
  rule: {
    [k: string]: unknown;
  };
  /**
   * What it rests on: whose price, which page, when, what held it up
   */
  basis: {
    [k: string]: unknown;
  };
  alert_id: string | null;
  observation_id: string | null;
  status: 'proposed' | 'refused' | 'applied' | 'undone' | 'expired';
  expires_at: string;
  proposed_by: string | null;
  decided_by: string | null;
  decided_at: string | null;
  applied_at: string | null;
  undone_by: string | null;
  undone_at: string | null;
  version: number;
  created_at: string;
  updated_at: string;
}
/**
 * Our price that it was reckoned from
 */
export interface MoneyOutput18 {
  /**
   * Integer in the currency's minor units
   */
  amount: number;
  currency: string;
}
export interface RepriceList {
  data: Reprice[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface MatchSuggestionList {
  data: MatchSuggestion[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface MatchSuggestion {
  id: string;
  /**
   * suggested: the page may show this variant; contradicted: it is tied to it, and says something else
   */
  kind: 'suggested' | 'contradicted';
  status: 'open' | 'accepted' | 'rejected';
  /**
   * 0 to 1
   */
  score: number;
  reasons: {
    for: 'match' | 'against';
    /**
     * What was compared
     */
    kind: string;
    text: string;
  }[];
  contradictions: ('gtin' | 'brand' | 'pack_count' | 'size' | 'color' | 'condition' | 'seller')[];
  listing: {
    id: string;
    url: string | null;
  };
  competitor: {
    id: string;
    name: string;
  };
  variant: {
    id: string;
    sku: string;
    name: string;
    product_name: string;
  };
  decided_by: string | null;
  decided_at: string | null;
  note: string | null;
  version: number;
  created_at: string;
  updated_at: string;
}
export interface ExchangeRates {
  data: {
    base: string;
    quote: string;
    rate: string;
    as_of: string;
    stale: boolean;
  }[];
}
export interface Exchange {
  from: MoneyOutput;
  to: MoneyOutput;
  as_of: string;
  stale: boolean;
}
export interface ExtractionShapeList {
  data: ExtractionShape[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface ExtractionShape {
  id: string;
  competitor: {
    id: string;
    name: string;
  };
  /**
   * How pages were understood: layer and path of price, currency and availability; or why, and as far as what, they were not
   */
  shape: string;
  outcome: 'observed' | 'none';
  /**
   * learned: known from when the site was new; unconfirmed: what it says is held until a person has decided; confirmed: it counts; rejected: it never counts
   */
  status: 'learned' | 'unconfirmed' | 'confirmed' | 'rejected';
  seen: number;
  /**
   * Listings whose last look was understood so
   */
  pages: number;
  first_seen_at: string;
  last_seen_at: string;
  /**
   * Where it was first seen; its evidence shows the page
   */
  observation_id: string;
  /**
   * What waits for a decision
   */
  change: {
    kind: 'new_shape' | 'failures_rising' | 'field_vanished';
    field: string | null;
    /**
     * Pages of the site that were read before
     */
    pages: number;
    /**
     * How many of them are understood otherwise, or not at all
     */
    changed: number;
    opened_at: string;
  } | null;
  decided_at: string | null;
  decided_by: string | null;
}
export interface ExtractionRepairList {
  data: ExtractionRepair[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface ExtractionRepair {
  id: string;
  competitor: {
    id: string;
    name: string;
  };
  status: 'proposed' | 'accepted' | 'refused' | 'undone' | 'superseded';
  field: string;
  /**
   * Where the value stands now
   */
  selector: string;
  tried: number;
  /**
   * Pages on which it reads what was known from before
   */
  agreed: number;
  pages: {
    listing_id: string;
    observation_id: string;
    url: string;
    before: {
      amount: number;
      currency: string;
    };
    after: {
      amount: number;
      currency: string;
    } | null;
    /**
     * Why nothing is read there
     */
    reason: string | null;
    agrees: boolean;
    snippet: string | null;
  }[];
  /**
   * The selector that it took the place of
   */
  replaced: string | null;
  created_at: string;
  decided_at: string | null;
  decided_by: string | null;
}
export interface ScrapePlan {
  /**
   * Looks that wait or are under way until the end of the day (UTC)
   */
  planned: number;
  /**
   * Listings that will be due until then
   */
  to_come: number;
  /**
   * Of the planned ones, those that are jobs already
   */
  in_hand: number;
  /**
   * Of the planned ones, those whose time passed more than a minute ago
   */
  late: number;
  /**
   * By how much the latest of them is
   */
  late_seconds: number;
  /**
   * Ended today with a reading
   */
  observed: number;
  /**
   * Ended today with nothing known, each with its reason
   */
  failed: number;
  /**
   * When today's list will be done at the sites' pace; null: nothing is left
   */
  done_at: string | null;
  /**
   * Sites that are left alone for a while
   */
  resting: number;
  sites: SitePlanList;
}
export interface SitePlanList {
  data: SitePlan[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface SitePlan {
  competitor_id: string;
  name: string;
  domain: string;
  source: 'built_in' | 'firecrawl';
  status: 'active' | 'paused' | 'held';
  /**
   * As it is kept: by its settings, its robots.txt and Firecrawl’s budget
   */
  requests_per_minute: number;
  /**
   * Looks that wait or are under way until the end of the day (UTC)
   */
  planned: number;
  /**
   * Listings that will be due until then
   */
  to_come: number;
  /**
   * Of the planned ones, those that are jobs already
   */
  in_hand: number;
  /**
   * Of the planned ones, those whose time passed more than a minute ago
   */
  late: number;
  /**
   * By how much the latest of them is
   */
  late_seconds: number;
  /**
   * Ended today with a reading
   */
  observed: number;
  /**
   * Ended today with nothing known, each with its reason
   */
  failed: number;
  /**
   * When today's list will be done at the sites' pace; null: nothing is left
   */
  done_at: string | null;
  next_at: string | null;
  /**
   * Until then the site is left alone
   */
  resting_until: string | null;
  rest_reason: string | null;
}
export interface PageRequestList {
  data: PageRequest[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface PageRequest {
  id: string;
  at: string;
  kind: 'robots' | 'page';
  source: 'built_in' | 'firecrawl';
  host: string;
  url: string;
  competitor_id: string | null;
  scrape_id: string | null;
  /**
   * The line of robots.txt that allowed it, or why there was none
   */
  rule: string | null;
  user_agent: string;
  /**
   * page, redirect, refused, not_modified, or what went wrong; null: not known
   */
  outcome: string | null;
  status: number | null;
  bytes: number | null;
  milliseconds: number | null;
  detail: string | null;
}
export interface RequestedLook {
  /**
   * Of the look; its observation names it as scrape_id
   */
  id: string;
  listing_id: string;
  planned_for: string;
}
export interface NewApiKey {
  id: string;
  name: string;
  kind: 'publishable' | 'secret';
  mode: 'test' | 'live';
  scopes: string[];
  /**
   * Null: the shop's; a vendor's key reaches what is that vendor's
   */
  vendor_id: string | null;
  key_hint: string;
  created_at: string;
  expires_at: string | null;
  revoked_at: string | null;
  /**
   * The key itself: only in the first answer, never again
   */
  key?: string;
}
export interface ApiKey {
  id: string;
  name: string;
  kind: 'publishable' | 'secret';
  mode: 'test' | 'live';
  scopes: string[];
  /**
   * Null: the shop's; a vendor's key reaches what is that vendor's
   */
  vendor_id: string | null;
  key_hint: string;
  created_at: string;
  expires_at: string | null;
  revoked_at: string | null;
}
export interface RegisteredVendor {
  id: string;
  number: string;
  name: string;
  slug: string;
  email: string;
  country: string;
  currency: string;
  status: 'registered' | 'verifying' | 'onboarding' | 'active' | 'restricted' | 'suspended' | 'closed';
  status_reason: string | null;
  profile: {
    [k: string]: unknown;
  };
  settings: {
    [k: string]: unknown;
  };
  verification: {
    [k: string]: unknown;
  };
  refusal: {
    reasons: {
      field: string;
      reason: string;
    }[];
    refused_at: string;
  } | null;
  commission_bps: number | null;
  sees_contacts: boolean;
  must_be_approved: boolean | null;
  /**
   * Stripe's connected account
   */
  account: {
    id: string;
    transfers_enabled: boolean;
    payouts_enabled: boolean;
    details_submitted: boolean;
    requirements: {
      [k: string]: unknown;
    };
  } | null;
  version: number;
  created_at: string;
  updated_at: string;
  /**
   * Of who registers by a publishable key: its first key, shown in the first answer alone
   */
  api_key?: NewApiKey | null;
}
export interface VendorList {
  data: Vendor[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface Vendor {
  id: string;
  number: string;
  name: string;
  slug: string;
  email: string;
  country: string;
  currency: string;
  status: 'registered' | 'verifying' | 'onboarding' | 'active' | 'restricted' | 'suspended' | 'closed';
  status_reason: string | null;
  profile: {
    [k: string]: unknown;
  };
  settings: {
    [k: string]: unknown;
  };
  verification: {
    [k: string]: unknown;
  };
  refusal: {
    reasons: {
      field: string;
      reason: string;
    }[];
    refused_at: string;
  } | null;
  commission_bps: number | null;
  sees_contacts: boolean;
  must_be_approved: boolean | null;
  /**
   * Stripe's connected account
   */
  account: {
    id: string;
    transfers_enabled: boolean;
    payouts_enabled: boolean;
    details_submitted: boolean;
    requirements: {
      [k: string]: unknown;
    };
  } | null;
  version: number;
  created_at: string;
  updated_at: string;
}
export interface VendorHistory {
  data: {
    sequence: number;
    type: string;
    data: {
      [k: string]: unknown;
    };
    created_at: string;
  }[];
}
export interface VendorStorefront {
  id: string;
  name: string;
  slug: string;
  country: string;
  profile: {
    [k: string]: unknown;
  };
  lead_time_days: number | null;
}
export interface OnboardingLink {
  url: string;
  expires_at: string;
}
export interface VendorOrderList {
  data: VendorOrder[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface VendorOrder {
  id: string;
  number: string;
  order_number: string;
  /**
   * The shop's keys only
   */
  order_id?: string;
  vendor_id: string;
  status: 'open' | 'packed' | 'partially_shipped' | 'shipped' | 'delivered' | 'canceled';
  /**
   * Nothing may be sent for now
   */
  is_held: boolean;
  /**
   * Raised by each change of what is to be sent, and where to
   */
  revision: number;
  ship_to: {
    name: string | null;
    address: {
      [k: string]: unknown;
    };
    /**
     * Of vendors who may see contacts
     */
    email?: string;
    phone?: string | null;
  };
  lines: {
    sku: string;
    name: string;
    quantity: number;
    refunded_quantity: number;
    unit_price: MoneyOutput;
    commission_bps: number;
  }[];
  parcels: {
    id: string;
    location: string;
    status: string;
    carrier: string | null;
    service: string | null;
    tracking_number: string | null;
    tracking_url: string | null;
    label_url: string | null;
    shipped_at: string | null;
    delivered_at: string | null;
    contents: {
      sku: string;
      quantity: number;
    }[];
  }[];
  packed_at: string | null;
  problem: {
    reason: string;
    note: string | null;
    reported_at: string;
  } | null;
  placed_at: string;
  version: number;
  created_at: string;
  updated_at: string;
}
/**
 * Amounts are integers in the currency's minor units
 */
export interface VendorBalance {
  vendor_id: string;
  balances: {
    currency: string;
    /**
     * Earned, and not to be transferred yet
     */
    pending: number;
    /**
     * To be transferred now; `waiting` says what it waits for
     */
    due: number;
    /**
     * Transferred beyond what the vendor has: taken back, or settled by its next orders
     */
    owed: number;
    /**
     * By transfers less reversals
     */
    transferred: number;
    /**
     * Goods that were paid for, without tax; these five are of all the vendor's orders
     */
    gross: number;
    refunded: number;
    disputed: number;
    commission: number;
    /**
     * gross − refunded − disputed − commission = transferred + pending + due − owed
     */
    payable: number;
    /**
     * delay: until its time has come · vendor: until the vendor can be paid · balance: until there is enough at Stripe · refused: Stripe refused it and is asked again · owed
     */
    waiting: {
      [k: string]: number;
    };
  }[];
}
export interface VendorTransfers {
  data: VendorTransfer[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface VendorTransfer {
  id: string;
  kind: 'transfer' | 'reversal';
  status: 'pending' | 'succeeded' | 'failed';
  vendor_order_id: string;
  vendor_order_number: string;
  /**
   * Of a reversal: what it takes back from
   */
  transfer_id: string | null;
  amount: number;
  reversed_amount: number;
  currency: string;
  /**
   * Stripe's: tr_… or trr_…
   */
  provider_id: string | null;
  error: {
    code: string;
    message: string;
  } | null;
  created_at: string;
  settled_at: string | null;
}
export interface VendorPay {
  vendor_orders: number;
}
export interface VendorPaymentTerms {
  /**
   * From the capture to the transfer; null: the shop's setting
   */
  delay_seconds: number | null;
}
/**
 * By what the ledger has booked; days are UTC
 */
export interface VendorStatement {
  vendor_id: string;
  from: string;
  to: string;
  currencies: {
    currency: string;
    /**
     * Owed to the vendor when the first day began
     */
    opening: number;
    orders: {
      number: string;
      gross: number;
      refunded: number;
      disputed: number;
      commission: number;
      /**
       * gross − refunded − disputed − commission
       */
      earned: number;
      transferred: number;
    }[];
    transfers: {
      day: string;
      kind: 'transfer' | 'reversal';
      /**
       * The vendor order's
       */
      number: string;
      /**
       * Negative for a reversal
       */
      amount: number;
      provider_id: string | null;
    }[];
    totals: {
      gross: number;
      refunded: number;
      disputed: number;
      commission: number;
      /**
       * gross − refunded − disputed − commission
       */
      earned: number;
      transferred: number;
    };
    /**
     * opening + earned − transferred
     */
    closing: number;
    days: {
      day: string;
      earned: number;
      transferred: number;
    }[];
  }[];
}
export interface VendorPayouts {
  data: VendorPayout[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface VendorPayout {
  id: string;
  /**
   * pending, in_transit, paid, failed or canceled
   */
  status: string;
  amount: number;
  currency: string;
  automatic: boolean;
  failure_code: string | null;
  arrival_at: string;
  created_at: string;
  /**
   * With `payout_id`: what it consists of; Stripe lists it of automatic payouts alone
   */
  lines?: {
    /**
     * Stripe's: payment (a transfer), payment_refund (a reversal) …
     */
    type: string;
    amount: number;
    currency: string;
    /**
     * The transfer or reversal of ours
     */
    transfer_id: string | null;
    vendor_order_number: string | null;
    created_at: string;
  }[];
}
/**
 * A vendor's own goes before its category's, and that before the shop's
 */
export interface Commission {
  /**
   * 250 are 2.5 %
   */
  basis_points: number;
  vendors: {
    vendor_id: string;
    name: string;
    /**
     * 250 are 2.5 %
     */
    basis_points: number;
  }[];
  categories: {
    category_id: string;
    name: string;
    /**
     * 250 are 2.5 %
     */
    basis_points: number;
  }[];
}
export interface CommissionChanges {
  data: {
    vendor_id: string | null;
    category_id: string | null;
    /**
     * Null: none of its own any more
     */
    basis_points: number | null;
    actor: string | null;
    created_at: string;
  }[];
  has_more: boolean;
  next_cursor: string | null;
}
export interface FirecrawlCredits {
  /**
   * Its first day, in UTC
   */
  month: string;
  /**
   * `STOCKROOM_FIRECRAWL_CREDITS_PER_MONTH`; null: no stop of ours
   */
  budget: number | null;
  /**
   * Charged for pages that came, each booked once
   */
  used: number;
  /**
   * For pages that were asked for and have not come
   */
  reserved: number;
  /**
   * What new batches may use: 0 while Firecrawl refuses for want of credits; null: no stop of ours, and what the account has is not known
   */
  left: number | null;
  /**
   * That were charged
   */
  pages: number;
  open_batches: number;
  /**
   * Firecrawl answered 402: nothing is asked for until then
   */
  refused_until: string | null;
  /**
   * As Firecrawl said last; null: it was not asked yet
   */
  account: {
    remaining: number;
    plan: number | null;
    period_start: string | null;
    period_end: string | null;
    checked_at: string;
  } | null;
}
export interface OrdersListQuery {
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
  status?:
    | 'pending'
    | 'awaiting_payment'
    | 'authorized'
    | 'paid'
    | 'shipped'
    | 'delivered'
    | 'rejected'
    | 'canceled'
    | 'expired';
  payment_status?:
    | 'pending'
    | 'requires_payment_method'
    | 'requires_confirmation'
    | 'requires_action'
    | 'processing'
    | 'authorized'
    | 'partially_captured'
    | 'paid'
    | 'refund_pending'
    | 'partially_refunded'
    | 'refunded'
    | 'canceled';
  fulfillment_status?: 'unfulfilled' | 'processing' | 'partially_shipped' | 'shipped' | 'delivered' | 'canceled';
  email?: string;
  number?: string;
  sku?: string;
  created_from?: string;
  created_to?: string;
  sort?: 'created_at' | '-created_at';
}
export interface OrdersEventsQuery {
  after?: number;
}
export interface OrdersEditsCreateQuery {
  /**
   * Answer what the edit comes to, and change nothing
   */
  preview?: string;
}
export interface SubscriptionsListQuery {
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
  /**
   * pending: not at Stripe yet · rejected: Stripe refused it · all others are Stripe's words
   */
  status?:
    | 'pending'
    | 'incomplete'
    | 'trialing'
    | 'active'
    | 'past_due'
    | 'unpaid'
    | 'paused'
    | 'incomplete_expired'
    | 'canceled'
    | 'rejected';
  customer_id?: string;
  email?: string;
  sku?: string;
  created_from?: string;
  created_to?: string;
}
export interface SubscriptionsEventsQuery {
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
}
export interface SubscriptionsInvoicesQuery {
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
}
export interface ReturnsListQuery {
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
  /**
   * requested → approved | refused | canceled; approved → label_sent → in_transit → arrived → received → refunded | exchanged | closed; lapsed: nothing was sent in time
   */
  status?:
    | 'requested'
    | 'approved'
    | 'label_sent'
    | 'in_transit'
    | 'arrived'
    | 'received'
    | 'refunded'
    | 'exchanged'
    | 'closed'
    | 'refused'
    | 'canceled'
    | 'lapsed';
  order_id?: string;
  number?: string;
  /**
   * true: only those that are not settled
   */
  open?: boolean;
}
export interface ClaimsListQuery {
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
  status?: 'requested' | 'reshipped' | 'refunded' | 'refused' | 'canceled';
  order_id?: string;
  number?: string;
}
export interface DisputesListQuery {
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
  status?:
    | 'warning_needs_response'
    | 'warning_under_review'
    | 'warning_closed'
    | 'needs_response'
    | 'under_review'
    | 'won'
    | 'lost'
    | 'appeal_needs_response'
    | 'appeal_under_review'
    | 'prevented';
  order_id?: string;
  /**
   * Whether the bank has still to decide
   */
  open?: boolean;
  /**
   * Evidence is due before
   */
  due_before?: string;
}
export interface DisputesEvidenceReadQuery {
  format?: 'json' | 'html';
}
export interface ProductsImportQuery {
  dry_run?: string;
}
export interface ImagesListQuery {
  status?: 'awaiting_upload' | 'queued' | 'ready' | 'rejected' | 'failed';
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
}
export interface ImagesDuplicatesQuery {
  limit?: number;
}
export interface MediaReadOnDemandQuery {
  signature?: string;
}
export interface UploadsSendQuery {
  expires: string;
  bytes: string;
  type: string;
  signature: string;
}
export interface ProductsListQuery {
  /**
   * Words (the last may be a beginning), the beginning of a SKU, or a barcode
   */
  q?: string;
  /**
   * Publishable keys see active products only
   */
  status?: 'draft' | 'active' | 'archived';
  /**
   * Slug; products of its descendants belong to it
   */
  category?: string;
  /**
   * Products that have a price in it
   */
  currency?: string;
  /**
   * Minor units of `currency`; some variant costs at least this
   */
  min_price?: number;
  max_price?: number;
  in_stock?: string;
  sku?: string;
  /**
   * Products of this vendor
   */
  vendor_id?: string;
  /**
   * Secret keys only
   */
  approval?: 'pending' | 'approved' | 'refused';
  updated_since?: string;
  /**
   * Default: relevance with `q`, else -created_at. Price means the lowest of a product, in `currency`.
   */
  sort?:
    | 'relevance'
    | 'name'
    | '-name'
    | 'created_at'
    | '-created_at'
    | 'updated_at'
    | '-updated_at'
    | 'price'
    | '-price';
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
}
export interface LocationsListAnswer {
  data: Location[];
}
export interface StockListQuery {
  sku?: string;
  location?: string;
  /**
   * Fewer than this to sell
   */
  below?: number;
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
}
export interface StockMovementsQuery {
  sku?: string;
  location?: string;
  order_id?: string;
  kind?: 'received' | 'adjusted' | 'reserved' | 'released' | 'sold' | 'returned';
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
}
export interface LedgerAccountsQuery {
  /**
   * At the end of this day (UTC); default: today
   */
  date?: string;
}
export interface LedgerTrialBalanceQuery {
  /**
   * At the end of this day (UTC); default: today
   */
  date?: string;
}
export interface LedgerTransactionsQuery {
  order_id?: string;
  cause?:
    | 'capture'
    | 'fee'
    | 'refund'
    | 'refund_failure'
    | 'dispute'
    | 'dispute_won'
    | 'dispute_lost'
    | 'exchange'
    | 'payout'
    | 'payout_failure'
    | 'balance_transaction'
    | 'correction'
    | 'credit'
    | 'credit_return'
    | 'edit'
    | 'vendor_share'
    | 'transfer'
    | 'transfer_reversal';
  cause_id?: string;
  account?:
    | 'stripe_balance'
    | 'bank'
    | 'customer_receivable'
    | 'disputes'
    | 'vendor_payable'
    | 'tax_payable'
    | 'revenue'
    | 'shipping_revenue'
    | 'commission'
    | 'refunds'
    | 'stripe_fees'
    | 'dispute_fees'
    | 'dispute_losses'
    | 'fx'
    | 'suspense';
  /**
   * ISO 4217 code
   */
  currency?: string;
  from?: string;
  to?: string;
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
}
export interface LedgerDaysListQuery {
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
}
export interface LedgerDaysListItem {
  day: string;
  closed_at: string | null;
}
export interface ReconciliationRunsCreateBody {
  kind: 'events' | 'orders' | 'objects' | 'balance' | 'payouts';
  dry_run?: boolean;
  /**
   * Read what was created at Stripe since; default: since the last run
   */
  since?: string;
}
export interface ReconciliationRunsListQuery {
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
  kind?: 'events' | 'orders' | 'objects' | 'balance' | 'payouts';
  status?: 'queued' | 'running' | 'done' | 'failed';
}
export interface ReconciliationFindingsListQuery {
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
  status?: 'open' | 'repaired' | 'accepted' | 'corrected' | 'resolved';
  code?:
    | 'event_missed'
    | 'order_behind_intent'
    | 'intent_missing'
    | 'intent_amount_differs'
    | 'intent_doubled'
    | 'charge_foreign'
    | 'charge_doubled'
    | 'charge_unplaced'
    | 'charge_missing'
    | 'fee_unknown'
    | 'fee_differs'
    | 'fee_unexpected'
    | 'amount_differs'
    | 'currency_differs'
    | 'net_inconsistent'
    | 'refund_not_recorded'
    | 'refund_behind'
    | 'refund_missing'
    | 'refund_amount_differs'
    | 'dispute_not_recorded'
    | 'dispute_not_booked'
    | 'dispute_behind'
    | 'dispute_missing'
    | 'dispute_fee_differs'
    | 'dispute_amount_differs'
    | 'dispute_not_reinstated'
    | 'transfer_foreign'
    | 'transfer_doubled'
    | 'transfer_behind'
    | 'transfer_missing'
    | 'transfer_amount_differs'
    | 'transfer_ledger_differs'
    | 'vendor_transfer_not_received'
    | 'vendor_transfer_differs'
    | 'vendor_movement_unexplained'
    | 'vendor_payout_sum_differs'
    | 'vendor_payout_failed'
    | 'vendor_balance_differs'
    | 'vendor_account_lost'
    | 'subscription_behind'
    | 'invoice_behind'
    | 'movement_unexplained'
    | 'ledger_missing'
    | 'ledger_differs'
    | 'payout_sum_differs'
    | 'payout_ledger_differs'
    | 'payout_failed'
    | 'payout_exchanged'
    | 'payout_manual';
  kind?: 'events' | 'orders' | 'objects' | 'balance' | 'payouts';
  owner?: 'finance' | 'operations' | 'engineering';
  /**
   * ISO 4217 code
   */
  currency?: string;
  order_id?: string;
  subject?: string;
}
export interface ReconciliationFindingsAcceptBody {
  /**
   * Why; shown with the finding
   */
  note: string;
}
export interface ReconciliationFindingsResolveBody {
  /**
   * Why; shown with the finding
   */
  note: string;
}
export interface ReconciliationFindingsCorrectBody {
  /**
   * Why; shown with the finding
   */
  note: string;
  /**
   * Against which account, where only a person can say (a foreign charge, a difference nobody knows)
   */
  account?:
    | 'stripe_balance'
    | 'bank'
    | 'customer_receivable'
    | 'disputes'
    | 'vendor_payable'
    | 'tax_payable'
    | 'revenue'
    | 'shipping_revenue'
    | 'commission'
    | 'refunds'
    | 'stripe_fees'
    | 'dispute_fees'
    | 'dispute_losses'
    | 'fx'
    | 'suspense';
  /**
   * Tells what would be booked, and books nothing
   */
  dry_run?: boolean;
}
export interface ExceptionsListQuery {
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
  /**
   * false: those that are settled
   */
  open?: boolean;
  code?: string;
  order_id?: string;
}
export interface NotificationsListQuery {
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
  /**
   * An order’s id or number
   */
  order?: string;
  order_id?: string;
  /**
   * An address as a whole, in whatever case
   */
  recipient?: string;
  /**
   * `uncertain`: nobody knows whether the provider took it; `suppressed`: the recipient does not want it, or cannot be reached; `held`: waits for a digest; `digested`: was told by one
   */
  status?:
    | 'queued'
    | 'sending'
    | 'accepted'
    | 'delivered'
    | 'bounced'
    | 'dropped'
    | 'failed'
    | 'uncertain'
    | 'suppressed'
    | 'held'
    | 'digested';
  channel?: 'email' | 'sms' | 'web_push' | 'chat';
  topic?: string;
  template?: string;
  updated_since?: string;
}
export interface RecipientsListQuery {
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
  audience?: 'customer' | 'operations' | 'finance' | 'merchandisers';
  email?: string;
}
export interface OrdersPushSubscriptionsDeleteQuery {
  endpoint: string;
}
export interface RecipientsPushSubscriptionsDeleteQuery {
  endpoint: string;
}
export interface SuppressionsListQuery {
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
  channel?: 'email' | 'sms' | 'web_push' | 'chat';
  address?: string;
  /**
   * bounce, gone and manual cover every message to the address; complaint and unsubscribe what can be done without
   */
  reason?: 'bounce' | 'gone' | 'complaint' | 'unsubscribe' | 'manual';
  topic?: string;
}
export interface AlertRulesListQuery {
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
  kind?:
    | 'undercut'
    | 'price_drop'
    | 'price_rise'
    | 'lowest_in_30_days'
    | 'out_of_stock'
    | 'back_in_stock'
    | 'map_violation'
    | 'position';
  enabled?: 'true' | 'false';
}
export interface PriceAlertsListQuery {
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
  status?: 'held' | 'open' | 'escalated' | 'resolved' | 'dismissed';
  kind?:
    | 'undercut'
    | 'price_drop'
    | 'price_rise'
    | 'lowest_in_30_days'
    | 'out_of_stock'
    | 'back_in_stock'
    | 'map_violation'
    | 'position';
  rule_id?: string;
  listing_id?: string;
  competitor_id?: string;
  variant_id?: string;
}
export interface PriceMutesListQuery {
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
}
export interface MinimumAdvertisedPricesReadQuery {
  sku: string;
}
export interface PriceAlertsActCreateQuery {
  /**
   * The change of our price that the page showed, in minor units
   */
  from?: number;
  /**
   * The change of our price that the page showed, in minor units
   */
  to?: number;
}
export interface UnsubscribeCreateQuery {
  action?: 'unsubscribe' | 'subscribe';
}
export interface WebhookEndpointsListQuery {
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
  status?: 'active' | 'paused' | 'disabled';
}
export interface WebhookEndpointsPauseBody {}
export interface WebhookEndpointsResumeBody {}
export interface WebhookEndpointsTestBody {}
export interface WebhookEndpointsDeliveriesQuery {
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
  status?: 'waiting' | 'delivered' | 'failed';
  type?: string;
  order_id?: string;
  event_id?: string;
}
export interface WebhookDeliveriesReplayBody {}
export interface CompetitorsImportQuery {
  dry_run?: string;
}
export interface ListingsImportQuery {
  dry_run?: string;
}
export interface CompetitorsExportQuery {
  status?: 'active' | 'paused' | 'held';
  source?: 'built_in' | 'firecrawl';
  tag?: string;
  owner?: string;
  /**
   * The site's host, without www.; pages of hosts below it are its own too. An address of a page does as well
   */
  domain?: string;
}
export interface ListingsExportQuery {
  competitor_id?: string;
  variant_id?: string;
  sku?: string;
  /**
   * A page of the competitor, at its domain or below it; kept without fragment and tracking parameters
   */
  url?: string;
  status?: 'active' | 'paused' | 'gone';
  tag?: string;
  /**
   * E-mail address of who looks after it
   */
  owner?: string;
  /**
   * Whether it is tied to a variant of ours
   */
  linked?: string;
}
export interface CompetitorsListQuery {
  status?: 'active' | 'paused' | 'held';
  source?: 'built_in' | 'firecrawl';
  tag?: string;
  owner?: string;
  /**
   * The site's host, without www.; pages of hosts below it are its own too. An address of a page does as well
   */
  domain?: string;
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
}
export interface CompetitorsPauseBody {
  reason?: string;
}
export interface CompetitorsResumeBody {
  reason?: string;
}
export interface ListingsListQuery {
  competitor_id?: string;
  variant_id?: string;
  sku?: string;
  /**
   * A page of the competitor, at its domain or below it; kept without fragment and tracking parameters
   */
  url?: string;
  status?: 'active' | 'paused' | 'gone';
  tag?: string;
  /**
   * E-mail address of who looks after it
   */
  owner?: string;
  /**
   * Whether it is tied to a variant of ours
   */
  linked?: string;
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
}
export interface ListingsPauseBody {
  reason?: string;
}
export interface ListingsResumeBody {
  reason?: string;
}
export interface ObservationsListQuery {
  listing_id?: string;
  variant_id?: string;
  competitor_id?: string;
  outcome?: 'observed' | 'none';
  /**
   * At or after
   */
  since?: string;
  /**
   * Before
   */
  until?: string;
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
}
export interface ObservationsExportQuery {
  listing_id?: string;
  variant_id?: string;
  competitor_id?: string;
  outcome?: 'observed' | 'none';
  /**
   * At or after
   */
  since?: string;
  /**
   * Before
   */
  until?: string;
}
export interface ListingsHistoryQuery {
  /**
   * Default: 90 days before `until`
   */
  since?: string;
  /**
   * Default: now
   */
  until?: string;
  period?: 'day' | 'month';
}
export interface VariantsPriceHistoryQuery {
  /**
   * Default: 90 days before `until`
   */
  since?: string;
  /**
   * Default: now
   */
  until?: string;
  period?: 'day' | 'month';
}
export interface ListingsChartSvgQuery {
  days?: number;
  /**
   * Of ours; default: theirs, where we have a price in it
   */
  currency?: string;
  width?: number;
  theme?: 'auto' | 'light' | 'dark';
}
export interface ListingsChartPngQuery {
  days?: number;
  /**
   * Of ours; default: theirs, where we have a price in it
   */
  currency?: string;
  width?: number;
  theme?: 'light' | 'dark';
  /**
   * Pixels of the picture for one of the width
   */
  scale?: number;
}
export interface VariantsChartSvgQuery {
  days?: number;
  /**
   * Of ours; default: theirs, where we have a price in it
   */
  currency?: string;
  width?: number;
  theme?: 'auto' | 'light' | 'dark';
}
export interface VariantsChartPngQuery {
  days?: number;
  /**
   * Of ours; default: theirs, where we have a price in it
   */
  currency?: string;
  width?: number;
  theme?: 'light' | 'dark';
  /**
   * Pixels of the picture for one of the width
   */
  scale?: number;
}
export interface RepricesListQuery {
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
  status?: 'proposed' | 'refused' | 'applied' | 'undone' | 'expired';
  variant_id?: string;
  alert_id?: string;
}
export interface MatchSuggestionsListQuery {
  status?: 'open' | 'accepted' | 'rejected';
  kind?: 'suggested' | 'contradicted';
  listing_id?: string;
  competitor_id?: string;
  variant_id?: string;
  min_score?: number;
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
}
export interface MatchSuggestionsAcceptBody {
  note?: string;
}
export interface MatchSuggestionsRejectBody {
  note?: string;
}
export interface ExchangeRatesConvertQuery {
  /**
   * In minor units of `from`
   */
  amount: number;
  /**
   * ISO 4217 code
   */
  from: string;
  /**
   * ISO 4217 code
   */
  to: string;
}
export interface ExtractionShapesListQuery {
  competitor_id?: string;
  status?: 'learned' | 'unconfirmed' | 'confirmed' | 'rejected';
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
}
export interface ExtractionRepairsListQuery {
  competitor_id?: string;
  status?: 'proposed' | 'accepted' | 'refused' | 'undone' | 'superseded';
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
}
export interface ScrapePlanReadQuery {
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
  competitor_id?: string;
}
export interface PageRequestsListQuery {
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
  /**
   * With its port where that is not the usual one
   */
  host?: string;
  competitor_id?: string;
  scrape_id?: string;
  kind?: 'robots' | 'page';
  outcome?: string;
  since?: string;
  before?: string;
}
export interface ApiKeysListAnswer {
  data: ApiKey[];
}
export interface VendorsListQuery {
  status?: 'registered' | 'verifying' | 'onboarding' | 'active' | 'restricted' | 'suspended' | 'closed';
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
}
export interface VendorsKeysListAnswer {
  data: ApiKey[];
}
export interface VendorOrdersListQuery {
  vendor_id?: string;
  order_id?: string;
  status?: 'open' | 'packed' | 'partially_shipped' | 'shipped' | 'delivered' | 'canceled';
  has_problem?: boolean;
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
}
export interface VendorsTransfersQuery {
  status?: 'pending' | 'succeeded' | 'failed';
  vendor_order_id?: string;
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
}
export interface VendorsPaymentTermsSaveBody {
  delay_seconds: number | null;
}
export interface VendorsStatementsQuery {
  /**
   * Default: this one, unless from and to are given
   */
  month?: string;
  from?: string;
  to?: string;
}
export interface VendorsPayoutsQuery {
  /**
   * This one alone, with what it consists of
   */
  payout_id?: string;
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
}
export interface CommissionSaveBody {
  /**
   * Null takes away what a vendor or a category has of its own
   */
  basis_points: number | null;
  vendor_id?: string;
  category_id?: string;
}
export interface CommissionChangesQuery {
  limit?: number;
  /**
   * next_cursor of the page before
   */
  cursor?: string;
}
export interface CommissionChangesItem {
  vendor_id: string | null;
  category_id: string | null;
  /**
   * Null: none of its own any more
   */
  basis_points: number | null;
  actor: string | null;
  created_at: string;
}

/** Each operation's method in this SDK, and its request. */
export const operations = {
  'orders.create': 'POST /v1/orders',
  'orders.list': 'GET /v1/orders',
  'orders.read': 'GET /v1/orders/{id}',
  'orders.history': 'GET /v1/orders/{id}/history',
  'orders.events': 'GET /v1/orders/{id}/events',
  'orders.pay': 'POST /v1/orders/{id}/pay',
  'orders.cancel': 'POST /v1/orders/{id}/cancel',
  'orders.setStatus': 'PUT /v1/orders/{id}/status',
  'orders.edits.create': 'POST /v1/orders/{id}/edits',
  'orders.edits.list': 'GET /v1/orders/{id}/edits',
  'orders.edits.read': 'GET /v1/orders/{id}/edits/{edit_id}',
  'orders.edits.cancel': 'POST /v1/orders/{id}/edits/{edit_id}/cancel',
  'orders.capture': 'POST /v1/orders/{id}/capture',
  'customers.create': 'POST /v1/customers',
  'customers.read': 'GET /v1/customers/{id}',
  'customers.paymentMethods.list': 'GET /v1/customers/{id}/payment-methods',
  'customers.paymentMethods.setDefault': 'PUT /v1/customers/{id}/payment-methods/{method_id}/default',
  'customers.paymentMethods.delete': 'DELETE /v1/customers/{id}/payment-methods/{method_id}',
  'subscriptions.create': 'POST /v1/subscriptions',
  'subscriptions.list': 'GET /v1/subscriptions',
  'subscriptions.read': 'GET /v1/subscriptions/{id}',
  'subscriptions.update': 'PATCH /v1/subscriptions/{id}',
  'subscriptions.events': 'GET /v1/subscriptions/{id}/events',
  'subscriptions.pause': 'POST /v1/subscriptions/{id}/pause',
  'subscriptions.resume': 'POST /v1/subscriptions/{id}/resume',
  'subscriptions.skip': 'POST /v1/subscriptions/{id}/skip',
  'subscriptions.unskip': 'POST /v1/subscriptions/{id}/unskip',
  'subscriptions.cancel': 'POST /v1/subscriptions/{id}/cancel',
  'subscriptions.reactivate': 'POST /v1/subscriptions/{id}/reactivate',
  'subscriptions.setPaymentMethod': 'PUT /v1/subscriptions/{id}/payment-method',
  'subscriptions.preview': 'POST /v1/subscriptions/{id}/preview',
  'subscriptions.invoices': 'GET /v1/subscriptions/{id}/invoices',
  'orders.refunds.create': 'POST /v1/orders/{id}/refunds',
  'orders.refunds.list': 'GET /v1/orders/{id}/refunds',
  'orders.refunds.read': 'GET /v1/orders/{id}/refunds/{refund_id}',
  'orders.refunds.retry': 'POST /v1/orders/{id}/refunds/{refund_id}/retry',
  'orders.returns.create': 'POST /v1/orders/{id}/returns',
  'orders.returns.read': 'GET /v1/orders/{id}/returns',
  'orders.returnable': 'GET /v1/orders/{id}/returnable',
  'returns.list': 'GET /v1/returns',
  'returns.read': 'GET /v1/returns/{id}',
  'returns.history': 'GET /v1/returns/{id}/history',
  'returns.value': 'GET /v1/returns/{id}/value',
  'returns.approve': 'POST /v1/returns/{id}/approve',
  'returns.refuse': 'POST /v1/returns/{id}/refuse',
  'returns.cancel': 'POST /v1/returns/{id}/cancel',
  'returns.label': 'POST /v1/returns/{id}/label',
  'returns.parcels': 'POST /v1/returns/{id}/parcels',
  'returns.receive': 'POST /v1/returns/{id}/receive',
  'returns.close': 'POST /v1/returns/{id}/close',
  'returns.settle': 'POST /v1/returns/{id}/settle',
  'returnPolicies.list': 'GET /v1/return-policies',
  'returnPolicies.create': 'POST /v1/return-policies',
  'returnPolicies.read': 'GET /v1/return-policies/{id}',
  'returnPolicies.save': 'PUT /v1/return-policies/{id}',
  'returnPolicies.delete': 'DELETE /v1/return-policies/{id}',
  'orders.claims.create': 'POST /v1/orders/{id}/claims',
  'orders.claims.read': 'GET /v1/orders/{id}/claims',
  'claims.list': 'GET /v1/claims',
  'claims.read': 'GET /v1/claims/{id}',
  'claims.history': 'GET /v1/claims/{id}/history',
  'claims.reship': 'POST /v1/claims/{id}/reship',
  'claims.refund': 'POST /v1/claims/{id}/refund',
  'claims.refuse': 'POST /v1/claims/{id}/refuse',
  'claims.cancel': 'POST /v1/claims/{id}/cancel',
  'claims.carrier': 'POST /v1/claims/{id}/carrier',
  'disputes.list': 'GET /v1/disputes',
  'disputes.read': 'GET /v1/disputes/{id}',
  'disputes.evidence.read': 'GET /v1/disputes/{id}/evidence',
  'disputes.evidence.submit': 'POST /v1/disputes/{id}/evidence',
  'orders.releaseHold': 'POST /v1/orders/{id}/release-hold',
  'products.import': 'POST /v1/products/import',
  'products.images.add': 'POST /v1/products/{id}/images',
  'products.images.list': 'GET /v1/products/{id}/images',
  'products.images.events': 'GET /v1/products/{id}/images/events',
  'products.images.setOrder': 'PUT /v1/products/{id}/images/order',
  'products.images.beginUploads': 'POST /v1/products/{id}/images/uploads',
  'images.finishUpload': 'POST /v1/images/{id}/uploaded',
  'images.rebuild.start': 'POST /v1/images/rebuild',
  'images.rebuild.read': 'GET /v1/images/rebuild',
  'images.rebuild.stop': 'DELETE /v1/images/rebuild',
  'images.list': 'GET /v1/images',
  'images.progress': 'GET /v1/images/progress',
  'images.read': 'GET /v1/images/{id}',
  'images.update': 'PATCH /v1/images/{id}',
  'images.delete': 'DELETE /v1/images/{id}',
  'images.duplicates': 'GET /v1/images/{id}/duplicates',
  'images.retry': 'POST /v1/images/{id}/retry',
  'media.read': 'GET /media/{sha256}/{file}',
  'media.readOnDemand': 'GET /media/on-demand/{sha256}/{file}',
  'uploads.send': 'PUT /v1/uploads/{id}',
  'products.create': 'POST /v1/products',
  'products.list': 'GET /v1/products',
  'products.read': 'GET /v1/products/{id}',
  'products.save': 'PUT /v1/products/{id}',
  'products.delete': 'DELETE /v1/products/{id}',
  'products.approval': 'POST /v1/products/{id}/approval',
  'variants.read': 'GET /v1/variants/{sku}',
  'variants.save': 'PUT /v1/variants/{sku}',
  'categories.create': 'POST /v1/categories',
  'categories.list': 'GET /v1/categories',
  'categories.read': 'GET /v1/categories/{id}',
  'categories.save': 'PUT /v1/categories/{id}',
  'categories.delete': 'DELETE /v1/categories/{id}',
  'locations.create': 'POST /v1/locations',
  'locations.list': 'GET /v1/locations',
  'locations.read': 'GET /v1/locations/{code}',
  'locations.save': 'PUT /v1/locations/{code}',
  'stock.list': 'GET /v1/stock',
  'stock.movements': 'GET /v1/stock/movements',
  'stock.adjust': 'POST /v1/stock/adjustments',
  'stock.read': 'GET /v1/stock/{sku}',
  'ledger.accounts': 'GET /v1/ledger/accounts',
  'ledger.trialBalance': 'GET /v1/ledger/trial-balance',
  'ledger.transactions': 'GET /v1/ledger/transactions',
  'ledger.days.list': 'GET /v1/ledger/days',
  'ledger.days.read': 'GET /v1/ledger/days/{day}',
  'reconciliation.runs.create': 'POST /v1/reconciliation/runs',
  'reconciliation.runs.list': 'GET /v1/reconciliation/runs',
  'reconciliation.runs.read': 'GET /v1/reconciliation/runs/{id}',
  'reconciliation.findings.list': 'GET /v1/reconciliation/findings',
  'reconciliation.findings.read': 'GET /v1/reconciliation/findings/{id}',
  'reconciliation.findings.accept': 'POST /v1/reconciliation/findings/{id}/accept',
  'reconciliation.findings.resolve': 'POST /v1/reconciliation/findings/{id}/resolve',
  'reconciliation.findings.correct': 'POST /v1/reconciliation/findings/{id}/correct',
  'exceptions.list': 'GET /v1/exceptions',
  'exceptions.read': 'GET /v1/exceptions/{id}',
  'exceptions.resolve': 'POST /v1/exceptions/{id}/resolve',
  'notifications.list': 'GET /v1/notifications',
  'notifications.read': 'GET /v1/notifications/{id}',
  'recipients.create': 'POST /v1/recipients',
  'recipients.list': 'GET /v1/recipients',
  'recipients.read': 'GET /v1/recipients/{id}',
  'recipients.update': 'PATCH /v1/recipients/{id}',
  'recipients.delete': 'DELETE /v1/recipients/{id}',
  'orders.recipient.read': 'GET /v1/orders/{id}/recipient',
  'orders.recipient.update': 'PATCH /v1/orders/{id}/recipient',
  'orders.pushSubscriptions.create': 'POST /v1/orders/{id}/push-subscriptions',
  'orders.pushSubscriptions.delete': 'DELETE /v1/orders/{id}/push-subscriptions',
  'push.key': 'GET /v1/push/key',
  'recipients.pushSubscriptions.create': 'POST /v1/recipients/{id}/push-subscriptions',
  'recipients.pushSubscriptions.delete': 'DELETE /v1/recipients/{id}/push-subscriptions',
  'messageRoutes.list': 'GET /v1/message-routes',
  'messageRoutes.save': 'PUT /v1/message-routes/{event}/{audience}/{channel}',
  'messageRoutes.delete': 'DELETE /v1/message-routes/{event}/{audience}/{channel}',
  'suppressions.list': 'GET /v1/suppressions',
  'suppressions.create': 'POST /v1/suppressions',
  'suppressions.delete': 'DELETE /v1/suppressions/{id}',
  'alertRules.create': 'POST /v1/alert-rules',
  'alertRules.list': 'GET /v1/alert-rules',
  'alertRules.read': 'GET /v1/alert-rules/{id}',
  'alertRules.update': 'PATCH /v1/alert-rules/{id}',
  'alertRules.delete': 'DELETE /v1/alert-rules/{id}',
  'priceAlerts.list': 'GET /v1/price-alerts',
  'priceAlerts.read': 'GET /v1/price-alerts/{id}',
  'priceAlerts.dismiss': 'POST /v1/price-alerts/{id}/dismiss',
  'priceAlerts.accept': 'POST /v1/price-alerts/{id}/accept',
  'priceAlerts.unhold': 'POST /v1/price-alerts/{id}/unhold',
  'priceAlerts.wrongMatch': 'POST /v1/price-alerts/{id}/wrong-match',
  'priceMutes.create': 'POST /v1/price-mutes',
  'priceMutes.list': 'GET /v1/price-mutes',
  'priceMutes.delete': 'DELETE /v1/price-mutes/{id}',
  'minimumAdvertisedPrices.read': 'GET /v1/minimum-advertised-prices',
  'minimumAdvertisedPrices.save': 'PUT /v1/minimum-advertised-prices',
  'priceAlerts.act.read': 'GET /price-alerts/act',
  'priceAlerts.act.create': 'POST /price-alerts/act',
  'unsubscribe.read': 'GET /unsubscribe',
  'unsubscribe.create': 'POST /unsubscribe',
  'webhookEventTypes.list': 'GET /v1/webhook-event-types',
  'webhookEndpoints.create': 'POST /v1/webhook-endpoints',
  'webhookEndpoints.list': 'GET /v1/webhook-endpoints',
  'webhookEndpoints.read': 'GET /v1/webhook-endpoints/{id}',
  'webhookEndpoints.update': 'PATCH /v1/webhook-endpoints/{id}',
  'webhookEndpoints.delete': 'DELETE /v1/webhook-endpoints/{id}',
  'webhookEndpoints.rotateSecret': 'POST /v1/webhook-endpoints/{id}/rotate-secret',
  'webhookEndpoints.pause': 'POST /v1/webhook-endpoints/{id}/pause',
  'webhookEndpoints.resume': 'POST /v1/webhook-endpoints/{id}/resume',
  'webhookEndpoints.test': 'POST /v1/webhook-endpoints/{id}/test',
  'webhookEndpoints.deliveries': 'GET /v1/webhook-endpoints/{id}/deliveries',
  'webhookEndpoints.replay': 'POST /v1/webhook-endpoints/{id}/replay',
  'webhookDeliveries.read': 'GET /v1/webhook-deliveries/{id}',
  'webhookDeliveries.replay': 'POST /v1/webhook-deliveries/{id}/replay',
  'competitors.import': 'POST /v1/competitors/import',
  'listings.import': 'POST /v1/listings/import',
  'competitors.export': 'GET /v1/competitors/export',
  'listings.export': 'GET /v1/listings/export',
  'competitors.create': 'POST /v1/competitors',
  'competitors.list': 'GET /v1/competitors',
  'competitors.read': 'GET /v1/competitors/{id}',
  'competitors.update': 'PATCH /v1/competitors/{id}',
  'competitors.delete': 'DELETE /v1/competitors/{id}',
  'competitors.pause': 'POST /v1/competitors/{id}/pause',
  'competitors.resume': 'POST /v1/competitors/{id}/resume',
  'listings.create': 'POST /v1/listings',
  'listings.list': 'GET /v1/listings',
  'listings.read': 'GET /v1/listings/{id}',
  'listings.update': 'PATCH /v1/listings/{id}',
  'listings.delete': 'DELETE /v1/listings/{id}',
  'listings.pause': 'POST /v1/listings/{id}/pause',
  'listings.resume': 'POST /v1/listings/{id}/resume',
  'observations.list': 'GET /v1/observations',
  'observations.export': 'GET /v1/observations/export',
  'observations.read': 'GET /v1/observations/{id}',
  'observations.evidence': 'GET /v1/observations/{id}/evidence',
  'priceEvidence.read': 'GET /price-evidence/{token}',
  'listings.history': 'GET /v1/listings/{id}/history',
  'variants.priceHistory': 'GET /v1/variants/{id}/price-history',
  'listings.chart.svg': 'GET /v1/listings/{id}/chart.svg',
  'listings.chart.png': 'GET /v1/listings/{id}/chart.png',
  'variants.chart.svg': 'GET /v1/variants/{id}/chart.svg',
  'variants.chart.png': 'GET /v1/variants/{id}/chart.png',
  'priceCharts.read': 'GET /price-charts/{token}.png',
  'reprices.create': 'POST /v1/reprices',
  'reprices.list': 'GET /v1/reprices',
  'reprices.read': 'GET /v1/reprices/{id}',
  'reprices.approve': 'POST /v1/reprices/{id}/approve',
  'reprices.refuse': 'POST /v1/reprices/{id}/refuse',
  'reprices.undo': 'POST /v1/reprices/{id}/undo',
  'matchSuggestions.list': 'GET /v1/match-suggestions',
  'matchSuggestions.read': 'GET /v1/match-suggestions/{id}',
  'matchSuggestions.accept': 'POST /v1/match-suggestions/{id}/accept',
  'matchSuggestions.reject': 'POST /v1/match-suggestions/{id}/reject',
  'exchangeRates.read': 'GET /v1/exchange-rates',
  'exchangeRates.save': 'PUT /v1/exchange-rates',
  'exchangeRates.convert': 'GET /v1/exchange-rates/convert',
  'extractionShapes.list': 'GET /v1/extraction-shapes',
  'extractionShapes.read': 'GET /v1/extraction-shapes/{id}',
  'extractionShapes.confirm': 'POST /v1/extraction-shapes/{id}/confirm',
  'extractionShapes.reject': 'POST /v1/extraction-shapes/{id}/reject',
  'extractionRepairs.list': 'GET /v1/extraction-repairs',
  'extractionRepairs.read': 'GET /v1/extraction-repairs/{id}',
  'extractionRepairs.accept': 'POST /v1/extraction-repairs/{id}/accept',
  'extractionRepairs.refuse': 'POST /v1/extraction-repairs/{id}/refuse',
  'extractionRepairs.undo': 'POST /v1/extraction-repairs/{id}/undo',
  'scrapePlan.read': 'GET /v1/scrape-plan',
  'pageRequests.list': 'GET /v1/page-requests',
  'listings.look': 'POST /v1/listings/{id}/look',
  'apiKeys.create': 'POST /v1/api-keys',
  'apiKeys.list': 'GET /v1/api-keys',
  'apiKeys.rotate': 'POST /v1/api-keys/{id}/rotate',
  'apiKeys.delete': 'DELETE /v1/api-keys/{id}',
  'vendors.create': 'POST /v1/vendors',
  'vendors.list': 'GET /v1/vendors',
  'api.vendors.register': 'POST /api/vendors/register',
  'vendors.read': 'GET /v1/vendors/{id}',
  'vendors.save': 'PUT /v1/vendors/{id}',
  'api.vendors.read': 'GET /api/vendors/{id}',
  'api.vendors.save': 'PUT /api/vendors/{id}',
  'vendors.events': 'GET /v1/vendors/{id}/events',
  'vendors.storefront': 'GET /v1/vendors/{id}/storefront',
  'vendors.submit': 'POST /v1/vendors/{id}/submit',
  'vendors.verify': 'POST /v1/vendors/{id}/verify',
  'vendors.refuse': 'POST /v1/vendors/{id}/refuse',
  'vendors.suspend': 'POST /v1/vendors/{id}/suspend',
  'vendors.resume': 'POST /v1/vendors/{id}/resume',
  'vendors.close': 'POST /v1/vendors/{id}/close',
  'vendors.onboardingLink': 'POST /v1/vendors/{id}/onboarding-link',
  'vendors.keys.create': 'POST /v1/vendors/{id}/keys',
  'vendors.keys.list': 'GET /v1/vendors/{id}/keys',
  'vendors.keys.rotate': 'POST /v1/vendors/{id}/keys/{key_id}/rotate',
  'vendors.keys.delete': 'DELETE /v1/vendors/{id}/keys/{key_id}',
  'vendorOrders.list': 'GET /v1/vendor-orders',
  'vendorOrders.read': 'GET /v1/vendor-orders/{id}',
  'vendorOrders.events': 'GET /v1/vendor-orders/{id}/events',
  'vendorOrders.pack': 'POST /v1/vendor-orders/{id}/pack',
  'vendorOrders.reportProblem': 'POST /v1/vendor-orders/{id}/report-problem',
  'vendorOrders.settleProblem': 'POST /v1/vendor-orders/{id}/settle-problem',
  'vendors.balance': 'GET /v1/vendors/{id}/balance',
  'vendors.transfers': 'GET /v1/vendors/{id}/transfers',
  'vendors.pay': 'POST /v1/vendors/{id}/pay',
  'vendors.paymentTerms.read': 'GET /v1/vendors/{id}/payment-terms',
  'vendors.paymentTerms.save': 'PUT /v1/vendors/{id}/payment-terms',
  'vendors.statements': 'GET /v1/vendors/{id}/statements',
  'vendors.payouts': 'GET /v1/vendors/{id}/payouts',
  'commission.read': 'GET /v1/commission',
  'commission.save': 'PUT /v1/commission',
  'commission.changes': 'GET /v1/commission/changes',
  'firecrawlCredits.read': 'GET /v1/firecrawl-credits',
} as const;

export const createResources = (call: Call) => ({
  orders: {
    /** Place an order. The order is priced here and kept before the answer; a job then reserves the stock and creates the PaymentIntent. With `Prefer: wait=N` the answer waits for that job and holds `payment.client_secret`. (`POST /v1/orders`) */
    create: (
      body: NewOrder,
      options: RequestOptions & {
        orderToken?: string | undefined;
        idempotencyKey?: string | undefined;
        waitSeconds?: number | undefined;
      } = {},
    ) =>
      call.json<Order>(
        { method: 'POST', path: `/v1/orders`, body, headers: ['Order-Token', 'Idempotency-Key', 'Prefer'] },
        options,
      ),
    /** List orders. (`GET /v1/orders`) */
    list: (query: OrdersListQuery = {}, options: RequestOptions = {}) =>
      call.list<OrderList, Order>({ method: 'GET', path: `/v1/orders`, query }, options),
    /** Read an order. (`GET /v1/orders/{id}`) */
    read: (id: string, options: RequestOptions & { orderToken?: string | undefined } = {}) =>
      call.json<Order>({ method: 'GET', path: `/v1/orders/${segment(id)}`, headers: ['Order-Token'] }, options),
    /** Everything that happened to an order. (`GET /v1/orders/{id}/history`) */
    history: (id: string, options: RequestOptions = {}) =>
      call.json<OrderHistory>({ method: 'GET', path: `/v1/orders/${segment(id)}/history` }, options),
    /** Follow an order's events (Server-Sent Events). Resumes after `Last-Event-ID`. EventSource cannot send headers: it may give `key` (publishable) and `token` in the query. (`GET /v1/orders/{id}/events`) */
    events: (
      id: string,
      query: OrdersEventsQuery = {},
      options: RequestOptions & { orderToken?: string | undefined } = {},
    ) =>
      call.stream(
        { method: 'GET', path: `/v1/orders/${segment(id)}/events`, query, headers: ['Order-Token'] },
        options,
      ),
    /** Pay again, on the same PaymentIntent. (`POST /v1/orders/{id}/pay`) */
    pay: (
      id: string,
      body: PayOrder,
      options: RequestOptions & {
        orderToken?: string | undefined;
        idempotencyKey?: string | undefined;
        waitSeconds?: number | undefined;
      } = {},
    ) =>
      call.json<Order>(
        {
          method: 'POST',
          path: `/v1/orders/${segment(id)}/pay`,
          body,
          headers: ['Order-Token', 'Idempotency-Key', 'Prefer'],
        },
        options,
      ),
    /** Cancel an order that is not being shipped yet. Frees the stock at once; what was authorized is released and what was taken is refunded by a job. (`POST /v1/orders/{id}/cancel`) */
    cancel: (
      id: string,
      body?: CancelOrder | undefined,
      options: RequestOptions & {
        orderToken?: string | undefined;
        idempotencyKey?: string | undefined;
        waitSeconds?: number | undefined;
        ifMatch?: string | undefined;
      } = {},
    ) =>
      call.json<Order>(
        {
          method: 'POST',
          path: `/v1/orders/${segment(id)}/cancel`,
          body,
          headers: ['Order-Token', 'Idempotency-Key', 'Prefer', 'If-Match'],
        },
        options,
      ),
    /** Set a status by hand, where the transition table allows it. (`PUT /v1/orders/{id}/status`) */
    setStatus: (id: string, body: SetOrderStatus, options: RequestOptions & { ifMatch?: string | undefined } = {}) =>
      call.json<Order>(
        { method: 'PUT', path: `/v1/orders/${segment(id)}/status`, body, headers: ['If-Match'] },
        options,
      ),
    edits: {
      /** Edit an order before it is sent. Adds, changes and removes lines, or changes the address or the shipping method, while nothing is packed. Stock moves with it: what is short is a 409 with `shortages`, and nothing has changed. Before the payment its intent takes the new total; within an authorization more or less is captured; after the payment what was paid too much goes back, and what is due is taken by an order of kind `balance` (the saved method of a known customer, or the customer pays it), for which the edit waits. Nothing of the order is sent meanwhile. With a publishable key and the order's token the address is changed, as long as the price stays. (`POST /v1/orders/{id}/edits`) */
      create: (
        id: string,
        body: NewOrderEdit,
        query: OrdersEditsCreateQuery = {},
        options: RequestOptions & {
          orderToken?: string | undefined;
          idempotencyKey?: string | undefined;
          ifMatch?: string | undefined;
        } = {},
      ) =>
        call.json<OrderEdit>(
          {
            method: 'POST',
            path: `/v1/orders/${segment(id)}/edits`,
            body,
            query,
            headers: ['Order-Token', 'Idempotency-Key', 'If-Match'],
          },
          options,
        ),
      /** List an order's edits, oldest first. What each has changed, who asked for it and why. The ETag is the revision that the next edit is made of. (`GET /v1/orders/{id}/edits`) */
      list: (id: string, options: RequestOptions = {}) =>
        call.json<OrderEditList>({ method: 'GET', path: `/v1/orders/${segment(id)}/edits` }, options),
      /** Read an edit. (`GET /v1/orders/{id}/edits/{edit_id}`) */
      read: (id: string, editId: string, options: RequestOptions = {}) =>
        call.json<OrderEdit>({ method: 'GET', path: `/v1/orders/${segment(id)}/edits/${segment(editId)}` }, options),
      /** Cancel an edit that waits for its payment. Cancels its balance; a job then frees the stock that the edit held, and the order goes on as it was. (`POST /v1/orders/{id}/edits/{edit_id}/cancel`) */
      cancel: (id: string, editId: string, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
        call.json<OrderEdit>(
          {
            method: 'POST',
            path: `/v1/orders/${segment(id)}/edits/${segment(editId)}/cancel`,
            headers: ['Idempotency-Key'],
          },
          options,
        ),
    },
    /** Capture an authorized order, whole or in part. Once per order: a part releases the rest to the customer, and the order goes on to be sent. Capture before `payment.capture_before`; canceling the order releases the authorization instead. (`POST /v1/orders/{id}/capture`) */
    capture: (
      id: string,
      body?: NewCapture | undefined,
      options: RequestOptions & {
        idempotencyKey?: string | undefined;
        ifMatch?: string | undefined;
        waitSeconds?: number | undefined;
      } = {},
    ) =>
      call.json<Order>(
        {
          method: 'POST',
          path: `/v1/orders/${segment(id)}/capture`,
          body,
          headers: ['Idempotency-Key', 'If-Match', 'Prefer'],
        },
        options,
      ),
    refunds: {
      /** Refund an order, whole or in part. By lines (with their share of the tax), by amount, with shipping or without; all that is left when none is named. Never more than was captured and not refunded or disputed since: a 409 names what is still `refundable`. (`POST /v1/orders/{id}/refunds`) */
      create: (
        id: string,
        body?: NewRefund | undefined,
        options: RequestOptions & {
          idempotencyKey?: string | undefined;
          ifMatch?: string | undefined;
          waitSeconds?: number | undefined;
        } = {},
      ) =>
        call.json<Refund>(
          {
            method: 'POST',
            path: `/v1/orders/${segment(id)}/refunds`,
            body,
            headers: ['Idempotency-Key', 'If-Match', 'Prefer'],
          },
          options,
        ),
      /** List an order's refunds, oldest first. (`GET /v1/orders/{id}/refunds`) */
      list: (id: string, options: RequestOptions = {}) =>
        call.json<RefundList>({ method: 'GET', path: `/v1/orders/${segment(id)}/refunds` }, options),
      /** Read a refund. (`GET /v1/orders/{id}/refunds/{refund_id}`) */
      read: (id: string, refundId: string, options: RequestOptions = {}) =>
        call.json<Refund>({ method: 'GET', path: `/v1/orders/${segment(id)}/refunds/${segment(refundId)}` }, options),
      /** Send a failed refund again. Makes a refund of its own, once: a second call answers with the same one. (`POST /v1/orders/{id}/refunds/{refund_id}/retry`) */
      retry: (
        id: string,
        refundId: string,
        options: RequestOptions & {
          idempotencyKey?: string | undefined;
          ifMatch?: string | undefined;
          waitSeconds?: number | undefined;
        } = {},
      ) =>
        call.json<Refund>(
          {
            method: 'POST',
            path: `/v1/orders/${segment(id)}/refunds/${segment(refundId)}/retry`,
            headers: ['Idempotency-Key', 'If-Match', 'Prefer'],
          },
          options,
        ),
    },
    returns: {
      /** Ask to send goods back. By the customer (publishable key and Order-Token) or the shop. What the policy of a line refuses is a 409 `return_not_possible` that says why, and until when it was possible. Units that were refunded, claimed or asked for by another return are not taken twice. (`POST /v1/orders/{id}/returns`) */
      create: (
        id: string,
        body: NewReturn,
        options: RequestOptions & {
          orderToken?: string | undefined;
          idempotencyKey?: string | undefined;
          ifMatch?: string | undefined;
        } = {},
      ) =>
        call.json<Return>(
          {
            method: 'POST',
            path: `/v1/orders/${segment(id)}/returns`,
            body,
            headers: ['Order-Token', 'Idempotency-Key', 'If-Match'],
          },
          options,
        ),
      /** List an order's returns, oldest first. (`GET /v1/orders/{id}/returns`) */
      read: (id: string, options: RequestOptions & { orderToken?: string | undefined } = {}) =>
        call.json<OrderReturns>(
          { method: 'GET', path: `/v1/orders/${segment(id)}/returns`, headers: ['Order-Token'] },
          options,
        ),
    },
    /** What of an order may still come back, until when and on which terms. (`GET /v1/orders/{id}/returnable`) */
    returnable: (id: string, options: RequestOptions & { orderToken?: string | undefined } = {}) =>
      call.json<ReturnableLines>(
        { method: 'GET', path: `/v1/orders/${segment(id)}/returnable`, headers: ['Order-Token'] },
        options,
      ),
    claims: {
      /** Claim goods that never came, came damaged or were missing. By the customer (publishable key and Order-Token) or the shop. Only units that were sent and that neither money nor goods were given for: a 409 `claim_not_possible` says what is left. (`POST /v1/orders/{id}/claims`) */
      create: (
        id: string,
        body: NewClaim,
        options: RequestOptions & {
          orderToken?: string | undefined;
          idempotencyKey?: string | undefined;
          ifMatch?: string | undefined;
        } = {},
      ) =>
        call.json<Claim>(
          {
            method: 'POST',
            path: `/v1/orders/${segment(id)}/claims`,
            body,
            headers: ['Order-Token', 'Idempotency-Key', 'If-Match'],
          },
          options,
        ),
      /** List an order's claims, oldest first. (`GET /v1/orders/{id}/claims`) */
      read: (id: string, options: RequestOptions & { orderToken?: string | undefined } = {}) =>
        call.json<OrderClaims>(
          { method: 'GET', path: `/v1/orders/${segment(id)}/claims`, headers: ['Order-Token'] },
          options,
        ),
    },
    /** Send a held order after all. An order is held (`hold_reason`) by a dispute, a fraud warning or a full refund before it was sent. (`POST /v1/orders/{id}/release-hold`) */
    releaseHold: (
      id: string,
      body?: ReleaseHold | undefined,
      options: RequestOptions & { idempotencyKey?: string | undefined; ifMatch?: string | undefined } = {},
    ) =>
      call.json<Order>(
        {
          method: 'POST',
          path: `/v1/orders/${segment(id)}/release-hold`,
          body,
          headers: ['Idempotency-Key', 'If-Match'],
        },
        options,
      ),
    recipient: {
      /** Read what an order's customer wants to be told. (`GET /v1/orders/{id}/recipient`) */
      read: (id: string, options: RequestOptions & { orderToken?: string | undefined } = {}) =>
        call.json<OrderRecipient>(
          { method: 'GET', path: `/v1/orders/${segment(id)}/recipient`, headers: ['Order-Token'] },
          options,
        ),
      /** Say what an order's customer wants to be told. For the messages of this order. What is not named stays; `preferences` replaces all that were there. (`PATCH /v1/orders/{id}/recipient`) */
      update: (
        id: string,
        body?: OrderRecipientChanges | undefined,
        options: RequestOptions & { orderToken?: string | undefined; ifMatch?: string | undefined } = {},
      ) =>
        call.json<OrderRecipient>(
          { method: 'PATCH', path: `/v1/orders/${segment(id)}/recipient`, body, headers: ['Order-Token', 'If-Match'] },
          options,
        ),
    },
    pushSubscriptions: {
      /** Push what happens to an order to a browser. Everything about the order is pushed from then on, beside the e-mails; the customer's preferences may say less. (`POST /v1/orders/{id}/push-subscriptions`) */
      create: (
        id: string,
        body: NewPushSubscription,
        options: RequestOptions & { orderToken?: string | undefined; idempotencyKey?: string | undefined } = {},
      ) =>
        call.json<PushSubscription>(
          {
            method: 'POST',
            path: `/v1/orders/${segment(id)}/push-subscriptions`,
            body,
            headers: ['Order-Token', 'Idempotency-Key'],
          },
          options,
        ),
      /** Push an order to a browser no more. (`DELETE /v1/orders/{id}/push-subscriptions`) */
      delete: (
        id: string,
        query: OrdersPushSubscriptionsDeleteQuery,
        options: RequestOptions & { orderToken?: string | undefined } = {},
      ) =>
        call.nothing(
          { method: 'DELETE', path: `/v1/orders/${segment(id)}/push-subscriptions`, query, headers: ['Order-Token'] },
          options,
        ),
    },
  },
  customers: {
    /** Know a customer. Finds or makes the customer of this `external_id`, or of this e-mail address when there is none: the same call gives the same customer. Stripe hears of them with their first order. (`POST /v1/customers`) */
    create: (body: NewCustomer, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<Customer>({ method: 'POST', path: `/v1/customers`, body, headers: ['Idempotency-Key'] }, options),
    /** Read a customer. (`GET /v1/customers/{id}`) */
    read: (id: string, options: RequestOptions = {}) =>
      call.json<Customer>({ method: 'GET', path: `/v1/customers/${segment(id)}` }, options),
    paymentMethods: {
      /** List a customer's saved payment methods. As Stripe has them now. A method is saved by an order with `payment.save_method`. (`GET /v1/customers/{id}/payment-methods`) */
      list: (id: string, options: RequestOptions = {}) =>
        call.json<SavedPaymentMethodList>(
          { method: 'GET', path: `/v1/customers/${segment(id)}/payment-methods` },
          options,
        ),
      /** Make a saved payment method the default. It is charged where an order of this customer is to be confirmed and names no method. (`PUT /v1/customers/{id}/payment-methods/{method_id}/default`) */
      setDefault: (id: string, methodId: string, options: RequestOptions = {}) =>
        call.json<SavedPaymentMethod>(
          { method: 'PUT', path: `/v1/customers/${segment(id)}/payment-methods/${segment(methodId)}/default` },
          options,
        ),
      /** Forget a saved payment method. It can never be charged again. Orders that were paid with it stay as they are. (`DELETE /v1/customers/{id}/payment-methods/{method_id}`) */
      delete: (id: string, methodId: string, options: RequestOptions = {}) =>
        call.nothing(
          { method: 'DELETE', path: `/v1/customers/${segment(id)}/payment-methods/${segment(methodId)}` },
          options,
        ),
    },
  },
  subscriptions: {
    /** Subscribe a customer to goods. Priced here, by the catalogue as it is now, and kept before the answer; a job then makes it at Stripe. With a saved payment method the first period is charged at once; without one the answer (with `Prefer: wait=N`) holds `payment.client_secret` for the storefront. Every paid invoice becomes one order. The prices hold until the lines are changed. (`POST /v1/subscriptions`) */
    create: (
      body: NewSubscription,
      options: RequestOptions & { idempotencyKey?: string | undefined; waitSeconds?: number | undefined } = {},
    ) =>
      call.json<Subscription>(
        { method: 'POST', path: `/v1/subscriptions`, body, headers: ['Idempotency-Key', 'Prefer'] },
        options,
      ),
    /** List subscriptions, newest first. (`GET /v1/subscriptions`) */
    list: (query: SubscriptionsListQuery = {}, options: RequestOptions = {}) =>
      call.list<SubscriptionList, Subscription>({ method: 'GET', path: `/v1/subscriptions`, query }, options),
    /** Read a subscription. As Stripe was last seen to have it, with what was asked and is not made yet. (`GET /v1/subscriptions/{id}`) */
    read: (id: string, options: RequestOptions & { subscriptionToken?: string | undefined } = {}) =>
      call.json<Subscription>(
        { method: 'GET', path: `/v1/subscriptions/${segment(id)}`, headers: ['Subscription-Token'] },
        options,
      ),
    /** Change its lines, interval, address, shipping or coupon. Named lines are all of them as they shall be, priced by the catalogue as it is now; without `lines` the prices stay as they were agreed. What it costs for the rest of the period is prorated as `proration` says; `POST …/preview` tells it before. Another interval begins a new period and is billed at once. The address is that of the next orders. (`PATCH /v1/subscriptions/{id}`) */
    update: (
      id: string,
      body: SubscriptionChangeRequest,
      options: RequestOptions & {
        subscriptionToken?: string | undefined;
        idempotencyKey?: string | undefined;
        ifMatch?: string | undefined;
        waitSeconds?: number | undefined;
      } = {},
    ) =>
      call.json<Subscription>(
        {
          method: 'PATCH',
          path: `/v1/subscriptions/${segment(id)}`,
          body,
          headers: ['Subscription-Token', 'Idempotency-Key', 'If-Match', 'Prefer'],
        },
        options,
      ),
    /** Read what happened to a subscription, oldest first. (`GET /v1/subscriptions/{id}/events`) */
    events: (
      id: string,
      query: SubscriptionsEventsQuery = {},
      options: RequestOptions & { subscriptionToken?: string | undefined } = {},
    ) =>
      call.list<SubscriptionEventList, SubscriptionEvent>(
        { method: 'GET', path: `/v1/subscriptions/${segment(id)}/events`, query, headers: ['Subscription-Token'] },
        options,
      ),
    /** Pause it: nothing is billed or sent until it is resumed. (`POST /v1/subscriptions/{id}/pause`) */
    pause: (
      id: string,
      body?: PauseSubscription | undefined,
      options: RequestOptions & {
        subscriptionToken?: string | undefined;
        idempotencyKey?: string | undefined;
        ifMatch?: string | undefined;
        waitSeconds?: number | undefined;
      } = {},
    ) =>
      call.json<Subscription>(
        {
          method: 'POST',
          path: `/v1/subscriptions/${segment(id)}/pause`,
          body,
          headers: ['Subscription-Token', 'Idempotency-Key', 'If-Match', 'Prefer'],
        },
        options,
      ),
    /** Resume a paused subscription. (`POST /v1/subscriptions/{id}/resume`) */
    resume: (
      id: string,
      body?: ResumeSubscription | undefined,
      options: RequestOptions & {
        subscriptionToken?: string | undefined;
        idempotencyKey?: string | undefined;
        ifMatch?: string | undefined;
        waitSeconds?: number | undefined;
      } = {},
    ) =>
      call.json<Subscription>(
        {
          method: 'POST',
          path: `/v1/subscriptions/${segment(id)}/resume`,
          body,
          headers: ['Subscription-Token', 'Idempotency-Key', 'If-Match', 'Prefer'],
        },
        options,
      ),
    /** Skip the next delivery. It is neither billed nor sent; the one after it is. (`POST /v1/subscriptions/{id}/skip`) */
    skip: (
      id: string,
      options: RequestOptions & {
        subscriptionToken?: string | undefined;
        idempotencyKey?: string | undefined;
        ifMatch?: string | undefined;
        waitSeconds?: number | undefined;
      } = {},
    ) =>
      call.json<Subscription>(
        {
          method: 'POST',
          path: `/v1/subscriptions/${segment(id)}/skip`,
          headers: ['Subscription-Token', 'Idempotency-Key', 'If-Match', 'Prefer'],
        },
        options,
      ),
    /** Take back a skipped delivery. (`POST /v1/subscriptions/{id}/unskip`) */
    unskip: (
      id: string,
      options: RequestOptions & {
        subscriptionToken?: string | undefined;
        idempotencyKey?: string | undefined;
        ifMatch?: string | undefined;
        waitSeconds?: number | undefined;
      } = {},
    ) =>
      call.json<Subscription>(
        {
          method: 'POST',
          path: `/v1/subscriptions/${segment(id)}/unskip`,
          headers: ['Subscription-Token', 'Idempotency-Key', 'If-Match', 'Prefer'],
        },
        options,
      ),
    /** End it, at once or with the period that is paid. Orders that are paid are sent all the same. (`POST /v1/subscriptions/{id}/cancel`) */
    cancel: (
      id: string,
      body?: CancelSubscription | undefined,
      options: RequestOptions & {
        subscriptionToken?: string | undefined;
        idempotencyKey?: string | undefined;
        ifMatch?: string | undefined;
        waitSeconds?: number | undefined;
      } = {},
    ) =>
      call.json<Subscription>(
        {
          method: 'POST',
          path: `/v1/subscriptions/${segment(id)}/cancel`,
          body,
          headers: ['Subscription-Token', 'Idempotency-Key', 'If-Match', 'Prefer'],
        },
        options,
      ),
    /** Take back that it ends with the period. (`POST /v1/subscriptions/{id}/reactivate`) */
    reactivate: (
      id: string,
      options: RequestOptions & {
        subscriptionToken?: string | undefined;
        idempotencyKey?: string | undefined;
        ifMatch?: string | undefined;
        waitSeconds?: number | undefined;
      } = {},
    ) =>
      call.json<Subscription>(
        {
          method: 'POST',
          path: `/v1/subscriptions/${segment(id)}/reactivate`,
          headers: ['Subscription-Token', 'Idempotency-Key', 'If-Match', 'Prefer'],
        },
        options,
      ),
    /** Charge another saved method from now on. An invoice that is open is tried with it at once. (`PUT /v1/subscriptions/{id}/payment-method`) */
    setPaymentMethod: (
      id: string,
      body: SubscriptionPaymentMethod,
      options: RequestOptions & {
        subscriptionToken?: string | undefined;
        idempotencyKey?: string | undefined;
        ifMatch?: string | undefined;
        waitSeconds?: number | undefined;
      } = {},
    ) =>
      call.json<Subscription>(
        {
          method: 'PUT',
          path: `/v1/subscriptions/${segment(id)}/payment-method`,
          body,
          headers: ['Subscription-Token', 'Idempotency-Key', 'If-Match', 'Prefer'],
        },
        options,
      ),
    /** See what a change would come to, without making it. Takes what `PATCH` takes. Stripe is asked for the next invoice as it would be, with its prorations. (`POST /v1/subscriptions/{id}/preview`) */
    preview: (
      id: string,
      body: SubscriptionChangeRequest,
      options: RequestOptions & { subscriptionToken?: string | undefined } = {},
    ) =>
      call.json<SubscriptionPreview>(
        { method: 'POST', path: `/v1/subscriptions/${segment(id)}/preview`, body, headers: ['Subscription-Token'] },
        options,
      ),
    /** List a subscription's invoices, newest first. As they were last read at Stripe. Every paid one makes one order, which is sent like any other. (`GET /v1/subscriptions/{id}/invoices`) */
    invoices: (
      id: string,
      query: SubscriptionsInvoicesQuery = {},
      options: RequestOptions & { subscriptionToken?: string | undefined } = {},
    ) =>
      call.list<SubscriptionInvoiceList, SubscriptionInvoice>(
        { method: 'GET', path: `/v1/subscriptions/${segment(id)}/invoices`, query, headers: ['Subscription-Token'] },
        options,
      ),
  },
  returns: {
    /** List returns, newest first. (`GET /v1/returns`) */
    list: (query: ReturnsListQuery = {}, options: RequestOptions = {}) =>
      call.list<ReturnList, Return>({ method: 'GET', path: `/v1/returns`, query }, options),
    /** Read a return. (`GET /v1/returns/{id}`) */
    read: (id: string, options: RequestOptions & { orderToken?: string | undefined } = {}) =>
      call.json<Return>({ method: 'GET', path: `/v1/returns/${segment(id)}`, headers: ['Order-Token'] }, options),
    /** Who did what with a return, and where its parcels were. (`GET /v1/returns/{id}/history`) */
    history: (id: string, options: RequestOptions = {}) =>
      call.json<ReturnHistory>({ method: 'GET', path: `/v1/returns/${segment(id)}/history` }, options),
    /** What a return comes to as it was counted so far. (`GET /v1/returns/{id}/value`) */
    value: (id: string, options: RequestOptions = {}) =>
      call.json<ReturnValue>({ method: 'GET', path: `/v1/returns/${segment(id)}/value` }, options),
    /** Let goods come back, whole or in part. With `way: label` a label is bought by a job, which then tells the customer; with `own` they are told the address. (`POST /v1/returns/{id}/approve`) */
    approve: (
      id: string,
      body?: ReturnApproval | undefined,
      options: RequestOptions & {
        orderToken?: string | undefined;
        idempotencyKey?: string | undefined;
        ifMatch?: string | undefined;
      } = {},
    ) =>
      call.json<Return>(
        {
          method: 'POST',
          path: `/v1/returns/${segment(id)}/approve`,
          body,
          headers: ['Order-Token', 'Idempotency-Key', 'If-Match'],
        },
        options,
      ),
    /** Refuse a return, with a reason for the customer. (`POST /v1/returns/{id}/refuse`) */
    refuse: (
      id: string,
      body: ReturnRefusal,
      options: RequestOptions & {
        orderToken?: string | undefined;
        idempotencyKey?: string | undefined;
        ifMatch?: string | undefined;
      } = {},
    ) =>
      call.json<Return>(
        {
          method: 'POST',
          path: `/v1/returns/${segment(id)}/refuse`,
          body,
          headers: ['Order-Token', 'Idempotency-Key', 'If-Match'],
        },
        options,
      ),
    /** Call a return off that has not left. (`POST /v1/returns/{id}/cancel`) */
    cancel: (
      id: string,
      body?: ReturnEnding | undefined,
      options: RequestOptions & {
        orderToken?: string | undefined;
        idempotencyKey?: string | undefined;
        ifMatch?: string | undefined;
      } = {},
    ) =>
      call.json<Return>(
        {
          method: 'POST',
          path: `/v1/returns/${segment(id)}/cancel`,
          body,
          headers: ['Order-Token', 'Idempotency-Key', 'If-Match'],
        },
        options,
      ),
    /** Ask for a (further) label. Bought by a job; `parcels[].label_url` has it then. (`POST /v1/returns/{id}/label`) */
    label: (
      id: string,
      body?: NewReturnLabel | undefined,
      options: RequestOptions & {
        orderToken?: string | undefined;
        idempotencyKey?: string | undefined;
        ifMatch?: string | undefined;
      } = {},
    ) =>
      call.json<Return>(
        {
          method: 'POST',
          path: `/v1/returns/${segment(id)}/label`,
          body,
          headers: ['Order-Token', 'Idempotency-Key', 'If-Match'],
        },
        options,
      ),
    /** Tell of a parcel that the customer sends by a carrier of their own. (`POST /v1/returns/{id}/parcels`) */
    parcels: (
      id: string,
      body: NewReturnParcel,
      options: RequestOptions & {
        orderToken?: string | undefined;
        idempotencyKey?: string | undefined;
        ifMatch?: string | undefined;
      } = {},
    ) =>
      call.json<Return>(
        {
          method: 'POST',
          path: `/v1/returns/${segment(id)}/parcels`,
          body,
          headers: ['Order-Token', 'Idempotency-Key', 'If-Match'],
        },
        options,
      ),
    /** Record what lay in a parcel, or correct it. Per line: good, damaged, wrong, missing. When all that was approved is accounted for (or with `complete`) the return is received; its refund follows after STOCKROOM_RETURN_SETTLE_SECONDS, until which counts can be corrected. (`POST /v1/returns/{id}/receive`) */
    receive: (
      id: string,
      body: ReturnReceipt,
      options: RequestOptions & {
        orderToken?: string | undefined;
        idempotencyKey?: string | undefined;
        ifMatch?: string | undefined;
      } = {},
    ) =>
      call.json<Return>(
        {
          method: 'POST',
          path: `/v1/returns/${segment(id)}/receive`,
          body,
          headers: ['Order-Token', 'Idempotency-Key', 'If-Match'],
        },
        options,
      ),
    /** End a return without a refund. (`POST /v1/returns/{id}/close`) */
    close: (
      id: string,
      body: ReturnRefusal,
      options: RequestOptions & {
        orderToken?: string | undefined;
        idempotencyKey?: string | undefined;
        ifMatch?: string | undefined;
      } = {},
    ) =>
      call.json<Return>(
        {
          method: 'POST',
          path: `/v1/returns/${segment(id)}/close`,
          body,
          headers: ['Order-Token', 'Idempotency-Key', 'If-Match'],
        },
        options,
      ),
    /** Give the money back now. What `GET …/value` shows, or another `amount` that a person decides on, up to what the goods and the delivery cost. What the payment does not have any more is a 409, and nothing is changed. (`POST /v1/returns/{id}/settle`) */
    settle: (
      id: string,
      body?: ReturnSettlement | undefined,
      options: RequestOptions & {
        orderToken?: string | undefined;
        idempotencyKey?: string | undefined;
        ifMatch?: string | undefined;
      } = {},
    ) =>
      call.json<Return>(
        {
          method: 'POST',
          path: `/v1/returns/${segment(id)}/settle`,
          body,
          headers: ['Order-Token', 'Idempotency-Key', 'If-Match'],
        },
        options,
      ),
  },
  returnPolicies: {
    /** List return policies, the default first. (`GET /v1/return-policies`) */
    list: (options: RequestOptions = {}) =>
      call.json<ReturnPolicyList>({ method: 'GET', path: `/v1/return-policies` }, options),
    /** Make a return policy. Returns that were asked for before keep the terms they were asked under. (`POST /v1/return-policies`) */
    create: (body: NewReturnPolicy, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<ReturnPolicy>(
        { method: 'POST', path: `/v1/return-policies`, body, headers: ['Idempotency-Key'] },
        options,
      ),
    /** Read a return policy. (`GET /v1/return-policies/{id}`) */
    read: (id: string, options: RequestOptions = {}) =>
      call.json<ReturnPolicy>({ method: 'GET', path: `/v1/return-policies/${segment(id)}` }, options),
    /** Replace a return policy. (`PUT /v1/return-policies/{id}`) */
    save: (id: string, body: NewReturnPolicy, options: RequestOptions & { ifMatch?: string | undefined } = {}) =>
      call.json<ReturnPolicy>(
        { method: 'PUT', path: `/v1/return-policies/${segment(id)}`, body, headers: ['If-Match'] },
        options,
      ),
    /** Delete a return policy. (`DELETE /v1/return-policies/{id}`) */
    delete: (id: string, options: RequestOptions & { ifMatch?: string | undefined } = {}) =>
      call.nothing({ method: 'DELETE', path: `/v1/return-policies/${segment(id)}`, headers: ['If-Match'] }, options),
  },
  claims: {
    /** List claims, newest first. (`GET /v1/claims`) */
    list: (query: ClaimsListQuery = {}, options: RequestOptions = {}) =>
      call.list<ClaimList, Claim>({ method: 'GET', path: `/v1/claims`, query }, options),
    /** Read a claim. (`GET /v1/claims/{id}`) */
    read: (id: string, options: RequestOptions & { orderToken?: string | undefined } = {}) =>
      call.json<Claim>({ method: 'GET', path: `/v1/claims/${segment(id)}`, headers: ['Order-Token'] }, options),
    /** Who did what with a claim. (`GET /v1/claims/{id}/history`) */
    history: (id: string, options: RequestOptions = {}) =>
      call.json<ClaimHistory>({ method: 'GET', path: `/v1/claims/${segment(id)}/history` }, options),
    /** Send the claimed goods once more. By an order of kind `replacement` that costs nothing and goes the whole way. When its goods are out of stock, the claim is refunded instead, by itself. (`POST /v1/claims/{id}/reship`) */
    reship: (
      id: string,
      body?: ClaimReshipment | undefined,
      options: RequestOptions & {
        orderToken?: string | undefined;
        idempotencyKey?: string | undefined;
        ifMatch?: string | undefined;
      } = {},
    ) =>
      call.json<Claim>(
        {
          method: 'POST',
          path: `/v1/claims/${segment(id)}/reship`,
          body,
          headers: ['Order-Token', 'Idempotency-Key', 'If-Match'],
        },
        options,
      ),
    /** Give the money of the claimed goods back. (`POST /v1/claims/{id}/refund`) */
    refund: (
      id: string,
      body?: ClaimRefund | undefined,
      options: RequestOptions & {
        orderToken?: string | undefined;
        idempotencyKey?: string | undefined;
        ifMatch?: string | undefined;
      } = {},
    ) =>
      call.json<Claim>(
        {
          method: 'POST',
          path: `/v1/claims/${segment(id)}/refund`,
          body,
          headers: ['Order-Token', 'Idempotency-Key', 'If-Match'],
        },
        options,
      ),
    /** Refuse a claim, with a reason for the customer. (`POST /v1/claims/{id}/refuse`) */
    refuse: (
      id: string,
      body: ClaimReason,
      options: RequestOptions & {
        orderToken?: string | undefined;
        idempotencyKey?: string | undefined;
        ifMatch?: string | undefined;
      } = {},
    ) =>
      call.json<Claim>(
        {
          method: 'POST',
          path: `/v1/claims/${segment(id)}/refuse`,
          body,
          headers: ['Order-Token', 'Idempotency-Key', 'If-Match'],
        },
        options,
      ),
    /** Call off a claim that is not decided. (`POST /v1/claims/{id}/cancel`) */
    cancel: (
      id: string,
      body?: ClaimEnding | undefined,
      options: RequestOptions & {
        orderToken?: string | undefined;
        idempotencyKey?: string | undefined;
        ifMatch?: string | undefined;
      } = {},
    ) =>
      call.json<Claim>(
        {
          method: 'POST',
          path: `/v1/claims/${segment(id)}/cancel`,
          body,
          headers: ['Order-Token', 'Idempotency-Key', 'If-Match'],
        },
        options,
      ),
    /** Note what the carrier was asked for, and what it paid. (`POST /v1/claims/{id}/carrier`) */
    carrier: (
      id: string,
      body: CarrierClaim,
      options: RequestOptions & {
        orderToken?: string | undefined;
        idempotencyKey?: string | undefined;
        ifMatch?: string | undefined;
      } = {},
    ) =>
      call.json<Claim>(
        {
          method: 'POST',
          path: `/v1/claims/${segment(id)}/carrier`,
          body,
          headers: ['Order-Token', 'Idempotency-Key', 'If-Match'],
        },
        options,
      ),
  },
  disputes: {
    /** List disputes, newest first. (`GET /v1/disputes`) */
    list: (query: DisputesListQuery = {}, options: RequestOptions = {}) =>
      call.list<DisputeList, Dispute>({ method: 'GET', path: `/v1/disputes`, query }, options),
    /** Read a dispute. (`GET /v1/disputes/{id}`) */
    read: (id: string, options: RequestOptions = {}) =>
      call.json<Dispute>({ method: 'GET', path: `/v1/disputes/${segment(id)}` }, options),
    evidence: {
      /** The evidence pack as a file. All that speaks for the shop: order, customer with the IP address of the purchase, parcels with scans, messages, refunds; and `texts`, as they would be handed in. With `format=html` a page to read or print. (`GET /v1/disputes/{id}/evidence`) */
      read: (id: string, query: DisputesEvidenceReadQuery = {}, options: RequestOptions = {}) =>
        call.json<EvidencePack>({ method: 'GET', path: `/v1/disputes/${segment(id)}/evidence`, query }, options),
      /** Hand the evidence in to the bank, once. The texts of the evidence pack, with those of the body in their place. A job submits them; Stripe takes evidence once. (`POST /v1/disputes/{id}/evidence`) */
      submit: (
        id: string,
        body?: SubmitEvidence | undefined,
        options: RequestOptions & { idempotencyKey?: string | undefined } = {},
      ) =>
        call.json<Dispute>(
          { method: 'POST', path: `/v1/disputes/${segment(id)}/evidence`, body, headers: ['Idempotency-Key'] },
          options,
        ),
    },
  },
  products: {
    /** Import variants with their products, prices and stock. NDJSON (an ImportLine per line) or CSV with a header: sku, name, barcode, product_slug, product_name, product_description, product_status, categories (slugs joined by |), image_urls (joined by |; or one image_url), weight_grams, length_mm, width_mm, height_mm, low_stock_threshold, amount_<currency>, compare_at_amount_<currency>, cost_amount_<currency> (minor units), stock_<location>, attribute_<name>, metadata_<name>. Variants are found by SKU; what a line or a cell leaves out stays as it is. The same import again changes nothing, so it needs no Idempotency-Key. The report comes as JSON, or as NDJSON (the summary last) when Accept asks for application/x-ndjson. (`POST /v1/products/import`) */
    import: (
      body: RawBody<'application/x-ndjson'> | RawBody<'text/csv'>,
      query: ProductsImportQuery = {},
      options: RequestOptions = {},
    ) => call.json<ImportReport>({ method: 'POST', path: `/v1/products/import`, body, query }, options),
    images: {
      /** Add pictures to a product, as files or by address. As multipart/form-data, each file is a part named `files` (or `file`); `alt`, `position` and `primary` stand before the file they belong to. As JSON, addresses are fetched by a job; an address that the product has already is that same image. Every file or address gets a status of its own, in their order: `ready` when the content is known already, `queued`, or `rejected` with the reason. (`POST /v1/products/{id}/images`) */
      add: (
        id: string,
        body: ImagesByUrl | FormData,
        options: RequestOptions & { idempotencyKey?: string | undefined } = {},
      ) =>
        call.json<AddedImages>(
          { method: 'POST', path: `/v1/products/${segment(id)}/images`, body, headers: ['Idempotency-Key'] },
          options,
        ),
      /** List a product's images. Publishable keys see what is ready; secret ones see every state, and why an image was rejected. (`GET /v1/products/{id}/images`) */
      list: (id: string, options: RequestOptions = {}) =>
        call.json<ImageList>({ method: 'GET', path: `/v1/products/${segment(id)}/images` }, options),
      /** Follow a product's images as they come along (SSE). First an event for each image as it stands, then one for each change: `{ "type": "image", "image": …, "open": n }`, where `open` says how many still wait; `{ "type": "removed", "id": …, "open": n }` when one is deleted. States may be skipped, the last one never is. Reconnecting with Last-Event-ID goes on from there. (`GET /v1/products/{id}/images/events`) */
      events: (id: string, options: RequestOptions = {}) =>
        call.stream({ method: 'GET', path: `/v1/products/${segment(id)}/images/events` }, options),
      /** Put a product's images in order. Names all of them; 409 with the present ids when others were added or deleted meanwhile. (`PUT /v1/products/{id}/images/order`) */
      setOrder: (id: string, body: ImageOrder, options: RequestOptions = {}) =>
        call.json<ImageList>({ method: 'PUT', path: `/v1/products/${segment(id)}/images/order`, body }, options),
      /** Begin uploads that go straight to storage. When they are there, POST /v1/images/{id}/uploaded. All or none: 409 when the product has no room for all. (`POST /v1/products/{id}/images/uploads`) */
      beginUploads: (
        id: string,
        body: ImageUploadsInput,
        options: RequestOptions & { idempotencyKey?: string | undefined } = {},
      ) =>
        call.json<ImageUploads>(
          { method: 'POST', path: `/v1/products/${segment(id)}/images/uploads`, body, headers: ['Idempotency-Key'] },
          options,
        ),
    },
    /** Create a product with its variants. A vendor's key makes its vendor's products, which wait for the shop's approval unless the vendor needs none. (`POST /v1/products`) */
    create: (body: ProductInput, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<Product>({ method: 'POST', path: `/v1/products`, body, headers: ['Idempotency-Key'] }, options),
    /** Search, filter and list products. Publishable keys see what is for sale, a vendor's keys what is that vendor's. (`GET /v1/products`) */
    list: (query: ProductsListQuery = {}, options: RequestOptions = {}) =>
      call.list<ProductList, Product>({ method: 'GET', path: `/v1/products`, query }, options),
    /** Read a product by id or slug. (`GET /v1/products/{id}`) */
    read: (id: string, options: RequestOptions = {}) =>
      call.json<Product>({ method: 'GET', path: `/v1/products/${segment(id)}` }, options),
    /** Replace a product. What the body leaves out becomes empty, except slug and status, which stay. By the key of a vendor the categories stay too: the shop sets them, since commission may go by them. With `variants`, those not named are deleted (409 when stock or orders point at one); without, they stay. The same is true of `images` by URL; uploaded ones always stay. (`PUT /v1/products/{id}`) */
    save: (id: string, body: ProductInput, options: RequestOptions & { ifMatch?: string | undefined } = {}) =>
      call.json<Product>({ method: 'PUT', path: `/v1/products/${segment(id)}`, body, headers: ['If-Match'] }, options),
    /** Archive a product. Orders point at products, so they are archived, not deleted; PUT with a status brings one back. (`DELETE /v1/products/{id}`) */
    delete: (id: string, options: RequestOptions & { ifMatch?: string | undefined } = {}) =>
      call.nothing({ method: 'DELETE', path: `/v1/products/${segment(id)}`, headers: ['If-Match'] }, options),
    /** Approve or refuse a vendor's product. 422 for a product of the shop itself. (`POST /v1/products/{id}/approval`) */
    approval: (
      id: string,
      body: ProductApproval,
      options: RequestOptions & { idempotencyKey?: string | undefined } = {},
    ) =>
      call.json<Product>(
        { method: 'POST', path: `/v1/products/${segment(id)}/approval`, body, headers: ['Idempotency-Key'] },
        options,
      ),
  },
  images: {
    /** Tell that an upload to storage is complete. Told again, it changes nothing. 409 while nothing stands at the address, and once the upload has expired. (`POST /v1/images/{id}/uploaded`) */
    finishUpload: (id: string, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<Image>(
        { method: 'POST', path: `/v1/images/${segment(id)}/uploaded`, headers: ['Idempotency-Key'] },
        options,
      ),
    rebuild: {
      /** Make the variants of all pictures anew. New pictures go first. While one runs, that one is answered: asking again is harmless. (`POST /v1/images/rebuild`) */
      start: (options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
        call.json<ImageRebuild>({ method: 'POST', path: `/v1/images/rebuild`, headers: ['Idempotency-Key'] }, options),
      /** How the rebuild comes along, or how the last one ended. (`GET /v1/images/rebuild`) */
      read: (options: RequestOptions = {}) =>
        call.json<ImageRebuild>({ method: 'GET', path: `/v1/images/rebuild` }, options),
      /** End the rebuild that runs. What is rebuilt stays so. (`DELETE /v1/images/rebuild`) */
      stop: (options: RequestOptions = {}) =>
        call.json<ImageRebuild>({ method: 'DELETE', path: `/v1/images/rebuild` }, options),
    },
    /** List images of all products by status. (`GET /v1/images`) */
    list: (query: ImagesListQuery = {}, options: RequestOptions = {}) =>
      call.list<ImagePage, Image>({ method: 'GET', path: `/v1/images`, query }, options),
    /** How many images wait, are ready, were rejected or have failed. (`GET /v1/images/progress`) */
    progress: (options: RequestOptions = {}) =>
      call.json<ImageProgress>({ method: 'GET', path: `/v1/images/progress` }, options),
    /** Read an image. (`GET /v1/images/{id}`) */
    read: (id: string, options: RequestOptions = {}) =>
      call.json<Image>({ method: 'GET', path: `/v1/images/${segment(id)}` }, options),
    /** Change an image's text, position, or whether it comes first. (`PATCH /v1/images/{id}`) */
    update: (id: string, body: ImagePatch, options: RequestOptions & { ifMatch?: string | undefined } = {}) =>
      call.json<Image>({ method: 'PATCH', path: `/v1/images/${segment(id)}`, body, headers: ['If-Match'] }, options),
    /** Delete an image. What no other product shows is removed from storage after a grace time. (`DELETE /v1/images/{id}`) */
    delete: (id: string, options: RequestOptions & { ifMatch?: string | undefined } = {}) =>
      call.nothing({ method: 'DELETE', path: `/v1/images/${segment(id)}`, headers: ['If-Match'] }, options),
    /** List images that look like this one. The nearest first. Pictures of one colour all look alike. Empty until the image is ready. (`GET /v1/images/{id}/duplicates`) */
    duplicates: (id: string, query: ImagesDuplicatesQuery = {}, options: RequestOptions = {}) =>
      call.json<ImageDuplicates>({ method: 'GET', path: `/v1/images/${segment(id)}/duplicates`, query }, options),
    /** Try an image again that failed or was rejected. An image that is on its way or ready stays as it is. 409 for an upload that never came. (`POST /v1/images/{id}/retry`) */
    retry: (id: string, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<Image>(
        { method: 'POST', path: `/v1/images/${segment(id)}/retry`, headers: ['Idempotency-Key'] },
        options,
      ),
  },
  media: {
    /** Get a variant of a picture. When the storage is a local disk. A variant never changes under its address, so it may be cached for ever. Takes ranges and If-None-Match. (`GET /media/{sha256}/{file}`) */
    read: (sha256: string, file: string, options: RequestOptions = {}) =>
      call.raw({ method: 'GET', path: `/media/${segment(sha256)}/${segment(file)}` }, options),
    /** Get a size that is not made for every picture. At the addresses that an image lists under `on_demand`. (`GET /media/on-demand/{sha256}/{file}`) */
    readOnDemand: (sha256: string, file: string, query: MediaReadOnDemandQuery = {}, options: RequestOptions = {}) =>
      call.raw({ method: 'GET', path: `/media/on-demand/${segment(sha256)}/${segment(file)}`, query }, options),
  },
  uploads: {
    /** Upload a picture at a presigned address. Where POST /v1/products/{id}/images/uploads says so, which is when the storage is a local disk. Send the file with the Content-Type and the size that were announced; then tell POST /v1/images/{id}/uploaded. (`PUT /v1/uploads/{id}`) */
    send: (id: string, body: RawBody<string>, query: UploadsSendQuery, options: RequestOptions = {}) =>
      call.nothing({ method: 'PUT', path: `/v1/uploads/${segment(id)}`, body, query }, options),
  },
  variants: {
    /** Read a variant by SKU. (`GET /v1/variants/{sku}`) */
    read: (sku: string, options: RequestOptions = {}) =>
      call.json<Variant>({ method: 'GET', path: `/v1/variants/${segment(sku)}` }, options),
    /** Create or replace a variant by SKU. The variant becomes what the body says. A new one names its product by `product_slug` or `product.slug`; with `product`, the product is created, or its given members are set. Naming another product moves the variant. (`PUT /v1/variants/{sku}`) */
    save: (
      sku: string,
      body?: VariantInput | undefined,
      options: RequestOptions & { ifMatch?: string | undefined } = {},
    ) =>
      call.json<Variant>({ method: 'PUT', path: `/v1/variants/${segment(sku)}`, body, headers: ['If-Match'] }, options),
    /** A variant's prices over time, here and at competitors. Competitors’ prices are as their pages have them, by currency, of the pages that were tied to the variant then; `ours` are the changes of our own price. (`GET /v1/variants/{id}/price-history`) */
    priceHistory: (id: string, query: VariantsPriceHistoryQuery = {}, options: RequestOptions = {}) =>
      call.json<VariantPriceHistory>(
        { method: 'GET', path: `/v1/variants/${segment(id)}/price-history`, query },
        options,
      ),
    chart: {
      /** Chart of a variant's prices here and at competitors, as SVG. Prices hold until the next look. Gaps are unknown: nobody looked, or nothing was understood. × and a pale line: out of stock. Theirs are shown in the terms of ours (tax, pack, currency) where we have a price. Letters are outlines, so that no font is needed. (`GET /v1/variants/{id}/chart.svg`) */
      svg: (id: string, query: VariantsChartSvgQuery = {}, options: RequestOptions = {}) =>
        call.raw({ method: 'GET', path: `/v1/variants/${segment(id)}/chart.svg`, query }, options),
      /** Chart of a variant's prices here and at competitors, as PNG. Prices hold until the next look. Gaps are unknown: nobody looked, or nothing was understood. × and a pale line: out of stock. Theirs are shown in the terms of ours (tax, pack, currency) where we have a price. Letters are outlines, so that no font is needed. (`GET /v1/variants/{id}/chart.png`) */
      png: (id: string, query: VariantsChartPngQuery = {}, options: RequestOptions = {}) =>
        call.raw({ method: 'GET', path: `/v1/variants/${segment(id)}/chart.png`, query }, options),
    },
  },
  categories: {
    /** Create a category. (`POST /v1/categories`) */
    create: (body: CategoryInput, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<Category>({ method: 'POST', path: `/v1/categories`, body, headers: ['Idempotency-Key'] }, options),
    /** Read the tree of categories. (`GET /v1/categories`) */
    list: (options: RequestOptions = {}) => call.json<CategoryTree>({ method: 'GET', path: `/v1/categories` }, options),
    /** Read a category by id or slug. (`GET /v1/categories/{id}`) */
    read: (id: string, options: RequestOptions = {}) =>
      call.json<Category>({ method: 'GET', path: `/v1/categories/${segment(id)}` }, options),
    /** Replace or move a category. A category cannot move below itself (422). Without a slug it keeps its own. (`PUT /v1/categories/{id}`) */
    save: (id: string, body: CategoryInput, options: RequestOptions & { ifMatch?: string | undefined } = {}) =>
      call.json<Category>(
        { method: 'PUT', path: `/v1/categories/${segment(id)}`, body, headers: ['If-Match'] },
        options,
      ),
    /** Delete an empty category. One that has children or products stays (409): move them first. (`DELETE /v1/categories/{id}`) */
    delete: (id: string, options: RequestOptions & { ifMatch?: string | undefined } = {}) =>
      call.nothing({ method: 'DELETE', path: `/v1/categories/${segment(id)}`, headers: ['If-Match'] }, options),
  },
  locations: {
    /** Create a location. Goods of a vendor lie only in places of that vendor; a vendor's key makes its own. (`POST /v1/locations`) */
    create: (body: LocationInput, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<Location>({ method: 'POST', path: `/v1/locations`, body, headers: ['Idempotency-Key'] }, options),
    /** List locations. (`GET /v1/locations`) */
    list: (options: RequestOptions = {}) =>
      call.json<LocationsListAnswer>({ method: 'GET', path: `/v1/locations` }, options),
    /** Read a location. (`GET /v1/locations/{code}`) */
    read: (code: string, options: RequestOptions = {}) =>
      call.json<Location>({ method: 'GET', path: `/v1/locations/${segment(code)}` }, options),
    /** Create or replace a location by its code. (`PUT /v1/locations/{code}`) */
    save: (code: string, body: LocationMembers, options: RequestOptions = {}) =>
      call.json<Location>({ method: 'PUT', path: `/v1/locations/${segment(code)}`, body }, options),
  },
  stock: {
    /** List stock levels. A vendor's key sees what lies in its vendor's places. (`GET /v1/stock`) */
    list: (query: StockListQuery = {}, options: RequestOptions = {}) =>
      call.list<StockLevelList, StockLevel>({ method: 'GET', path: `/v1/stock`, query }, options),
    /** List stock movements, newest first. (`GET /v1/stock/movements`) */
    movements: (query: StockMovementsQuery = {}, options: RequestOptions = {}) =>
      call.list<StockMovementList, StockMovement>({ method: 'GET', path: `/v1/stock/movements`, query }, options),
    /** Receive, count or correct stock. Never leaves less on hand than orders hold: 409 with the facts instead. (`POST /v1/stock/adjustments`) */
    adjust: (body: StockAdjustment, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<AdjustedStock>(
        { method: 'POST', path: `/v1/stock/adjustments`, body, headers: ['Idempotency-Key'] },
        options,
      ),
    /** Read the stock of a SKU, per location. (`GET /v1/stock/{sku}`) */
    read: (sku: string, options: RequestOptions = {}) =>
      call.json<SkuStock>({ method: 'GET', path: `/v1/stock/${segment(sku)}` }, options),
  },
  ledger: {
    /** Balances by account and currency at the end of a day. (`GET /v1/ledger/accounts`) */
    accounts: (query: LedgerAccountsQuery = {}, options: RequestOptions = {}) =>
      call.json<LedgerAccounts>({ method: 'GET', path: `/v1/ledger/accounts`, query }, options),
    /** Balances by account and currency at the end of a day. (`GET /v1/ledger/accounts`) */
    accountsAs: (format: 'csv', query: LedgerAccountsQuery = {}, options: RequestOptions = {}) =>
      call.text({ format, method: 'GET', path: `/v1/ledger/accounts`, query }, options),
    /** The trial balance at the end of a day. (`GET /v1/ledger/trial-balance`) */
    trialBalance: (query: LedgerTrialBalanceQuery = {}, options: RequestOptions = {}) =>
      call.json<TrialBalance>({ method: 'GET', path: `/v1/ledger/trial-balance`, query }, options),
    /** The trial balance at the end of a day. (`GET /v1/ledger/trial-balance`) */
    trialBalanceAs: (format: 'csv', query: LedgerTrialBalanceQuery = {}, options: RequestOptions = {}) =>
      call.text({ format, method: 'GET', path: `/v1/ledger/trial-balance`, query }, options),
    /** List ledger transactions with their entries, newest first. As CSV it has a line per entry and is not paged: all that the filters let through. (`GET /v1/ledger/transactions`) */
    transactions: (query: LedgerTransactionsQuery = {}, options: RequestOptions = {}) =>
      call.list<LedgerTransactionList, LedgerTransaction>(
        { method: 'GET', path: `/v1/ledger/transactions`, query },
        options,
      ),
    /** List ledger transactions with their entries, newest first. As CSV it has a line per entry and is not paged: all that the filters let through. (`GET /v1/ledger/transactions`) */
    transactionsAs: (format: 'csv', query: LedgerTransactionsQuery = {}, options: RequestOptions = {}) =>
      call.text({ format, method: 'GET', path: `/v1/ledger/transactions`, query }, options),
    days: {
      /** List closed days, newest first. (`GET /v1/ledger/days`) */
      list: (query: LedgerDaysListQuery = {}, options: RequestOptions = {}) =>
        call.list<LedgerDayList, LedgerDaysListItem>({ method: 'GET', path: `/v1/ledger/days`, query }, options),
      /** Read a day's journal. As JSON, CSV or a page with a picture. A day that is not closed is shown as it stands now. (`GET /v1/ledger/days/{day}`) */
      read: (day: string, options: RequestOptions = {}) =>
        call.json<LedgerDay>({ method: 'GET', path: `/v1/ledger/days/${segment(day)}` }, options),
      /** Read a day's journal. As JSON, CSV or a page with a picture. A day that is not closed is shown as it stands now. (`GET /v1/ledger/days/{day}`) */
      readAs: (format: 'csv' | 'html', day: string, options: RequestOptions = {}) =>
        call.text({ format, method: 'GET', path: `/v1/ledger/days/${segment(day)}` }, options),
    },
  },
  reconciliation: {
    runs: {
      /** Start a run. A dry run (the default) reads and compares, repairs and books nothing, and keeps its findings to itself. (`POST /v1/reconciliation/runs`) */
      create: (
        body: ReconciliationRunsCreateBody,
        options: RequestOptions & { idempotencyKey?: string | undefined } = {},
      ) =>
        call.json<ReconciliationRun>(
          { method: 'POST', path: `/v1/reconciliation/runs`, body, headers: ['Idempotency-Key'] },
          options,
        ),
      /** List runs, newest first. (`GET /v1/reconciliation/runs`) */
      list: (query: ReconciliationRunsListQuery = {}, options: RequestOptions = {}) =>
        call.list<ReconciliationRunList, ReconciliationRun>(
          { method: 'GET', path: `/v1/reconciliation/runs`, query },
          options,
        ),
      /** Read a run and how far it is. (`GET /v1/reconciliation/runs/{id}`) */
      read: (id: string, options: RequestOptions = {}) =>
        call.json<ReconciliationRun>({ method: 'GET', path: `/v1/reconciliation/runs/${segment(id)}` }, options),
    },
    findings: {
      /** List findings, oldest first. (`GET /v1/reconciliation/findings`) */
      list: (query: ReconciliationFindingsListQuery = {}, options: RequestOptions = {}) =>
        call.list<FindingList, Finding>({ method: 'GET', path: `/v1/reconciliation/findings`, query }, options),
      /** Read a finding. (`GET /v1/reconciliation/findings/{id}`) */
      read: (id: string, options: RequestOptions = {}) =>
        call.json<Finding>({ method: 'GET', path: `/v1/reconciliation/findings/${segment(id)}` }, options),
      /** Accept a finding: it is so, and may stay. What is resolved and found again is open again; what is accepted stays so until its figures change. (`POST /v1/reconciliation/findings/{id}/accept`) */
      accept: (
        id: string,
        body: ReconciliationFindingsAcceptBody,
        options: RequestOptions & { idempotencyKey?: string | undefined } = {},
      ) =>
        call.json<Finding>(
          {
            method: 'POST',
            path: `/v1/reconciliation/findings/${segment(id)}/accept`,
            body,
            headers: ['Idempotency-Key'],
          },
          options,
        ),
      /** Resolve a finding: it was put right. What is resolved and found again is open again; what is accepted stays so until its figures change. (`POST /v1/reconciliation/findings/{id}/resolve`) */
      resolve: (
        id: string,
        body: ReconciliationFindingsResolveBody,
        options: RequestOptions & { idempotencyKey?: string | undefined } = {},
      ) =>
        call.json<Finding>(
          {
            method: 'POST',
            path: `/v1/reconciliation/findings/${segment(id)}/resolve`,
            body,
            headers: ['Idempotency-Key'],
          },
          options,
        ),
      /** Correct a finding in the ledger. Takes the wrong booking back and books what is right beside it, so that the ledger holds what Stripe moved; closed days do not change. Open and accepted findings that a booking repairs; others are refused (422). (`POST /v1/reconciliation/findings/{id}/correct`) */
      correct: (
        id: string,
        body: ReconciliationFindingsCorrectBody,
        options: RequestOptions & { idempotencyKey?: string | undefined } = {},
      ) =>
        call.json<Correction>(
          {
            method: 'POST',
            path: `/v1/reconciliation/findings/${segment(id)}/correct`,
            body,
            headers: ['Idempotency-Key'],
          },
          options,
        ),
    },
  },
  exceptions: {
    /** List what a person must settle, oldest first. (`GET /v1/exceptions`) */
    list: (query: ExceptionsListQuery = {}, options: RequestOptions = {}) =>
      call.list<ExceptionList, Exception>({ method: 'GET', path: `/v1/exceptions`, query }, options),
    /** Read an exception. (`GET /v1/exceptions/{id}`) */
    read: (id: string, options: RequestOptions = {}) =>
      call.json<Exception>({ method: 'GET', path: `/v1/exceptions/${segment(id)}` }, options),
    /** Close an exception, saying how it was settled. Changes nothing but the list. What happens again is listed again. (`POST /v1/exceptions/{id}/resolve`) */
    resolve: (
      id: string,
      body: ExceptionResolution,
      options: RequestOptions & { idempotencyKey?: string | undefined } = {},
    ) =>
      call.json<Exception>(
        { method: 'POST', path: `/v1/exceptions/${segment(id)}/resolve`, body, headers: ['Idempotency-Key'] },
        options,
      ),
  },
  notifications: {
    /** List messages, newest first. (`GET /v1/notifications`) */
    list: (query: NotificationsListQuery = {}, options: RequestOptions = {}) =>
      call.list<NotificationList, Notification>({ method: 'GET', path: `/v1/notifications`, query }, options),
    /** Read a message with its attempts, the provider’s events and the text that was sent. (`GET /v1/notifications/{id}`) */
    read: (id: string, options: RequestOptions = {}) =>
      call.json<NotificationTimeline>({ method: 'GET', path: `/v1/notifications/${segment(id)}` }, options),
  },
  recipients: {
    /** Add a recipient. Of the shop: they are told what is routed to their audience, instead of the address in the configuration. Of customers: they are told of all orders of their e-mail address on the channels that they want as well. (`POST /v1/recipients`) */
    create: (body: NewRecipient, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<Recipient>({ method: 'POST', path: `/v1/recipients`, body, headers: ['Idempotency-Key'] }, options),
    /** List recipients. (`GET /v1/recipients`) */
    list: (query: RecipientsListQuery = {}, options: RequestOptions = {}) =>
      call.list<RecipientList, Recipient>({ method: 'GET', path: `/v1/recipients`, query }, options),
    /** Read a recipient. (`GET /v1/recipients/{id}`) */
    read: (id: string, options: RequestOptions = {}) =>
      call.json<Recipient>({ method: 'GET', path: `/v1/recipients/${segment(id)}` }, options),
    /** Change a recipient. What is not named stays. `preferences` replaces all that were there. (`PATCH /v1/recipients/{id}`) */
    update: (
      id: string,
      body?: RecipientChanges | undefined,
      options: RequestOptions & { ifMatch?: string | undefined } = {},
    ) =>
      call.json<Recipient>(
        { method: 'PATCH', path: `/v1/recipients/${segment(id)}`, body, headers: ['If-Match'] },
        options,
      ),
    /** Remove a recipient. With preferences and push subscriptions. Messages that they were sent stay in the timeline. (`DELETE /v1/recipients/{id}`) */
    delete: (id: string, options: RequestOptions & { ifMatch?: string | undefined } = {}) =>
      call.nothing({ method: 'DELETE', path: `/v1/recipients/${segment(id)}`, headers: ['If-Match'] }, options),
    pushSubscriptions: {
      /** Let a browser of a recipient be pushed to. What is pushed is for their preferences and the routes to say. The same browser is kept once. (`POST /v1/recipients/{id}/push-subscriptions`) */
      create: (
        id: string,
        body: NewPushSubscription,
        options: RequestOptions & { idempotencyKey?: string | undefined } = {},
      ) =>
        call.json<PushSubscription>(
          {
            method: 'POST',
            path: `/v1/recipients/${segment(id)}/push-subscriptions`,
            body,
            headers: ['Idempotency-Key'],
          },
          options,
        ),
      /** Push to a browser no more. (`DELETE /v1/recipients/{id}/push-subscriptions`) */
      delete: (id: string, query: RecipientsPushSubscriptionsDeleteQuery, options: RequestOptions = {}) =>
        call.nothing({ method: 'DELETE', path: `/v1/recipients/${segment(id)}/push-subscriptions`, query }, options),
    },
  },
  push: {
    /** Read the key that browsers subscribe with. (`GET /v1/push/key`) */
    key: (options: RequestOptions = {}) => call.json<PushKey>({ method: 'GET', path: `/v1/push/key` }, options),
  },
  messageRoutes: {
    /** List the routes of messages. All that hold by themselves, and what the shop said. Beside them a recipient may ask for further channels of a topic. (`GET /v1/message-routes`) */
    list: (options: RequestOptions = {}) =>
      call.json<MessageRouteList>({ method: 'GET', path: `/v1/message-routes` }, options),
    /** Route an event to an audience on a channel, or not. Counts from the next message on. What customers hear goes to customers; what the shop hears may go to any of its audiences. (`PUT /v1/message-routes/{event}/{audience}/{channel}`) */
    save: (event: string, audience: string, channel: string, body: MessageRouteChange, options: RequestOptions = {}) =>
      call.json<MessageRoute>(
        { method: 'PUT', path: `/v1/message-routes/${segment(event)}/${segment(audience)}/${segment(channel)}`, body },
        options,
      ),
    /** Route as if nothing had been said. (`DELETE /v1/message-routes/{event}/{audience}/{channel}`) */
    delete: (event: string, audience: string, channel: string, options: RequestOptions = {}) =>
      call.nothing(
        { method: 'DELETE', path: `/v1/message-routes/${segment(event)}/${segment(audience)}/${segment(channel)}` },
        options,
      ),
  },
  suppressions: {
    /** List suppressed addresses. (`GET /v1/suppressions`) */
    list: (query: SuppressionsListQuery = {}, options: RequestOptions = {}) =>
      call.list<SuppressionList, Suppression>({ method: 'GET', path: `/v1/suppressions`, query }, options),
    /** Write no more to an address. By hand, and then for every message, also about orders; with `topic` for that topic alone. Messages that wait are judged by it when they are sent. (`POST /v1/suppressions`) */
    create: (body: NewSuppression, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<Suppression>({ method: 'POST', path: `/v1/suppressions`, body, headers: ['Idempotency-Key'] }, options),
    /** Write to an address again. Lifts one reason; others stay. The provider may keep a list of its own, as SendGrid does of bounces, which is cleared there. (`DELETE /v1/suppressions/{id}`) */
    delete: (id: string, options: RequestOptions = {}) =>
      call.nothing({ method: 'DELETE', path: `/v1/suppressions/${segment(id)}` }, options),
  },
  alertRules: {
    /** Add an alert rule. It counts from the next look at a page on. What lasts already (they are cheaper than we are) is told then; falls and rises are measured from the price that was known before. (`POST /v1/alert-rules`) */
    create: (body: NewAlertRule, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<AlertRule>({ method: 'POST', path: `/v1/alert-rules`, body, headers: ['Idempotency-Key'] }, options),
    /** List alert rules. (`GET /v1/alert-rules`) */
    list: (query: AlertRulesListQuery = {}, options: RequestOptions = {}) =>
      call.list<AlertRuleList, AlertRule>({ method: 'GET', path: `/v1/alert-rules`, query }, options),
    /** Read an alert rule. (`GET /v1/alert-rules/{id}`) */
    read: (id: string, options: RequestOptions = {}) =>
      call.json<AlertRule>({ method: 'GET', path: `/v1/alert-rules/${segment(id)}` }, options),
    /** Change an alert rule. What is not named stays; its kind too. Switched off, it ends its alerts. (`PATCH /v1/alert-rules/{id}`) */
    update: (
      id: string,
      body?: AlertRuleChanges | undefined,
      options: RequestOptions & { ifMatch?: string | undefined } = {},
    ) =>
      call.json<AlertRule>(
        { method: 'PATCH', path: `/v1/alert-rules/${segment(id)}`, body, headers: ['If-Match'] },
        options,
      ),
    /** Remove an alert rule. Its alerts end, and stay with what the rule was. (`DELETE /v1/alert-rules/{id}`) */
    delete: (id: string, options: RequestOptions & { ifMatch?: string | undefined } = {}) =>
      call.nothing({ method: 'DELETE', path: `/v1/alert-rules/${segment(id)}`, headers: ['If-Match'] }, options),
  },
  priceAlerts: {
    /** List price alerts. (`GET /v1/price-alerts`) */
    list: (query: PriceAlertsListQuery = {}, options: RequestOptions = {}) =>
      call.list<PriceAlertList, PriceAlert>({ method: 'GET', path: `/v1/price-alerts`, query }, options),
    /** Read a price alert. With all that explains it: the page and what was kept of it, the rule as it was, the match, both prices with their times, what was held and why, and what happened to it. (`GET /v1/price-alerts/{id}`) */
    read: (id: string, options: RequestOptions = {}) =>
      call.json<PriceAlertDetail>({ method: 'GET', path: `/v1/price-alerts/${segment(id)}` }, options),
    /** Dismiss a price alert. Nobody is to hear of it any more. What lasts is not told again before it has ended. (`POST /v1/price-alerts/{id}/dismiss`) */
    dismiss: (
      id: string,
      body?: PriceAlertDecision | undefined,
      options: RequestOptions & { idempotencyKey?: string | undefined } = {},
    ) =>
      call.json<PriceAlertDetail>(
        { method: 'POST', path: `/v1/price-alerts/${segment(id)}/dismiss`, body, headers: ['Idempotency-Key'] },
        options,
      ),
    /** Accept their price. The alert ends, and falls and rises are measured from the price as it is. (`POST /v1/price-alerts/{id}/accept`) */
    accept: (
      id: string,
      body?: PriceAlertDecision | undefined,
      options: RequestOptions & { idempotencyKey?: string | undefined } = {},
    ) =>
      call.json<PriceAlertDetail>(
        { method: 'POST', path: `/v1/price-alerts/${segment(id)}/accept`, body, headers: ['Idempotency-Key'] },
        options,
      ),
    /** Believe what is held. It is told without a second look. (`POST /v1/price-alerts/{id}/unhold`) */
    unhold: (
      id: string,
      body?: PriceAlertDecision | undefined,
      options: RequestOptions & { idempotencyKey?: string | undefined } = {},
    ) =>
      call.json<PriceAlertDetail>(
        { method: 'POST', path: `/v1/price-alerts/${segment(id)}/unhold`, body, headers: ['Idempotency-Key'] },
        options,
      ),
    /** Say that the page is of another product. Page and variant are untied, and never tied again by themselves; all alerts of the page end. (`POST /v1/price-alerts/{id}/wrong-match`) */
    wrongMatch: (
      id: string,
      body?: PriceAlertDecision | undefined,
      options: RequestOptions & { idempotencyKey?: string | undefined } = {},
    ) =>
      call.json<PriceAlertDetail>(
        { method: 'POST', path: `/v1/price-alerts/${segment(id)}/wrong-match`, body, headers: ['Idempotency-Key'] },
        options,
      ),
    act: {
      /** Ask whether to act on a price alert. By the signed link of a mail. Decides nothing, however often it is followed. (`GET /price-alerts/act`) */
      read: (options: RequestOptions = {}) => call.raw({ method: 'GET', path: `/price-alerts/act` }, options),
      /** Act on a price alert. By the signed link of a mail: reprice, mute for a week, or untie page and product. A second call changes nothing. (`POST /price-alerts/act`) */
      create: (
        body: RawBody<'application/x-www-form-urlencoded'> | FormData,
        query: PriceAlertsActCreateQuery = {},
        options: RequestOptions = {},
      ) => call.raw({ method: 'POST', path: `/price-alerts/act`, body, query }, options),
    },
  },
  priceMutes: {
    /** Mute price alerts for a while. While it lasts nothing is opened; what is still so at its end is told then. Alerts that are open stay. (`POST /v1/price-mutes`) */
    create: (body: NewPriceMute, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<PriceMute>({ method: 'POST', path: `/v1/price-mutes`, body, headers: ['Idempotency-Key'] }, options),
    /** List mutes. Those that have not ended. (`GET /v1/price-mutes`) */
    list: (query: PriceMutesListQuery = {}, options: RequestOptions = {}) =>
      call.list<PriceMuteList, PriceMute>({ method: 'GET', path: `/v1/price-mutes`, query }, options),
    /** End a mute. (`DELETE /v1/price-mutes/{id}`) */
    delete: (id: string, options: RequestOptions = {}) =>
      call.nothing({ method: 'DELETE', path: `/v1/price-mutes/${segment(id)}` }, options),
  },
  minimumAdvertisedPrices: {
    /** Read minimum advertised prices. (`GET /v1/minimum-advertised-prices`) */
    read: (query: MinimumAdvertisedPricesReadQuery, options: RequestOptions = {}) =>
      call.json<MinimumAdvertisedPrices>({ method: 'GET', path: `/v1/minimum-advertised-prices`, query }, options),
    /** Set a minimum advertised price. The least that a variant may be advertised at; `amount: null` takes it away. (`PUT /v1/minimum-advertised-prices`) */
    save: (body: MinimumAdvertisedPrice, options: RequestOptions = {}) =>
      call.json<MinimumAdvertisedPrices>({ method: 'PUT', path: `/v1/minimum-advertised-prices`, body }, options),
  },
  unsubscribe: {
    /** Ask whether to unsubscribe. Changes nothing, however often it is followed. (`GET /unsubscribe`) */
    read: (options: RequestOptions = {}) => call.raw({ method: 'GET', path: `/unsubscribe` }, options),
    /** Unsubscribe, or subscribe again. A second call changes nothing. (`POST /unsubscribe`) */
    create: (
      body: RawBody<'application/x-www-form-urlencoded'> | FormData,
      query: UnsubscribeCreateQuery = {},
      options: RequestOptions = {},
    ) => call.raw({ method: 'POST', path: `/unsubscribe`, body, query }, options),
  },
  webhookEventTypes: {
    /** List what webhooks tell of. (`GET /v1/webhook-event-types`) */
    list: (options: RequestOptions = {}) =>
      call.json<WebhookEventTypeList>({ method: 'GET', path: `/v1/webhook-event-types` }, options),
  },
  webhookEndpoints: {
    /** Add an endpoint. It is told of what happens from now on, signed as Standard Webhooks says. `secret` is in this answer and nowhere else. (`POST /v1/webhook-endpoints`) */
    create: (body: WebhookEndpointInput, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<WebhookEndpointWithSecret>(
        { method: 'POST', path: `/v1/webhook-endpoints`, body, headers: ['Idempotency-Key'] },
        options,
      ),
    /** List endpoints. (`GET /v1/webhook-endpoints`) */
    list: (query: WebhookEndpointsListQuery = {}, options: RequestOptions = {}) =>
      call.list<WebhookEndpointList, WebhookEndpoint>({ method: 'GET', path: `/v1/webhook-endpoints`, query }, options),
    /** Read an endpoint and how it fares. (`GET /v1/webhook-endpoints/{id}`) */
    read: (id: string, options: RequestOptions = {}) =>
      call.json<WebhookEndpoint>({ method: 'GET', path: `/v1/webhook-endpoints/${segment(id)}` }, options),
    /** Change an endpoint. What waits for it goes to the new address. If-Match is honoured. (`PATCH /v1/webhook-endpoints/{id}`) */
    update: (id: string, body: WebhookEndpointChange, options: RequestOptions = {}) =>
      call.json<WebhookEndpoint>({ method: 'PATCH', path: `/v1/webhook-endpoints/${segment(id)}`, body }, options),
    /** Remove an endpoint; nothing more is sent to it. (`DELETE /v1/webhook-endpoints/{id}`) */
    delete: (id: string, options: RequestOptions = {}) =>
      call.nothing({ method: 'DELETE', path: `/v1/webhook-endpoints/${segment(id)}` }, options),
    /** Replace the secret; both sign during the overlap. (`POST /v1/webhook-endpoints/{id}/rotate-secret`) */
    rotateSecret: (
      id: string,
      body?: WebhookSecretRotation | undefined,
      options: RequestOptions & { idempotencyKey?: string | undefined } = {},
    ) =>
      call.json<WebhookEndpointWithSecret>(
        {
          method: 'POST',
          path: `/v1/webhook-endpoints/${segment(id)}/rotate-secret`,
          body,
          headers: ['Idempotency-Key'],
        },
        options,
      ),
    /** Pause an endpoint; what happens is kept for it. (`POST /v1/webhook-endpoints/{id}/pause`) */
    pause: (
      id: string,
      body?: WebhookEndpointsPauseBody | undefined,
      options: RequestOptions & { idempotencyKey?: string | undefined } = {},
    ) =>
      call.json<WebhookEndpoint>(
        { method: 'POST', path: `/v1/webhook-endpoints/${segment(id)}/pause`, body, headers: ['Idempotency-Key'] },
        options,
      ),
    /** Resume an endpoint; what was kept is sent. One that was disabled is told of what happens from now on; what it missed can be replayed. (`POST /v1/webhook-endpoints/{id}/resume`) */
    resume: (
      id: string,
      body?: WebhookEndpointsResumeBody | undefined,
      options: RequestOptions & { idempotencyKey?: string | undefined } = {},
    ) =>
      call.json<WebhookEndpoint>(
        { method: 'POST', path: `/v1/webhook-endpoints/${segment(id)}/resume`, body, headers: ['Idempotency-Key'] },
        options,
      ),
    /** Send a test. A `webhook.test` event, whatever the filter says; the delivery tells what came of it. (`POST /v1/webhook-endpoints/{id}/test`) */
    test: (
      id: string,
      body?: WebhookEndpointsTestBody | undefined,
      options: RequestOptions & { idempotencyKey?: string | undefined } = {},
    ) =>
      call.json<WebhookDelivery>(
        { method: 'POST', path: `/v1/webhook-endpoints/${segment(id)}/test`, body, headers: ['Idempotency-Key'] },
        options,
      ),
    /** List what an endpoint was told, newest first. (`GET /v1/webhook-endpoints/{id}/deliveries`) */
    deliveries: (id: string, query: WebhookEndpointsDeliveriesQuery = {}, options: RequestOptions = {}) =>
      call.list<WebhookDeliveryList, WebhookDelivery>(
        { method: 'GET', path: `/v1/webhook-endpoints/${segment(id)}/deliveries`, query },
        options,
      ),
    /** Send again what failed, or all that happened in a time. Under the same webhook-id as before, so that a receiver that has it can tell. (`POST /v1/webhook-endpoints/{id}/replay`) */
    replay: (id: string, body: WebhookReplay, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<WebhookReplayed>(
        { method: 'POST', path: `/v1/webhook-endpoints/${segment(id)}/replay`, body, headers: ['Idempotency-Key'] },
        options,
      ),
  },
  webhookDeliveries: {
    /** Read a delivery with its failed attempts. (`GET /v1/webhook-deliveries/{id}`) */
    read: (id: string, options: RequestOptions = {}) =>
      call.json<WebhookDeliveryWithAttempts>({ method: 'GET', path: `/v1/webhook-deliveries/${segment(id)}` }, options),
    /** Send a delivery again, whatever became of it. (`POST /v1/webhook-deliveries/{id}/replay`) */
    replay: (
      id: string,
      body?: WebhookDeliveriesReplayBody | undefined,
      options: RequestOptions & { idempotencyKey?: string | undefined } = {},
    ) =>
      call.json<WebhookDelivery>(
        { method: 'POST', path: `/v1/webhook-deliveries/${segment(id)}/replay`, body, headers: ['Idempotency-Key'] },
        options,
      ),
  },
  competitors: {
    /** Import competitors. CSV with a header: domain, name, currency, locale, tax_included, tax_percent, shipping_amount, source, requests_per_minute, interval_minutes, seller_names, search_url, selectors, tags, owner, metadata (lists joined by |, selectors and metadata as JSON). Competitors are found by their domain; a new one needs name, currency and locale. An empty cell leaves its field as it is. The same import again changes nothing, so it needs no Idempotency-Key. (`POST /v1/competitors/import`) */
    import: (body: RawBody<'text/csv'>, query: CompetitorsImportQuery = {}, options: RequestOptions = {}) =>
      call.json<TableImportReport>({ method: 'POST', path: `/v1/competitors/import`, body, query }, options),
    /** Export competitors as CSV, as the import takes them. (`GET /v1/competitors/export`) */
    export: (query: CompetitorsExportQuery = {}, options: RequestOptions = {}) =>
      call.raw({ method: 'GET', path: `/v1/competitors/export`, query }, options),
    /** Add a competitor. A site with the currency and language of its prices, and how it is looked at: by the built-in fetcher or Firecrawl, how many requests a minute, how often each page. (`POST /v1/competitors`) */
    create: (body: CompetitorInput, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<Competitor>({ method: 'POST', path: `/v1/competitors`, body, headers: ['Idempotency-Key'] }, options),
    /** List competitors. (`GET /v1/competitors`) */
    list: (query: CompetitorsListQuery = {}, options: RequestOptions = {}) =>
      call.list<CompetitorList, Competitor>({ method: 'GET', path: `/v1/competitors`, query }, options),
    /** Read a competitor. (`GET /v1/competitors/{id}`) */
    read: (id: string, options: RequestOptions = {}) =>
      call.json<Competitor>({ method: 'GET', path: `/v1/competitors/${segment(id)}` }, options),
    /** Change a competitor. What is not named stays. The domain stays as long as there are listings of it. (`PATCH /v1/competitors/{id}`) */
    update: (
      id: string,
      body?: CompetitorChanges | undefined,
      options: RequestOptions & { ifMatch?: string | undefined } = {},
    ) =>
      call.json<Competitor>(
        { method: 'PATCH', path: `/v1/competitors/${segment(id)}`, body, headers: ['If-Match'] },
        options,
      ),
    /** Remove a competitor that has no listings. (`DELETE /v1/competitors/{id}`) */
    delete: (id: string, options: RequestOptions & { ifMatch?: string | undefined } = {}) =>
      call.nothing({ method: 'DELETE', path: `/v1/competitors/${segment(id)}`, headers: ['If-Match'] }, options),
    /** Look at none of its pages for now. (`POST /v1/competitors/{id}/pause`) */
    pause: (
      id: string,
      body?: CompetitorsPauseBody | undefined,
      options: RequestOptions & { idempotencyKey?: string | undefined } = {},
    ) =>
      call.json<Competitor>(
        { method: 'POST', path: `/v1/competitors/${segment(id)}/pause`, body, headers: ['Idempotency-Key'] },
        options,
      ),
    /** Look at its pages again. (`POST /v1/competitors/{id}/resume`) */
    resume: (
      id: string,
      body?: CompetitorsResumeBody | undefined,
      options: RequestOptions & { idempotencyKey?: string | undefined } = {},
    ) =>
      call.json<Competitor>(
        { method: 'POST', path: `/v1/competitors/${segment(id)}/resume`, body, headers: ['Idempotency-Key'] },
        options,
      ),
  },
  listings: {
    /** Import watched pages. CSV with a header: competitor (its domain) or competitor_id, sku or variant_id, url, search, priority, interval_minutes, pack_count, tags (joined by |), owner, metadata (JSON). A page that is watched for the variant already is changed; one that is tied to nothing is tied; a line without a variant changes the page's listing, and ties nothing. An empty cell leaves its field as it is. The same import again changes nothing, so it needs no Idempotency-Key. (`POST /v1/listings/import`) */
    import: (body: RawBody<'text/csv'>, query: ListingsImportQuery = {}, options: RequestOptions = {}) =>
      call.json<TableImportReport>({ method: 'POST', path: `/v1/listings/import`, body, query }, options),
    /** Export watched pages as CSV, as the import takes them. (`GET /v1/listings/export`) */
    export: (query: ListingsExportQuery = {}, options: RequestOptions = {}) =>
      call.raw({ method: 'GET', path: `/v1/listings/export`, query }, options),
    /** Watch a page. A page of a competitor, for a variant of ours by id or SKU: naming both ties them. Without a variant the page is looked at, an identifier on it may tie it, else variants are suggested. With `search` instead of `url` the page is looked for and suggested. (`POST /v1/listings`) */
    create: (body: ListingInput, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<Listing>({ method: 'POST', path: `/v1/listings`, body, headers: ['Idempotency-Key'] }, options),
    /** List watched pages. (`GET /v1/listings`) */
    list: (query: ListingsListQuery = {}, options: RequestOptions = {}) =>
      call.list<ListingList, Listing>({ method: 'GET', path: `/v1/listings`, query }, options),
    /** Read a watched page. (`GET /v1/listings/{id}`) */
    read: (id: string, options: RequestOptions = {}) =>
      call.json<Listing>({ method: 'GET', path: `/v1/listings/${segment(id)}` }, options),
    /** Change a watched page. What is not named stays. A variant that is named is tied to the page by your word; `null` unties it, which is kept: they are not tied again by themselves. (`PATCH /v1/listings/{id}`) */
    update: (
      id: string,
      body?: ListingChanges | undefined,
      options: RequestOptions & { ifMatch?: string | undefined } = {},
    ) =>
      call.json<Listing>(
        { method: 'PATCH', path: `/v1/listings/${segment(id)}`, body, headers: ['If-Match'] },
        options,
      ),
    /** Watch a page no more. What was observed of it stays. (`DELETE /v1/listings/{id}`) */
    delete: (id: string, options: RequestOptions & { ifMatch?: string | undefined } = {}) =>
      call.nothing({ method: 'DELETE', path: `/v1/listings/${segment(id)}`, headers: ['If-Match'] }, options),
    /** Look at this page no more for now. (`POST /v1/listings/{id}/pause`) */
    pause: (
      id: string,
      body?: ListingsPauseBody | undefined,
      options: RequestOptions & { idempotencyKey?: string | undefined } = {},
    ) =>
      call.json<Listing>(
        { method: 'POST', path: `/v1/listings/${segment(id)}/pause`, body, headers: ['Idempotency-Key'] },
        options,
      ),
    /** Look at this page again. (`POST /v1/listings/{id}/resume`) */
    resume: (
      id: string,
      body?: ListingsResumeBody | undefined,
      options: RequestOptions & { idempotencyKey?: string | undefined } = {},
    ) =>
      call.json<Listing>(
        { method: 'POST', path: `/v1/listings/${segment(id)}/resume`, body, headers: ['Idempotency-Key'] },
        options,
      ),
    /** A watched page's prices over time. As the page had them. `last_price` is the last that is known, however long ago; `last_look` says what came of the last look. (`GET /v1/listings/{id}/history`) */
    history: (id: string, query: ListingsHistoryQuery = {}, options: RequestOptions = {}) =>
      call.json<ListingPriceHistory>({ method: 'GET', path: `/v1/listings/${segment(id)}/history`, query }, options),
    chart: {
      /** Chart of a watched page's prices, as SVG. Prices hold until the next look. Gaps are unknown: nobody looked, or nothing was understood. × and a pale line: out of stock. Theirs are shown in the terms of ours (tax, pack, currency) where we have a price. Letters are outlines, so that no font is needed. (`GET /v1/listings/{id}/chart.svg`) */
      svg: (id: string, query: ListingsChartSvgQuery = {}, options: RequestOptions = {}) =>
        call.raw({ method: 'GET', path: `/v1/listings/${segment(id)}/chart.svg`, query }, options),
      /** Chart of a watched page's prices, as PNG. Prices hold until the next look. Gaps are unknown: nobody looked, or nothing was understood. × and a pale line: out of stock. Theirs are shown in the terms of ours (tax, pack, currency) where we have a price. Letters are outlines, so that no font is needed. (`GET /v1/listings/{id}/chart.png`) */
      png: (id: string, query: ListingsChartPngQuery = {}, options: RequestOptions = {}) =>
        call.raw({ method: 'GET', path: `/v1/listings/${segment(id)}/chart.png`, query }, options),
    },
    /** Look at this page now. It goes before what is scheduled, at the pace of its site all the same. Where one was asked for and has not come yet, it is that one. (`POST /v1/listings/{id}/look`) */
    look: (id: string, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<RequestedLook>(
        { method: 'POST', path: `/v1/listings/${segment(id)}/look`, headers: ['Idempotency-Key'] },
        options,
      ),
  },
  observations: {
    /** List observations, newest first. Append-only. `none` says why nothing is known of a page then; it says nothing about price or stock. (`GET /v1/observations`) */
    list: (query: ObservationsListQuery = {}, options: RequestOptions = {}) =>
      call.list<ObservationList, Observation>({ method: 'GET', path: `/v1/observations`, query }, options),
    /** All observations that the filters let through, as CSV. The oldest first, not paged. Texts that a spreadsheet would take for formulas are marked as text. (`GET /v1/observations/export`) */
    export: (query: ObservationsExportQuery = {}, options: RequestOptions = {}) =>
      call.raw({ method: 'GET', path: `/v1/observations/export`, query }, options),
    /** Read an observation. With `reading`: every value with its source on the page, how sure it is, and what other sources said. (`GET /v1/observations/{id}`) */
    read: (id: string, options: RequestOptions = {}) =>
      call.json<ObservationDetail>({ method: 'GET', path: `/v1/observations/${segment(id)}` }, options),
    /** What was kept of the page. json: the facts, what a model read, and whether the copy is still kept. html: the saved copy to look at, which runs nothing and loads nothing. source: the saved copy as text. screenshot: where the source took one. 410 when its time is up. (`GET /v1/observations/{id}/evidence`) */
    evidence: (id: string, options: RequestOptions = {}) =>
      call.json<Evidence>({ method: 'GET', path: `/v1/observations/${segment(id)}/evidence` }, options),
    /** What was kept of the page. json: the facts, what a model read, and whether the copy is still kept. html: the saved copy to look at, which runs nothing and loads nothing. source: the saved copy as text. screenshot: where the source took one. 410 when its time is up. (`GET /v1/observations/{id}/evidence`) */
    evidenceAs: (format: 'html' | 'plain', id: string, options: RequestOptions = {}) =>
      call.text({ format, method: 'GET', path: `/v1/observations/${segment(id)}/evidence` }, options),
  },
  priceEvidence: {
    /** See the saved page that an alert rests on. By the signed link of a mail. (`GET /price-evidence/{token}`) */
    read: (token: string, options: RequestOptions = {}) =>
      call.raw({ method: 'GET', path: `/price-evidence/${segment(token)}` }, options),
  },
  priceCharts: {
    /** The chart of a mail. By the signed address in it: one chart, up to when the mail was written. (`GET /price-charts/{token}.png`) */
    read: (token: string, options: RequestOptions = {}) =>
      call.raw({ method: 'GET', path: `/price-charts/${segment(token)}.png` }, options),
  },
  reprices: {
    /** Propose a price of ours. From the last good price of a listing, or of the cheapest one in stock seen within a week, in the terms of ours; or `to_amount` as it is. Never below cost and margin, floor or advertised price. 422 `no_proposal` says why there is none. Another proposal for the same price is superseded. (`POST /v1/reprices`) */
    create: (body: NewReprice, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<Reprice>({ method: 'POST', path: `/v1/reprices`, body, headers: ['Idempotency-Key'] }, options),
    /** List proposals, newest first. (`GET /v1/reprices`) */
    list: (query: RepricesListQuery = {}, options: RequestOptions = {}) =>
      call.list<RepriceList, Reprice>({ method: 'GET', path: `/v1/reprices`, query }, options),
    /** Read a proposal. (`GET /v1/reprices/{id}`) */
    read: (id: string, options: RequestOptions = {}) =>
      call.json<Reprice>({ method: 'GET', path: `/v1/reprices/${segment(id)}` }, options),
    /** Apply a proposal. Changes the price in the catalogue, with its history. 409 `price_changed` when our price is not the one it was reckoned from any more, `below_floor` when cost or advertised price has risen above it, `reprice_over` when it was refused, superseded or too old. A second approval is harmless. (`POST /v1/reprices/{id}/approve`) */
    approve: (id: string, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<Reprice>(
        { method: 'POST', path: `/v1/reprices/${segment(id)}/approve`, headers: ['Idempotency-Key'] },
        options,
      ),
    /** Refuse a proposal. It stays in the list, and is not applied any more. (`POST /v1/reprices/{id}/refuse`) */
    refuse: (id: string, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<Reprice>(
        { method: 'POST', path: `/v1/reprices/${segment(id)}/refuse`, headers: ['Idempotency-Key'] },
        options,
      ),
    /** Undo a proposal that was applied. Puts back the price that was there before. 409 `price_changed` when somebody has changed it since: their change stays. (`POST /v1/reprices/{id}/undo`) */
    undo: (id: string, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<Reprice>(
        { method: 'POST', path: `/v1/reprices/${segment(id)}/undo`, headers: ['Idempotency-Key'] },
        options,
      ),
  },
  matchSuggestions: {
    /** List pairs of page and variant for review. (`GET /v1/match-suggestions`) */
    list: (query: MatchSuggestionsListQuery = {}, options: RequestOptions = {}) =>
      call.list<MatchSuggestionList, MatchSuggestion>({ method: 'GET', path: `/v1/match-suggestions`, query }, options),
    /** Read a pair for review. (`GET /v1/match-suggestions/{id}`) */
    read: (id: string, options: RequestOptions = {}) =>
      call.json<MatchSuggestion>({ method: 'GET', path: `/v1/match-suggestions/${segment(id)}` }, options),
    /** Say that page and variant belong together. Ties them; of a contradiction, keeps them tied, and what contradicts now is not asked again. Other suggestions for the page go. (`POST /v1/match-suggestions/{id}/accept`) */
    accept: (
      id: string,
      body?: MatchSuggestionsAcceptBody | undefined,
      options: RequestOptions & { idempotencyKey?: string | undefined } = {},
    ) =>
      call.json<MatchSuggestion>(
        { method: 'POST', path: `/v1/match-suggestions/${segment(id)}/accept`, body, headers: ['Idempotency-Key'] },
        options,
      ),
    /** Say that page and variant do not belong together. Kept for good: they are neither suggested nor tied by an identifier again. Of a contradiction, unties them. (`POST /v1/match-suggestions/{id}/reject`) */
    reject: (
      id: string,
      body?: MatchSuggestionsRejectBody | undefined,
      options: RequestOptions & { idempotencyKey?: string | undefined } = {},
    ) =>
      call.json<MatchSuggestion>(
        { method: 'POST', path: `/v1/match-suggestions/${segment(id)}/reject`, body, headers: ['Idempotency-Key'] },
        options,
      ),
  },
  exchangeRates: {
    /** List exchange rates. (`GET /v1/exchange-rates`) */
    read: (options: RequestOptions = {}) =>
      call.json<ExchangeRates>({ method: 'GET', path: `/v1/exchange-rates` }, options),
    /** Say what currencies are worth. Rates that are named are set, others stay. A pair needs one direction only; where two currencies have a rate with a third, they are compared over it. (`PUT /v1/exchange-rates`) */
    save: (body: ExchangeRatesInput, options: RequestOptions = {}) =>
      call.json<ExchangeRates>({ method: 'PUT', path: `/v1/exchange-rates`, body }, options),
    /** What an amount is worth in another currency. (`GET /v1/exchange-rates/convert`) */
    convert: (query: ExchangeRatesConvertQuery, options: RequestOptions = {}) =>
      call.json<Exchange>({ method: 'GET', path: `/v1/exchange-rates/convert`, query }, options),
  },
  extractionShapes: {
    /** List how the pages of sites are understood. With status=unconfirmed: what is held until somebody has looked. (`GET /v1/extraction-shapes`) */
    list: (query: ExtractionShapesListQuery = {}, options: RequestOptions = {}) =>
      call.list<ExtractionShapeList, ExtractionShape>({ method: 'GET', path: `/v1/extraction-shapes`, query }, options),
    /** Read how pages of a site are understood. (`GET /v1/extraction-shapes/{id}`) */
    read: (id: string, options: RequestOptions = {}) =>
      call.json<ExtractionShape>({ method: 'GET', path: `/v1/extraction-shapes/${segment(id)}` }, options),
    /** Confirm what pages of a shape say. What was held is judged now. A shape of pages that say nothing is confirmed to say nothing rightly. A site that was held for it is looked at again. (`POST /v1/extraction-shapes/{id}/confirm`) */
    confirm: (id: string, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<ExtractionShape>(
        { method: 'POST', path: `/v1/extraction-shapes/${segment(id)}/confirm`, headers: ['Idempotency-Key'] },
        options,
      ),
    /** Reject what pages of a shape say. It counts for nothing, now and later; the last good prices stay. (`POST /v1/extraction-shapes/{id}/reject`) */
    reject: (id: string, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<ExtractionShape>(
        { method: 'POST', path: `/v1/extraction-shapes/${segment(id)}/reject`, headers: ['Idempotency-Key'] },
        options,
      ),
  },
  extractionRepairs: {
    /** List repairs. Places where prices known from before stand on the pages of a site that was built anew. (`GET /v1/extraction-repairs`) */
    list: (query: ExtractionRepairsListQuery = {}, options: RequestOptions = {}) =>
      call.list<ExtractionRepairList, ExtractionRepair>(
        { method: 'GET', path: `/v1/extraction-repairs`, query },
        options,
      ),
    /** Read a repair with before and after of each page. (`GET /v1/extraction-repairs/{id}`) */
    read: (id: string, options: RequestOptions = {}) =>
      call.json<ExtractionRepair>({ method: 'GET', path: `/v1/extraction-repairs/${segment(id)}` }, options),
    /** Accept a repair. The site reads the value there from now on, and is looked at again. (`POST /v1/extraction-repairs/{id}/accept`) */
    accept: (id: string, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<ExtractionRepair>(
        { method: 'POST', path: `/v1/extraction-repairs/${segment(id)}/accept`, headers: ['Idempotency-Key'] },
        options,
      ),
    /** Refuse a repair. This place is not proposed for the site again. (`POST /v1/extraction-repairs/{id}/refuse`) */
    refuse: (id: string, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<ExtractionRepair>(
        { method: 'POST', path: `/v1/extraction-repairs/${segment(id)}/refuse`, headers: ['Idempotency-Key'] },
        options,
      ),
    /** Take back an accepted repair. The site has again the selector that it had before, unless somebody has changed it since (409). (`POST /v1/extraction-repairs/{id}/undo`) */
    undo: (id: string, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<ExtractionRepair>(
        { method: 'POST', path: `/v1/extraction-repairs/${segment(id)}/undo`, headers: ['Idempotency-Key'] },
        options,
      ),
  },
  scrapePlan: {
    /** Today's looks, and when they will be done. The whole list, and a page of its sites in the order in which they were added. (`GET /v1/scrape-plan`) */
    read: (query: ScrapePlanReadQuery = {}, options: RequestOptions = {}) =>
      call.json<ScrapePlan>({ method: 'GET', path: `/v1/scrape-plan`, query }, options),
  },
  pageRequests: {
    /** What was asked of competitors' sites. Each request for a page or a robots.txt: when, as whom, and under which rule. Kept for STOCKROOM_PAGE_LOG_DAYS. (`GET /v1/page-requests`) */
    list: (query: PageRequestsListQuery = {}, options: RequestOptions = {}) =>
      call.list<PageRequestList, PageRequest>({ method: 'GET', path: `/v1/page-requests`, query }, options),
  },
  apiKeys: {
    /** Make an API key. (`POST /v1/api-keys`) */
    create: (body: ApiKeyInput, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<NewApiKey>({ method: 'POST', path: `/v1/api-keys`, body, headers: ['Idempotency-Key'] }, options),
    /** List API keys. (`GET /v1/api-keys`) */
    list: (options: RequestOptions = {}) =>
      call.json<ApiKeysListAnswer>({ method: 'GET', path: `/v1/api-keys` }, options),
    /** Replace an API key; both work during the overlap. (`POST /v1/api-keys/{id}/rotate`) */
    rotate: (
      id: string,
      body?: ApiKeyRotation | undefined,
      options: RequestOptions & { idempotencyKey?: string | undefined } = {},
    ) =>
      call.json<NewApiKey>(
        { method: 'POST', path: `/v1/api-keys/${segment(id)}/rotate`, body, headers: ['Idempotency-Key'] },
        options,
      ),
    /** End an API key at once. (`DELETE /v1/api-keys/{id}`) */
    delete: (id: string, options: RequestOptions = {}) =>
      call.nothing({ method: 'DELETE', path: `/v1/api-keys/${segment(id)}` }, options),
  },
  vendors: {
    /** Register a vendor. It sells nothing before the shop has verified it and Stripe pays it out. A publishable key registers too, and gets a key of the new vendor, shown once. (`POST /v1/vendors`) */
    create: (body: NewVendor, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<RegisteredVendor>({ method: 'POST', path: `/v1/vendors`, body, headers: ['Idempotency-Key'] }, options),
    /** List vendors, newest first. (`GET /v1/vendors`) */
    list: (query: VendorsListQuery = {}, options: RequestOptions = {}) =>
      call.list<VendorList, Vendor>({ method: 'GET', path: `/v1/vendors`, query }, options),
    /** Read a vendor. A vendor's key reads its own. (`GET /v1/vendors/{id}`) */
    read: (id: string, options: RequestOptions = {}) =>
      call.json<Vendor>({ method: 'GET', path: `/v1/vendors/${segment(id)}` }, options),
    /** Change a vendor's profile and settings. What the body leaves out stays; profile and settings are replaced whole. Commission, contacts and approval are the shop's to say: 403 for a vendor's key. (`PUT /v1/vendors/{id}`) */
    save: (
      id: string,
      body?: VendorChange | undefined,
      options: RequestOptions & { ifMatch?: string | undefined } = {},
    ) => call.json<Vendor>({ method: 'PUT', path: `/v1/vendors/${segment(id)}`, body, headers: ['If-Match'] }, options),
    /** Read a vendor's history. (`GET /v1/vendors/{id}/events`) */
    events: (id: string, options: RequestOptions = {}) =>
      call.json<VendorHistory>({ method: 'GET', path: `/v1/vendors/${segment(id)}/events` }, options),
    /** Read a vendor's public profile, by id or slug. Of vendors whose products may be ordered; of no other. (`GET /v1/vendors/{id}/storefront`) */
    storefront: (id: string, options: RequestOptions = {}) =>
      call.json<VendorStorefront>({ method: 'GET', path: `/v1/vendors/${segment(id)}/storefront` }, options),
    /** Hand in what the shop verifies a vendor by. The profile needs its description and the settings a return address. After a refusal it is handed in again, whole. (`POST /v1/vendors/{id}/submit`) */
    submit: (
      id: string,
      body: VendorVerification,
      options: RequestOptions & { idempotencyKey?: string | undefined } = {},
    ) =>
      call.json<Vendor>(
        { method: 'POST', path: `/v1/vendors/${segment(id)}/submit`, body, headers: ['Idempotency-Key'] },
        options,
      ),
    /** Verify a vendor: its account at Stripe is opened. (`POST /v1/vendors/{id}/verify`) */
    verify: (id: string, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<Vendor>(
        { method: 'POST', path: `/v1/vendors/${segment(id)}/verify`, headers: ['Idempotency-Key'] },
        options,
      ),
    /** Refuse what a vendor has handed in, with reasons. It is `registered` again, reads the reasons in `refusal`, and may hand in anew. (`POST /v1/vendors/{id}/refuse`) */
    refuse: (id: string, body: VendorRefusal, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<Vendor>(
        { method: 'POST', path: `/v1/vendors/${segment(id)}/refuse`, body, headers: ['Idempotency-Key'] },
        options,
      ),
    /** Suspend a vendor. Its products cannot be ordered from then on. What was ordered goes on. (`POST /v1/vendors/{id}/suspend`) */
    suspend: (id: string, body: VendorReason, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<Vendor>(
        { method: 'POST', path: `/v1/vendors/${segment(id)}/suspend`, body, headers: ['Idempotency-Key'] },
        options,
      ),
    /** End the suspension of a vendor. It goes back to where it was, or to where its account at Stripe has led it meanwhile. (`POST /v1/vendors/{id}/resume`) */
    resume: (id: string, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<Vendor>(
        { method: 'POST', path: `/v1/vendors/${segment(id)}/resume`, headers: ['Idempotency-Key'] },
        options,
      ),
    /** Close a vendor for good. Its keys end at once, its products cannot be ordered any more. What was ordered and what it is owed goes on. (`POST /v1/vendors/{id}/close`) */
    close: (id: string, body: VendorReason, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<Vendor>(
        { method: 'POST', path: `/v1/vendors/${segment(id)}/close`, body, headers: ['Idempotency-Key'] },
        options,
      ),
    /** Open Stripe's page on which a vendor gives what Stripe asks for. The link can be used once and for some minutes; ask for another one then. 409 while there is no account yet. (`POST /v1/vendors/{id}/onboarding-link`) */
    onboardingLink: (
      id: string,
      body: OnboardingLinkInput,
      options: RequestOptions & { idempotencyKey?: string | undefined } = {},
    ) =>
      call.json<OnboardingLink>(
        { method: 'POST', path: `/v1/vendors/${segment(id)}/onboarding-link`, body, headers: ['Idempotency-Key'] },
        options,
      ),
    keys: {
      /** Make a key of a vendor. It can be allowed what vendors may do, and no more than the calling key is allowed itself. (`POST /v1/vendors/{id}/keys`) */
      create: (
        id: string,
        body: VendorKeyInput,
        options: RequestOptions & { idempotencyKey?: string | undefined } = {},
      ) =>
        call.json<NewApiKey>(
          { method: 'POST', path: `/v1/vendors/${segment(id)}/keys`, body, headers: ['Idempotency-Key'] },
          options,
        ),
      /** List the keys of a vendor. (`GET /v1/vendors/{id}/keys`) */
      list: (id: string, options: RequestOptions = {}) =>
        call.json<VendorsKeysListAnswer>({ method: 'GET', path: `/v1/vendors/${segment(id)}/keys` }, options),
      /** Replace a key of a vendor; both work during the overlap. (`POST /v1/vendors/{id}/keys/{key_id}/rotate`) */
      rotate: (
        id: string,
        keyId: string,
        body?: ApiKeyRotation | undefined,
        options: RequestOptions & { idempotencyKey?: string | undefined } = {},
      ) =>
        call.json<NewApiKey>(
          {
            method: 'POST',
            path: `/v1/vendors/${segment(id)}/keys/${segment(keyId)}/rotate`,
            body,
            headers: ['Idempotency-Key'],
          },
          options,
        ),
      /** End a key of a vendor at once. (`DELETE /v1/vendors/{id}/keys/{key_id}`) */
      delete: (id: string, keyId: string, options: RequestOptions = {}) =>
        call.nothing({ method: 'DELETE', path: `/v1/vendors/${segment(id)}/keys/${segment(keyId)}` }, options),
    },
    /** Read a vendor's balance. By currency: what it has earned, what was transferred, and what the rest waits for. (`GET /v1/vendors/{id}/balance`) */
    balance: (id: string, options: RequestOptions = {}) =>
      call.json<VendorBalance>({ method: 'GET', path: `/v1/vendors/${segment(id)}/balance` }, options),
    /** List transfers to a vendor and their reversals, newest first. (`GET /v1/vendors/{id}/transfers`) */
    transfers: (id: string, query: VendorsTransfersQuery = {}, options: RequestOptions = {}) =>
      call.list<VendorTransfers, VendorTransfer>(
        { method: 'GET', path: `/v1/vendors/${segment(id)}/transfers`, query },
        options,
      ),
    /** Look now at what is not paid to a vendor, or not taken back. What is due and can be paid is transferred, and what Stripe refused is asked for again, now instead of at its next time. Delays still hold. (`POST /v1/vendors/{id}/pay`) */
    pay: (id: string, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<VendorPay>(
        { method: 'POST', path: `/v1/vendors/${segment(id)}/pay`, headers: ['Idempotency-Key'] },
        options,
      ),
    paymentTerms: {
      /** Read when a vendor is paid. (`GET /v1/vendors/{id}/payment-terms`) */
      read: (id: string, options: RequestOptions = {}) =>
        call.json<VendorPaymentTerms>({ method: 'GET', path: `/v1/vendors/${segment(id)}/payment-terms` }, options),
      /** Say when a vendor is paid. Holds for money that is taken from now on. (`PUT /v1/vendors/{id}/payment-terms`) */
      save: (id: string, body: VendorsPaymentTermsSaveBody, options: RequestOptions = {}) =>
        call.json<VendorPaymentTerms>(
          { method: 'PUT', path: `/v1/vendors/${segment(id)}/payment-terms`, body },
          options,
        ),
    },
    /** Read a vendor's statement of a month, or of some days. Opening balance, what each order brought and took, transfers, closing balance: by what the ledger has booked on those days (UTC). (`GET /v1/vendors/{id}/statements`) */
    statements: (id: string, query: VendorsStatementsQuery = {}, options: RequestOptions = {}) =>
      call.json<VendorStatement>({ method: 'GET', path: `/v1/vendors/${segment(id)}/statements`, query }, options),
    /** Read a vendor's statement of a month, or of some days. Opening balance, what each order brought and took, transfers, closing balance: by what the ledger has booked on those days (UTC). (`GET /v1/vendors/{id}/statements`) */
    statementsAs: (
      format: 'csv' | 'html',
      id: string,
      query: VendorsStatementsQuery = {},
      options: RequestOptions = {},
    ) => call.text({ format, method: 'GET', path: `/v1/vendors/${segment(id)}/statements`, query }, options),
    /** List payouts to a vendor's bank, newest first. As Stripe shows them, read with each event of theirs and with each reconciliation of payouts. Differences from our transfers are findings. (`GET /v1/vendors/{id}/payouts`) */
    payouts: (id: string, query: VendorsPayoutsQuery = {}, options: RequestOptions = {}) =>
      call.list<VendorPayouts, VendorPayout>(
        { method: 'GET', path: `/v1/vendors/${segment(id)}/payouts`, query },
        options,
      ),
  },
  api: {
    vendors: {
      /** Register a vendor. It sells nothing before the shop has verified it and Stripe pays it out. A publishable key registers too, and gets a key of the new vendor, shown once. The same as `/v1/vendors`. (`POST /api/vendors/register`) */
      register: (body: NewVendor, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
        call.json<RegisteredVendor>(
          { method: 'POST', path: `/api/vendors/register`, body, headers: ['Idempotency-Key'] },
          options,
        ),
      /** Read a vendor. A vendor's key reads its own. The same as `/v1/vendors`. (`GET /api/vendors/{id}`) */
      read: (id: string, options: RequestOptions = {}) =>
        call.json<Vendor>({ method: 'GET', path: `/api/vendors/${segment(id)}` }, options),
      /** Change a vendor's profile and settings. What the body leaves out stays; profile and settings are replaced whole. Commission, contacts and approval are the shop's to say: 403 for a vendor's key. The same as `/v1/vendors`. (`PUT /api/vendors/{id}`) */
      save: (
        id: string,
        body?: VendorChange | undefined,
        options: RequestOptions & { ifMatch?: string | undefined } = {},
      ) =>
        call.json<Vendor>({ method: 'PUT', path: `/api/vendors/${segment(id)}`, body, headers: ['If-Match'] }, options),
    },
  },
  vendorOrders: {
    /** List vendors' parts of orders, newest first. A vendor's key sees its own. (`GET /v1/vendor-orders`) */
    list: (query: VendorOrdersListQuery = {}, options: RequestOptions = {}) =>
      call.list<VendorOrderList, VendorOrder>({ method: 'GET', path: `/v1/vendor-orders`, query }, options),
    /** Read a vendor's part of an order. Its lines, its parcels with their labels, and where they go. A vendor's key sees neither the other parts nor the payment; e-mail address and telephone number only where the shop says so. (`GET /v1/vendor-orders/{id}`) */
    read: (id: string, options: RequestOptions = {}) =>
      call.json<VendorOrder>({ method: 'GET', path: `/v1/vendor-orders/${segment(id)}` }, options),
    /** Read the history of a vendor's part of an order. (`GET /v1/vendor-orders/{id}/events`) */
    events: (id: string, options: RequestOptions = {}) =>
      call.json<VendorHistory>({ method: 'GET', path: `/v1/vendor-orders/${segment(id)}/events` }, options),
    /** Say that a part is packed. (`POST /v1/vendor-orders/{id}/pack`) */
    pack: (id: string, options: RequestOptions & { idempotencyKey?: string | undefined } = {}) =>
      call.json<VendorOrder>(
        { method: 'POST', path: `/v1/vendor-orders/${segment(id)}/pack`, headers: ['Idempotency-Key'] },
        options,
      ),
    /** Report what stands in the way of a part. It stands in the list of exceptions until the shop has settled it: by an edit, a refund, or by telling the vendor what to do. (`POST /v1/vendor-orders/{id}/report-problem`) */
    reportProblem: (
      id: string,
      body: VendorOrderProblemReport,
      options: RequestOptions & { idempotencyKey?: string | undefined } = {},
    ) =>
      call.json<VendorOrder>(
        { method: 'POST', path: `/v1/vendor-orders/${segment(id)}/report-problem`, body, headers: ['Idempotency-Key'] },
        options,
      ),
    /** Settle what a vendor has reported. (`POST /v1/vendor-orders/{id}/settle-problem`) */
    settleProblem: (
      id: string,
      body: VendorOrderProblemSettlement,
      options: RequestOptions & { idempotencyKey?: string | undefined } = {},
    ) =>
      call.json<VendorOrder>(
        { method: 'POST', path: `/v1/vendor-orders/${segment(id)}/settle-problem`, body, headers: ['Idempotency-Key'] },
        options,
      ),
  },
  commission: {
    /** Read the shop's commission, and what vendors and categories have of their own. (`GET /v1/commission`) */
    read: (options: RequestOptions = {}) => call.json<Commission>({ method: 'GET', path: `/v1/commission` }, options),
    /** Set the commission of the shop, of a vendor or of a category. For what is sold from now on. (`PUT /v1/commission`) */
    save: (body: CommissionSaveBody, options: RequestOptions = {}) =>
      call.json<Commission>({ method: 'PUT', path: `/v1/commission`, body }, options),
    /** List changes of commissions, newest first. (`GET /v1/commission/changes`) */
    changes: (query: CommissionChangesQuery = {}, options: RequestOptions = {}) =>
      call.list<CommissionChanges, CommissionChangesItem>(
        { method: 'GET', path: `/v1/commission/changes`, query },
        options,
      ),
  },
  firecrawlCredits: {
    /** Credits of Firecrawl: budget, use and account. A page costs what Firecrawl says that it charged, five credits where it says nothing. (`GET /v1/firecrawl-credits`) */
    read: (options: RequestOptions = {}) =>
      call.json<FirecrawlCredits>({ method: 'GET', path: `/v1/firecrawl-credits` }, options),
  },
});

export type Resources = ReturnType<typeof createResources>;
