/** A process that takes turns at one site with several workers, each of which is slow at a moment of its own choosing. */
import { openDatabase } from '../../db/database.ts';
import { endPageTurn, takePageTurn } from '../../db/page-turns.ts';

const [url, name] = process.argv.slice(2);
const db = openDatabase({ url: url!, applicationName: 'take-page-turns', max: 4 });
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function work(worker: number): Promise<void> {
  for (let n = 0; n < 2; n++) {
    const turn = { budget: 'busy.test', visit: `${name} ${worker} ${n}`, gapSeconds: 0.1, leaseSeconds: 10 };
    for (let wait = await takePageTurn(db, turn); wait > 0; wait = await takePageTurn(db, turn)) await sleep(wait);
    // Between the turn and the request; then the request itself.
    await sleep(Math.random() * 40);
    process.stdout.write(`start ${performance.timeOrigin + performance.now()}\n`);
    await sleep(Math.random() * 40);
    await endPageTurn(db, turn);
  }
}

await Promise.all([0, 1, 2, 3].map(work));
await db.close();
