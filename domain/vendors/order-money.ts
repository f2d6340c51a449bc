/** What the shares of an order are counted from. Amounts in minor units. */

export interface SharedLine {
  id: string;
  unitAmount: number;
  quantity: number;
  /** Null: the shop's own. */
  vendorOrderId: string | null;
  /** Of the vendor's goods; 10000 is all. */
  commissionBps: number;
}

/** Money that went back to the customer for a sale, or on to another order in exchange for goods. */
export interface GivenBack {
  amount: number;
  /** The parts that are for shipping and for lines, tax included; what they leave is for everything. */
  shippingAmount: number;
  lines: readonly { lineId: string; quantity: number; amount: number }[];
}

export interface OrderMoney {
  currency: string;
  lines: readonly SharedLine[];
  price: { subtotal: number; shipping: number; tax: number; adjustment: number };
  /** Captured, and what other orders' credits have paid. */
  received: number;
  givenBack: readonly GivenBack[];
  /** What disputes hold or have taken. */
  disputed: number;
}
