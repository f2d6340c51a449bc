import type { Sandbox } from './context.ts';

/** The sandbox as a connected account sees it: objects, balance, events and things to come are its own, the rest is shared. */
export function ofAccount({ platform }: Sandbox, account: string): Sandbox {
  const own: Partial<Sandbox> = {
    account,
    objects: platform.objects.of(account),
    emit: (type, object, previous) => platform.emit(type, object, previous, account),
    schedule: (kind, ref, delayMs) => platform.schedule(kind, `${account}/${ref}`, delayMs),
  };
  return Object.assign(Object.create(platform) as Sandbox, own);
}

/** Whose a thing to come is, and what it is done to. */
export function scopeOf(sandbox: Sandbox, ref: string): { scope: Sandbox; own: string } {
  const [, account, own] = /^(acct_\w+)\/(.+)$/.exec(ref) ?? [];
  return account && own ? { scope: ofAccount(sandbox, account), own } : { scope: sandbox, own: ref };
}
