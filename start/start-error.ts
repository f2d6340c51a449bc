/** The start is refused; the message is one sentence for the person at the terminal. */
export class StartError extends Error {
  override readonly name = 'StartError';
  /** As sysexits.h has them: 78 for a wrong setting, 1 for what is in the way. */
  readonly exitCode: number;
  constructor(sentence: string, exitCode = 1) {
    super(sentence);
    this.exitCode = exitCode;
  }
}

export const EX_CONFIG = 78;
