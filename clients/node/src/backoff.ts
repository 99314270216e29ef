import { setTimeout as sleep } from 'node:timers/promises';

/** Pauses that double, each drawn from its upper half, so that clients which lost the same server do not come back together. */
export class Backoff {
  private tries = 0;

  /** @param first and @param longest in milliseconds */
  constructor(private readonly first = 100, private readonly longest = 10_000) {}

  next(): number {
    const full = Math.min(this.longest, this.first * 2 ** Math.min(this.tries++, 30));
    return Math.round(full / 2 + Math.random() * (full / 2));
  }

  reset(): void {
    this.tries = 0;
  }

  /** Ends early when it is aborted. */
  async wait(millis: number, signal?: AbortSignal): Promise<void> {
    await sleep(millis, undefined, signal ? { signal } : {}).catch((error: Error) => {
      if (error.name !== 'AbortError') {
        throw error;
      }
    });
  }
}
