import { Disposables } from '../core/disposables.js';
import type { ErrorCode } from '../core/errors.js';
import type { ConnectionState, CoreEmitter, CoreEvents, MemoryLevel } from '../core/events.js';
import type { TransferSnapshot } from '../core/types.js';

/** A run as the headless faces show it, kept up to date by the core's events. Holds only transfers in hand. */
export class RunState implements Disposable {
  readonly active = new Map<string, TransferSnapshot>();
  /** Error codes of failed transfers: they decide the exit code. */
  readonly failureCodes = new Set<ErrorCode>();
  /** What is on disk of transfers that went back into the queue. */
  readonly #begun = new Map<string, number>();
  queuedFiles = 0;
  /** Of all that was queued and is still wanted, finished or not. */
  queuedBytes = 0;
  completed = 0;
  skipped = 0;
  failed = 0;
  doneBytes = 0;
  /** Chats whose scan has not ended, by id. */
  readonly scans = new Map<string, CoreEvents['chat.scan']>();
  /** Unix time, milliseconds. */
  floodUntil = 0;
  memoryLevel: MemoryLevel = 'normal';
  /** How we stand with the account's own data centre, the first that is spoken to. */
  connection: ConnectionState = 'closed';
  #homeDc: number | undefined;
  readonly #subscriptions = new Disposables();

  /** @param now Unix time, milliseconds */
  constructor(events: CoreEmitter, now: () => number) {
    const keep = (subscription: Disposable) => this.#subscriptions.use(subscription);
    keep(events.on('transfer.queued', (transfer) => this.#queued(transfer)));
    for (const name of ['transfer.started', 'transfer.progress', 'transfer.changed'] as const) {
      keep(events.on(name, (transfer) => this.#changed(transfer)));
    }
    keep(events.on('transfer.completed', (transfer) => this.#completed(transfer)));
    keep(events.on('transfer.skipped', () => void this.skipped++));
    keep(events.on('transfer.failed', (transfer) => this.#failed(transfer, transfer.error.code)));
    keep(events.on('connection.state', (change) => this.#connected(change)));
    keep(events.on('chat.scan', (scan) => this.#scanned(scan)));
    keep(
      events.on('flood.wait', ({ seconds }) => {
        this.floodUntil = now() + seconds * 1000;
      }),
    );
    for (const name of ['memory.warning', 'memory.critical', 'memory.recovered'] as const) {
      keep(
        events.on(name, ({ level }) => {
          this.memoryLevel = level;
        }),
      );
    }
  }

  [Symbol.dispose](): void {
    this.#subscriptions[Symbol.dispose]();
  }

  /** All bytes on disk of what this run wants, finished or not. */
  get bytes(): number {
    let sum = this.doneBytes;
    for (const bytes of this.#begun.values()) sum += bytes;
    for (const transfer of this.active.values()) sum += transfer.bytes;
    return sum;
  }

  #queued(transfer: TransferSnapshot): void {
    this.queuedFiles++;
    this.queuedBytes += transfer.totalBytes;
  }

  #changed(transfer: TransferSnapshot): void {
    const { documentId, state, bytes } = transfer;
    this.#letGo(documentId);
    if (state === 'cancelled' || state === 'skipped') this.#unwanted(transfer);
    else if (state !== 'queued') this.active.set(documentId, transfer);
    else if (bytes > 0) this.#begun.set(documentId, bytes);
  }

  #unwanted({ documentId, totalBytes }: TransferSnapshot): void {
    this.#letGo(documentId);
    this.queuedBytes -= totalBytes;
  }

  #letGo(documentId: string): void {
    this.active.delete(documentId);
    this.#begun.delete(documentId);
  }

  #connected({ state, dcId }: CoreEvents['connection.state']): void {
    this.#homeDc ??= dcId;
    if (dcId === this.#homeDc) this.connection = state;
  }

  #scanned(scan: CoreEvents['chat.scan']): void {
    if (scan.done) this.scans.delete(scan.chatId);
    else this.scans.set(scan.chatId, scan);
  }

  #failed(transfer: TransferSnapshot, code: ErrorCode): void {
    this.failureCodes.add(code);
    this.failed++;
    this.#unwanted(transfer);
  }

  #completed(transfer: TransferSnapshot): void {
    this.#letGo(transfer.documentId);
    this.completed++;
    this.doneBytes += transfer.totalBytes;
  }
}
