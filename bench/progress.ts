/** One line on the terminal that changes; nothing but a line now and then when it is none. */
let lastAt = 0;

export function showProgress(
  label: string,
  { posted, done, open, seconds }: { posted: number; done: number; open: number; seconds: number },
): void {
  const now = Date.now();
  if (now - lastAt < (process.stderr.isTTY ? 200 : 5_000)) return;
  lastAt = now;
  const text = `${label}: ${seconds.toFixed(0)} s, ${posted} posted, ${done} done (${(done / seconds).toFixed(1)}/s), ${open} under way`;
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[2K${text}` : `${text}\n`);
}

export function say(text: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[2K${text}\n` : `${text}\n`);
}
