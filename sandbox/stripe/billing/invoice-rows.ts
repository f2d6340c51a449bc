import type { Sandbox } from '../context.ts';
import { noSuch, refuse } from '../errors.ts';
import type { Invoice } from './types.ts';

/** The invoice of the path, or the one that a parameter names. */
export function getInvoice(sandbox: Sandbox, id: string, param?: string): Invoice {
  const invoice = sandbox.objects.find<Invoice>(id, 'invoice');
  if (!invoice) throw noSuch('invoice', id, param);
  return invoice;
}

/** An invoice that can still be changed. */
export function getDraft(sandbox: Sandbox, id: string, param?: string): Invoice {
  const invoice = getInvoice(sandbox, id, param);
  if (invoice.status === 'draft') return invoice;
  throw refuse('This invoice is no longer editable', { code: 'invoice_not_editable' });
}
