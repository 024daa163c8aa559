import type { DrivenEvent } from './driven.js';

/** How long transfers that are under way show no progress without saying why. */
export class TransferSilence {
  /** Over all transfers so far, milliseconds. */
  longestMs = 0;
  /** Those under way that have not said why they wait: when they last moved, and how far they were. */
  readonly #moving = new Map<string, { readonly at: number; readonly bytes: number }>();

  /** Those that have said why they wait. */
  readonly #waiting = new Set<string>();

  /** Whether somebody has said why nothing moves. */
  get isExplained(): boolean {
    return this.#waiting.size > 0;
  }

  heard({ documentId, state, bytes = 0, reason }: DrivenEvent, now: number): void {
    if (documentId === undefined) return;
    if (reason !== undefined && state === 'waiting') this.#waiting.add(documentId);
    else this.#waiting.delete(documentId);
    const before = this.#moving.get(documentId);
    const hasMoved =
      before === undefined || state !== 'active' || reason !== undefined || bytes !== before.bytes;
    if (!hasMoved) return;
    if (before !== undefined) this.longestMs = Math.max(this.longestMs, now - before.at);
    if (state === 'active' && reason === undefined) this.#moving.set(documentId, { at: now, bytes });
    else this.#moving.delete(documentId);
  }
}
