/** People of the demo shop: each audience has somebody who reads mail, and operations a chat as well. */
import { call, type SeedOptions } from './seed-call.ts';

/** What operations want to see the moment it happens. */
const IN_CHAT = ['operations', 'dispute', 'stock'];

/** Whoever is there already stays as they are. Throws what the API answered. */
export async function seedPeople(options: SeedOptions & { chatUrl: string }): Promise<void> {
  const { chatUrl: chat_url, ...api } = options;
  const preferences = IN_CHAT.map((topic) => ({ topic, channel: 'chat', delivery: 'immediate' }));
  const people = [
    { audience: 'operations', name: 'Olga Operations', email: 'operations@stockroom.example', chat_url, preferences },
    { audience: 'finance', name: 'Finn Finance', email: 'finance@stockroom.example' },
    { audience: 'merchandisers', name: 'Mary Merchandiser', email: 'merchandise@stockroom.example' },
  ];
  for (const person of people) await call(api, 'POST', '/v1/recipients', person);
}
