/** Channels that count how their sends end, for `/metrics`. */
import type { Executor } from '../db/database.ts';
import { recordSendOutcome } from '../db/message-figures.ts';
import type { MessageChannel } from '../providers/message-channel.ts';
import type { Channels } from '../providers/message-channels.ts';

/** @param db for bookkeeping: a count that is lost with a process or a database is no loss */
export function countSends(channels: Channels, db: Executor): Channels {
  const counted = <C extends MessageChannel>(each: C): C => ({
    ...each,
    send: async (message: Parameters<C['send']>[0]) => {
      const began = performance.now();
      const result = await each.send(message as never);
      const seconds = (performance.now() - began) / 1_000;
      recordSendOutcome(db, { channel: each.channel, provider: each.provider, outcome: result.kind, seconds }).catch(
        () => {},
      );
      return result;
    },
    close: () => each.close(),
  });
  return {
    email: channels.email.map(counted),
    sms: channels.sms.map(counted),
    web_push: channels.web_push.map(counted),
    chat: channels.chat.map(counted),
  };
}
