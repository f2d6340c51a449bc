/** When and how vendors of a marketplace are paid: the part of config.ts that says so. */
import { z } from 'zod';

export const vendorsSchema = {
  STOCKROOM_VENDOR_TRANSFER_DELAY_SECONDS: z.coerce.number().int().min(0).max(31_536_000).default(0),
};

type VendorsConfig = Readonly<z.output<z.ZodObject<typeof vendorsSchema>>>;

/** How the scheduler pays vendors. */
export const vendorMoneyOf = (config: VendorsConfig) => ({
  delaySeconds: config.STOCKROOM_VENDOR_TRANSFER_DELAY_SECONDS,
});
