import type { ImageRejectionCode } from '../../domain/image-rejections.ts';

/** Ends the reading of a picture anywhere in the child; {@link answerOf} in child.ts turns it into the answer. */
export class RejectedError extends Error {
  readonly code: ImageRejectionCode;
  readonly detail: string | undefined;
  constructor(code: ImageRejectionCode, detail?: string) {
    super(detail ?? code);
    this.name = 'RejectedError';
    this.code = code;
    this.detail = detail;
  }
}

export const corrupt = (detail: string) => new RejectedError('corrupt', detail);
